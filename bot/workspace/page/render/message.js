// Draws one message: who wrote it, its blocks, files, reactions, its thread, and what can be done with it.

import { clockTime, formatDate, fullMoment, momentOf } from "../dates.js";
import { button, fill, h, icon, iconButton, link, notify, plural } from "../dom.js";
import { drawEmoji, emojiOf, searchEmoji } from "../emoji.js";
import { decode, drawMrkdwn, drawPlain } from "../mrkdwn.js";
import { act } from "../server.js";
import { dismiss, goToPerson, nameOf, openThread, store } from "../store.js";
import { surfaceFor } from "../surface.js";
import { avatar } from "./avatar.js";
import { drawBlocks } from "./blocks.js";
import { openMenu, openPicker } from "./picker.js";

const SYSTEM_SUBTYPES = /^(channel|group)_(join|leave|topic|purpose|name|archive|unarchive)$|^(pinned_item|bot_add|reminder_add)$/;
const NAMED_COLOURS = { good: "#2f9e6e", warning: "#d99b1c", danger: "#c9364f" };

/** `isGrouped`: the one before is by the same author, so only the words are shown. `inThread`: it stands in a thread pane. */
export function drawMessage(channel, message, { isGrouped, inThread }) {
  if (SYSTEM_SUBTYPES.test(message.subtype ?? "")) return drawSystem(message);
  const author = authorOf(message);
  const classes = ["message", isGrouped && "is-grouped", message.is_ephemeral && "is-ephemeral"].filter(Boolean).join(" ");
  return h("article", { class: classes, "data-ts": message.ts, "aria-label": `${author.name}, ${clockTime(message.ts)}` },
    h("div", { class: "message-side" }, isGrouped ? h("span", { class: "side-time" }, clockTime(message.ts).replace(/ [AP]M$/, "")) : avatar(author)),
    h("div", { class: "message-main" },
      message.is_ephemeral && h("p", { class: "only-you" }, icon("eye"), "Only visible to you"),
      !isGrouped && drawHead(message, author), drawBody(channel, message),
      message.is_ephemeral && h("p", { class: "only-you-foot" }, button({ class: "text-button", on: { click: () => dismiss(channel, message.ts) } }, "Dismiss message")),
      drawReactions(channel, message), !inThread && drawThreadLink(channel, message)),
    !message.is_ephemeral && drawTools(channel, message, inThread));
}

/** Who wrote it: a person, the bot, or an app under a name of its own. */
export function authorOf(message) {
  const user = store.users.get(message.user);
  const isBot = Boolean(message.bot_id || user?.is_bot);
  const profile = message.bot_profile;
  const name = message.username || (user ? nameOf(user.id) : profile?.name) || nameOf(message.user) || "Somebody";
  const image = message.icons?.image_48 ?? (message.username ? undefined : user?.profile?.image_72) ?? profile?.icons?.image_48;
  return { id: message.user ?? message.bot_id, name, isBot, image, emoji: message.icons?.emoji ?? message.icon_emoji };
}

function drawSystem(message) {
  return h("article", { class: "message is-system", "data-ts": message.ts }, h("div", { class: "message-side" }),
    h("div", { class: "message-main" }, h("span", { class: "system-words" }, drawMrkdwn(message.text)), " ", drawTime(message)));
}

const drawTime = (message) => {
  const time = h("time", { class: "message-time", title: fullMoment(message.ts) }, clockTime(message.ts));
  return message.permalink ? link(message.permalink, time) : time;
};

function drawHead(message, author) {
  const canTalk = store.users.has(message.user) && message.user !== store.me.id;
  const name = canTalk ? button({ class: "author", on: { click: () => goToPerson(message.user) } }, author.name) : h("span", { class: "author" }, author.name);
  return h("header", { class: "message-head" }, name, author.isBot && h("span", { class: "badge" }, "App"), drawTime(message));
}

function drawBody(channel, message) {
  const surface = surfaceFor({ channel, ts: message.ts });
  return h("div", { class: "message-body" },
    message.blocks?.length ? drawBlocks(message.blocks, surface) : message.text && h("div", { class: isOnlyEmoji(message.text) ? "plain is-big" : "plain" }, drawMrkdwn(message.text)),
    message.edited && h("span", { class: "edited", title: message.edited.ts && fullMoment(message.edited.ts) }, "(edited)"),
    (message.attachments ?? []).map((attachment) => drawAttachment(attachment, surface)), (message.files ?? []).map(drawFile));
}

