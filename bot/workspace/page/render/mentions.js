// Draws what points at something: people, user groups, channels, moments.

import { formatDate, momentMark } from "../dates.js";
import { button, h, link } from "../dom.js";
import { channelName, goTo, goToPerson, nameOf, store } from "../store.js";

export function userMention(userId, label) {
  const words = `@${store.users.has(userId) ? nameOf(userId) : label || userId}`;
  const isMe = userId === store.me?.id;
  return button({ class: isMe ? "mention is-me" : "mention", on: { click: () => goToPerson(userId) } }, words);
}

export function channelMention(channelId, label) {
  const channel = store.channels.get(channelId);
  const words = `#${channel ? channelName(channel) : label || channelId}`;
  return button({ class: "mention", on: { click: () => goTo({ channel: channelId }) } }, words);
}

export function groupMention(groupId, label) {
  const group = store.usergroups.get(groupId);
  const isMe = group?.users?.includes(store.me?.id);
  return h("span", { class: isMe ? "mention is-me" : "mention" }, label || `@${group?.handle ?? groupId}`);
}

export const broadcastMention = (range) => h("span.mention.is-me", `@${range}`);

/** A moment in the reader's time zone; the fallback where there is no such moment. */
export function moment(seconds, pattern, address, fallback) {
  if (!Number.isFinite(seconds)) return fallback ?? "";
  const words = formatDate(seconds, pattern);
  const title = formatDate(seconds, "{date_long_full} at {time}");
  const node = h("time", { title, datetime: new Date(seconds * 1000).toISOString(), ...momentMark(seconds, pattern) },
    words);
  return address ? link(address, node) : node;
}
