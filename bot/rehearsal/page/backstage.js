// Backstage: the stage's clock, planned faults, the counts of all sides, and their calls.

import { fill, h, toast } from "./dom.js";
import { clock as written, precise } from "./moments.js";
import { coalesced, get, post, remove } from "./net.js";
import { channelName, state, userName } from "./state.js";

const pane = document.getElementById("backstage");
const opener = document.getElementById("backstage-button");
const face = document.getElementById("clock");
const numbers = h("div", { class: "numbers" });
const calls = h("tbody", {});
const waiting = h("div", { class: "outbox" });
const CALLS = 60; // newest lines of traffic that are shown
const SIDES = { slack: "Slack", x: "X", street: "Street" };
const COUNTED = [["The workspace", ["slack"]], ["The street", ["x", "street"]]];
let known = { at: Date.now(), now: Date.now(), speed: 1 };

state.now = () => new Date(known.now + (Date.now() - known.at) * known.speed);

/** Read the stage's time. */
export const refreshClock = coalesced(async () => heard(await get("/stage/clock")));

function heard(told) {
  known = { at: Date.now(), now: Date.parse(told.now), speed: told.speed };
  tick();
}

function tick() {
  const speed = known.speed === 1 ? "" : known.speed === 0 ? " · stopped" : ` · ${known.speed}×`;
  face.textContent = `${written(state.now())}${speed}`;
  for (const button of pane.querySelectorAll("[data-speed]")) button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === known.speed));
}

const set = (change) => post("/stage/clock", change).then(heard);
const fault = (side, method, kind, value, times = 1) =>
  post("/stage/faults", { side, method, kind, value, times }).then(refreshNumbers, (trouble) => toast(trouble.message));

/** Move the clock to right after the earliest due moment on a card. */
async function toNextDue() {
  const next = await get("/stage/next");
  if (next.at === null) { toast("No card here has a due moment still to come."); return; }
  await set({ jump: next.in + 1 });
  toast(`It is ${written(new Date(next.at))} now: a first reply is due. The desk's reminders follow.`);
}

/** Read the counts again while they are visible. */
export const refreshNumbers = coalesced(async () => {
  if (pane.hidden) return;
  const [told, traffic, outbox] = await Promise.all([get("/stage/numbers"), get("/stage/traffic", { limit: CALLS }), get("/stage/outbox")]);
  drawOutbox(outbox);
  fill(calls, traffic.map((one) => h("tr", { class: /^(ok|2)/.test(one.outcome) ? null : "odd" },
    h("td", {}, precise(new Date(one.at))), h("td", {}, SIDES[one.side] ?? one.side), h("td", {}, one.way === "to the app" ? "→ desk" : "← desk"),
    h("td", { class: "call" }, one.what), h("td", {}, one.outcome))));
  const others = Object.keys(told).filter((side) => !(side in SIDES));
  const counted = others.length ? [...COUNTED, ["Other networks", others]] : COUNTED;
  fill(numbers, counted.map(([caption, sides]) => drawNumbers(caption, sides, told)));
  const where = own.querySelector("#fault-side");
  for (const side of others) if (![...where.options].some((one) => one.value === side)) where.append(h("option", { value: side }, side));
});

/** Draw the counts of one or two sides, one column each. */
function drawNumbers(caption, sides, told) {
  const names = [...new Set(sides.toReversed().flatMap((side) => Object.keys(told[side] ?? {})))];
  const head = sides.length > 1 ? h("tr", {}, h("td", {}), sides.map((side) => h("th", { scope: "col" }, SIDES[side] ?? side))) : null;
  return h("table", {}, h("caption", {}, caption), head,
    names.map((name) => h("tr", {}, h("th", { scope: "row" }, name), sides.map((side) => h("td", {}, String(told[side]?.[name] ?? ""))))));
}

const many = (count, one, several) => `${count} ${count === 1 ? one : several}`;

