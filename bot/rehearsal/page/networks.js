// The networks beside X and the street, each in its own words: posts, comments, reviews and private messages.

import { face, fill, h, icon, keep, showsElsewhere, toast } from "./dom.js";
import { clock } from "./moments.js";
import { coalesced, get, post } from "./net.js";
import { onMove, state } from "./state.js";

const pane = document.getElementById("street");
const shelf = h("div", { class: "neighbours", tabindex: "0", role: "region", "aria-label": "Networks", hidden: true });
const drawn = new Map(); // by the network's name: how it is redrawn

/** Read these networks again; draw a place for each where there are some. */
export const refreshNetworks = coalesced(async () => {
  const { own, others } = await get("/networks/");
  pane.classList.toggle("only-others", !own);
  shelf.hidden = !others.length;
  if (others.length && !shelf.isConnected) pane.append(shelf); // below what the street itself has
  for (const one of others) {
    if (!drawn.has(one.name)) drawn.set(one.name, place(one));
    drawn.get(one.name)(one);
  }
});

const TROUBLES = [["Lose the next answer", "lost_after"], ["Drop the next call", "lost_before"], ["503 once", "503"]];
const trouble = (side, kind) => post("/stage/faults", { side, method: "POST", kind, times: 1 }).then(() => toast("Planned for the next call that changes something."), (no) => toast(no.message));

const quiet = (label, click, aloud) => h("button", { type: "button", class: "quiet", "aria-label": aloud ?? label, on: { click } }, label);

/** Make the place of one network; return how its posts are drawn again. */
function place({ name, label, beginnings, note }) {
  const posts = h("div", { class: "posts" });
  const words = h("textarea", { rows: 2, id: `write-${name}`, placeholder: `What a customer writes on ${label}` });
  const about = h("div", { class: "answering", hidden: true });
  const what = h("select", { "aria-label": "What" }, beginnings.map((one) => h("option", { value: one.name }, one.label)));
  const choice = h("select", { "aria-label": "Choice" });
  let doing = null; // an act on a post, or null for something new

  const begun = () => beginnings.find((one) => one.name === what.value);
  const offer = () => {
    const { choices, choice: called } = begun();
    fill(choice, choices.map((one) => h("option", { value: one }, called === "stars" ? "★".repeat(Number(one)) : one)));
    choice.hidden = !choices.length || Boolean(doing && doing.act !== "edit");
    choice.setAttribute("aria-label", called || "Choice");
  };
  const leave = () => { doing = null; about.hidden = true; what.disabled = false; offer(); };
  const begin = (act, one, text) => {
    doing = { act, post: one.id };
    what.disabled = true;
    offer();
    if (one.stars) choice.value = String(one.stars);
    about.hidden = false;
    fill(about, h("span", {}, text), quiet("✕", leave, "Write something new instead"));
    words.value = act === "edit" ? one.text : "";
    words.focus();
  };
  const done = async (act, body) => {
    try { await post(`/networks/${name}/${act}`, body); return true; } catch (no) { toast(no.message); return false; } finally { refreshNetworks(); }
  };
  const publish = async (event) => {
    event.preventDefault();
    const body = { text: words.value, choice: choice.hidden ? "" : choice.value, post: doing?.post ?? "" };
    if (!(await done(doing?.act ?? what.value, body))) return;
    words.value = "";
    leave();
  };
  what.addEventListener("change", offer);
  words.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit(); });
  offer();
  shelf.append(h("section", { class: "neighbour", "aria-label": label },
    h("h3", {}, label, h("span", { class: "faint" }, " as customers see it")),
    h("form", { class: "post-box", on: { submit: publish } }, about, h("label", { class: "hidden-label", for: `write-${name}` }, `Words on ${label}`), words,
      h("div", { class: "post-send" }, what, choice, h("button", { type: "submit", class: "bk-button primary" }, "Post"))),
    h("div", { class: "troubles", role: "group", "aria-label": `Trouble on ${label}` }, TROUBLES.map(([said, kind]) => quiet(said, () => trouble(name, kind)))),
    note ? h("p", { class: "note faint" }, note) : null,
    posts));

  const tools = {
    answer: (one) => quiet(one.ours ? "Answer as a customer" : "Write again", () => begin("answer", one, one.ours ? "Answering the brand as a customer" : "The customer writes again")),
    phone: (one) => quiet("From the phone", () => begin("phone", one, `Answering in ${label}'s own app, past the desk`), "Answer from the brand's phone"),
    edit: (one) => quiet("Edit", () => begin("edit", one, `Editing this ${one.called}`)),
    delete: (one) => h("button", { type: "button", class: "quiet", "aria-label": `Delete this ${one.called}`, title: `Delete this ${one.called}`, on: { click: () => done("delete", { post: one.id }) } }, icon("bin")),
  };
  const draw = (one, level) => h("div", { class: `post level${level}${one.ours ? " brand" : ""}`, "data-tail": one.id.split("/").at(-1), tabindex: "-1" },
    face(one.name, one.ours ? "bot" : ""),
    h("div", { class: "post-body" },
      h("div", { class: "post-head" }, h("strong", {}, one.name), h("span", { class: "network" }, one.called), one.private ? h("span", { class: "network", title: "Nobody else reads this" }, icon("lock"), "private") : null,
        one.visibility ? h("span", { class: "faint" }, one.visibility) : null, one.ours && one.under ? h("span", { class: "badge" }, one.by_app ? "from the desk" : "from the phone") : null,
        h("time", {}, clock(new Date(one.at)))),
      one.stars ? h("div", { class: "stars", role: "img", "aria-label": `${one.stars} of 5 stars` }, "★".repeat(one.stars), "☆".repeat(5 - one.stars)) : null,
      h("div", { class: "post-words" }, one.text),
      h("div", { class: "post-tools" }, one.acts.map((act) => tools[act](one)))));

  return ({ posts: all }) => {
    const talks = threads(all);
    keep(posts, talks, (one) => one.key, ({ said }) => h("article", { class: "conversation" }, said.map(({ one, level }) => draw(one, level))));
    if (!talks.length) posts.append(h("p", { class: "empty", "data-key": "empty" }, `Nobody has written on ${label} yet.`));
  };
}

/** Put each post under the one that it answers; the thread with the newest post comes first. */
function threads(all) {
  const roots = new Map();
  const level = new Map();
  for (const one of all) {
    const above = roots.get(one.under);
    const key = above ?? (one.under || one.id);
    roots.set(one.id, key);
    level.set(one.id, one.under && !one.private ? Math.min(3, (level.get(one.under) ?? -1) + 1) : 0);
  }
  const found = [...Map.groupBy(all, (one) => roots.get(one.id))].map(([key, said]) => ({ key, me: state.me, said: said.map((one) => ({ one, level: level.get(one.id) })) }));
  return found.reverse().sort((a, b) => (a.said.at(-1).one.at < b.said.at(-1).one.at ? 1 : -1));
}

/** Bring the post of a link into view; return whether there is one. */
function showNeighbour(href) {
  const node = [...shelf.querySelectorAll("[data-tail]")].find((one) => one.dataset.tail && href.includes(one.dataset.tail));
  node?.scrollIntoView({ block: "center" });
  node?.focus({ preventScroll: true });
  return Boolean(node);
}

showsElsewhere(showNeighbour);
onMove((change) => { if ("me" in change) refreshNetworks(); }); // times are in the zone of the one who looks
