// Calls to the stage: JSON both ways, and changes by server-sent events, with polling as a fallback.

async function ask(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body === undefined ? {} : { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(content.error || `The stage answered ${answer.status}.`);
  return content;
}

export const get = (path, query = {}) => {
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined && value !== ""));
  return ask("GET", `${path}${asked.size ? `?${asked}` : ""}`);
};
export const post = (path, body = {}) => ask("POST", path, body);
export const remove = (path) => ask("DELETE", path);

/** Call `told(versions)` whenever something changed on either side. */
export function listen(told) {
  let polling = 0;
  const poll = () => get("/stage/versions").then(told, () => {});
  const source = new EventSource("/stage/events");
  source.addEventListener("change", (event) => told(JSON.parse(event.data)));
  source.addEventListener("open", () => { clearInterval(polling); polling = 0; });
  source.addEventListener("error", () => { polling ||= setInterval(poll, 2000); });
}

const BREATH = 150; // milliseconds between two runs, so that the reader can act during a storm

const breathe = () => new Promise((resolve) => { setTimeout(resolve, BREATH); });

/** Run a task at most once at a time; when requested meanwhile, once more after a pause. Resolves after a run that began later than the call. */
export function coalesced(task) {
  let running = null;
  let next = null;
  const start = () => {
    next = null;
    running = task().catch(() => {}).finally(() => { running = null; });
    return running;
  };
  return () => {
    if (!running) return next ?? start();
    next ??= running.then(breathe).then(start);
    return next;
  };
}