const isOnlyEmoji = (text) => /^(\s*:[a-z0-9_+'-]+:\s*){1,8}$/.test(text) && text.split(":").filter((name) => name.trim()).every(emojiOf);

function drawAttachment(attachment, surface) {
  const { color = "", pretext, author_name: author, author_link: authorLink, title, title_link: address, text, fields, image_url: image, thumb_url: thumb, footer, ts, blocks } = attachment;
  const colour = NAMED_COLOURS[color] ?? (/^#?[0-9a-f]{3,8}$/i.test(color) ? `#${color.replace("#", "")}` : null);
  return h("div", { class: "attachment-frame" }, pretext && h("div", { class: "plain" }, drawMrkdwn(pretext)),
    h("div", { class: "attachment", style: colour && { "--stripe": colour } }, h("div", { class: "attachment-words" },
      author && h("small", {}, authorLink ? link(authorLink, author) : author), title && h("strong", {}, address ? link(address, drawPlain(title)) : drawPlain(title)),
      text && h("div", { class: "plain" }, drawMrkdwn(text)), blocks && drawBlocks(blocks, surface),
      fields && h("div", { class: "fields" }, fields.map((field) => h("div", { class: field.short ? "" : "is-wide" }, h("strong", {}, drawPlain(field.title)), h("div", {}, drawMrkdwn(field.value))))),
      image && link(image, h("img", { class: "attachment-image", src: image, alt: title ?? "", loading: "lazy" })),
      (footer || ts) && h("small", { class: "attachment-foot" }, [footer, ts && formatDate(Number(ts), "{date_short} at {time}")].filter(Boolean).join(" · "))),
    thumb && h("img", { class: "accessory-image", src: thumb, alt: "" })));
}

function drawFile(file) {
  const name = file.title || file.name || "File";
  const address = file.url_private ?? file.permalink ?? "";
  if (file.mimetype?.startsWith("image/")) {
    return h("figure", { class: "block-image" }, h("figcaption", {}, name), link(address, h("img", { src: file.thumb_720 ?? address, alt: name, loading: "lazy" })));
  }
  const kind = [file.pretty_type ?? file.mimetype, file.size && sizeWords(file.size)].filter(Boolean).join(" · ");
  return link(address, h("div", { class: "file-card" }, icon("file"), h("span", {}, h("strong", {}, name), h("small", {}, kind))));
}

const sizeWords = (bytes) => (bytes < 1e3 ? `${bytes} B` : bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

function drawReactions(channel, message) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions" }, message.reactions.map(({ name, users, count }) => {
    const isMine = users.includes(store.me.id);
    const who = `${users.map(nameOf).join(", ")} reacted with :${name}:`;
    return button({ class: "reaction", "aria-pressed": String(isMine), title: who, "aria-label": who, "data-key": `${message.ts}/${name}`,
      on: { click: () => send(isMine ? "unreact" : "react", { channel, ts: message.ts, name }) } }, drawEmoji(name), h("span", {}, count));
  }));
}

function drawThreadLink(channel, message) {
  const { reply_count: count, reply_users: users, latest_reply: latest } = message;
  if (!count) return null;
  return button({ class: "thread-link", "data-key": `${message.ts}/thread`, on: { click: () => openThread(channel, message.ts) } },
    (users ?? []).slice(0, 4).map((id) => avatar(store.users.get(id) ?? { id, name: nameOf(id) }, "is-small")),
    h("span", { class: "thread-count" }, plural(count, "reply", "replies")), latest && h("span", { class: "thread-last" }, formatDate(momentOf(latest), "Last reply {date_short_pretty} at {time}")));
}

async function send(what, fields) {
  const answer = await act(what, fields);
  if (!answer.ok) notify(answer.message ?? `This did not work: ${answer.error}`);
}

function drawTools(channel, message, inThread) {
  const root = message.thread_ts ?? message.ts;
  const key = (name) => ({ "data-key": `${message.ts}/${name}` });
  const react = iconButton("smile", "Add a reaction", () => pickEmoji(react, (name) => send("react", { channel, ts: message.ts, name })), key("react"));
  const more = iconButton("more", "More actions", () => openMore(more, channel, message), key("more"));
  return h("div", { class: "tools", role: "toolbar", "aria-label": "Message actions" }, react,
    !inThread && iconButton("reply", "Reply in thread", () => openThread(channel, root), key("reply")), more);
}

export function pickEmoji(anchor, onPick) {
  openPicker(anchor, {
    label: "Find an emoji", isChosen: () => false, onPick: (entry) => onPick(entry.value),
    load: (words) => ({ groups: [{ entries: searchEmoji(words || "", words ? 40 : 120).map(([name, character]) => ({ value: name, label: `:${name}:`, face: h("span", { class: "emoji" }, character) })) }] }),
  });
}

function openMore(anchor, channel, message) {
  const isMine = message.user === store.me.id && !message.bot_id;
  const shortcuts = store.shortcuts.filter(({ type }) => type !== "global").map((shortcut) => ({
    value: shortcut.callback_id, label: shortcut.name, note: store.bot.name, run: () => send("shortcut", { callback_id: shortcut.callback_id, channel, ts: message.ts }),
  }));
  const own = isMine ? [
    { value: "edit", label: "Edit message", run: () => editInPlace(anchor, channel, message) },
    { value: "delete", label: "Delete message", isDanger: true, run: () => send("delete", { channel, ts: message.ts }) },
  ] : [];
  const copy = { value: "copy", label: "Copy link", run: () => navigator.clipboard.writeText(message.permalink ?? location.href) };
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
  const field = h("textarea", { class: "field", rows: 2, value: decode(message.text), "aria-label": "Edit message", on: { keydown } });
  fill(body, field, h("div", { class: "edit-foot" }, button({ class: "button", on: { click: undo } }, "Cancel"), button({ class: "button is-primary is-filled", on: { click: save } }, "Save")));
  field.focus();
}
