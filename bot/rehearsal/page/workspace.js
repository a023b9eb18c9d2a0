// The channel and the thread beside it.

import { act } from "./acts.js";
import { drawBlocks } from "./blocks.js";
import { inRoom, inThread, placeComposer } from "./composer.js";
import { fill, h, keep, icon } from "./dom.js";
import { filledIn } from "./inputs.js";
import { drawMessage } from "./message.js";
import { coalesced, get } from "./net.js";
import { drawSide } from "./side.js";
import { move, onMove, state } from "./state.js";

const STEP = 200; // messages of a channel drawn at once; older ones on request
const roomPane = document.getElementById("room");
const threadPane = document.getElementById("thread");
const parts = pane(roomPane);
const thread = pane(threadPane);

function pane(holder) {
  const made = { head: h("header", { class: "pane-head" }), older: h("div", { class: "older" }), list: h("div", { class: "messages" }), foot: h("footer", {}) };
  made.scroll = h("div", { class: "scroller", tabindex: "0", role: "region" }, made.older, made.list);
  made.fresh = h("button", { type: "button", class: "fresh", hidden: true, on: { click: () => { made.scroll.scrollTop = made.scroll.scrollHeight; made.scroll.focus(); } } });
  made.scroll.addEventListener("scroll", () => { made.end = atEnd(made); if (made.end) seenAll(made); }, { passive: true });
  // A reader at the newest line stays there when the visible area gets smaller.
  new ResizeObserver(() => { if (made.end) made.scroll.scrollTop = made.scroll.scrollHeight; }).observe(made.scroll);
  holder.append(made.head, made.scroll, h("div", { class: "fresh-place" }, made.fresh), made.foot);
  return made;
}

/** Read people, rooms, messages and the open thread again. */
export const refreshWorkspace = coalesced(async () => {
  if (!state.me) return;
  const asked = { me: state.me, channel: state.channel, thread: state.thread, home: state.home };
  const [channels, users, groups] = await Promise.all([get("/people/channels", { as: state.me }), get("/people/users"), get("/people/groups")]);
  if (asked.me !== state.me) return; // the person has changed meanwhile; their own read follows
  state.users = new Map(users.map((user) => [user.id, user]));
  state.groups = new Map(groups.map((group) => [group.id, group]));
  state.channels = channels;
  if (!channels.some((channel) => channel.id === state.channel)) {
    state.channel = channels.find((channel) => channel.is_member && !channel.is_im)?.id ?? channels[0]?.id ?? null;
    asked.channel = state.channel;
  }
  lead(channels, asked);
  drawSide();
  await (state.home ? showHome() : showRoom(asked));
  await showThread(asked);
});

/** Until the reader picks a room, open the one where something waits. */
function lead(channels, asked) {
  const waiting = channels.find((channel) => channel.unread && channel.is_member && !channel.is_im);
  if (state.picked || !waiting || parts.list.childElementCount) return;
  state.channel = asked.channel = waiting.id;
}

const still = (asked) => ["me", "channel", "thread", "home"].every((name) => asked[name] === state[name]);
const keyed = (message) => `${state.me}/${message.channel}/${message.ts}/${message.ephemeral}`;

async function showRoom(asked) {
  if (!state.channel) return;
  const messages = await get("/people/messages", { as: state.me, channel: state.channel, limit: state.shown });
  if (!still(asked) || !Array.isArray(messages)) return;
  const channel = state.channels.find((one) => one.id === state.channel);
  const title = channel.is_im ? "Heard" : `# ${channel.name}`;
  const head = channel.is_private && !channel.is_im ? [icon("lock"), ` ${channel.name}`] : title;
  fill(parts.head, h("h1", {}, head), h("span", { class: "faint" }, channel.is_im ? "Direct messages with the desk" : channel.topic));
  const more = messages.length >= state.shown;
  fill(parts.older, more ? h("button", { type: "button", class: "quiet", on: { click: () => { state.shown += STEP; refreshWorkspace(); } } }, "Show older messages") : null,
    messages.length ? null : h("p", { class: "empty" }, "Nothing here yet."));
  settled(parts, `${state.me}/${state.channel}`, () => keep(parts.list, messages, keyed, (one) => drawMessage(one)));
  for (const node of parts.list.children) node.classList.toggle("open", node.dataset.ts === state.thread);
  placeComposer(parts.foot, `${state.me}/${state.channel}`, `Message ${title}`, inRoom, "Enter sends. /care help lists the desk's commands.");
}

