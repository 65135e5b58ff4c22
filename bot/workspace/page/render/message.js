// Draws one message: who wrote it, its blocks, files, reactions, its thread, and what can be done with it.

import { clockTime, formatDate, fullMoment, momentOf } from "../dates.js";
import { button, fill, h, icon, iconButton, link, notify, plural } from "../dom.js";
import { drawEmoji, emojiOf, searchEmoji } from "../emoji.js";
import { decode, drawMrkdwn, drawPlain } from "../mrkdwn.js";
import { act } from "../server.js";
import { dismiss, goToPerson, nameOf, openThread, store } from "../store.js";
import { surfaceFor } from "../surface.js";
import { drawAttachment } from "./attachment.js";
import { avatar } from "./avatar.js";
import { drawBlocks } from "./blocks.js";
import { openMenu, openPicker } from "./picker.js";

const [FOUND_EMOJI, OFFERED_EMOJI] = [40, 120];
const SYSTEM_SUBTYPES = /^((channel|group)_(join|leave|topic|purpose|name|archive|unarchive)|pinned_item|bot_add)$/;

/** `isGrouped`: the one before is by the same author, so only the words are shown; `inThread`: for a thread pane. */
export function drawMessage(channel, message, { isGrouped, inThread }) {
  if (SYSTEM_SUBTYPES.test(message.subtype ?? "")) return drawSystem(message);
  const author = authorOf(message);
  const classes = ["message", isGrouped && "is-grouped",
    message.is_ephemeral && "is-ephemeral"].filter(Boolean).join(" ");
  return h("article", { class: classes, "data-ts": message.ts,
    "aria-label": `${author.name}, ${clockTime(message.ts)}` },
    h("div.message-side", isGrouped ? h("span.side-time", clockTime(message.ts).replace(/ [AP]M$/, ""))
      : avatar(author)),
    h("div.message-main",
      message.is_ephemeral && h("p.only-you", icon("eye"), "Only visible to you"),
      !isGrouped && drawHead(message, author), drawBody(channel, message),
      message.is_ephemeral && h("p.only-you-foot", button({ class: "text-button",
        on: { click: () => dismiss(channel, message.ts) } }, "Dismiss message")),
      drawReactions(channel, message), !inThread && drawThreadLink(channel, message)),
    !message.is_ephemeral && drawTools(channel, message, inThread));
}

/** Who wrote it: a person, the bot, or an app under a name of its own. */
export function authorOf(message) {
  const user = store.users.get(message.user);
  const isBot = Boolean(message.bot_id || user?.is_bot);
  const profile = message.bot_profile;
  const name = message.username || (user ? nameOf(user.id) : profile?.name) || nameOf(message.user) || "Somebody";
  const image = message.icons?.image_48 ?? (message.username ? undefined : user?.profile?.image_72)
    ?? profile?.icons?.image_48;
  return { id: message.user ?? message.bot_id, name, isBot, image, emoji: message.icons?.emoji ?? message.icon_emoji };
}

function drawSystem(message) {
  return h("article.message.is-system", { "data-ts": message.ts }, h("div.message-side"),
    h("div.message-main", h("span.system-words", drawMrkdwn(message.text)), " ", drawTime(message)));
}

const drawTime = (message) => {
  const time = h("time.message-time", { title: fullMoment(message.ts) }, clockTime(message.ts));
  return message.permalink ? link(message.permalink, time) : time;
};

function drawHead(message, author) {
  const canTalk = store.users.has(message.user) && message.user !== store.me.id;
  const name = canTalk ? button({ class: "author", on: { click: () => goToPerson(message.user) } }, author.name)
    : h("span.author", author.name);
  return h("header.message-head", name, author.isBot && h("span.badge", "App"), drawTime(message));
}

function drawBody(channel, message) {
  const { blocks, text, edited, attachments, files } = message;
  const surface = surfaceFor({ channel, ts: message.ts });
  const words = () => text && h("div", { class: isOnlyEmoji(text) ? "plain is-big" : "plain" }, drawMrkdwn(text));
  return h("div.message-body",
    blocks?.length ? drawBlocks(blocks, surface) : words(),
    isMarkedEdited(message) && h("span.edited", { title: edited.ts && fullMoment(edited.ts) }, "(edited)"),
    (attachments ?? []).map((attachment) => drawAttachment(attachment, surface)), (files ?? []).map(drawFile));
}

/** Slack says so of what people write; cards change all the time. */
const isMarkedEdited = (message) => message.edited && !(message.bot_id && message.blocks?.length);

