// Sends a person's actions to the stage, and shows a message when the desk does not answer.

import { toast } from "./dom.js";
import { post } from "./net.js";
import { state } from "./state.js";

const SAID = {
  operation_timeout: "The desk did not answer within 3 seconds, so Slack shows a warning. It may still have been done: look before pressing again.",
  dispatch_failed: "No desk is connected to this workspace now. Start it, then try again.",
  is_archived: "This channel is archived.",
  channel_not_found: "This person cannot see that channel.",
  unknown_command: "Slack does not know this command here.",
};
const later = new Set();

/** Register a callback for after an action, so that modals and rooms are read again. */
export const afterActing = (listener) => later.add(listener);

/** Do something as the current person; show a message at the edge of the page when it fails. */
export async function act(what, body) {
  let answer;
  try {
    answer = await post(`/people/${what}`, { as: state.me, ...body });
  } catch (trouble) {
    answer = { ok: false, error: trouble.message };
  }
  if (answer.error) toast(SAID[answer.error] ?? `Slack answered: ${answer.error}.`);
  for (const listener of later) listener(what, body, answer);
  return answer;
}
