// The page's state: the current person, all people, the open room and thread.

export const state = {
  me: null,
  users: new Map(),
  groups: new Map(),
  channels: [],
  channel: null,
  picked: false, // whether the reader chose the room themselves
  home: false,
  hasHome: true,
  thread: null,
  shown: 200,
  now: () => new Date(),
  showPost: () => {},
};

const listeners = new Set();

/** Register a callback for changes of person, room or thread. */
export const onMove = (listener) => listeners.add(listener);

/** Change the state and call all callbacks. */
export function move(change) {
  Object.assign(state, change);
  for (const listener of listeners) listener(change);
}

export const userName = (id) => {
  const user = state.users.get(id);
  return user ? user.real_name || user.name : id;
};
export const firstName = (id) => userName(id).split(" ")[0];
export const myZone = () => state.users.get(state.me)?.tz || undefined;
export const channelName = (id) => {
  const channel = state.channels.find((one) => one.id === id);
  return channel?.name || id;
};
