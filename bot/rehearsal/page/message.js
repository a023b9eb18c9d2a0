// One message: author, time, blocks or words, thread, and the possible actions.

import { act } from "./acts.js";
import { drawBlocks } from "./blocks.js";
import { face, fill, h, icon } from "./dom.js";
import { filledIn } from "./inputs.js";
import { mrkdwn } from "./mrkdwn.js";
import { clock, day, fromTs } from "./moments.js";
import { move, state, userName } from "./state.js";

/** Draw a message of a channel or, with `inThread`, of a thread. */
export function drawMessage(message, { inThread = false } = {}) {
  if (message.deleted) return h("article", { class: "message gone" }, "This message was deleted.");
  const name = userName(message.user);
  const bot = Boolean(message.bot_id) || state.users.get(message.user)?.is_bot;
  const at = fromTs(message.ts);
  const node = h("article", { class: `message${message.ephemeral ? " ephemeral" : ""}`, "aria-label": `${name}, ${clock(at)}`, "data-ts": message.ts, tabindex: "-1" },
    face(name, bot ? "bot" : ""),
    h("div", { class: "message-body" },
      message.ephemeral ? h("div", { class: "only-you" }, icon("eyes"), " Only visible to you") : null,
      h("div", { class: "message-head" },
        h("strong", {}, name), bot ? h("span", { class: "app" }, "APP") : null,
        h("time", { title: day(at) }, clock(at)),
        message.edited && !bot ? h("span", { class: "faint" }, "(edited)") : null),
      h("div", { class: "message-words" }, words(message)),
      reactions(message),
      !inThread && message.reply_count ? replies(message) : null),
    message.ephemeral ? null : tools(message, inThread));
  return node;
}

function words(message) {
  const env = {
    scope: message.ts,
    get: (block, element) => filledIn(element),
    set: () => {},
    act: (element, block, given) => act("press", {
      channel: message.channel, ts: message.ts, action_id: element.action_id, block_id: block.block_id, ...given,
    }),
  };
  const drawn = message.blocks?.length ? drawBlocks(message.blocks, env) : mrkdwn(message.text);
  const attached = (message.attachments ?? []).map((one) =>
    h("div", { class: "attachment" }, one.blocks ? drawBlocks(one.blocks, env) : mrkdwn(one.text ?? one.fallback ?? "")));
  const files = (message.files ?? []).map((file) => h("div", { class: "file" }, icon("clip"), " ", file.title || file.name || "file"));
  return [drawn, attached, files];
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions" }, message.reactions.map((one) => h("span", {}, ...mrkdwn(`:${one.name}:`), ` ${one.count}`)));
}

function replies(message) {
  const count = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  const last = message.latest_reply ? `last ${clock(fromTs(message.latest_reply))}` : "";
  return h("button", { type: "button", class: "replies", on: { click: () => move({ thread: message.ts }) } }, count, h("span", { class: "faint" }, last));
}

function tools(message, inThread) {
  const where = { channel: message.channel, ts: message.ts };
  const small = (name, label, click) => h("button", { type: "button", title: label, "aria-label": label, on: { click } }, icon(name));
  const mine = message.user === state.me;
  const send = () => act("shortcut", { callback_id: document.body.dataset.shortcut, channel: message.channel, ts: message.ts });
  return h("div", { class: "message-tools" },
    inThread ? null : h("button", { type: "button", title: "Reply in thread", "aria-label": "Reply in thread", on: { click: () => move({ thread: message.thread_ts ?? message.ts }) } }, icon("bubble")),
    small("eyes", "React with eyes", () => act("react", { ...where, name: "eyes" })),
    mine ? small("pencil", "Edit message", () => rewrite(message)) : null,
    mine ? small("bin", "Delete message", () => act("delete", where)) : null,
    h("button", { type: "button", title: "Shortcut: Send to care", "aria-label": "Send to care", on: { click: send } }, icon("inbox")));
}

/** Let the writer edit their words in place; Enter saves, Escape cancels. */
function rewrite(message) {
  const place = document.querySelector(`.messages [data-ts="${CSS.escape(message.ts)}"] .message-words`);
  const box = h("textarea", { class: "ctl-input", rows: 2, "aria-label": "Your message", value: plain(message.text) });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") fill(place, words(message));
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    act("edit", { channel: message.channel, ts: message.ts, text: box.value });
  });
  fill(place, box);
  box.focus();
}

const plain = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
