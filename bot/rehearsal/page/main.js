// Puts the page together: the first person, and what is read again after a change.

import { refreshClock, refreshNumbers } from "./backstage.js";
import { toast } from "./dom.js";
import "./hint.js";
import { refreshModal } from "./modal.js";
import { get, listen } from "./net.js";
import { refreshNetworks } from "./networks.js";
import { afterActing } from "./acts.js";
import { state } from "./state.js";
import { become } from "./side.js";
import { refreshStreet } from "./street.js";
import { refreshWorkspace } from "./workspace.js";

const OWN = ["slack", "x", "street", "clock", "outbox"]; // what is drawn elsewhere
let seen = {};

function changed(versions) {
  if (versions.x !== seen.x) refreshStreet();
  if (Object.keys(versions).some((name) => !OWN.includes(name) && versions[name] !== seen[name])) refreshNetworks();
  if (versions.slack !== seen.slack) { refreshWorkspace(); refreshModal(); }
  if (versions.clock !== seen.clock) refreshClock();
  seen = versions;
  refreshNumbers();
}

function chooseParts() {
  const stage = document.querySelector(".stage");
  const tabs = [...document.querySelectorAll(".band-tabs button")];
  for (const tab of tabs) {
    tab.addEventListener("click", () => {
      stage.dataset.part = tab.dataset.part;
      for (const one of tabs) one.setAttribute("aria-pressed", String(one === tab));
    });
  }
}

/** The address of a post or a private message opens the page with it in view. */
async function showWhatWasAskedFor() {
  const [, id] = /\/(?:status|messages)\/(m?\d+)$/.exec(location.pathname) ?? [];
  if (!id) return;
  await refreshStreet();
  state.showPost(id);
}

async function begin() {
  chooseParts();
  await refreshClock();
  const users = await get("/people/users");
  state.users = new Map(users.map((user) => [user.id, user]));
  const people = users.filter((user) => !user.is_bot && !user.deleted);
  const last = localStorage.getItem("rehearsal.me");
  state.hasHome = !(await get("/people/home", { as: people[0]?.id })).off;
  become(people.some((user) => user.id === last) ? last : people[0]?.id);
  listen(changed);
  document.body.dataset.ready = "yes";
  await showWhatWasAskedFor();
}

afterActing(() => refreshWorkspace());
begin().catch((trouble) => toast(`The page could not start: ${trouble.message}`));
