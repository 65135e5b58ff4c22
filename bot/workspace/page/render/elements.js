// Draws Block Kit's interactive elements and tells the surface what a person did with them.

import { button, h, icon, safeLink, settled } from "../dom.js";
import { confirmFirst } from "../confirm.js";
import { decode, drawPlain, drawText } from "../mrkdwn.js";
import { store } from "../store.js";
import { openMenu } from "./picker.js";
import { drawSelect } from "./select.js";

const TYPING_WAIT = 300;
const CHOOSING_WAIT = 600;
const MOST_FILES = 10;

const DRAWERS = {
  button: drawButton, workflow_button: drawButton, overflow: drawOverflow, image: drawSmallImage,
  checkboxes: (control) => drawChoices(control, "checkbox"), radio_buttons: (control) => drawChoices(control, "radio"),
  datepicker: (control) => drawNative(control, "date"), timepicker: (control) => drawNative(control, "time"),
  datetimepicker: drawDateTime,
  plain_text_input: drawTextInput, rich_text_input: (control) => drawTextInput(control, { multiline: true }),
  number_input: (control) => drawTextInput(control, { inputmode: "decimal" }),
  email_text_input: (control) => drawTextInput(control, { inputmode: "email", autocomplete: "off" }),
  url_text_input: (control) => drawTextInput(control, { inputmode: "url" }),
  file_input: drawFileInput, feedback_buttons: drawFeedback, icon_button: drawIconButton,
};

/** The element as it stands in its block; null where the page does not know the type. */
export function drawElement(element, block, surface, labelId) {
  const draw = element.type.endsWith("_select") ? drawSelect : DRAWERS[element.type];
  if (!draw) return null;
  const control = controlOf(element, block, surface, labelId);
  const node = draw(control);
  control.undo = () => node.replaceWith(drawElement(element, block, surface, labelId));
  return node;
}

function controlOf(element, block, surface, labelId) {
  const isSent = block.type !== "input" || block.dispatch_action;
  const fire = settled(0, () => surface.fire(block, element, surface.value(block, element)));
  const fireLate = settled(CHOOSING_WAIT, () => surface.fire(block, element, surface.value(block, element)));
  return {
    element, block, surface, labelId, key: `${block.block_id}/${element.action_id}`,
    value: () => surface.value(block, element),
    async change(value, { isLate = false } = {}) {
      if (isSent && !(await confirmFirst(element.confirm))) return this.undo();
      surface.choose(block, element, value);
      if (isSent) (isLate ? fireLate : fire)();
    },
    type: (value) => surface.choose(block, element, value),
    isSent,
  };
}

/** Runs the click with the button shown as busy until the bot has answered. */
async function whileBusy(node, work) {
  if (node.hasAttribute("aria-busy")) return;
  node.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    node.removeAttribute("aria-busy");
  }
}

function drawButton({ element, block, surface, key }) {
  const words = drawPlain(element.text?.text, element.text?.emoji !== false);
  const click = async () => {
    if (!(await confirmFirst(element.confirm))) return;
    await whileBusy(node, () => surface.fire(block, element, element.value));
  };
  const look = { class: `button ${element.style ? `is-${element.style}` : ""}`,
    "aria-label": element.accessibility_label, "data-key": key, on: { click } };
  const hasLink = element.url && safeLink(element.url);
  const node = hasLink ? h("a", { ...look, href: element.url, target: "_blank", rel: "noopener noreferrer" }, words)
    : button(look, h("span", words));
  return node;
}

function drawOverflow({ element, block, surface, key }) {
  const pick = async (entry) => {
    if (entry.address) window.open(entry.address, "_blank", "noopener,noreferrer");
    if (await confirmFirst(element.confirm)) await whileBusy(node, () => surface.fire(block, element, entry.value));
  };
  const entries = element.options.map((option) => ({
    value: option.value, label: drawText(option.text), note: option.description?.text,
    address: option.url && safeLink(option.url),
  }));
  const node = button({ class: "button is-square", "aria-label": "More actions", "aria-haspopup": "menu",
    "data-key": key, on: { click: () => openMenu(node, entries, pick) } }, icon("more"));
  return node;
}

/** Where the picture of an image block or element is: at its own address or among the workspace's files. */
export function imageAddress({ image_url: address, slack_file: file }) {
  return address ?? file?.url ?? `/files-pri/${store.team.id}-${file?.id}/picture`;
}

function drawSmallImage({ element }) {
  return h("img.accessory-image", { src: imageAddress(element), alt: decode(element.alt_text ?? ""),
    title: decode(element.alt_text ?? "") });
}

