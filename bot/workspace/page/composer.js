// The field in which people write, with completion of commands, people, channels and emoji.

import { button, fill, h, iconButton } from "./dom.js";
import { searchEmoji } from "./emoji.js";
import { channelEntries, peopleEntries } from "./render/select.js";
import { pickEmoji } from "./render/message.js";
import { Listbox, openMenu } from "./render/picker.js";
import { act } from "./server.js";
import { channelName, store } from "./store.js";

const MOST_SUGGESTIONS = 12;
const LEAST_EMOJI = 2;
const TALLEST = 220;
const BROADCASTS = [["here", "Everybody active in this channel"], ["channel", "Everybody in this channel"]];
const MARKS = [["*", "B", "Bold"], ["_", "I", "Italic"], ["~", "S", "Strikethrough"], ["`", "<>", "Code"]];
const drafts = new Map();

/** `where()` gives {channel, thread} at the time of sending. */
export class Composer {
  constructor({ where, id, label }) {
    this.where = where;
    this.field = h("textarea", {
      id, class: "composer-field", rows: 1, "aria-label": label, role: "combobox", "aria-autocomplete": "list",
      "aria-expanded": "false",
      on: { input: () => this.changed(), keydown: (event) => this.key(event), click: () => this.suggest(),
        blur: () => this.hide() },
    });
    this.list = new Listbox((entry) => this.complete(entry));
    this.field.setAttribute("aria-controls", this.list.root.id);
    this.suggestions = h("div.suggestions", { hidden: true }, this.list.root);
    this.problem = h("p.composer-problem", { role: "alert", hidden: true });
    this.send = iconButton("send", "Send", () => this.submit(), { class: "icon-button send" });
    this.root = h("div.composer", this.problem, this.suggestions,
      h("div.composer-box", this.field, h("div.composer-bar", this.drawTools(), this.send)));
  }

  drawTools() {
    const emoji = iconButton("smile", "Emoji", () => pickEmoji(emoji, (name) => this.insert(`:${name}: `)));
    const bolt = iconButton("bolt", "Shortcuts", () => openMenu(bolt, this.shortcuts(), (entry) => entry.run()));
    const drawMark = ([mark, face, label]) => button({
      class: `icon-button format is-${label.toLowerCase()}`, "aria-label": label, title: label,
      on: { click: () => this.wrap(mark) },
    }, face);
    const at = iconButton("at", "Mention somebody", () => this.insert("@"));
    return h("div.composer-tools", bolt, at, emoji, MARKS.map(drawMark));
  }

  shortcuts() {
    const entries = shortcutEntries((answer) => this.tell(answer));
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
    if (!this.suggestions.hidden && this.keyInSuggestions(event)) return;
    const mark = (event.ctrlKey || event.metaKey) && { b: "*", i: "_" }[event.key];
    const isSent = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (mark || isSent) event.preventDefault();
    if (mark) this.wrap(mark);
    if (isSent) this.submit();
  }

  /** True where the list of suggestions took the key. */
  keyInSuggestions(event) {
    const isEscape = event.key === "Escape";
    if (isEscape) this.hide();
    if (!isEscape && (event.shiftKey || !this.list.take(event))) return false;
    if (!isEscape) this.field.setAttribute("aria-activedescendant", this.list.activeId);
    event.stopPropagation();
    return true;
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
    const entries = word ? entriesFor(word, (answer) => this.tell(answer)) : [];
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

function entriesFor(word, tell) {
  const rest = word.slice(1).toLowerCase();
  const holds = (entry) => entry.words.toLowerCase().includes(rest);
  switch (word[0]) {
    case "/": return commandEntries(tell).filter((entry) => startsWith(entry.words, entry.run ? rest : word));
    case "#": return channelEntries((channel) => !channel.is_im).filter(holds).map(asTyped);
    case ":": return rest.length < LEAST_EMOJI ? [] : searchEmoji(rest, MOST_SUGGESTIONS).map(emojiEntry);
    default: return mentionEntries().filter(holds);
  }
}

const startsWith = (words, beginning) => words.toLowerCase().startsWith(beginning.toLowerCase());
const asTyped = (entry) => ({ ...entry, insert: `#${entry.words}` });
const emojiEntry = ([name, character]) => ({
  value: name, label: `:${name}:`, face: h("span.emoji", character), insert: `:${name}:`,
});

function commandEntries(tell) {
  const commands = store.commands.map(({ command, description, usage_hint: hint }) => ({
    value: command, label: h("span", h("strong", command), hint && h("span.usage", ` ${hint}`)), note: description,
    words: command, insert: command,
  }));
  return [...commands, ...shortcutEntries(tell)];
}

function shortcutEntries(tell) {
  const global = store.shortcuts.filter(({ type }) => type === "global");
  return global.map(({ name, description, callback_id: id }) => ({
    value: id, label: name, note: description, words: name, run: () => act("shortcut", { callback_id: id }).then(tell),
  }));
}

function mentionEntries() {
  const people = peopleEntries().map((entry) => ({ ...entry, insert: `@${store.users.get(entry.value).name}` }));
  const groups = [...store.usergroups.values()].map(({ id, handle, name }) => ({
    value: id, label: `@${handle}`, note: name, words: `${handle} ${name}`, insert: `@${handle}`,
  }));
  const broadcasts = BROADCASTS.map(([name, note]) => ({
    value: name, label: `@${name}`, note, words: name, insert: `@${name}`,
  }));
  return [...people, ...groups, ...broadcasts];
}
