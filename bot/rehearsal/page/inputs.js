// Inputs: typed values with their dispatch rules, and the choices of every kind of menu.

import { h } from "./dom.js";
import { withSigns } from "./emoji.js";
import { textObject } from "./mrkdwn.js";
import { state, userName } from "./state.js";

const SELECTED = {
  static_select: "selected_option", external_select: "selected_option", radio_buttons: "selected_option",
  users_select: "selected_user", conversations_select: "selected_conversation", channels_select: "selected_channel",
  multi_static_select: "selected_options", checkboxes: "selected_options", multi_users_select: "selected_users",
  multi_conversations_select: "selected_conversations", multi_channels_select: "selected_channels",
  datepicker: "selected_date", timepicker: "selected_time",
};
const INPUT_TYPES = {
  email_text_input: "email", url_text_input: "url", number_input: "number", datepicker: "date", timepicker: "time",
};
const SETTLES_AFTER = 300; // milliseconds after the last key before the app gets the text

/** Return the name of the field with an element's value. */
export const carries = (element) => SELECTED[element.type] ?? "value";

/** Return an element's initial value. */
export function filledIn(element) {
  const name = carries(element);
  const initial = element[name === "value" ? "initial_value" : name.replace("selected_", "initial_")];
  return { type: element.type, [name]: initial ?? (/(options|users|conversations|channels)$/.test(name) ? [] : null) };
}

/** Draw a text field; the app is notified only when the block asks for that. */
export function typed(element, block, env) {
  const name = carries(element);
  const held = env.get(block, element)[name];
  const common = {
    class: "ctl-input", "aria-label": env.label || null, placeholder: element.placeholder?.text || null,
    maxlength: element.max_length ?? (name === "value" ? 3000 : null), "data-focus": `${block.block_id}/${element.action_id}`,
    autofocus: element.focus_on_load || null, value: held ?? "",
  };
  const node = element.multiline
    ? h("textarea", { ...common, rows: 7 })
    : h("input", { ...common, type: INPUT_TYPES[element.type] ?? "text" });
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  let waiting = 0;
  const tell = () => env.act(element, block, { [name]: node.value });
  node.addEventListener("input", () => {
    env.set(block, element, { [name]: node.value === "" ? null : node.value });
    clearTimeout(waiting);
    if (triggers.includes("on_character_entered") || name !== "value") waiting = setTimeout(tell, SETTLES_AFTER);
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || element.multiline) return;
    event.preventDefault();
    if (triggers.includes("on_enter_pressed")) tell();
  });
  return node;
}

/** Return a menu's choices, the selected one, and how a choice is sent to the app. */
export function choiceOf(element, held) {
  const name = carries(element);
  const value = held[name];
  const byOption = name.startsWith("selected_option");
  const options = byOption ? optionGroups(element) : [{ label: "", options: known(element) }];
  const all = new Map(options.flatMap((group) => group.options).map((one) => [one.key, one]));
  const raw = (key) => (byOption ? all.get(key)?.option : key) ?? null;
  const key = (one) => (byOption ? one?.value : one);
  return {
    options,
    picked: Array.isArray(value) ? value.map(key) : key(value) ?? null,
    given: (keys) => ({ [name]: Array.isArray(keys) ? keys.map(raw).filter(Boolean) : raw(keys) }),
  };
}

function optionGroups(element) {
  const groups = element.option_groups ?? [{ label: null, options: element.options ?? [] }];
  return groups.map((group) => ({ label: withSigns(group.label?.text ?? ""), options: group.options.map(choice) }));
}

const choice = (option) => ({
  key: option.value, option, label: withSigns(option.text.text), drawn: textObject(option.text),
  description: option.description ? withSigns(option.description.text) : "",
});

function known(element) {
  const named = (key, label) => ({ key, label, drawn: [label], description: "" });
  if (element.type.includes("users")) {
    return [...state.users.values()].filter((user) => !user.is_bot && !user.deleted).map((user) => named(user.id, userName(user.id)));
  }
  return state.channels.filter((channel) => !channel.is_im).map((channel) => named(channel.id, `#${channel.name}`));
}
