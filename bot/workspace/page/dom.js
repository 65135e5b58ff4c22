// Builds elements whose every text is set as text, so that nothing a customer wrote can run.

const LINK_SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);
const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "indeterminate"]);

/**
 * An element: h("p.hint.is-small", {title: "…"}, children). The second argument may be left out; its `on` holds
 * listeners, its `style` styles. Children may be nested lists, strings, nodes or null.
 */
export function h(name, ...rest) {
  const [tag, ...classes] = name.split(".");
  return finish(document.createElement(tag), classes, rest);
}

/** The same for SVG. */
export function svg(name, ...rest) {
  const [tag, ...classes] = name.split(".");
  return finish(document.createElementNS("http://www.w3.org/2000/svg", tag), classes, rest);
}

function finish(node, classes, rest) {
  const hasProps = rest[0] && Object.getPrototypeOf(rest[0]) === Object.prototype;
  const [props, ...children] = hasProps ? rest : [{}, ...rest];
  for (const [name, value] of Object.entries(props)) if (value != null && value !== false) set(node, name, value);
  node.classList.add(...classes);
  node.append(...present(children));
  return node;
}

function set(node, name, value) {
  if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
  else if (name === "style") for (const [key, style] of Object.entries(value)) node.style.setProperty(key, style);
  else if (PROPERTIES.has(name)) node[name] = value;
  else if (name === "href") { if (safeLink(value)) node.setAttribute(name, safeLink(value)); }
  else if (name === "src") { if (safeImage(value)) node.setAttribute(name, safeImage(value)); }
  else node.setAttribute(name, value === true ? "" : value);
}

const present = (children) => children.flat(Infinity).filter((child) => child != null && child !== false);

/** Puts the children in place of what the node held. */
export function fill(node, ...children) {
  node.replaceChildren(...present(children));
  return node;
}

/** The address, if a person may be sent there; null for javascript:, data: and whatever is no address. */
export function safeLink(text) {
  return parsed(text, (url) => LINK_SCHEMES.has(url.protocol));
}

function safeImage(text) {
  return parsed(text, (url) => /^https?:$/.test(url.protocol) || /^data:image\/(png|jpeg|gif|webp)[;,]/.test(url.href));
}

function parsed(text, isAllowed) {
  try {
    const url = new URL(text, location.origin);
    return isAllowed(url) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link out of the page; what it names is only shown as text where the address is not safe. */
export function link(address, ...children) {
  if (!safeLink(address)) return h("span", ...children);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

export function button(props, ...children) {
  return h("button", { type: "button", ...props }, ...children);
}

/** A button that shows only an icon; the label is read out and shown on hovering. */
export function iconButton(name, label, onClick, props) {
  return button({ class: "icon-button", "aria-label": label, title: label, on: { click: onClick }, ...props },
    icon(name));
}

const ICONS = {
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6L6 18",
  back: "M14 6l-6 6 6 6",
  down: "M7 10l5 5 5-5",
  right: "M10 7l5 5-5 5",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9 10h.01M15 10h.01M8.5 14c1.9 2.4 5.1 2.4 7 0",
  reply: "M5 5h14v10h-7l-4 4v-4H5zM9 9h6M9 12h4",
  send: "M5 5l15 7-15 7 2.5-7zM7.5 12H13",
  bolt: "M13 3L6 13h5l-1 8 8-11h-5z",
  at: "M12 8.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM15.5 8.5v5c0 3 4.5 2.5 4.5-1.5a8 8 0 1 0-3 6.3",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M19 5l-1.4 1.4M6.4 17.6L5 19",
  wire: "M4 8h13l-3-3M20 16H7l3 3",
  eye: "M3 12c4.5-7 13.5-7 18 0-4.5 7-13.5 7-18 0zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  file: "M7 3h7l4 4v14H7zM14 3v4h4M10 12h5M10 16h5",
  play: "M8 5l11 7-11 7z",
  search: "M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15.5 15.5L20 20",
  up: "M8 12V20H4v-8zM8 12l3.5-8c2 0 2.5 1.5 2.5 3v3h4.5c1.5 0 2 1 1.7 2.3l-1.5 6c-.3 1.2-1 1.7-2.2 1.7H8",
  thumbdown: "M8 12V4H4v8zM8 12l3.5 8c2 0 2.5-1.5 2.5-3v-3h4.5c1.5 0 2-1 1.7-2.3l-1.5-6C18.4 4.5 17.7 4 16.5 4H8",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5M12 8h.01",
  warning: "M12 4L2.5 20h19zM12 10v5M12 17.5h.01",
  check: "M5 12.5l4.5 4.5L19 7.5",
  archive: "M4 5h16v4H4zM6 9v10h12V9M10 13h4",
};

export function icon(name) {
  const path = svg("path", { d: ICONS[name] ?? ICONS.file });
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, path);
}

/** A short sentence that appears at the foot of the page for some seconds. */
export function notify(sentence) {
  const note = h("div.notice", sentence, iconButton("close", "Dismiss", () => note.remove()));
  document.getElementById("notices").append(note);
  setTimeout(() => note.remove(), 9000);
}

export function announce(sentence) {
  document.getElementById("announcer").textContent = sentence;
}

/** Draws inside `root` anew and puts the focus back where it was, by the `data-key` of the focused element. */
export function keepFocus(root, draw) {
  const focused = root.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.dataset.key;
  const caret = key && "selectionStart" in focused ? [focused.selectionStart, focused.selectionEnd] : null;
  draw();
  const again = key && [...root.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key);
  if (!again || again === document.activeElement) return;
  again.focus();
  if (caret?.[0] != null) again.setSelectionRange(...caret);
}

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** Calls the last of a run of calls, once it has been quiet for so many milliseconds. */
export function settled(wait, call) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...values), wait);
  };
}
