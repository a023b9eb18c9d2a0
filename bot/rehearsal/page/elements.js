// The interactive elements of Block Kit, drawn with the browser's own controls.

import { confirmed } from "./confirm.js";
import { h, link, icon } from "./dom.js";
import { withSigns } from "./emoji.js";
import { textObject } from "./mrkdwn.js";
import { choiceOf, typed } from "./inputs.js";
import { state } from "./state.js";

const plain = (object) => withSigns(object?.text ?? "");

/** Draw one element. `env.act(element, block, given)` notifies the app; `env.get` and `env.set` store the entered values. */
export function drawElement(element, block, env) {
  const draw = DRAW[element.type];
  return draw ? draw(element, block, env) : h("span", { class: "unknown" }, `(this page does not draw ${element.type})`);
}

function button(element, block, env) {
  const label = plain(element.text);
  const look = element.style ? ` ${element.style}` : "";
  const node = h("button", { type: "button", class: `bk-button${look}`, "aria-label": element.accessibility_label || null }, label);
  node.addEventListener("click", async () => {
    if (element.confirm && !(await confirmed(element.confirm))) return;
    if (element.url) follow(element.url);
    await pressing(node, () => env.act(element, block, { value: element.value }));
  });
  return node;
}

/** Show a press as pending until it is answered. */
export async function pressing(node, deed) {
  node.setAttribute("aria-busy", "true");
  node.disabled = true;
  try { await deed(); } finally { node.removeAttribute("aria-busy"); node.disabled = false; }
}

function follow(url) {
  link(url, "", state.showPost).dispatchEvent(new MouseEvent("click", { cancelable: true }));
}

function overflow(element, block, env) {
  const menu = h("details", { class: "menu" }, h("summary", { class: "bk-button", "aria-label": "More actions" }, "⋯"));
  const options = (element.options ?? []).map((option) => h("button", {
    type: "button",
    role: "menuitem",
    on: {
      click: async () => {
        menu.open = false;
        if (element.confirm && !(await confirmed(element.confirm))) return;
        if (option.url) follow(option.url);
        await env.act(element, block, { selected_option: option });
      },
    },
  }, textObject(option.text)));
  menu.append(h("div", { class: "menu-list", role: "menu" }, options));
  menu.addEventListener("toggle", () => {
    const frame = menu.closest(".scroller, .modal-body")?.getBoundingClientRect();
    const list = menu.lastElementChild.getBoundingClientRect();
    menu.classList.toggle("up", menu.open && Boolean(frame) && menu.getBoundingClientRect().bottom + list.height + 8 > frame.bottom);
  });
  menu.addEventListener("focusout", (event) => { if (!menu.contains(event.relatedTarget)) menu.open = false; });
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape") { menu.open = false; event.stopPropagation(); } });
  return menu;
}

function oneOf(element, block, env) {
  const { options, picked, given, none } = choiceOf(element, env.get(block, element));
  const node = h("select", { class: "ctl-select", "aria-label": env.label || plain(element.placeholder) || "Choose" });
  node.append(h("option", { value: "", disabled: env.required, selected: !picked }, none || plain(element.placeholder) || "Choose"));
  for (const group of options) {
    const drawn = group.options.map((one) => h("option", { value: one.key, selected: one.key === picked }, one.label));
    node.append(...(group.label ? [h("optgroup", { label: group.label }, drawn)] : drawn));
  }
  node.value = picked ?? "";
  node.addEventListener("change", () => {
    const chosen = given(node.value);
    env.set(block, element, chosen);
    env.act(element, block, chosen);
  });
  return node;
}

function severalOf(element, block, env) {
  const { options, picked, given } = choiceOf(element, env.get(block, element));
  const kind = element.type === "radio_buttons" ? "radio" : "checkbox";
  const name = `${block.block_id}-${element.action_id}-${env.scope}`;
  const box = h("div", { class: `bk-several ${kind}`, role: kind === "radio" ? "radiogroup" : "group", "aria-label": env.label || plain(element.placeholder) || "Choose" });
  const told = () => {
    const keys = [...box.querySelectorAll("input:checked")].map((input) => input.value);
    const chosen = given(kind === "radio" ? keys[0] ?? "" : keys);
    env.set(block, element, chosen);
    env.act(element, block, chosen);
  };
  for (const one of options.flatMap((group) => group.options)) {
    box.append(h("label", {},
      h("input", { type: kind, name, value: one.key, checked: [picked].flat().includes(one.key), on: { change: told } }),
      h("span", {}, one.drawn, one.description ? h("small", {}, one.description) : null)));
  }
  return box;
}

function image(element) {
  return h("span", { class: "ctl-image", role: "img", "aria-label": element.alt_text || "image" }, icon("picture"), " ", element.alt_text || "image");
}

const DRAW = {
  button,
  overflow,
  image,
  static_select: oneOf,
  external_select: oneOf,
  users_select: oneOf,
  conversations_select: oneOf,
  channels_select: oneOf,
  multi_static_select: severalOf,
  multi_users_select: severalOf,
  multi_conversations_select: severalOf,
  multi_channels_select: severalOf,
  checkboxes: severalOf,
  radio_buttons: severalOf,
  plain_text_input: typed,
  email_text_input: typed,
  url_text_input: typed,
  number_input: typed,
  datepicker: typed,
  timepicker: typed,
};
