// Draws `rich_text` blocks, the form in which people's own messages travel.

import { h, link } from "../dom.js";
import { drawEmoji } from "../emoji.js";
import { broadcastMention, channelMention, groupMention, moment, userMention } from "./mentions.js";

const MARKS = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code", highlight: "mark" };
const BULLETS = ["disc", "circle", "square"];
const NUMBERS = ["decimal", "lower-alpha", "lower-roman"];

export function drawRichText(block) {
  return h("div.rich-text", (block.elements ?? []).map(drawPart));
}

function drawPart(part) {
  switch (part.type) {
    case "rich_text_list": return drawList(part);
    case "rich_text_quote": return h("blockquote", { class: part.border ? "has-border" : null },
      drawRun(part.elements));
    case "rich_text_preformatted": return h("pre", { class: part.border ? "has-border" : null },
      h("code", drawRun(part.elements)));
    default: return h("div.rich-line", drawRun(part.elements));
  }
}

function drawList({ style, indent = 0, offset = 0, elements, border }) {
  const isOrdered = style === "ordered";
  const kind = (isOrdered ? NUMBERS : BULLETS)[indent % 3];
  const look = { "--indent": indent, "list-style-type": kind };
  return h(isOrdered ? "ol" : "ul", { style: look, start: isOrdered && offset ? offset + 1 : null,
    class: border ? "has-border" : null },
    elements.map((item) => h("li", drawRun(item.elements))));
}

const drawRun = (elements) => (elements ?? []).map((element) => drawStyled(element.style, drawElement(element)));

function drawStyled(style, node) {
  const names = Object.keys(MARKS).filter((name) => style?.[name]);
  return names.reduce((inner, name) => h(MARKS[name], {}, inner), node);
}

const ELEMENTS = {
  text: ({ text }) => text,
  link: ({ url, text }) => link(url, text || url),
  emoji: ({ name, unicode }) => (unicode ? h("span.emoji", { title: `:${name}:` }, fromCodes(unicode))
    : drawEmoji(name)),
  user: ({ user_id }) => userMention(user_id),
  usergroup: ({ usergroup_id }) => groupMention(usergroup_id),
  channel: ({ channel_id }) => channelMention(channel_id),
  team: ({ team_id }) => h("span.mention", `@${team_id}`),
  broadcast: ({ range }) => broadcastMention(range),
  date: ({ timestamp, format, url, fallback }) => moment(timestamp, format, url, fallback),
  color: ({ value }) => h("span", h("span.swatch", { style: { "background-color": value } }), value),
};

function drawElement(element) {
  return ELEMENTS[element.type]?.(element) ?? h("span.unsupported", `[${element.type}]`);
}

function fromCodes(unicode) {
  const codes = unicode.split("-").map((code) => parseInt(code, 16));
  return codes.every((code) => code <= 0x10ffff) ? String.fromCodePoint(...codes) : "";
}
