// Keeps what the page knows of the workspace, takes in what the server tells, and tells its listeners what changed.

import { act, actAs, listen, read } from "./server.js";

export const store = {
  me: null, team: {}, people: [], users: new Map(), usergroups: new Map(), channels: new Map(),
  commands: [], shortcuts: [], bot: {}, faults: [], views: [], home: null, wires: [],
  place: null, thread: null, connection: "new",
};

const WIRES_KEPT = 200;
const rooms = new Map();
const reading = new Set();
const lastRead = new Map();
const listeners = new Map();
let hangUp = () => {};

/** Topics: session, channels, messages, views, home, wires, wire, faults, place, thread, connection. */
export function on(topic, listener) {
  listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
}

function tell(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) listener(detail);
}

const roomKey = (channel, thread) => (thread ? `${channel}/${thread}` : channel);

/** The messages of a channel, or of one of its threads, oldest first. */
export function messagesOf(channel, thread) {
  const messages = [...(rooms.get(roomKey(channel, thread))?.values() ?? [])];
  return messages.sort((a, b) => (a.ts < b.ts ? -1 : 1));
}

export const findMessage = (channel, ts) =>
  rooms.get(channel)?.get(ts) ?? [...rooms].flatMap(([key, room]) =>
    (key.startsWith(`${channel}/`) ? [room.get(ts)] : [])).find(Boolean);

/** Becomes this person: everything is read anew and the socket opened in their name. */
export async function becomePerson(userId) {
  hangUp();
  actAs(userId);
  rooms.clear();
  lastRead.clear();
  Object.assign(store, { views: [], home: null, wires: [], thread: null });
  await refreshSession();
  await new Promise((resolve) => {
    hangUp = listen(takeFrame, (status) => { resolve(); takeStatus(status); });
  });
}

async function refreshSession() {
  const state = await read("state");
  Object.assign(store, state, {
    users: byId(state.users), usergroups: byId(state.usergroups), channels: byId(state.channels),
  });
  actAs(store.me.id);
  tell("session");
}

const byId = (list) => new Map((list ?? []).map((item) => [item.id, item]));

async function takeStatus(status) {
  const isBack = status === "open" && store.connection === "lost";
  store.connection = status;
  tell("connection");
  if (!isBack) return;
  await refreshSession();
  if (store.place?.channel) await readRoom(store.place.channel);
  if (store.thread) await readRoom(store.thread.channel, store.thread.ts);
}

/** Reads a room anew. What is told of it meanwhile may be newer than the answer, and is taken in once more. */
export async function readRoom(channel, thread) {
  const meanwhile = { channel, frames: [] };
  reading.add(meanwhile);
  try {
    const { messages } = await read("history", thread ? { channel, thread_ts: thread } : { channel });
    rooms.set(roomKey(channel, thread), new Map(messages.map((message) => [message.ts, message])));
  } finally {
    reading.delete(meanwhile);
  }
  meanwhile.frames.forEach(takeFrame);
  tell("messages", { channel, isWhole: true });
}

export async function goTo(place) {
  if (place.channel && !store.channels.has(place.channel)) return;
  store.place = place;
  store.thread = null;
  tell("thread");
  tell("place");
  if (place.channel) await readRoom(place.channel);
  else if (place.isHome) await openHome();
}

async function openHome() {
  const answer = await act("home");
  if (answer.view && !store.home) takeFrame({ type: "home", view: answer.view });
}

export async function openThread(channel, ts) {
  store.thread = ts ? { channel, ts } : null;
  tell("thread");
  if (ts) await readRoom(channel, ts);
}

/** The direct messages with somebody, opened if need be. */
export async function goToPerson(userId) {
  const known = [...store.channels.values()].find((channel) => channel.is_im && channel.user === userId);
  if (known) return goTo({ channel: known.id });
  const answer = await act("open_im", { user: userId });
  if (!answer.ok) return answer;
  const channel = typeof answer.channel === "string" ? { id: answer.channel, is_im: true, user: userId,
    is_member: true } : answer.channel;
  takeFrame({ type: "channel", channel: { ...channel, ...store.channels.get(channel.id) } });
  return goTo({ channel: channel.id });
}

