// Puts the page together: bars, sidebar, conversation, thread, Home, wire; and follows the address and the keyboard.

import { refreshMoments } from "./dates.js";
import { button, fill, h, icon, iconButton, notify, plural } from "./dom.js";
import { Composer } from "./composer.js";
import { MessageList } from "./conversation.js";
import { drawHome, drawTabs } from "./home.js";
import { startModals } from "./modal.js";
import { drawMrkdwn } from "./mrkdwn.js";
import { avatar } from "./render/avatar.js";
import { openPicker } from "./render/picker.js";
import { channelEntries, peopleEntries } from "./render/select.js";
import { actingAs } from "./server.js";
import { drawSidebar } from "./sidebar.js";
import { becomePerson, channelName, findMessage, goTo, goToPerson, markRead, nameOf, on, openThread,
  store } from "./store.js";
import { drawWire } from "./wire.js";

const MOMENTS_EVERY = 20e3;
const root = document.getElementById("app");
const shell = h("div.shell");

const list = new MessageList({ drawIntro: drawChannelIntro });
const threadList = new MessageList({ inThread: true });
const composer = new Composer({ id: "composer", label: "Message", where: () => ({ channel: store.place?.channel }) });
const threadComposer = new Composer({ id: "thread-composer", label: "Reply",
  where: () => ({ channel: store.thread?.channel, thread: store.thread?.ts }) });

// ---- the parts

function drawTopBar() {
  const person = button({ class: "person", "aria-haspopup": "listbox", on: { click: () => pickPerson(person) } });
  on("session", () => fill(person, avatar(store.me, "is-small"),
    h("span.person-words", h("small", "Acting as"), h("strong", store.me.real_name ?? nameOf(store.me.id))),
    icon("down")));
  const jump = button({ class: "jump-to", on: { click: () => jumpTo(jump) } }, icon("search"), h("span", "Jump to…"),
    h("kbd", "Ctrl K"));
  return h("header.topbar",
    iconButton("menu", "Channels", () => toggle("has-drawer"), { class: "icon-button drawer-button" }),
    jump, h("span.connection", { role: "status" }), iconButton("sun", "Light or dark", switchTheme),
    iconButton("wire", "Wire: what the bot sends and receives", () => toggle("has-wire")), person);
}

function drawDrawer() {
  const team = h("h1.team");
  on("session", () => fill(team, store.team.name ?? "Local workspace"));
  return h("div.sidebar", h("div.team-row", h("img", { src: "/page/icon.svg", alt: "" }), team), drawSidebar());
}

function drawMain() {
  const head = h("header.place-head");
  const home = drawHome();
  const gate = h("p.gate", { hidden: true });
  const conversation = h("div.conversation", list.root, composer.root, gate);
  const main = h("main.main", head, conversation, home);
  const draw = () => {
    const channel = store.channels.get(store.place?.channel);
    fill(head, drawPlaceHead(channel));
    conversation.hidden = !channel;
    home.hidden = Boolean(channel);
    composer.root.hidden = Boolean(channel?.is_archived);
    gate.hidden = !channel?.is_archived;
    fill(gate, channel?.is_archived && `#${channel.name} is archived. Nobody can write here any more.`);
  };
  for (const topic of ["place", "channels", "session"]) on(topic, draw);
  return main;
}

function drawPlaceHead(channel) {
  const isApp = !channel || channel.user === store.bot.user_id;
  if (isApp) return [h("h2", store.bot.name ?? ""), drawTabs(!channel)];
  if (channel.is_im) return [avatar(store.users.get(channel.user), "is-small"), h("h2", nameOf(channel.user))];
  const topic = channel.topic?.value ?? channel.topic;
  return [h("h2", h("span.hash", "#"), channel.name), topic && h("p.topic", drawMrkdwn(topic)),
    channel.members && h("span.members", { title: channel.members.map(nameOf).join(", ") },
      plural(channel.members.length, "member"))];
}

function drawChannelIntro(channelId) {
  const channel = store.channels.get(channelId);
  if (!channel) return null;
  const purpose = channel.purpose?.value ?? channel.purpose;
  const words = channel.is_im ? `This is the beginning of your direct messages with ${nameOf(channel.user)}.`
    : `This is the very beginning of #${channel.name}.`;
  return h("div.intro", h("h3", `${channel.is_im ? "" : "# "}${channelName(channel)}`), h("p", words),
    purpose && h("div", drawMrkdwn(purpose)));
}

function drawThread() {
  const where = h("small");
  on("thread", () => {
    shell.classList.toggle("has-thread", Boolean(store.thread));
    fill(where, threadPlace());
  });
  const close = iconButton("close", "Close the thread", () => openThread(null, null));
  return h("aside.thread", { "aria-label": "Thread" },
    h("header.pane-head", h("h2", "Thread"), where, close), threadList.root, threadComposer.root);
}

function threadPlace() {
  const channel = store.channels.get(store.thread?.channel);
  return channel && `${channel.is_im ? "" : "#"}${channelName(channel)}`;
}

// ---- what people do

function pickPerson(anchor) {
  const entries = store.people.map((person) => ({ value: person.id, label: person.real_name ?? nameOf(person.id),
    note: person.profile?.title, face: avatar(person, "is-small") }));
  const found = (words) => entries.filter((entry) => `${entry.label} ${entry.note}`.toLowerCase().includes(words));
  openPicker(anchor, {
    label: "Act as…", isChosen: (id) => id === store.me.id, onPick: (entry) => become(entry.value),
    load: (words) => ({ groups: [{ entries: found(words) }] }),
  });
}

