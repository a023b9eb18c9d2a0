// The street: posts of customers on X and the street network, the brand's replies, and a box to write as anybody.

import { face, fill, h, keep, link, icon, toast } from "./dom.js";
import { clock } from "./moments.js";
import { drawLetters, photos } from "./letters.js";
import { coalesced, get, post, remove } from "./net.js";
import { onMove, state } from "./state.js";

const NETWORKS = { x: "X", street: "Street" };
const ROOM = 500; // characters on the street network, in public as in private
const SHOWN = 150; // newest posts that are read; a storm has more than anybody reads
const brand = document.body.dataset.handle;
const pane = document.getElementById("street");
const list = h("div", { class: "posts" });
const scroll = h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Posts" }, list);
const letters = h("details", { class: "letters" });
let answering = null;
let chosen = "x"; // the network of the next new post; a reply is on its post's network

/** Read the street again. */
export const refreshStreet = coalesced(async () => {
  const [all, crowd, written] = await Promise.all([get("/street/timeline", { limit: SHOWN }), get("/street/crowd"), get("/street/messages")]);
  drawMood(crowd);
  const reposts = Map.groupBy(all.filter((one) => one.reposts), (one) => one.reposts);
  const posts = all.filter((one) => !one.reposts).map((one) => ({ ...one, shared: one.versions.flatMap((id) => reposts.get(id) ?? []).map((by) => by.name) }));
  drawLetters(letters, written, write, told);
  keep(list, conversations(posts), (one) => one.id, drawConversation);
  if (!posts.length) list.append(h("p", { class: "empty", "data-key": "empty" }, "The street is quiet. Write the first post above."));
});

function conversations(posts) {
  const known = new Map();
  for (const one of posts) {
    if (!known.has(one.conversation)) known.set(one.conversation, []);
    known.get(one.conversation).push(one);
  }
  return [...known].map(([id, several]) => ({ id, posts: several.reverse(), me: state.me }));
}

function drawConversation({ posts }) {
  const depth = new Map();
  const drawn = posts.map((one) => {
    const level = one.in_reply_to ? Math.min(3, (depth.get(one.in_reply_to) ?? 0) + 1) : 0;
    for (const version of one.versions) depth.set(version, level);
    return drawPost(one, level);
  });
  return h("article", { class: "conversation" }, drawn);
}

function drawPost(one, level) {
  const to = one.leading.length ? h("div", { class: "faint" }, `Replying to ${one.leading.map((handle) => `@${handle}`).join(" ")}`) : null;
  const badge = one.brand ? h("span", { class: "badge" }, one.by === "phone" ? "from the phone" : "from the desk") : null;
  const stands = h("span", { class: `network on-${one.network}`, title: `This post stands on ${NETWORKS[one.network]}` }, NETWORKS[one.network]);
  return h("div", { class: `post level${level}${one.brand ? " brand" : ""}`, id: `post-${one.id}`, "data-ids": one.versions.join(" "), tabindex: "-1" },
    face(one.name, one.brand ? "bot" : ""),
    h("div", { class: "post-body" },
      h("div", { class: "post-head" }, h("strong", {}, one.name), h("span", { class: "faint" }, `@${one.handle}`), stands, badge,
        h("time", {}, clock(new Date(one.created_at))), one.versions.length > 1 ? h("span", { class: "faint" }, "edited") : null),
      to, h("div", { class: "post-words", lang: one.lang }, wordsOf(one.text)), photos(one), tools(one)));
}

function wordsOf(text) {
  const parts = text.split(/(https?:\/\/[^\s<>]+|@[A-Za-z0-9_]{1,15})/g);
  return parts.map((part) => {
    if (part.startsWith("@")) return h("span", { class: "handle" }, part);
    return /^https?:\/\//.test(part) ? link(part, part, state.showPost) : part;
  });
}

function tools(one) {
  const tool = (name, label, click) => h("button", { type: "button", class: "quiet", "aria-label": label, title: label, on: { click } }, icon(name));
  const button = (label, click) => h("button", { type: "button", class: "quiet", on: { click } }, label);
  const liked = button(one.likes ? `♥ ${one.likes}` : "♡", () => told(post(`/street/posts/${one.id}/like`, { handle: reader() })));
  liked.setAttribute("aria-label", one.likes === 1 ? "Like, 1 like" : `Like, ${one.likes} likes`);
  const shared = button(one.shared.length ? `↻ ${one.shared.length}` : "↻", () => told(post(`/street/posts/${one.id}/repost`, { handle: reader() })));
  shared.setAttribute("aria-label", `Repost, ${one.shared.length} so far`);
  shared.title = one.shared.length ? `Reposted by ${one.shared.join(", ")}` : "Repost";
  if (one.brand) return h("div", { class: "post-tools" }, liked, shared, button("Answer as a customer", () => answer(one, "")), tool("bin", "Delete this post", () => take(one)));
  const phone = button("From the phone", () => answer(one, brand));
  phone.setAttribute("aria-label", "Answer from brand's phone");
  return h("div", { class: "post-tools" }, liked, shared,
    button("Reply", () => answer(one, one.handle)),
    phone,
    tool("pencil", "Edit this post", () => edit(one)), tool("bin", "Delete this post", () => take(one)));
}

// The box to write in