const isOnlyEmoji = (text) => /^(\s*:[a-z0-9_+'-]+:\s*){1,8}$/.test(text)
  && text.split(":").filter((name) => name.trim()).every(emojiOf);

function drawFile(file) {
  const name = file.title || file.name || "File";
  const address = file.url_private ?? file.permalink ?? "";
  if (file.mimetype?.startsWith("image/")) {
    return h("figure.block-image", h("figcaption", name),
      link(address, h("img", { src: file.thumb_720 ?? address, alt: name, loading: "lazy" })));
  }
  const kind = [file.pretty_type ?? file.mimetype, file.size && sizeWords(file.size)].filter(Boolean).join(" · ");
  return link(address, h("div.file-card", icon("file"), h("span", h("strong", name), h("small", kind))));
}

function sizeWords(bytes) {
  if (bytes < 1e3) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function drawReactions(channel, message) {
  if (!message.reactions?.length) return null;
  return h("div.reactions", message.reactions.map(({ name, users, count }) => {
    const isMine = users.includes(store.me.id);
    const who = `${users.map(nameOf).join(", ")} reacted with :${name}:`;
    return button({ class: "reaction", "aria-pressed": String(isMine), title: who, "aria-label": who,
      "data-key": `${message.ts}/${name}`,
      on: { click: () => send(isMine ? "unreact" : "react", { channel, ts: message.ts, name }) } }, drawEmoji(name),
        h("span", count));
  }));
}

function drawThreadLink(channel, message) {
  const { reply_count: count, reply_users: users, latest_reply: latest } = message;
  if (!count) return null;
  return button({ class: "thread-link", "data-key": `${message.ts}/thread`,
    on: { click: () => openThread(channel, message.ts) } },
    (users ?? []).slice(0, 4).map((id) => avatar(store.users.get(id) ?? { id, name: nameOf(id) }, "is-small")),
    h("span.thread-count", plural(count, "reply", "replies")),
    latest && h("span.thread-last", formatDate(momentOf(latest), "Last reply {date_short_pretty} at {time}")));
}

async function send(what, fields) {
  const answer = await act(what, fields);
  if (!answer.ok) notify(answer.message ?? `This did not work: ${answer.error}`);
}

function drawTools(channel, message, inThread) {
  const root = message.thread_ts ?? message.ts;
  const key = (name) => ({ "data-key": `${message.ts}/${name}` });
  const react = iconButton("smile", "Add a reaction", () =>
    pickEmoji(react, (name) => send("react", { channel, ts: message.ts, name })), key("react"));
  const more = iconButton("more", "More actions", () => openMore(more, channel, message), key("more"));
  return h("div.tools", { role: "toolbar", "aria-label": "Message actions" }, react,
    !inThread && iconButton("reply", "Reply in thread", () => openThread(channel, root), key("reply")), more);
}

export function pickEmoji(anchor, onPick) {
  const entryOf = ([name, character]) => ({ value: name, label: `:${name}:`, face: h("span.emoji", character) });
  const found = (words) => searchEmoji(words, words ? FOUND_EMOJI : OFFERED_EMOJI).map(entryOf);
  openPicker(anchor, {
    label: "Find an emoji", isChosen: () => false, onPick: (entry) => onPick(entry.value),
    load: (words) => ({ groups: [{ entries: found(words) }] }),
  });
}

function openMore(anchor, channel, message) {
  const isMine = message.user === store.me.id && !message.bot_id;
  const shortcuts = store.shortcuts.filter(({ type }) => type !== "global").map((shortcut) => ({
    value: shortcut.callback_id, label: shortcut.name, note: store.bot.name,
    run: () => send("shortcut", { callback_id: shortcut.callback_id, channel, ts: message.ts }),
  }));
  const own = isMine ? [
    { value: "edit", label: "Edit message", run: () => editInPlace(anchor, channel, message) },
    { value: "delete", label: "Delete message", isDanger: true,
      run: () => send("delete", { channel, ts: message.ts }) },
  ] : [];
  const copy = { value: "copy", label: "Copy link", run: () => navigator.clipboard.writeText(message.permalink) };
  openMenu(anchor, [...shortcuts, copy, ...own], (entry) => entry.run());
}

function editInPlace(anchor, channel, message) {
  const body = anchor.closest(".message").querySelector(".message-body");
  const before = [...body.childNodes];
  const undo = () => fill(body, before);
  const save = () => send("edit", { channel, ts: message.ts, text: field.value }).then(undo);
  const keydown = (event) => {
    if (event.key === "Escape") { event.stopPropagation(); undo(); }
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); save(); }
  };
  const field = h("textarea.field", { rows: 2, value: decode(message.text), "aria-label": "Edit message",
    on: { keydown } });
  fill(body, field, h("div.edit-foot", button({ class: "button", on: { click: undo } }, "Cancel"),
    button({ class: "button is-primary is-filled", on: { click: save } }, "Save")));
  field.focus();
}
