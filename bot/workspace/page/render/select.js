// Draws the select elements: one or many, of fixed options, of the bot's answers, of people or channels.

import { button, fill, h, icon } from "../dom.js";
import { channelName, nameOf, store } from "../store.js";
import { drawPlain, drawText } from "../mrkdwn.js";
import { avatar } from "./avatar.js";
import { openPicker } from "./picker.js";

const EXTERNAL_MIN_LENGTH = 3;
const EXTERNAL_WAIT = 250;

/** `control` is {element, block, surface, change(value), labelId}. */
export function drawSelect(control) {
  const { element } = control;
  const known = knownEntries(control);
  const isMulti = element.type.startsWith("multi_");
  const face = h("span.select-value");
  const open = button({
    class: "select", "aria-haspopup": "listbox", "aria-labelledby": control.labelId, "data-key": control.key,
    on: { click: () => openPicker(open, pickerOf(control, known, isMulti, refresh)) },
  }, face, icon("down"));
  const refresh = () => fill(face, drawChosen(control, known, isMulti));
  refresh();
  return open;
}

function pickerOf(control, known, isMulti, refresh) {
  const values = () => [control.value() ?? []].flat();
  return {
    label: searchLabel(control.element), isMulti, isChosen: (value) => values().includes(value),
    wait: isExternal(control.element) ? EXTERNAL_WAIT : 0,
    load: (words) => loadEntries(control, known, words),
    onPick: (entry) => {
      known.set(entry.value, entry);
      control.change(isMulti ? toggled(values(), entry.value, control.element.max_selected_items) : entry.value,
        { isLate: isMulti });
      refresh();
    },
  };
}

const searchLabel = (element) => (isExternal(element) ? "Type to search" : "Find an option");
const isExternal = (element) => element.type.endsWith("external_select");

function toggled(values, value, most = Infinity) {
  if (values.includes(value)) return values.filter((one) => one !== value);
  return values.length < most ? [...values, value] : values;
}

function drawChosen(control, known, isMulti) {
  const values = [control.value() ?? []].flat();
  if (!values.length) return h("span.placeholder", drawPlain(control.element.placeholder?.text ?? "Choose an option"));
  const names = values.map((value) => known.get(value)?.label ?? entryOf(value).label);
  return isMulti ? names.map((name) => h("span.chip", clone(name))) : clone(names[0]);
}

// Labels are nodes; a node can stand in one place only.
const clone = (label) => [label].flat().map((piece) => (piece instanceof Node ? piece.cloneNode(true) : piece));

function knownEntries({ element }) {
  const options = [
    ...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options),
    ...(element.initial_options ?? []), ...(element.initial_option ? [element.initial_option] : []),
  ];
  return new Map(options.map((option) => [option.value, optionEntry(option)]));
}

const optionEntry = (option) => ({
  value: option.value, label: drawText(option.text), words: option.text.text, note: option.description?.text,
});

async function loadEntries(control, known, words) {
  const { element } = control;
  if (isExternal(element)) return askBot(control, known, words);
  const groups = groupsOf(element).map(({ label, entries }) => ({
    label, entries: entries.filter((entry) => entry.words.toLowerCase().includes(words)),
  }));
  return { groups };
}

function groupsOf(element) {
  if (element.type.endsWith("users_select")) return [{ entries: peopleEntries() }];
  if (element.type.endsWith("channels_select")) return [{ entries: channelEntries((channel) => !channel.is_im) }];
  if (!element.type.endsWith("conversations_select")) return groupsOfOptions(element);
  return [{ entries: channelEntries(isIncluded(element.filter?.include)) }];
}

const isIncluded = (kinds) => (channel) => !kinds || kinds.includes(channel.is_im ? "im" : channel.is_private
  ? "private" : "public");

function groupsOfOptions({ options, option_groups: groups }) {
  const whole = options?.length ? [{ entries: options.map(optionEntry) }] : [];
  return whole.concat((groups ?? []).map((group) => ({ label: group.label.text,
    entries: group.options.map(optionEntry) })));
}

async function askBot(control, known, words) {
  const least = control.element.min_query_length ?? EXTERNAL_MIN_LENGTH;
  if (words.length < least) return { groups: [], empty: `Type ${least} or more characters` };
  const answer = await control.surface.suggest(control.block, control.element, words);
  const groups = groupsOfOptions(answer);
  for (const { entries } of groups) for (const entry of entries) known.set(entry.value, entry);
  return { groups, empty: answer.message };
}

export function peopleEntries() {
  return [...store.users.values()].filter((user) => !user.deleted).map((user) => ({
    value: user.id, label: nameOf(user.id), words: `${nameOf(user.id)} ${user.real_name ?? ""} ${user.name}`,
    note: user.profile?.title, face: avatar(user, "is-small"),
  }));
}

export function channelEntries(belongs = () => true) {
  return [...store.channels.values()].filter((channel) => !channel.is_archived && belongs(channel)).map((channel) => ({
    value: channel.id, label: `${channel.is_im ? "" : "# "}${channelName(channel)}`, words: channelName(channel),
  }));
}

function entryOf(id) {
  const channel = store.channels.get(id);
  if (channel) return { label: `${channel.is_im ? "" : "# "}${channelName(channel)}` };
  return { label: nameOf(id) };
}