/** Draw the desk's list of what waits to be sent. */
function drawOutbox({ waiting: count, messages = [], replies = [] }) {
  const to = (id) => (state.users.has(id) ? userName(id) : id?.startsWith("C") ? `#${channelName(id)}` : "");
  const line = (one) => h("tr", {}, h("td", { class: "call" }, one.what), h("td", {}, to(one.to)), h("td", {}, one.state));
  const more = (count ?? 0) - messages.length;
  const heading = count === undefined ? "No desk has told what waits in it" : count || replies.length ? `${many(replies.length, "reply", "replies")} and ${many(count, "message", "messages")} on their way` : "Nothing waits in the desk";
  fill(waiting, h("h2", {}, "Outbox"), h("p", { class: "faint" }, heading),
    h("table", {}, h("tbody", {}, replies.map(line), messages.map(line))), more > 0 ? h("p", { class: "faint" }, `and ${more} more`) : null);
}

const button = (label, click, extra = {}) => h("button", { type: "button", class: "bk-button", ...extra, on: { click } }, label);
const speeds = [0, 1, 10, 60].map((speed) => button(speed ? `${speed}×` : "Stop", () => set({ speed }), { "data-speed": speed }));
const jumps = [["+10 min", 600], ["+1 h", 3600], ["+8 h", 28800]].map(([label, jump]) => button(label, () => set({ jump })));

// The form for one planned fault

const choice = (id, label, options) => h("label", {}, h("span", {}, label), h("select", { id, class: "ctl-select" }, options.map((one) => h("option", { value: one }, SIDES[one] ?? one))));
const entry = (id, label, value, extra = {}) => h("label", {}, h("span", {}, label), h("input", { id, class: "ctl-input", value, autocomplete: "off", spellcheck: "false", ...extra }));
const known_methods = h("datalist", { id: "fault-methods" }, ["*", "chat.postMessage", "chat.update", "views.open", "interactive", "slash_commands", "events_api",
  "POST /2/tweets", "GET /2/users/:id/mentions", "GET /2/users/:id/tweets", "POST /s/posts", "POST /s/messages", "GET /s/changes"].map((value) => h("option", { value })));
const own = h("form", { class: "own-trouble", on: { submit: plan } },
  choice("fault-side", "Where", ["slack", "x", "street"]), entry("fault-method", "Call", "chat.postMessage", { list: "fault-methods" }),
  choice("fault-kind", "What", ["503", "500", "429", "refuse", "hang", "lost_before", "lost_after", "500_after", "late", "twice", "out_of_order", "disconnect"]),
  entry("fault-value", "Value", ""), entry("fault-times", "Times", "1", { inputmode: "numeric" }), known_methods,
  h("button", { type: "submit", class: "bk-button" }, "Plan it"));

function plan(event) {
  event.preventDefault();
  const of = (name) => own.querySelector(`#fault-${name}`).value.trim();
  const value = of("value");
  fault(of("side"), of("method"), of("kind"), value === "" ? null : Number.isNaN(Number(value)) ? value : Number(value), Number(of("times")) || 1);
}

pane.append(
  h("div", { class: "controls" },
    h("div", { role: "group", "aria-label": "Clock" }, h("h2", {}, "Clock"), speeds, jumps, button("To the next due moment", toNextDue)),
    h("div", { role: "group", "aria-label": "Trouble" }, h("h2", {}, "Trouble"),
      button("X: lose the next answer", () => fault("x", "POST /2/tweets", "lost_after")),
      button("X: show the next reply 60 s late", () => fault("x", "POST /2/tweets", "late", 60)),
      button("X: 503 once", () => fault("x", "POST /2/tweets", "503")),
      button("Slack: slow down for 10 s", () => fault("slack", "chat.update", "429", 10)),
      button("Slack: out until ended", () => fault("slack", "*", "503", null, 1000000)),
      button("No more trouble", () => remove("/stage/faults").then(refreshNumbers))),
    own,
    h("p", { class: "faint" }, "Slack's 3 seconds to answer a click stay real, whatever the clock does.")),
  numbers, waiting,
  h("div", { class: "traffic" }, h("h2", {}, "Calls, the newest first"),
    h("div", { class: "traffic-list", tabindex: "0", role: "region", "aria-label": "Calls, the newest first" }, h("table", {}, calls))));
opener.addEventListener("click", () => {
  pane.hidden = !pane.hidden;
  opener.setAttribute("aria-expanded", String(!pane.hidden));
  refreshNumbers();
});
setInterval(tick, 1000);
setInterval(refreshClock, 15000);
