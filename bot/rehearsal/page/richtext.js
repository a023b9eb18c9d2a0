// rich_text blocks: every part becomes an element, its words become text.

import { h, link } from "./dom.js";
import { sign } from "./emoji.js";
import { group, person } from "./mrkdwn.js";
import { slackDate } from "./moments.js";
import { channelName, state } from "./state.js";

/** Draw one rich_text block. */
export const richText = (block) => h("div", { class: "rich" }, (block.elements ?? []).map(part));

function part(element) {
  const kids = (element.elements ?? []).map(element.type === "rich_text_list" ? item : leaf);
  switch (element.type) {
    case "rich_text_quote": return h("blockquote", {}, kids);
    case "rich_text_preformatted": return h("pre", {}, kids);
    case "rich_text_list": return h(element.style === "ordered" ? "ol" : "ul", { class: `indent${element.indent ?? 0}` }, kids);
    default: return h("div", { class: "rich-line" }, kids);
  }
}

const item = (section) => h("li", {}, (section.elements ?? []).map(leaf));

function leaf(element) {
  return styled(bareLeaf(element), element.style ?? {});
}

function bareLeaf(element) {
  switch (element.type) {
    case "text": return element.text;
    case "link": return link(element.url, element.text || element.url, state.showPost);
    case "user": return person(element.user_id);
    case "usergroup": return group(element.usergroup_id);
    case "channel": return h("span", { class: "mention" }, `#${channelName(element.channel_id)}`);
    case "broadcast": return h("span", { class: "mention me" }, `@${element.range}`);
    case "emoji": return sign(element.name) ?? `:${element.name}:`;
    case "date": return h("time", {}, slackDate(element.timestamp, element.format));
    case "color": return h("code", {}, element.value);
    default: return "";
  }
}

function styled(node, style) {
  const tags = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };
  return Object.entries(tags).reduce((inner, [name, tag]) => (style[name] ? h(tag, {}, inner) : inner), node);
}
