// Slack's mrkdwn as elements and text; it is never read as HTML.

import { h, link } from "./dom.js";
import { withSigns } from "./emoji.js";
import { slackDate } from "./moments.js";
import { channelName, state, userName } from "./state.js";

const plain = (text) => withSigns(text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"));
const MARKS = { "*": "strong", _: "em", "~": "s" };
const URL_END = /[.,!?;:)\]]+$/;

/** Draw a mrkdwn text; `verbatim` does not turn plain addresses into links. */
export function mrkdwn(text, { verbatim = false } = {}) {
  const parts = String(text ?? "").split(/```\n?([\s\S]*?)\n?```/g);
  return parts.map((part, place) => {
    if (place % 2) return h("pre", {}, plain(part));
    const trimmed = part.slice(place && part.startsWith("\n") ? 1 : 0).replace(place < parts.length - 1 ? /\n$/ : /$^/, "");
    return lines(trimmed, verbatim);
  });
}

/** Draw a text object of Block Kit, of either kind. */
export function textObject(object) {
  if (!object) return [];
  return object.type === "mrkdwn" ? mrkdwn(object.text, object) : [withSigns(object.text ?? "")];
}

/** Draw a mention of a person. */
export const person = (id) => h("span", { class: `mention${id === state.me ? " me" : ""}` }, `@${userName(id)}`);

function lines(text, verbatim) {
  const drawn = [];
  let quoted = [];
  const flush = () => {
    if (quoted.length) drawn.push(h("blockquote", {}, joined(quoted, verbatim)));
    quoted = [];
  };
  let ordinary = [];
  const settle = () => {
    if (ordinary.length) drawn.push(...joined(ordinary, verbatim));
    ordinary = [];
  };
  for (const line of text.split("\n")) {
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quote) { settle(); quoted.push(quote[1]); } else { flush(); ordinary.push(line); }
  }
  settle();
  flush();
  return drawn;
}

const joined = (list, verbatim) => list.flatMap((line, place) => [place ? h("br") : null, ...inline(line, verbatim)]);

function inline(text, verbatim) {
  const found = /`([^`\n]+)`|<([^<>\n]+)>/.exec(text);
  if (!found) return marked(text, verbatim);
  const inner = found[1] !== undefined ? h("code", {}, plain(found[1])) : special(found[2]);
  // A format may begin before a link and end after it: read the parts around it as one.
  return splice(text, found, inner, verbatim);
}

function splice(text, found, inner, verbatim) {
  const before = text.slice(0, found.index);
  const after = text.slice(found.index + found[0].length);
  const open = /(^|[\s(])([*_~])([^*_~]*)$/.exec(before);
  const end = open ? after.search(new RegExp(`\\${open[2]}(?=$|[\\s.,!?:;)])`)) : -1;
  if (open && end >= 0) {
    const whole = [...marked(open[3], verbatim), inner, ...inline(after.slice(0, end), verbatim)];
    const lead = before.slice(0, open.index) + open[1];
    return [...marked(lead, verbatim), h(MARKS[open[2]], {}, whole), ...inline(after.slice(end + 1), verbatim)];
  }
  return [...marked(before, verbatim), inner, ...inline(after, verbatim)];
}

function marked(text, verbatim) {
  const found = /(^|[\s(])([*_~])(\S|\S[^\n]*?\S)\2(?=$|[\s.,!?:;)])/.exec(text);
  if (!found) return bare(text, verbatim);
  const start = found.index + found[1].length;
  return [
    ...bare(text.slice(0, start), verbatim),
    h(MARKS[found[2]], {}, marked(found[3], verbatim)),
    ...marked(text.slice(start + found[3].length + 2), verbatim),
  ];
}

function bare(text, verbatim) {
  if (!text) return [];
  const found = verbatim ? null : /https?:\/\/(?:(?!&[lg]t;)[^\s<>"'|])+/.exec(text);
  if (!found) return [plain(text)];
  const url = found[0].replace(URL_END, "");
  const rest = text.slice(found.index + url.length);
  return [plain(text.slice(0, found.index)), link(plain(url), plain(url), state.showPost), ...bare(rest, verbatim)];
}

function special(body) {
  const [target, label] = split(body);
  if (target.startsWith("@")) return person(target.slice(1));
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${label || channelName(target.slice(1))}`);
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!subteam^")) return group(target.slice(9), label);
  if (target.startsWith("!")) return h("span", { class: "mention me" }, `@${target.slice(1)}`);
  return link(plain(target), plain(label || target.replace(/^mailto:/, "")), state.showPost);
}

function split(body) {
  const bar = body.indexOf("|");
  return bar < 0 ? [body, ""] : [body.slice(0, bar), body.slice(bar + 1)];
}

function date(target, fallback) {
  const [, seconds, pattern, url] = target.split("^");
  const written = Number.isFinite(Number(seconds)) ? slackDate(seconds, pattern ?? "{date}") : plain(fallback);
  const node = h("time", { title: plain(fallback) }, written);
  return url ? link(url, node, state.showPost) : node;
}

/** Draw a mention of a user group. */
export function group(id, label = "") {
  const known = state.groups.get(id);
  return h("span", { class: "mention" }, label || `@${known?.handle ?? id}`);
}
