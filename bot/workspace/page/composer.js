// The field in which people write, with completion of commands, people, channels and emoji.

import { button, fill, h, iconButton } from "./dom.js";
import { searchEmoji } from "./emoji.js";
import { channelEntries, peopleEntries } from "./render/select.js";
import { pickEmoji } from "./render/message.js";
import { Listbox, openMenu } from "./render/picker.js";
import { act } from "./server.js";
import { channelName, store } from "./store.js";

const MOST_SUGGESTIONS = 12;
const TALLEST = 220;
const BROADCASTS = [["here", "Everybody active in this channel"], ["channel", "Everybody in this channel"]];
const drafts = new Map();

/** `where()` gives {channel, thread} at the time of sending. */
export class Composer {
  constructor({ where, id, label }) {
    this.where = where;
    this.field = h("textarea", {
      id, class: "composer-field", rows: 1, "aria-label": label, role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
      on: { input: () => this.changed(), keydown: (event) => this.key(event), click: () => this.suggest(), blur: () => this.hide() },
    });
    this.list = new Listbox((entry) => this.complete(entry));
    this.field.setAttribute("aria-controls", this.list.root.id);
    this.suggestions = h("div", { class: "suggestions", hidden: true }, this.list.root);
    this.problem = h("p", { class: "composer-problem", role: "alert", hidden: true });
    this.send = iconButton("send", "Send", () => this.submit(), { class: "icon-button send" });
    this.root = h("div", { class: "composer" }, this.problem, this.suggestions,
      h("div", { class: "composer-box" }, this.field, h("div", { class: "composer-bar" }, this.drawTools(), this.send)));
  }

  drawTools() {
    const emoji = iconButton("smile", "Emoji", () => pickEmoji(emoji, (name) => this.insert(`:${name}: `)));
    const bolt = iconButton("bolt", "Shortcuts", () => openMenu(bolt, this.shortcuts(), (entry) => entry.run()));
    return h("div", { class: "composer-tools" }, bolt, iconButton("at", "Mention somebody", () => this.insert("@")), emoji,
      [["*", "B", "Bold"], ["_", "I", "Italic"], ["~", "S", "Strikethrough"], ["`", "<>", "Code"]].map(([mark, face, label]) =>
        button({ class: `icon-button format is-${label.toLowerCase()}`, "aria-label": label, title: label, on: { click: () => this.wrap(mark) } }, face)));
  }

  shortcuts() {
    const global = store.shortcuts.filter(({ type }) => type === "global");
    const run = ({ callback_id: id }) => () => act("shortcut", { callback_id: id }).then((answer) => this.tell(answer));
    const entries = global.map((shortcut) => ({ value: shortcut.callback_id, label: shortcut.name, note: shortcut.description, run: run(shortcut) }));
    return entries.length ? entries : [{ value: "", label: "This app has no global shortcuts", run: () => {} }];
  }

  /** Another channel or thread: its own draft. */
  enter() {
    const { channel, thread } = this.where();
    const name = channel && channelName(store.channels.get(channel) ?? { name: "" });
    const isIm = store.channels.get(channel)?.is_im;
    this.field.placeholder = thread ? "Reply…" : `Message ${isIm ? "" : "#"}${name}`;
    this.field.value = drafts.get(this.draftKey) ?? "";
    this.tell({ ok: true });
    this.grow();
    this.hide();
  }

  get draftKey() {
    const { channel, thread } = this.where();
    return `${store.me?.id} ${channel} ${thread ?? ""}`;
  }

