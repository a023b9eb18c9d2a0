// Builds the page from elements and text; other people's words only become text nodes.

const SAFE = /^(https?:|mailto:)/i;

/** Make an element. `props` are attributes; also `class`, `on` (listeners) and `value`. */
export function h(tag, props = {}, ...kids) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (name === "value" || name === "checked" || name === "selected") {
      node[name] = value;
    } else {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  node.append(...kids.flat(Infinity).filter((kid) => kid !== null && kid !== undefined && kid !== false));
  return node;
}

/** Draw one of the page's own icons (icon-NAME.svg, icons.css) in the colour of the text; its meaning is always in words beside it. */
export function icon(name) {
  return h("span", { class: `icon icon-${name}`, "aria-hidden": "true" });
}

/** Replace all children of a node. */
export function fill(node, ...kids) {
  node.replaceChildren(...kids.flat(Infinity).filter((kid) => kid !== null && kid !== undefined && kid !== false));
  return node;
}

let elsewhere = () => false;

/** Register what shows the post of an address on another network; it returns whether there is one. */
export const showsElsewhere = (show) => { elsewhere = show; };

/** Make a link that cannot run code; a post on the street is shown on this page. */
export function link(url, label, onPost) {
  if (!SAFE.test(url) || !URL.canParse(url)) return h("span", {}, label);
  const post = /^https?:\/\/[^/]+\/[^/]+\/(?:status|messages)\/(m?\d+)/.exec(url);
  const shown = (event) => {
    if (elsewhere(url)) event.preventDefault();
    else if (post && onPost) { event.preventDefault(); onPost(post[1]); }
  };
  const on = { click: shown };
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", title: url, on }, label);
}

/** Update a list of nodes from a list of things, and reuse the nodes of unchanged things. */
export function keep(parent, things, key, draw) {
  let held = null; // the node that replaces the one with the focus, and the place of the focus in it
  const known = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const nodes = things.map((thing) => {
    const name = key(thing);
    const mark = JSON.stringify(thing);
    const old = known.get(name);
    if (old && old.keptMark === mark) return old;
    const node = draw(thing);
    // An open menu stays open while its card is redrawn.
    if (old?.querySelector("details.menu[open]")) node.querySelector("details.menu")?.setAttribute("open", "");
    if (old?.contains(document.activeElement)) held = [node, pathTo(old, document.activeElement)];
    node.dataset.key = name;
    node.keptMark = mark;
    return node;
  });
  const wanted = new Set(nodes);
  for (const node of [...parent.children]) if (!wanted.has(node)) node.remove();
  nodes.forEach((node, place) => {
    if (parent.children[place] !== node) parent.insertBefore(node, parent.children[place] ?? null);
  });
  if (held) at(...held)?.focus({ preventScroll: true });
}

/** List the places of a node and its parents below `root`. */
function pathTo(root, node) {
  const path = [];
  for (let one = node; one !== root; one = one.parentElement) path.unshift([...one.parentElement.children].indexOf(one));
  return path;
}

const at = (root, path) => path.reduce((node, place) => node?.children[place], root);

/** Show a message at the edge of the page for a few seconds. */
export function toast(text) {
  const note = h("div", { class: "toast" }, text);
  const box = document.getElementById("toasts");
  box.append(note);
  if (box.matches(":popover-open")) box.hidePopover();
  box.showPopover(); // above an open modal too
  setTimeout(() => { note.remove(); if (!box.children.length) box.hidePopover(); }, 7000);
}

/** Choose one of eight quiet colours for a name; always the same one. */
export function tone(name) {
  let sum = 0;
  for (const sign of String(name)) sum = (sum * 31 + sign.codePointAt(0)) % 9973;
  return `tone${sum % 8}`;
}

/** Draw somebody's initial. */
export function face(name, extra = "") {
  const sign = [...String(name || "?").replace(/^[^\p{L}\p{N}]+/u, "")][0] ?? "?";
  return h("span", { class: `face ${tone(name)} ${extra}`, "aria-hidden": "true" }, sign.toUpperCase());
}
