// Three first steps for a newcomer; each is ticked once it has happened.

import { afterActing } from "./acts.js";
import { fill, h } from "./dom.js";
import { state } from "./state.js";

const STEPS = [
  ["Reply", "Press Reply on a card."],
  ["Submit", "Pick a template, change the words, submit."],
  ["Approve", "Act as Ben (top left), press Approve & send, look at the street."],
];
const box = document.getElementById("hint");
const done = new Set(JSON.parse(localStorage.getItem("rehearsal.steps") ?? "[]"));
let shut = localStorage.getItem("rehearsal.hint") === "shut";

function draw() {
  box.hidden = shut;
  const all = done.size === STEPS.length;
  fill(box,
    h("ol", {}, STEPS.map(([name, text], place) => h("li", { class: done.has(name) ? "done" : null },
      h("span", { class: "step", "aria-hidden": "true" }, done.has(name) ? "✓" : String(place + 1)), text,
      done.has(name) ? h("span", { class: "hidden-label" }, " (done)") : null))),
    h("button", { type: "button", class: "quiet", on: { click: close } }, all ? "Done, close this" : "Hide these steps"));
}

function close() {
  shut = true;
  localStorage.setItem("rehearsal.hint", "shut");
  draw();
}

function tick(name) {
  if (done.has(name)) return;
  done.add(name);
  localStorage.setItem("rehearsal.steps", JSON.stringify([...done]));
  draw();
}

afterActing((what, body, answer) => {
  if (!answer.ok) return;
  const pressed = what === "press" ? body.action_id ?? "" : "";
  if (/reply/.test(pressed)) tick("Reply");
  if (what === "submit" && answer.closed) tick("Submit");
  if (/approve/.test(pressed) && /Ben/.test(state.users.get(state.me)?.real_name ?? "")) tick("Approve");
});
draw();
