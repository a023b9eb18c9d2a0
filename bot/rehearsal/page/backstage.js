// Backstage: the stage's clock, and the numbers that both sides count.

import { fill, h } from "./dom.js";
import { clock as written } from "./moments.js";
import { coalesced, get, post, remove } from "./net.js";
import { state } from "./state.js";

const pane = document.getElementById("backstage");
const opener = document.getElementById("backstage-button");
const face = document.getElementById("clock");
const numbers = h("div", { class: "numbers" });
let known = { at: Date.now(), now: Date.now(), speed: 1 };

state.now = () => new Date(known.now + (Date.now() - known.at) * known.speed);

/** Ask the stage what time it is. */
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
const fault = (side, method, kind, value) => post("/stage/faults", { side, method, kind, value }).then(refreshNumbers);

/** Look at the numbers again while they are in sight. */
export const refreshNumbers = coalesced(async () => {
  if (pane.hidden) return;
  const told = await get("/stage/numbers");
  fill(numbers, Object.entries(told).map(([side, rows]) => h("table", {},
    h("caption", {}, side === "x" ? "The street" : "The workspace"),
    Object.entries(rows).map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, String(value)))))));
});

const button = (label, click, extra = {}) => h("button", { type: "button", class: "bk-button", ...extra, on: { click } }, label);
const speeds = [0, 1, 10, 60].map((speed) => button(speed ? `${speed}×` : "Stop", () => set({ speed }), { "data-speed": speed }));
const jumps = [["+10 min", 600], ["+1 h", 3600], ["+8 h", 28800]].map(([label, jump]) => button(label, () => set({ jump })));
pane.append(
  h("div", { class: "controls" },
    h("div", { role: "group", "aria-label": "Clock" }, h("h2", {}, "Clock"), speeds, jumps),
    h("div", { role: "group", "aria-label": "Trouble" }, h("h2", {}, "Trouble"),
      button("X: lose the next answer", () => fault("x", "POST /2/tweets", "lost_after")),
      button("X: show the next reply 60 s late", () => fault("x", "POST /2/tweets", "late", 60)),
      button("X: 503 once", () => fault("x", "POST /2/tweets", "503")),
      button("Slack: slow down for 10 s", () => fault("slack", "chat.update", "429", 10)),
      button("No more trouble", () => remove("/stage/faults").then(refreshNumbers))),
    h("p", { class: "faint" }, "Slack's 3 seconds to answer a click stay real, whatever the clock does.")),
  numbers);
opener.addEventListener("click", () => {
  pane.hidden = !pane.hidden;
  opener.setAttribute("aria-expanded", String(!pane.hidden));
  refreshNumbers();
});
setInterval(tick, 1000);
setInterval(refreshClock, 15000);
