// Private messages between customers and the brand: only the two of them read these, so they never stand in the timeline.

import { fill, h } from "./dom.js";
import { clock } from "./moments.js";

/** Draw the fold of private messages; `write(to, called)` opens the box for one. */
export function drawLetters(fold, letters, write) {
  const talks = Map.groupBy(letters, (one) => one.with.toLowerCase());
  const count = letters.length === 1 ? "1 private message" : `${letters.length} private messages`;
  const button = (label, click) => h("button", { type: "button", class: "quiet", on: { click } }, label);
  fill(fold,
    h("summary", {}, "🔒 ", letters.length ? count : "Private messages"),
    [...talks.values()].map((several) => h("div", { class: "talk" },
      several.map((one) => h("p", { class: one.brand ? "letter brand" : "letter" },
        h("strong", {}, one.brand ? "Brand's phone" : one.name), h("time", {}, clock(new Date(one.at))), h("span", { class: "post-words" }, one.text))),
      button(`Answer @${several[0].with} from the brand's phone`, () => write(several[0].with, several[0].name)))),
    button("Write to the brand privately", () => write("", "")));
}
