// The sidebar: the current person, channels with unread marks, the direct messages with the desk, its home tab.

import { act } from "./acts.js";
import { face, fill, h, icon } from "./dom.js";
import { move, state } from "./state.js";

const side = document.getElementById("side");
let drawn = "";

/** Draw the sidebar from the state; without a change it is not redrawn. */
export function drawSide() {
  const mark = JSON.stringify([state.me, state.channel, state.home, state.hasHome, state.channels, [...state.users.values()]]);
  if (mark === drawn) return;
  drawn = mark;
  const rooms = state.channels.filter((channel) => !channel.is_im && (channel.is_member || !channel.is_private));
  const direct = state.channels.filter((channel) => channel.is_im);
  const held = side.contains(document.activeElement) ? document.activeElement.dataset.name : null;
  fill(side,
    h("div", { class: "side-head" }, h("span", { class: "team" }, document.body.dataset.brand), actor()),
    h("h2", {}, "Channels"), h("ul", {}, rooms.map(room)),
    h("h2", {}, "Direct messages"), h("ul", {}, direct.map(room)),
    state.hasHome ? [h("h2", {}, "Apps"), h("ul", {}, home())] : null);
  if (held) side.querySelector(`[data-name="${CSS.escape(held)}"]`)?.focus();
}

function actor() {
  const people = [...state.users.values()].filter((user) => !user.is_bot && !user.deleted);
  const select = h("select", { id: "actor", "data-name": "actor", on: { change: () => become(select.value) } },
    people.map((user) => h("option", { value: user.id }, `${user.real_name || user.name}${mark(user)}`)));
  select.value = state.me;
  return h("label", { class: "actor" }, h("span", { class: "actor-says" }, "Acting as"), select);
}

function mark(user) {
  if (user.is_stranger) return " · other company";
  if (user.is_restricted) return " · guest";
  return user.title ? ` · ${user.title}` : "";
}

/** Act as another person from now on. */
export function become(id) {
  localStorage.setItem("rehearsal.me", id);
  // Nobody may see another person's direct messages, also not until the next read.
  move({ me: id, thread: null, channels: state.channels.filter((channel) => !channel.is_im) });
  drawSide();
  if (state.home) act("home", {}); // in their own Slack it would be drawn when they open it
}

function room(channel) {
  const here = !state.home && channel.id === state.channel;
  const sign = channel.is_im ? face("Heard", "bot tiny") : h("span", { class: "hash", "aria-hidden": "true" }, channel.is_private ? icon("lock") : "#");
  const unread = here ? 0 : channel.unread;
  return h("li", {}, h("button", {
    type: "button", "data-name": channel.id, "aria-current": here ? "page" : null,
    class: `room-link${unread ? " unread" : ""}${channel.is_member || channel.is_im ? "" : " outside"}`,
    on: { click: () => move({ channel: channel.id, picked: true, thread: null, home: false, shown: 200 }) },
  }, sign, h("span", { class: "room-name" }, channel.is_im ? "Heard" : channel.name, channel.is_archived ? " (archived)" : ""),
  unread ? h("span", { class: "count", "aria-label": `${unread} unread` }, unread > 99 ? "99+" : String(unread)) : null));
}

function home() {
  const open = () => { move({ home: true, picked: true, thread: null }); act("home", {}); };
  return h("li", {}, h("button", {
    type: "button", "data-name": "home", class: "room-link", "aria-current": state.home ? "page" : null, on: { click: open },
  }, h("span", { class: "hash", "aria-hidden": "true" }, icon("home")), h("span", { class: "room-name" }, "Heard: home")));
}
