// Draws Block Kit blocks; what it does not know it shows as a grey line instead of leaving it out.

import { button, h, icon, link } from "../dom.js";
import { drawMarkdown } from "../markdown.js";
import { decode, drawPlain, drawText } from "../mrkdwn.js";
import { store } from "../store.js";
import { drawChart } from "./chart.js";
import { drawElement, imageAddress } from "./elements.js";
import { drawRichText } from "./rich_text.js";
import { drawDataTable, drawTable } from "./table.js";

const LONG_TEXT = 700;
const ALERT_ICONS = { warning: "warning", error: "warning", success: "check" };
const TASK_MARKS = { pending: "○", in_progress: "◐", complete: "●", error: "⚠" };

/** Each drawer takes (block, surface, errors) and gives one node, or null for what it cannot draw. */
const DRAWERS = {
  header: ({ text, level }) => h("h3", { class: `block-header level-${level ?? 1}` }, drawText(text)),
  section: drawSection,
  context: drawContext,
  actions: (block, surface) => h("div.block-actions", drawElements(block, surface)),
  context_actions: (block, surface) => h("div.block-context-actions", drawElements(block, surface)),
  divider: () => h("hr.block-divider"),
  image: drawImage,
  rich_text: drawRichText,
  markdown: ({ text }) => drawMarkdown(text),
  table: drawTable,
  data_table: drawDataTable,
  data_visualization: drawChart,
  container: drawContainer,
  alert: drawAlert,
  input: drawInput,
  file: ({ external_id: id }) => h("div.file-card", icon("file"),
    h("span", h("strong", "Remote file"), h("small", id))),
  video: drawVideo,
  card: drawCard,
  carousel: ({ elements }, surface) => h("div.carousel", { tabindex: 0, role: "region", "aria-label": "Cards" },
    elements.map((card) => drawBlock(card, surface))),
  plan: ({ title, tasks }) => h("div.plan", h("strong", title), (tasks ?? []).map(drawTask)),
  task_card: drawTask,
};

/** The blocks of a message or view; `errors` holds what is wrong with an input, by block_id. */
export function drawBlocks(blocks, surface, errors = {}) {
  surface.show(blocks);
  return h("div.blocks", blocks.map((block) => drawBlock(block, surface, errors)));
}

function drawBlock(block, surface, errors) {
  return DRAWERS[block.type]?.(block, surface, errors) ?? unsupported("block", block.type);
}

const unsupported = (what, type) => h("p.unsupported", `Unsupported ${what}: ${type}`);

const drawElements = (block, surface) => (block.elements ?? [])
  .filter((element) => !element.visible_to_user_ids || element.visible_to_user_ids.includes(store.me.id))
  .map((element) => drawElement(element, block, surface) ?? unsupported("element", element.type));

const plain = (text) => h("div.plain", drawText(text));

function drawSection(block, surface) {
  const { text, fields, accessory, expand } = block;
  const isLong = text && !expand && text.text.length > LONG_TEXT;
  const words = h("div.section-words", text && (isLong ? drawLong(text) : plain(text)),
    fields && h("div.fields", fields.map((field) => plain(field))));
  return h("div.block-section", words, accessory && h("div.accessory",
    drawElement(accessory, block, surface) ?? unsupported("element", accessory.type)));
}

function drawLong(text) {
  const words = h("div.plain.is-clamped", drawText(text));
  const click = () => { more.textContent = words.classList.toggle("is-clamped") ? "Show more" : "Show less"; };
  const more = button({ class: "text-button", on: { click } }, "Show more");
  return [words, more];
}

function drawContext({ elements }) {
  return h("div.block-context", elements.map((element) => element.type === "image"
    ? h("img", { src: imageAddress(element), alt: decode(element.alt_text ?? ""),
      title: decode(element.alt_text ?? "") })
    : plain(element)));
}

function drawImage(block) {
  const picture = h("img", { src: imageAddress(block), alt: decode(block.alt_text ?? ""), loading: "lazy" });
  return h("figure.block-image", block.title && h("figcaption", drawText(block.title)),
    link(imageAddress(block), picture));
}

function drawContainer(block, surface, errors) {
  const { rich_text_title: rich, title, subtitle, icon: picture, child_blocks: children } = block;
  const head = [
    picture && h("img.container-icon", { src: imageAddress(picture), alt: decode(picture.alt_text ?? "") }),
    h("span.container-words", h("strong", rich ? drawRichText(rich) : drawText(title)),
      subtitle && h("small", drawText(subtitle))),
  ];
  const body = h("div.container-body.blocks", (children ?? []).map((child) => drawBlock(child, surface, errors)));
  const look = `container is-${block.width ?? "standard"} ${block.has_header_divider ? "has-divider" : ""}`;
  if (!block.is_collapsible) return h("div", { class: look }, h("div.container-head", head), body);
  return h("details", { class: look, open: !block.default_collapsed },
    h("summary.container-head", icon("right"), head), body);
}

function drawAlert({ text, level = "default" }) {
  return h("div", { class: `alert is-${level}`, role: level === "error" ? "alert" : "note" },
    icon(ALERT_ICONS[level] ?? "info"), plain(text));
}

let labels = 0;

function drawInput(block, surface, errors) {
  const error = errors?.[block.block_id];
  const labelId = `label-${++labels}`;
  const field = drawElement(block.element, block, surface, labelId) ?? unsupported("element", block.element.type);
  const input = field.matches("input, textarea, button") ? field : field.querySelector("input") ?? field;
  if (error) input.setAttribute("aria-invalid", "true");
  if (error) input.setAttribute("aria-describedby", `${labelId}-error`);
  const mend = () => {
    root.classList.remove("has-error");
    input.removeAttribute("aria-invalid");
  };
  const root = h("div", { class: error ? "block-input has-error" : "block-input", "data-block": block.block_id,
    on: { input: mend, change: mend } },
    h("label", { id: labelId, class: "input-label" }, drawText(block.label),
      block.optional && h("span.optional", " (optional)")),
    field, h("p.field-error", { id: `${labelId}-error`, role: "alert" }, error ?? ""),
    block.hint && h("p.hint", drawText(block.hint)));
  return root;
}

function drawVideo({ title, title_url: address, video_url: video, thumbnail_url: thumbnail, alt_text: alt,
  author_name: author, provider_name: provider, description }) {
  return h("div.video",
    h("small", [provider, author].filter(Boolean).join(" · ")), h("strong", link(address ?? video, drawText(title))),
    description && plain(description),
    link(video, h("span.video-picture", h("img", { src: thumbnail, alt: decode(alt ?? ""), loading: "lazy" }),
      h("span.video-play", icon("play")))));
}

function drawCard(block, surface) {
  const { hero_image: hero, icon: picture, title, subtitle, body, actions } = block;
  return h("div.card", hero && h("img.card-hero", { src: imageAddress(hero), alt: decode(hero.alt_text ?? "") }),
    h("div.card-words", picture?.type === "image" && h("img.container-icon",
      { src: imageAddress(picture), alt: decode(picture.alt_text ?? "") }),
      title && h("strong", drawText(title)), subtitle && h("small", drawText(subtitle)), body && plain(body),
      actions && h("div.block-actions", actions.map((element) => drawElement(element, block, surface)))));
}

function drawTask({ title, status, details, output, sources }) {
  return h("div", { class: `task is-${status}` }, h("span", { "aria-label": status }, TASK_MARKS[status] ?? "○"),
    h("div", h("span", title),
    details && drawRichText(details), output && drawRichText(output),
    (sources ?? []).map(({ url, text }) => h("small", link(url, text)))));
}
