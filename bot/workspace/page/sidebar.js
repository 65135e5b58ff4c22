// The list of channels, people and the app, with marks for what was not read yet.

import { button, fill, h, icon, keepFocus } from "./dom.js";
import { avatar } from "./render/avatar.js";
import { channelName, goTo, goToPerson, nameOf, on, store } from "./store.js";

let showsOthers = false;

export function drawSidebar() {
  const root = h("nav.sidebar-list", { "aria-label": "Channels and people" });
  const redraw = () => {
    keepFocus(root, () => fill(root, drawSections()));
    document.title = titleWords();
  };
  for (const topic of ["session", "channels", "place"]) on(topic, redraw);
  return root;
}

function titleWords() {
  const waiting = [...store.channels.values()].reduce((sum, channel) => sum + badge(channel), 0);
  const here = store.place?.channel ? placeWords(store.channels.get(store.place.channel)) : store.bot?.name;
  return `${waiting ? `(${waiting}) ` : ""}${here ?? "…"} - ${store.team.name ?? "Local workspace"}`;
}

/** What asks for this person: every direct message, and mentions elsewhere. */
const badge = (channel) => (channel?.is_im ? channel.unread : channel?.mentions) ?? 0;

const placeWords = (channel) => channel && `${channel.is_im ? "" : "#"}${channelName(channel)}`;

function drawSections() {
  const channels = [...store.channels.values()].filter((channel) => !channel.is_im);
  const joined = channels.filter((channel) => channel.is_member && !channel.is_archived);
  const others = channels.filter((channel) => !joined.includes(channel));
  return [
    section("Apps", [drawApp()]),
    section("Channels", byName(joined).map(drawChannel)),
    others.length > 0 && drawOthers(others),
    section("Direct messages", people().map(drawPerson)),
  ];
}

function drawOthers(others) {
  const toggle = (event) => { showsOthers = event.target.open; };
  const isOpen = showsOthers || others.some(({ id }) => id === store.place?.channel);
  return h("details.side-section", { open: isOpen, on: { toggle } },
    h("summary", icon("right"), "More channels"), h("ul", byName(others).map(drawChannel)));
}

const section = (title, items) => h("section.side-section", h("h2", title), h("ul", items));
const byName = (channels) => channels.sort((a, b) => a.name.localeCompare(b.name));

function people() {
  const ims = new Map([...store.channels.values()].filter((channel) => channel.is_im).map((channel) =>
    [channel.user, channel]));
  const others = [...store.users.values()].filter((user) => !user.deleted && user.id !== store.me.id
    && user.id !== store.bot.user_id && user.id !== "USLACKBOT");
  return others.map((user) => ({ user, im: ims.get(user.id) })).sort((a, b) =>
    nameOf(a.user.id).localeCompare(nameOf(b.user.id)));
}

function item({ face, name, channel, isHere, onClick, note }) {
  const { unread = 0 } = channel ?? {};
  const marked = badge(channel);
  const label = `${name}${unread ? `, ${unread} unread` : ""}`;
  const classes = ["side-item", isHere && "is-here", unread > 0 && "is-unread",
    channel?.is_archived && "is-archived"].filter(Boolean).join(" ");
  return h("li", button({ class: classes, "aria-current": isHere ? "page" : null, "aria-label": label,
    "data-key": channel?.id ?? name, on: { click: onClick } },
    face, h("span.side-name", name), note && h("span.side-note", note), marked > 0 && h("span.count", marked)));
}

function drawChannel(channel) {
  const face = channel.is_archived ? icon("archive") : h("span.hash", { "aria-hidden": "true" }, "#");
  return item({ face, name: channel.name, channel, isHere: store.place?.channel === channel.id,
    onClick: () => goTo({ channel: channel.id }) });
}

function drawPerson({ user, im }) {
  return item({ face: avatar(user, "is-small"), name: nameOf(user.id), channel: im,
    isHere: im && store.place?.channel === im.id, onClick: () => goToPerson(user.id) });
}

function drawApp() {
  const im = [...store.channels.values()].find((channel) => channel.is_im && channel.user === store.bot.user_id);
  const isHere = store.place?.isHome || (im && store.place?.channel === im.id);
  const bot = store.users.get(store.bot.user_id) ?? { id: store.bot.user_id, name: store.bot.name, is_bot: true };
  return item({ face: avatar(bot, "is-small"), name: store.bot.name ?? "App", channel: im, isHere,
    onClick: () => (im?.unread ? goTo({ channel: im.id }) : goTo({ isHome: true })) });
}