/** Tells the server once for each newest message that it was seen, replies included. */
export function markRead(channelId) {
  const channel = store.channels.get(channelId);
  const moments = messagesOf(channelId).filter((message) =>
    !message.is_ephemeral).flatMap(({ ts, latest_reply: reply }) => [ts, reply ?? ts]);
  const last = moments.reduce((newest, ts) => (ts > newest ? ts : newest), "");
  if (!last || (!channel.unread && !channel.mentions)) return;
  Object.assign(channel, { unread: 0, mentions: 0 });
  tell("channels");
  if (lastRead.get(channelId) !== last) act("read", { channel: channelId, ts: last });
  lastRead.set(channelId, last);
}

/** Only the page knows which ephemerals were dismissed, so it forgets them at once. */
export function dismiss(channel, ts) {
  takeFrame({ type: "ephemeral_removed", channel, ts });
  act("dismiss", { channel, ts });
}

const take = {
  message: ({ channel, message }) => add(channel, message),
  message_changed: ({ channel, message }) => replace(channel, message),
  reaction: ({ channel, message }) => replace(channel, message),
  message_deleted: ({ channel, ts }) => remove(channel, ts),
  ephemeral: ({ channel, message }) => add(channel, { ...message, is_ephemeral: true }),
  ephemeral_removed: ({ channel, ts }) => remove(channel, ts),
  channel: ({ channel }) => takeChannel(channel),
  users: ({ users }) => takeUsers(users),
  views: ({ stack }) => set("views", stack),
  home: ({ view }) => set("home", view),
  faults: ({ faults }) => set("faults", faults),
  wires: ({ wires }) => set("wires", wires.slice(-WIRES_KEPT)),
  wire: (wire) => {
    store.wires = [...store.wires, wire].slice(-WIRES_KEPT);
    tell("wire", wire);
  },
};

export function takeFrame(frame) {
  for (const { channel, frames } of reading) if (frame.channel === channel) frames.push(frame);
  take[frame.type]?.(frame);
}

function set(name, value) {
  store[name] = value;
  tell(name);
}

function takeUsers(users) {
  store.users = byId(users);
  tell("channels");
  tell("messages", { isWhole: true });
}

function takeChannel(channel) {
  store.channels.set(channel.id, { ...store.channels.get(channel.id), ...channel });
  if (store.place?.channel === channel.id && !document.hidden) markRead(channel.id);
  tell("channels");
}

const isReply = (message) => message.thread_ts && message.thread_ts !== message.ts;

function add(channel, message) {
  place(channel, message);
  tell("messages", { channel, message });
}

function place(channel, message) {
  const isTop = !isReply(message) || message.subtype === "thread_broadcast";
  if (isTop) rooms.get(channel)?.set(message.ts, message);
  rooms.get(roomKey(channel, message.thread_ts ?? message.ts))?.set(message.ts, message);
  if (isReply(message) && !message.is_ephemeral) countReply(channel, message);
}

function countReply(channel, reply) {
  const parent = rooms.get(channel)?.get(reply.thread_ts);
  if (!parent || reply.ts <= (parent.latest_reply ?? "")) return;
  rooms.get(channel).set(parent.ts, {
    ...parent,
    reply_count: (parent.reply_count ?? 0) + 1,
    reply_users: [...new Set([...(parent.reply_users ?? []), reply.user])],
    latest_reply: reply.ts,
  });
}

function replace(channel, message) {
  for (const [key, room] of rooms) {
    const isHere = (key === channel || key.startsWith(`${channel}/`)) && room.has(message.ts);
    if (isHere) room.set(message.ts, message);
  }
  tell("messages", { channel });
}

function remove(channel, ts) {
  for (const [key, room] of rooms) if (key === channel || key.startsWith(`${channel}/`)) room.delete(ts);
  if (store.thread?.channel === channel && store.thread.ts === ts) openThread(channel, null);
  tell("messages", { channel });
}

/** How somebody is called in the page; an id nobody knows stays as it is. */
export function nameOf(userId) {
  const user = store.users.get(userId);
  return user?.profile?.display_name || user?.real_name || user?.profile?.real_name || user?.name || userId;
}

export function channelName(channel) {
  return channel.is_im ? nameOf(channel.user) : channel.name;
}