async function showThread(asked) {
  threadPane.hidden = !state.thread;
  if (!state.thread || !state.channel) return;
  const messages = await get("/people/messages", { as: state.me, channel: state.channel, thread: state.thread });
  if (!still(asked) || !Array.isArray(messages)) return;
  const shut = h("button", { type: "button", class: "quiet", "aria-label": "Close thread", on: { click: () => move({ thread: null }) } }, "✕");
  fill(thread.head, h("h2", {}, "Thread"), shut);
  settled(thread, `${state.me}/${state.thread}`, () => keep(thread.list, messages, keyed, (one) => drawMessage(one, { inThread: true })));
  placeComposer(thread.foot, `${state.me}/${state.thread}`, "Reply in thread", inThread, [icon("lock"), " Stays in Slack. The customer never sees this."]);
}

const atEnd = (made) => made.scroll.scrollHeight - made.scroll.scrollTop - made.scroll.clientHeight < 80;
const lastTs = (made) => made.list.lastElementChild?.dataset.ts ?? "";

function seenAll(made) {
  made.seen = lastTs(made);
  made.fresh.hidden = true;
}

/** Show below how many messages came while the reader was scrolled up. */
function markFresh(made) {
  const count = [...made.list.children].filter((node) => node.dataset.ts > made.seen).length;
  made.fresh.hidden = !count;
  made.fresh.textContent = count === 1 ? "1 new message ↓" : `${count} new messages ↓`;
}

/** Draw and keep the reader at the newest line, unless they scrolled away from it. */
function settled(made, name, draw) {
  const fresh = made.scroll.dataset.name !== name;
  const stays = fresh || atEnd(made);
  const before = made.scroll.scrollHeight;
  const top = made.scroll.scrollTop;
  draw();
  made.scroll.dataset.name = name;
  if (stays) made.scroll.scrollTop = made.scroll.scrollHeight;
  else if (top < 40 && made === parts) made.scroll.scrollTop = top + made.scroll.scrollHeight - before;
  if (stays) seenAll(made); else markFresh(made);
}

async function showHome() {
  const me = state.me;
  const home = await get("/people/home", { as: me });
  if (!state.home || me !== state.me) return;
  const name = `home/${me}`;
  const fresh = parts.scroll.dataset.name !== name;
  if (!fresh && parts.scroll.dataset.hash === home.hash) return; // it stands still under the hand
  fill(parts.head, h("h1", {}, "Heard"), h("span", { class: "faint" }, "Home"));
  fill(parts.older);
  delete parts.foot.dataset.key;
  fill(parts.foot);
  const env = {
    scope: home.id, get: (block, element) => filledIn(element), set: () => {},
    act: (element, block, given) => act("view_action", { view_id: home.id, action_id: element.action_id, block_id: block.block_id, ...given }),
  };
  fill(parts.list, h("div", { class: "home", "data-key": "home" }, home.view ? drawBlocks(home.view.blocks, env) : h("p", { class: "empty" }, "The desk has not published a home tab.")));
  parts.scroll.dataset.name = name;
  parts.scroll.dataset.hash = home.hash;
  parts.fresh.hidden = true;
  parts.end = false; // what is read here begins at the top
  if (fresh) parts.scroll.scrollTop = 0;
}

onMove((change) => { if (["me", "channel", "thread", "home"].some((name) => name in change)) refreshWorkspace(); });
