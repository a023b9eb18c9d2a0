// The text box of a channel or a thread; a line that begins with a slash runs a command.

import { act } from "./acts.js";
import { fill, h, toast } from "./dom.js";
import { state } from "./state.js";

/** Draw a composer. `where()` returns channel and thread at the moment of sending. */
export function composer(label, where, note = "") {
  const field = h("textarea", { rows: 1, placeholder: label, "aria-label": label });
  const send = h("button", { type: "submit", class: "send", "aria-label": "Send" }, "➤");
  const grow = () => { field.rows = Math.min(8, field.value.split("\n").length); };
  const form = h("form", { class: "composer", on: { submit: (event) => { event.preventDefault(); deliver(field, where()).then(grow); } } },
    field, send, note ? h("p", { class: "faint" }, note) : null);
  field.addEventListener("input", grow);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  return form;
}

async function deliver(field, { channel, thread }) {
  const text = field.value.trim();
  if (!text) return;
  const command = /^(\/[a-z][a-z0-9_-]*)(?:\s+([\s\S]*))?$/.exec(text);
  if (command && thread) {
    toast("Slack runs commands in channels, not in threads. Type it below the channel.");
    return;
  }
  field.value = "";
  const answer = command
    ? await act("command", { channel, command: command[1], text: command[2] ?? "" })
    : await act("messages", { channel, text, ...(thread ? { thread_ts: thread } : {}) });
  if (!answer.ok && !command) field.value = text;
}

/** Replace a composer when its room changes; otherwise keep it with the typed text. */
export function placeComposer(holder, key, label, where, note) {
  if (holder.dataset.key === key) return;
  holder.dataset.key = key;
  fill(holder, composer(label, where, note));
}

export const inRoom = () => ({ channel: state.channel });
export const inThread = () => ({ channel: state.channel, thread: state.thread });
