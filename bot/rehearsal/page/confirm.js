// A question before something is done, as Block Kit's confirm object asks it.

import { h } from "./dom.js";
import { textObject } from "./mrkdwn.js";

/** Ask; resolves to whether the person agreed. */
export function confirmed(asked) {
  return new Promise((resolve) => {
    const yes = h("button", { type: "submit", value: "yes", class: `bk-button ${asked.style === "danger" ? "danger" : "primary"}` }, asked.confirm?.text ?? "Yes");
    const no = h("button", { type: "submit", value: "no", class: "bk-button" }, asked.deny?.text ?? "No");
    const box = h("dialog", { class: "modal small" },
      h("form", { method: "dialog" },
        h("h2", {}, textObject(asked.title)), h("p", {}, textObject(asked.text)), h("div", { class: "modal-foot" }, no, yes)));
    box.addEventListener("close", () => { box.remove(); resolve(box.returnValue === "yes"); });
    document.body.append(box);
    box.showModal();
    yes.focus();
  });
}