function drawChoices(control, kind) {
  const { element, key } = control;
  const name = `${key}-${Math.random()}`;
  const change = (option, isOn) => {
    if (kind === "radio") return control.change(option.value);
    const kept = control.value().filter((value) => value !== option.value);
    return control.change(isOn ? [...kept, option.value] : kept);
  };
  const isOn = (option) => [control.value() ?? []].flat().includes(option.value);
  return h("div.choices", { role: kind === "radio" ? "radiogroup" : "group", "aria-labelledby": control.labelId },
    element.options.map((option) => h("label.choice",
      h("input", { type: kind, name, checked: isOn(option), "data-key": `${key}/${option.value}`,
        on: { change: (event) => change(option, event.target.checked) } }),
      h("span", h("span.plain", drawText(option.text)), option.description
        && h("small.plain", drawText(option.description))))));
}

function drawNative(control, type) {
  const { element, key } = control;
  const change = (event) => control.change(event.target.value || null);
  return h("input.field.is-short", { type, value: control.value() ?? "", "data-key": key,
    "aria-labelledby": control.labelId,
    "aria-label": control.labelId ? null : element.placeholder?.text ?? type,
    title: element.timezone ?? element.placeholder?.text, on: { change } });
}

function drawDateTime(control) {
  const local = (seconds) => {
    const date = new Date(seconds * 1000);
    return new Date(date - date.getTimezoneOffset() * 60e3).toISOString().slice(0, 16);
  };
  const change = (event) => control.change(event.target.value ? Math.floor(new Date(event.target.value) / 1000) : null);
  const value = control.value() ? local(control.value()) : "";
  return h("input.field.is-short", { type: "datetime-local", value, "data-key": control.key,
    "aria-labelledby": control.labelId, "aria-label": control.labelId ? null : "Date and time", on: { change } });
}

function drawTextInput(control, { multiline = control.element.multiline, ...hints } = {}) {
  const { element } = control;
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const fireSoon = settled(TYPING_WAIT, (value) => control.change(value));
  const input = (event) => {
    control.type(event.target.value || null);
    if (control.isSent && triggers.includes("on_character_entered")) fireSoon(event.target.value || null);
  };
  const keydown = (event) => {
    if (event.key !== "Enter" || multiline || !control.isSent || !triggers.includes("on_enter_pressed")) return;
    event.preventDefault();
    control.change(event.target.value || null);
  };
  return h(multiline ? "textarea" : "input", { class: "field", type: multiline ? null : "text",
    rows: multiline ? 4 : null, ...hints, placeholder: element.placeholder?.text, value: initialText(control.value()),
    autofocus: element.focus_on_load, "data-key": control.key, "aria-labelledby": control.labelId,
    on: { input, keydown } });
}

const initialText = (value) => (typeof value === "object" && value ? textOfRich(value) : value ?? "");
const textOfRich = (block) => (block.elements ?? []).map((part) => part.text ?? textOfRich(part)).join("");

function drawFileInput(control) {
  const { element, key } = control;
  const most = element.max_files ?? MOST_FILES;
  const change = async (event) => control.change(await Promise.all([...event.target.files].slice(0,
    most).map(fileValue)));
  const accept = element.filetypes?.map((type) => `.${type}`).join(",");
  return h("input.field", { type: "file", multiple: most > 1, accept, "data-key": key,
    "aria-labelledby": control.labelId, on: { change } });
}

function fileValue(file) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve({ name: file.name, mimetype: file.type, size: file.size,
      content: reader.result.split(",")[1] ?? "" });
    reader.readAsDataURL(file);
  });
}

function drawFeedback({ element, block, surface, key }) {
  const draw = (answer, sign) => {
    const click = async () => {
      await whileBusy(node, () => surface.fire(block, element, answer.value));
      for (const other of node.parentNode.children) other.setAttribute("aria-pressed", String(other === node));
    };
    const node = button({ class: "icon-button", "aria-label": answer.accessibility_label ?? answer.text.text,
      title: answer.text.text, "aria-pressed": "false", "data-key": `${key}/${sign}`, on: { click } }, icon(sign));
    return node;
  };
  return h("span.feedback", draw(element.positive_button, "up"), draw(element.negative_button, "thumbdown"));
}

function drawIconButton({ element, block, surface, key }) {
  const label = element.accessibility_label ?? element.text.text;
  const click = async () => {
    if (await confirmFirst(element.confirm)) await whileBusy(node, () => surface.fire(block, element, element.value));
  };
  const node = button({ class: "icon-button", "aria-label": label, title: element.text.text, "data-key": key,
    on: { click } }, icon(element.icon));
  return node;
}
