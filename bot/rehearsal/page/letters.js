// Private messages between customers and the brand; they are never in the public timeline.

import { face, fill, h, keep, icon, tone } from "./dom.js";
import { clock } from "./moments.js";
import { remove } from "./net.js";

const talks = h("div", { class: "talks" });
const title = h("summary", {});
let begun = false;

/** Draw the fold of private messages; `write(to, called)` opens the box for one, `told` carries out an action and reads again. */
export function drawLetters(fold, letters, write, told) {
  if (!begun) {
    fill(fold, title, talks, button("Write to the brand privately", null, () => write("", "", "")));
    begun = true;
  }
  fill(title, icon("lock"), " ", letters.length === 1 ? "1 private message" : letters.length ? `${letters.length} private messages` : "Private messages",
    h("span", { class: "network on-street" }, "Street"));
  const several = [...Map.groupBy(letters, (one) => one.with.toLowerCase())].map(([key, said]) => ({ key, said }));
  keep(talks, several, (one) => one.key, (one) => drawTalk(one.said, write, told));
}

const button = (label, aloud, click) => h("button", { type: "button", class: "quiet", "aria-label": aloud, on: { click } }, label);

function drawTalk(said, write, told) {
  const { with: handle, name } = said[0];
  return h("section", { class: "talk", "aria-label": `Private messages with ${name}` },
    h("header", {}, face(name, "tiny"), h("strong", {}, name), h("span", { class: "faint" }, `@${handle} · nobody else reads this`)),
    said.map((one) => drawLetter(one, told)),
    h("div", { class: "post-tools" },
      button("Write as the customer", `Write privately as @${handle}`, () => write("", name, handle)),
      button("From the phone", `Answer @${handle} from the brand's phone`, () => write(handle, name, ""))));
}

function drawLetter(one, told) {
  const badge = one.brand ? h("span", { class: "badge" }, one.by === "app" ? "from the desk" : "from the phone") : null;
  const take = h("button", { type: "button", class: "quiet", "aria-label": "Take this message back", title: "Take this message back",
    on: { click: () => told(remove(`/street/messages/${one.id}`)) } }, icon("bin"));
  return h("div", { class: one.brand ? "letter brand" : "letter", id: `post-${one.id}`, "data-ids": one.id, tabindex: "-1" },
    h("div", { class: "letter-head" }, h("span", {}, one.brand ? document.body.dataset.brand : one.name), badge, h("time", {}, clock(new Date(one.at))), take),
    h("div", { class: "post-words" }, one.text), photos(one));
}

/** Draw a post's or a message's photos as quiet tiles. */
export function photos(one) {
  if (!one.media) return null;
  const label = one.media === 1 ? "1 photo" : `${one.media} photos`;
  const tiles = Array.from({ length: one.media }, (_, place) => h("span", { class: `photo ${tone(one.id + place)}` }, icon("photo")));
  return h("div", { class: "photos", role: "img", "aria-label": label }, tiles);
}