function jumpTo(anchor) {
  const found = (entries, words) => entries.filter((entry) => entry.words.toLowerCase().includes(words));
  openPicker(anchor, {
    label: "Jump to a channel or a person", isChosen: () => false,
    load: (words) => ({
      groups: [
        { label: "Channels", entries: found(channelEntries((channel) => !channel.is_im), words) },
        { label: "People", entries: found(peopleEntries(), words) },
      ],
    }),
    onPick: ({ value }) => (store.channels.has(value) ? goTo({ channel: value }) : goToPerson(value)),
  });
}

async function become(userId) {
  const before = store.place;
  await becomePerson(userId);
  const canStay = before?.isHome || (store.channels.has(before?.channel) && !store.channels.get(before.channel).is_im);
  await goTo(canStay ? before : firstPlace());
}

function firstPlace() {
  const all = [...store.channels.values()];
  const joined = all.filter((channel) => !channel.is_im && channel.is_member && !channel.is_archived);
  const first = joined.find((channel) => channel.unread) ?? joined[0] ?? all[0];
  return first ? { channel: first.id } : { isHome: true };
}

function toggle(name) {
  shell.classList.toggle(name);
}

function switchTheme() {
  const { dataset } = document.documentElement;
  const isDark = dataset.theme ? dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  dataset.theme = isDark ? "light" : "dark";
  localStorage.setItem("theme", dataset.theme);
}

// ---- the address: #C123, #C123/1700000000.000100, #home, or ?channel=C123&message=p1700000000000100

function placeInAddress() {
  const query = new URLSearchParams(location.search);
  if (query.has("message")) {
    return { channel: query.get("channel"), thread: query.get("thread_ts"), ts: tsOf(query.get("message")) };
  }
  const [channel, thread] = location.hash.slice(1).split("/");
  return channel === "home" ? { isHome: true } : { channel, thread };
}

/** The ts of "p1700000000000100". */
const tsOf = (name) => name.replace(/^p(\d+)(\d{6})$/, "$1.$2");

const followAddress = () => visit(placeInAddress());

async function visit({ channel, thread, isHome, ts }) {
  const target = isHome ? { isHome } : store.channels.has(channel) ? { channel } : firstPlace();
  if (store.place?.channel !== target.channel || store.place?.isHome !== target.isHome) await goTo(target);
  if ((thread ?? null) !== (store.thread?.ts ?? null)) await openThread(target.channel, thread ?? null);
  if (ts) document.querySelector(`[data-ts="${ts}"]`)?.scrollIntoView({ block: "center" });
}

function writeAddress() {
  const { place, thread } = store;
  const hash = place?.isHome ? "#home" : `#${place?.channel ?? ""}${thread ? `/${thread.ts}` : ""}`;
  if (hash !== location.hash) history.pushState(null, "", `/?as=${actingAs()}${hash}`);
}

function followPermalinks(event) {
  const anchor = event.target.closest?.("a[href]");
  const url = anchor && new URL(anchor.href);
  if (!url || url.origin !== location.origin || !url.pathname.startsWith("/archives/")) return;
  event.preventDefault();
  const [, , channel, message] = url.pathname.split("/");
  visit({ channel, thread: url.searchParams.get("thread_ts"), ts: tsOf(message) });
}

// ---- following what happens

let wasUnread = 0;

function follow() {
  on("place", () => {
    wasUnread = store.channels.get(store.place.channel)?.unread ?? 0;
    shell.classList.remove("has-drawer");
    writeAddress();
    if (!store.place.channel) return;
    list.open(store.place.channel);
    composer.enter();
  });
  on("thread", () => {
    writeAddress();
    if (!store.thread) return threadList.open(null);
    threadList.open(store.thread.channel, store.thread.ts);
    threadComposer.enter();
    threadComposer.field.focus();
  });
  on("messages", showMessages);
  on("connection", () => {
    const words = store.connection === "lost" ? "Connection lost. Trying again…" : "";
    shell.querySelector(".connection").textContent = words;
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && store.place?.channel) markRead(store.place.channel);
  });
}

function showMessages({ channel, message, isWhole }) {
  if (channel && channel !== store.place?.channel && channel !== store.thread?.channel) return;
  list.draw({ isWhole });
  threadList.draw({ isWhole });
  if (message) greet(channel, message);
  if (!isWhole || !wasUnread || channel !== store.place?.channel) return;
  list.markNew(wasUnread);
  wasUnread = 0;
}

function greet(channel, message) {
  const isHere = store.place?.channel === channel && findMessage(channel, message.ts);
  const isInThread = store.thread?.channel === channel && message.thread_ts === store.thread.ts;
  if (isInThread) threadList.greet(message);
  else if (isHere) list.greet(message);
}

function takeKeys(event) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    jumpTo(document.querySelector(".jump-to"));
  }
  if (event.key !== "Escape" || document.querySelector("dialog[open], :popover-open")) return;
  if (shell.classList.contains("has-drawer")) toggle("has-drawer");
  else if (store.thread) { openThread(null, null); composer.field.focus(); }
  else if (shell.classList.contains("has-wire")) toggle("has-wire");
}

async function start() {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
  shell.append(drawTopBar(), drawDrawer(), h("div.shade", { on: { click: () => toggle("has-drawer") } }), drawMain(),
    drawThread(), drawWire(() => toggle("has-wire")));
  follow();
  startModals();
  await becomePerson(actingAs());
  fill(root, shell);
  await followAddress();
  addEventListener("popstate", followAddress);
  addEventListener("keydown", takeKeys);
  addEventListener("click", followPermalinks);
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    composer.field.focus();
  });
  addEventListener("unhandledrejection", (event) => notify(String(event.reason?.message ?? event.reason)));
  setInterval(refreshMoments, MOMENTS_EVERY);
}

start().catch((error) => fill(root, h("p.loading", { role: "alert" }, `The workspace did not open: ${error.message}`)));
