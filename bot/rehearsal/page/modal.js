// Modals: the top of the stack as a dialog, with what was typed kept while the desk redraws it.

import { act, afterActing } from "./acts.js";
import { drawBlocks } from "./blocks.js";
import { fill, h } from "./dom.js";
import { carries, filledIn } from "./inputs.js";
import { coalesced, get } from "./net.js";
import { onMove, state } from "./state.js";

const box = document.getElementById("modal");
const entered = new Map(); // view id -> block id -> action id -> value
let top = null;
let depth = 0;
let errors = {};
let sent = null; // the submitted view, until the desk has answered with errors or another view
let late = null; // tells the desk what was typed just before the submission; it needs to know if that is refused

/** Read the stack of modals and draw the top one. */
export const refreshModal = coalesced(async () => {
  if (!state.me) return;
  const stack = await get("/people/views", { as: state.me });
  depth = stack.length;
  const next = stack.at(-1) ?? null;
  if (next?.id === top?.id && next?.hash === top?.hash) return;
  if (next?.id !== top?.id) errors = {};
  top = next;
  draw();
});

function draw() {
  if (!top) {
    entered.clear();
    if (box.open) box.close("gone");
    return;
  }
  const held = focusHeld();
  const view = top.view;
  const foot = [h("button", { type: "button", class: "bk-button", on: { click: shut } }, view.close?.text ?? "Cancel")];
  if (view.submit) foot.push(h("button", { type: "submit", class: "bk-button primary" }, view.submit.text));
  fill(box, h("form", { on: { submit: submit } },
    h("header", { class: "modal-head" },
      h("h2", { id: "modal-title" }, view.title?.text ?? ""),
      depth > 1 ? h("span", { class: "faint" }, `${depth} of 3`) : null,
      h("button", { type: "button", class: "quiet", "aria-label": "Close", on: { click: shut } }, "✕")),
    h("div", { class: "modal-body" }, drawBlocks(view.blocks, environment())),
    h("footer", { class: "modal-foot" }, foot)));
  if (!box.open) box.showModal();
  focusAgain(held);
}

function environment() {
  const id = top.id;
  const values = entered.get(id) ?? new Map();
  entered.set(id, values);
  const name = (block, element) => `${block.block_id}\n${element.action_id}`;
  const env = {
    scope: id,
    errors,
    get: (block, element) => values.get(name(block, element)) ?? filledIn(element),
    set: (block, element, given) => values.set(name(block, element), { type: element.type, ...given }),
    act: async (element, block, given) => {
      // Typed at the last moment: the modal is gone, or came back redrawn without the field.
      if (top?.id !== id || !top.view.blocks.some((one) => one.block_id === block.block_id)) return;
      if (top === sent) { // with these words
        late = () => env.act(element, block, given);
        return;
      }
      await act("view_action", { view_id: id, action_id: element.action_id, block_id: block.block_id, state: stateNow(), ...given });
    },
  };
  return env;
}

function stateNow() {
  const values = entered.get(top.id) ?? new Map();
  const now = {};
  for (const block of top.view.blocks) {
    for (const element of [block.element, block.accessory, ...(block.elements ?? [])]) {
      const given = element && values.get(`${block.block_id}\n${element.action_id}`);
      if (given && carries(element) in given) (now[block.block_id] ??= {})[element.action_id] = given;
    }
  }
  return now;
}

async function submit(event) {
  event.preventDefault();
  if (box.hasAttribute("aria-busy")) return; // pressed twice
  box.setAttribute("aria-busy", "true");
  box.querySelector("button[type=submit]").disabled = true;
  sent = top;
  late = null;
  const answer = await act("submit", { view_id: top.id, state: stateNow() });
  if (!answer.ok || answer.errors) sent = null;
  errors = answer.errors ?? {};
  await refreshModal(); // the desk's new view is shown before anything can be pressed again
  if (answer.errors) draw();
  if (answer.errors && late) await late();
  box.removeAttribute("aria-busy");
  const again = box.querySelector("button[type=submit]");
  if (again) again.disabled = false;
  box.querySelector(".has-error input, .has-error textarea, .has-error select")?.focus();
}

async function shut() {
  if (top) await act("close", { view_id: top.id });
}

function focusHeld() {
  const node = box.contains(document.activeElement) ? document.activeElement : null;
  return node?.dataset.focus ? { name: node.dataset.focus, start: node.selectionStart, end: node.selectionEnd } : null;
}

function focusAgain(held) {
  const fields = [...box.querySelectorAll("[data-focus]")];
  const action = (name) => name.split("/").at(-1);
  const field = held && (fields.find((one) => one.dataset.focus === held.name) ?? fields.find((one) => action(one.dataset.focus) === action(held.name)));
  if (field) {
    field.focus();
    if (field.setSelectionRange && field.type !== "number") field.setSelectionRange(held.start, held.end);
  } else if (!box.contains(document.activeElement)) {
    box.querySelector(".modal-body select, .modal-body textarea, .modal-body input, .modal-foot button")?.focus();
  }
}

box.addEventListener("cancel", (event) => { event.preventDefault(); shut(); });
afterActing(() => refreshModal());
onMove((change) => { if ("me" in change) refreshModal(); });