const handle = h("input", { id: "post-handle", value: "priya_n", autocomplete: "off", spellcheck: "false", maxlength: 16 });
const name = h("input", { id: "post-name", value: "Priya N", autocomplete: "off", maxlength: 50 });
const words = h("textarea", { id: "post-words", rows: 3, placeholder: `What happened? Name @${brand} so that the desk hears of it.` });
const photo = h("select", { id: "post-photos", "aria-label": "Photos" }, [0, 1, 2, 3, 4].map((count) => h("option", { value: String(count) }, count === 1 ? "1 photo" : count ? `${count} photos` : "No photo")));
const where = h("select", { id: "post-network", "aria-label": "Network" }, Object.entries(NETWORKS).map(([value, label]) => h("option", { value }, `On ${label}`)));
const room = h("span", { class: "faint", id: "post-room" });
const about = h("div", { class: "answering", hidden: true });
const MOODS = { silent: "Silent", calm: "Calm day", busy: "Busy day", storm: "Storm", file: "From the file" };
const mood = h("select", { id: "mood", "aria-label": "Mood of the crowd" });

/** Show the crowd's mood, and every mood it knows. */
function drawMood(crowd) {
  const known = ["silent", ...crowd.moods];
  if (mood.options.length !== known.length) fill(mood, known.map((one) => h("option", { value: one }, MOODS[one] ?? one)));
  mood.value = crowd.mood;
}

mood.addEventListener("change", () => told(mood.value === "silent" ? remove("/street/crowd") : post("/street/crowd", { mood: mood.value })));

async function told(deed) {
  try { return await deed; } catch (trouble) { toast(trouble.message); return null; } finally { refreshStreet(); }
}

/** Return who likes and reposts: the customer in the box, never the brand by accident. */
const reader = () => (handle.value === brand || !handle.value ? "lee_w" : handle.value);

/** Write to the brand privately as a customer (in the box, or named), or with `to` from the brand's phone. */
function write(to, called, as) {
  answering = { letter: true, to, called };
  if (as) { handle.value = as; name.value = called; }
  else if (!to) customerAgain();
  explain(to ? `Private message from the brand's phone to @${to}` : `Private message to @${brand}, from the customer below`, "street");
}

function customerAgain() {
  if (handle.value === brand) { handle.value = "priya_n"; name.value = "Priya N"; }
}

/** Show how many characters are used, when the network is the street. */
function measure() {
  const used = [...words.value].length;
  room.textContent = where.value === "street" ? `${used} of ${ROOM}` : "";
  room.classList.toggle("over", where.value === "street" && used > ROOM);
}

async function publish(event) {
  event.preventDefault();
  if (room.classList.contains("over")) { toast(`On the street ${ROOM} characters fit; this has ${[...words.value].length}.`); return; }
  const letter = { text: words.value, media: Number(photo.value), ...(answering?.to ? { to: answering.to, name: answering.called } : { handle: handle.value, name: name.value }) };
  const body = { handle: handle.value, name: name.value, text: words.value, media: Number(photo.value), network: where.value };
  const done = await told(answering?.letter ? post("/street/messages", letter) : answering?.edits
    ? post(`/street/posts/${answering.edits}/edit`, { text: words.value })
    : post("/street/posts", { ...body, ...(answering ? { in_reply_to: answering.id } : {}) }));
  if (!done) return;
  words.value = "";
  photo.value = "0";
  leave();
}

function answer(one, as) {
  answering = { id: one.id };
  if (as) { handle.value = as; name.value = as === brand ? document.body.dataset.brand : one.name; }
  else customerAgain();
  explain(as === brand ? `Answering @${one.handle} from the brand's phone, past the desk` : `Replying to @${one.handle}`, one.network);
}

function edit(one) {
  answering = { edits: one.id };
  [handle.value, name.value, words.value] = [one.handle, one.name, one.text];
  explain(`Editing @${one.handle}'s post`, one.network);
}

const take = (one) => told(remove(`/street/posts/${one.id}`));

/** Show what is being written; a reply is on its post's network, so the network cannot be chosen then. */
function explain(text, network) {
  about.hidden = false;
  if (!where.disabled) chosen = where.value;
  where.value = network;
  where.disabled = true;
  measure();
  fill(about, h("span", {}, text), h("button", { type: "button", class: "quiet", "aria-label": "Write a new post instead", on: { click: leave } }, "✕"));
  words.focus();
}

function leave() {
  answering = null;
  about.hidden = true;
  if (where.disabled) where.value = chosen;
  where.disabled = false;
  customerAgain();
  measure();
}

/** Bring a post into view; the desk's links lead here. */
export async function showPost(id) {
  document.querySelector('[data-part="street"]')?.click();
  const find = () => pane.querySelector(`[data-ids~="${CSS.escape(id)}"]`);
  if (!find()) await refreshStreet(); // a card may come before its post is drawn
  const node = find();
  node?.closest("details")?.setAttribute("open", "");
  if (!node) { toast("That post is not on the street any more, or too far back."); return; }
  node.scrollIntoView({ block: "center" });
  node.focus({ preventScroll: true });
  node.classList.add("flash");
  setTimeout(() => node.classList.remove("flash"), 2500);
}

state.showPost = showPost;
onMove((change) => { if ("me" in change) refreshStreet(); });
pane.append(
  h("header", { class: "pane-head" }, h("h2", {}, "The street"), h("label", { class: "mood" }, h("span", {}, "Crowd"), mood)),
  letters,
  h("form", { class: "post-box", on: { submit: publish } },
    h("div", { class: "post-who" }, h("label", {}, h("span", {}, "Name"), name), h("label", {}, h("span", {}, "Handle"), handle)),
    about, h("label", { class: "hidden-label", for: "post-words" }, "Words of the post"), words,
    h("div", { class: "post-send" }, where, photo, room, h("button", { type: "submit", class: "bk-button primary" }, "Post"))),
  scroll);
words.addEventListener("input", measure);
where.addEventListener("change", measure);
words.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit(); });