  changed() {
    drafts.set(this.draftKey, this.field.value);
    this.grow();
    this.suggest();
  }

  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, TALLEST)}px`;
    this.send.disabled = !this.field.value.trim();
  }

  key(event) {
    const mark = (event.ctrlKey || event.metaKey) && { b: "*", i: "_" }[event.key];
    if (!this.suggestions.hidden && event.key === "Escape") { event.stopPropagation(); this.hide(); }
    else if (!this.suggestions.hidden && !event.shiftKey && this.list.take(event)) this.field.setAttribute("aria-activedescendant", this.list.activeId);
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.submit(); }
    else if (mark) { event.preventDefault(); this.wrap(mark); }
  }

  async submit() {
    const text = this.field.value.trim();
    const { channel, thread } = this.where();
    if (!text || this.isSending) return;
    this.isSending = true;
    const answer = await act("say", { channel, text, ...(thread ? { thread_ts: thread } : {}) });
    this.isSending = false;
    this.tell(answer);
    if (!answer.ok) return;
    drafts.delete(this.draftKey);
    this.field.value = "";
    this.grow();
  }

  tell(answer) {
    this.problem.hidden = answer.ok;
    fill(this.problem, answer.ok ? null : answer.message ?? `This did not work: ${answer.error}`);
  }

  insert(words) {
    const { selectionStart: start, selectionEnd: end, value } = this.field;
    const space = start && !/\s$/.test(value.slice(0, start)) ? " " : "";
    this.field.setRangeText(space + words, start, end, "end");
    this.field.focus();
    this.changed();
  }

  wrap(mark) {
    const { selectionStart: start, selectionEnd: end, value } = this.field;
    this.field.setRangeText(mark + value.slice(start, end) + mark, start, end, "end");
    if (start === end) this.field.setSelectionRange(start + 1, start + 1);
    this.field.focus();
    this.changed();
  }

  /** Looks at the word before the caret and offers what it could become. */
  suggest() {
    const before = this.field.value.slice(0, this.field.selectionStart);
    const word = before.match(/(?:^|\s)([@#:][^\s@#:]*)$/)?.[1] ?? before.match(/^\/\S*$/)?.[0];
    const entries = word ? entriesFor(word) : [];
    if (!entries.length) return this.hide();
    this.word = word;
    this.list.show([{ entries: entries.slice(0, MOST_SUGGESTIONS) }]);
    this.suggestions.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
    this.field.setAttribute("aria-activedescendant", this.list.activeId);
  }

  hide() {
    this.suggestions.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  complete(entry) {
    const end = this.field.selectionStart;
    this.hide();
    this.field.setRangeText(entry.run ? "" : `${entry.insert} `, end - this.word.length, end, "end");
    entry.run?.();
    this.changed();
  }
}

function entriesFor(word) {
  const rest = word.slice(1).toLowerCase();
  const holds = (entry) => entry.words.toLowerCase().includes(rest);
  if (word[0] === "/") return commandEntries().filter((entry) => entry.words.toLowerCase().startsWith(word.toLowerCase()) || (rest && entry.run && holds(entry)));
  if (word[0] === "#") return channelEntries((channel) => !channel.is_im).filter(holds).map((entry) => ({ ...entry, insert: `#${entry.words}` }));
  if (word[0] === ":") return rest.length < 2 ? [] : searchEmoji(rest, 8).map(([name, face]) => ({ value: name, label: `:${name}:`, face: h("span", { class: "emoji" }, face), insert: `:${name}:` }));
  return mentionEntries().filter(holds);
}

function commandEntries() {
  const commands = store.commands.map(({ command, description, usage_hint: hint }) => ({
    value: command, label: h("span", {}, h("strong", {}, command), hint && h("span", { class: "usage" }, ` ${hint}`)), note: description, words: command, insert: command,
  }));
  const shortcuts = store.shortcuts.filter(({ type }) => type === "global").map(({ name, description, callback_id: id }) => ({
    value: id, label: name, note: description, words: name, run: () => act("shortcut", { callback_id: id }),
  }));
  return [...commands, ...shortcuts];
}

function mentionEntries() {
  const people = peopleEntries().map((entry) => ({ ...entry, insert: `@${store.users.get(entry.value).name}` }));
  const groups = [...store.usergroups.values()].map(({ id, handle, name }) => ({ value: id, label: `@${handle}`, note: name, words: `${handle} ${name}`, insert: `@${handle}` }));
  const broadcasts = BROADCASTS.map(([name, note]) => ({ value: name, label: `@${name}`, note, words: name, insert: `@${name}` }));
  return [...people, ...groups, ...broadcasts];
}
