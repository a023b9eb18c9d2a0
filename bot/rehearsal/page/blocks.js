// Block Kit, block by block.

import { h, icon } from "./dom.js";
import { drawElement } from "./elements.js";
import { withSigns } from "./emoji.js";
import { mrkdwn, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";

/** Draw the blocks of a message, modal or home tab. See elements.js for `env`. */
export function drawBlocks(blocks, env) {
  return (blocks ?? []).map((block) => {
    const draw = DRAW[block.type];
    const node = draw ? draw(block, env) : h("p", { class: "unknown" }, `(this page does not draw ${block.type})`);
    node.classList.add("bk", `bk-${block.type}`);
    if (block.block_id) node.dataset.block = block.block_id;
    return node;
  });
}

function section(block, env) {
  const words = h("div", { class: "bk-words" }, block.text ? h("div", {}, textObject(block.text)) : null);
  if (block.fields) words.append(h("div", { class: "bk-fields" }, block.fields.map((field) => h("div", {}, textObject(field)))));
  const label = { ...env, label: (block.text?.text ?? "").slice(0, 80) };
  return h("div", {}, words, block.accessory ? h("div", { class: "bk-accessory" }, drawElement(block.accessory, block, label)) : null);
}

function context(block) {
  return h("div", {}, (block.elements ?? []).map((one) =>
    one.type === "image" ? drawElement(one, block, {}) : h("span", {}, textObject(one))));
}

function actions(block, env) {
  return h("div", { role: "group" }, (block.elements ?? []).map((one) => drawElement(one, block, { ...env, label: "" })));
}

function input(block, env) {
  const title = withSigns(block.label?.text ?? "");
  const quiet = { ...env, label: title, required: !block.optional };
  if (!block.dispatch_action) quiet.act = async () => {};
  const error = env.errors?.[block.block_id];
  return h("div", { class: error ? "has-error" : null },
    h("div", { class: "bk-label" }, title, block.optional ? h("span", { class: "faint" }, " (optional)") : null),
    drawElement(block.element, block, quiet),
    error ? h("p", { class: "bk-error", role: "alert" }, error) : null,
    block.hint ? h("p", { class: "bk-hint" }, withSigns(block.hint.text)) : null);
}

function image(block) {
  return h("div", {}, block.title ? h("div", { class: "faint" }, textObject(block.title)) : null,
    h("span", { class: "ctl-image large", role: "img", "aria-label": block.alt_text || "image" }, icon("picture"), " ", block.alt_text || "image"));
}

function table(block) {
  const cell = (one) => (one.type === "rich_text" ? richText(one) : String(one.text ?? one.value ?? ""));
  const rows = (block.rows ?? []).map((row, place) => h("tr", {}, row.map((one) => h(place ? "td" : "th", {}, cell(one)))));
  return h("div", { class: "scroll" }, h("table", {}, rows));
}

const DRAW = {
  section,
  context,
  actions,
  input,
  image,
  table,
  header: (block) => h("h3", {}, withSigns(block.text?.text ?? "")),
  divider: () => h("hr"),
  rich_text: richText,
  markdown: (block) => h("div", {}, mrkdwn(block.text)),
};
