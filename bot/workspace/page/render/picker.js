// A list to choose from with the keyboard or the mouse: the heart of selects, menus and completions.

import { fill, h, settled } from "../dom.js";

let count = 0;

/** Entries: {value, label, note?, face?}; groups: [{label?, entries}]. `onPick` hears the entry that was chosen. */
export class Listbox {
  constructor(onPick, role = "listbox") {
    this.onPick = onPick;
    this.isMenu = role === "menu";
    this.root = h("div.listbox", { role, id: `list-${++count}` });
    this.options = [];
    this.active = -1;
  }

  show(groups, { isChosen = () => false, empty = "Nothing found" } = {}) {
    this.options = [];
    const drawn = groups.filter((group) => group.entries.length).map((group) => this.drawGroup(group, isChosen));
    fill(this.root, drawn.length ? drawn : h("p.listbox-empty", empty));
    const chosen = this.options.findIndex(({ entry }) => isChosen(entry.value));
    this.move(0, Math.max(chosen, 0));
  }

  drawGroup(group, isChosen) {
    const entries = group.entries.map((entry) => this.drawOption(entry, isChosen(entry.value)));
    return group.label ? h("div", { role: "group", "aria-label": group.label }, h("p.listbox-label", group.label),
      entries) : entries;
  }

  drawOption(entry, isChosen) {
    const index = this.options.length;
    const node = h("div", {
      class: entry.isDanger ? "option is-danger" : "option", role: this.isMenu ? "menuitem" : "option",
      id: `${this.root.id}-${index}`,
      "aria-selected": this.isMenu ? null : String(isChosen), "data-value": entry.value,
      on: { mousedown: (event) => event.preventDefault(), click: () => this.onPick(entry),
        mousemove: () => this.move(0, index) },
    }, entry.face, h("span.option-label", entry.label), entry.note && h("span.option-note", entry.note));
    this.options.push({ entry, node });
    return node;
  }

  move(step, from = this.active) {
    const size = this.options.length;
    this.options[this.active]?.node.classList.remove("is-active");
    this.active = size ? (from + step + size) % size : -1;
    const node = this.options[this.active]?.node;
    node?.classList.add("is-active");
    if (step) node?.scrollIntoView({ block: "nearest" });
  }

  /** Marks the entries anew and leaves everything else as it is. */
  mark(isChosen) {
    for (const { entry, node } of this.options) node.setAttribute("aria-selected", String(isChosen(entry.value)));
  }

  get activeId() {
    return this.options[this.active]?.node.id ?? "";
  }

  /** Deals with arrows and Enter; true where the key was one of its own. */
  take(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = this.options[this.active];
    if (step) this.move(step);
    else if (["Enter", "Tab"].includes(event.key) && chosen) this.onPick(chosen.entry);
    else return false;
    event.preventDefault();
    return true;
  }
}

/** Shows `node` beside `anchor`, above everything, until Esc, a click elsewhere or the returned function. */
function openPopover(anchor, node) {
  const popover = h("div.popover", { popover: "auto" }, node);
  (anchor.closest("dialog") ?? document.body).append(popover);
  popover.addEventListener("toggle", (event) => {
    if (event.newState === "closed") popover.remove();
  });
  popover.addEventListener("keydown", (event) => { if (event.key === "Escape") event.stopPropagation(); });
  popover.showPopover();
  const place = anchor.getBoundingClientRect();
  new ResizeObserver(() => putBeside(popover, place)).observe(popover); // what it shows may come later
  putBeside(popover, place);
  return () => { if (popover.isConnected) popover.hidePopover(); };
}

function putBeside(popover, anchor) {
  const margin = 8;
  popover.style.setProperty("min-width", `${Math.min(anchor.width, innerWidth - 2 * margin)}px`);
  const { width, height } = popover.getBoundingClientRect();
  const isBelow = anchor.bottom + height + margin < innerHeight || anchor.top < height + margin;
  const top = isBelow ? Math.min(anchor.bottom + 4, innerHeight - height - margin) : anchor.top - height - 4;
  popover.style.setProperty("left", `${Math.max(margin, Math.min(anchor.left, innerWidth - width - margin))}px`);
  popover.style.setProperty("top", `${Math.max(margin, top)}px`);
}

/**
 * A searchable list beside the anchor. `load(words)` gives the groups, at once or later;
 * `isChosen(value)` marks entries; with `isMulti` it stays open and its marks follow.
 */
export function openPicker(anchor, { load, onPick, isChosen, isMulti, label, wait = 0 }) {
  const list = new Listbox((entry) => {
    onPick(entry);
    if (isMulti) list.mark(isChosen);
    else close();
  });
  const search = h("input", {
    class: "picker-search", type: "text", role: "combobox", placeholder: label, "aria-label": label,
    autocomplete: "off",
    "aria-controls": list.root.id, "aria-expanded": "true", "aria-autocomplete": "list",
  });
  let shownFor;
  const show = async (words) => {
    const { groups, empty } = await load(words.trim().toLowerCase());
    if (words !== search.value) return;
    shownFor = words;
    list.show(groups, { isChosen, empty });
    search.setAttribute("aria-activedescendant", list.activeId);
  };
  search.addEventListener("input", settled(wait, () => show(search.value)));
  search.addEventListener("keydown", async (event) => {
    if (event.key === "Enter" && search.value !== shownFor) { // who types fast means what they typed, not what is shown
      event.preventDefault();
      await show(search.value);
    }
    if (list.take(event)) search.setAttribute("aria-activedescendant", list.activeId);
  });
  const close = openPopover(anchor, h("div.picker", search, list.root));
  search.focus();
  show("");
  return close;
}

/** A short menu beside the anchor, worked with arrows and Enter. */
export function openMenu(anchor, entries, onPick) {
  const list = new Listbox((entry) => { close(); onPick(entry); }, "menu");
  list.root.tabIndex = 0;
  list.show([{ entries }]);
  list.root.addEventListener("keydown", (event) => {
    list.take(event);
    list.root.setAttribute("aria-activedescendant", list.activeId);
  });
  const close = openPopover(anchor, list.root);
  list.root.focus();
}
