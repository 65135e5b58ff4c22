// Reads Slack's mrkdwn and draws it.

import { h, link, safeLink } from "./dom.js";
import { drawEmoji } from "./emoji.js";
import { broadcastMention, channelMention, groupMention, moment, userMention } from "./render/mentions.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const MARKS = { "*": "strong", _: "em", "~": "s" };
const FENCE = /```\n?([\s\S]+?)\n?```/g;
const QUOTE = /^(?:&gt;|>) ?/;
const BULLET = /^(\s*)([•◦▪‣-]|\d+[.)])(\s+)(?=\S)/;

// One alternative for each thing: <…>, `code`, *bold* _italic_ ~strike~, :emoji:, a bare address.
const INLINE = new RegExp(
  [
    "<([^<>\\n]+)>",
    "`([^`\\n]+)`",
    "(?<![\\p{L}\\p{N}*_~])([*_~])(?=[^\\s*_~]|[*_~](?!\\3))((?:(?!\\3)[^\\n])*?\\S)\\3(?![\\p{L}\\p{N}])",
    ":([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):",
    "(https?:\\/\\/[^\\s<>|]+[^\\s<>|.,;:!?)'\"\\]])",
  ].join("|"),
  "gu",
);

export const decode = (text) => text.replace(/&(amp|lt|gt);/g, (entity) => ENTITIES[entity]);

/** A text object: {type: "mrkdwn" | "plain_text", text, emoji?, verbatim?}. */
export function drawText(textObject) {
  if (!textObject) return [];
  return textObject.type === "mrkdwn" ? drawMrkdwn(textObject.text)
    : drawPlain(textObject.text, textObject.emoji !== false);
}

/** Nodes for text in which only emoji and line breaks mean something. */
export function drawPlain(text, hasEmoji = true) {
  const pieces = decode(text ?? "").split(/:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/);
  if (!hasEmoji) return [decode(text ?? "")];
  return pieces.map((piece, index) => (index % 2 ? drawEmoji(piece) : piece));
}

/** Nodes for mrkdwn, block by block: fences, quotes, lines. */
export function drawMrkdwn(text) {
  return (text ?? "").split(FENCE).flatMap((piece, index) => {
    if (index % 2) return [h("pre", h("code", decode(piece)))];
    return drawLines(piece.replace(/^\n|\n$/g, ""));
  });
}

function drawLines(text) {
  if (!text) return [];
  const nodes = [];
  let quoted = null;
  text.split("\n").forEach((line) => {
    if (!QUOTE.test(line)) { quoted = null; nodes.push(drawLine(line)); return; }
    if (!quoted) nodes.push((quoted = h("blockquote")));
    quoted.append(drawLine(line.replace(QUOTE, "")));
  });
  return nodes;
}

function drawLine(line) {
  const bullet = line.match(BULLET);
  if (!line.trim()) return h("div.line.is-empty");
  if (!bullet) return h("div.line", drawInline(line));
  const [all, indent, mark] = bullet;
  const item = h("div.line.is-item", { style: { "--indent": Math.min(indent.length, 12) } });
  item.append(h("span.item-mark", `${mark} `), h("span", drawInline(line.slice(all.length))));
  return item;
}

/** Nodes for one line. */
export function drawInline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(decode(text.slice(end, match.index)), drawMatch(match));
    end = match.index + match[0].length;
  }
  return [...nodes, decode(text.slice(end))];
}

function drawMatch([whole, bracket, code, mark, marked, emoji, address]) {
  if (bracket) return drawBracket(bracket, whole);
  if (code) return h("code", drawCode(code));
  if (mark) return h(MARKS[mark], {}, drawInline(marked));
  if (emoji) return drawEmoji(emoji);
  return link(decode(address), decode(address));
}

const drawCode = (code) => decode(code);

function drawBracket(inside, whole) {
  const bar = inside.indexOf("|");
  const [target, label] = bar < 0 ? [inside, ""] : [inside.slice(0, bar), inside.slice(bar + 1)];
  if (/^@[UWB]/.test(target)) return userMention(target.slice(1), decode(label));
  if (/^#[CGD]/.test(target)) return channelMention(target.slice(1), decode(label));
  if (target.startsWith("!")) return drawSpecial(target.slice(1), decode(label), whole);
  return safeLink(decode(target)) && /^[a-z]+:/i.test(target)
    ? link(decode(target), label ? drawPlain(label) : decode(target)) : decode(whole);
}

function drawSpecial(target, label, whole) {
  const [kind, ...rest] = target.split("^");
  if (["here", "channel", "everyone"].includes(kind)) return broadcastMention(kind);
  if (kind === "subteam") return groupMention(rest[0], label);
  if (kind === "date") return moment(Number(rest[0]), rest[1] ?? "", rest[2], label);
  return label || decode(whole);
}
