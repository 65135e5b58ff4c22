// Reads standard Markdown, as the `markdown` block carries it, and draws it; HTML in it is text.

import { h, link } from "./dom.js";
import { drawEmoji } from "./emoji.js";
import { channelMention, userMention } from "./render/mentions.js";

const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const INLINE = new RegExp(
  [
    "\\\\([\\\\`*_{}\\[\\]()#+.!~>|-])",
    "`([^`]+)`",
    "!?\\[([^\\]]*)\\]\\(((?:[^()\\s]|\\([^()\\s]*\\))+)(?:\\s+\"[^\"]*\")?\\)",
    "(\\*\\*|__|~~|\\*|_)(?=\\S)((?:(?!\\5).)+?)\\5(?![\\p{L}\\p{N}])",
    "<(@[UW][A-Z0-9]+|#C[A-Z0-9]+)>",
    ":([a-z0-9_+'-]+):",
    "(https?:\\/\\/[^\\s<>|]+[^\\s<>|.,;:!?)'\"\\]])",
  ].join("|"),
  "gu",
);
const MARKS = { "**": "strong", __: "strong", "*": "em", _: "em", "~~": "s" };

export function drawMarkdown(text) {
  const lines = text.split("\n");
  const nodes = [];
  while (lines.length) nodes.push(takeBlock(lines));
  return h("div.markdown", nodes);
}

// Each taker removes its own lines from the front of the list.
function takeBlock(lines) {
  const line = lines[0];
  if (!line.trim()) { lines.shift(); return null; }
  if (/^\s*```/.test(line)) return takeFence(lines);
  const heading = line.match(/^(#{1,6})\s+(.*)$/);
  if (heading) { lines.shift(); return h("p", { class: `heading-${heading[1].length}`, role: "heading",
    "aria-level": heading[1].length + 2 }, drawInline(heading[2])); }
  if (/^\s*([-*_])\s*(\1\s*){2,}$/.test(line)) { lines.shift(); return h("hr"); }
  if (/^\s*>/.test(line)) return h("blockquote", [...drawMarkdown(takeWhile(lines,
    (next) => /^\s*>/.test(next)).map((next) => next.replace(/^\s*> ?/, "")).join("\n")).childNodes]);
  if (line.includes("|") && TABLE_RULE.test(lines[1] ?? "")) return takeTable(lines);
  if (ITEM.test(line)) return takeList(lines, line.match(ITEM)[1].length);
  const paragraph = takeWhile(lines, (next, index) => next.trim()
    && (index === 0 || !/^(\s*```|#{1,6}\s|\s*>)/.test(next)) && (index === 0 || !ITEM.test(next)));
  return h("p", paragraph.flatMap((next, index) => (index ? [h("br"), ...drawInline(next)] : drawInline(next))));
}

function takeWhile(lines, belongs) {
  const end = lines.findIndex((line, index) => !belongs(line, index));
  return lines.splice(0, end < 0 ? lines.length : end);
}

function takeFence(lines) {
  lines.shift();
  const code = takeWhile(lines, (line) => !/^\s*```/.test(line));
  lines.shift();
  return h("pre", h("code", code.join("\n")));
}

function takeList(lines, indent) {
  const list = h(/\d/.test(lines[0].match(ITEM)[2]) ? "ol" : "ul");
  while (lines.length && ITEM.test(lines[0])) {
    const [, space, , words] = lines[0].match(ITEM);
    if (space.length < indent) break;
    if (space.length > indent + 1 && list.lastChild) { list.lastChild.append(takeList(lines, space.length)); continue; }
    lines.shift();
    list.append(drawItem(words));
  }
  return list;
}

function drawItem(words) {
  const task = words.match(/^\[([ xX])\]\s+(.*)$/);
  return h("li", { class: task && "is-task" }, task && h("span", task[1] === " " ? "☐ " : "☑ "),
    drawInline(task ? task[2] : words));
}

function takeTable(lines) {
  const rows = takeWhile(lines, (line) => line.includes("|"));
  const [head, rule, ...body] = rows.map((row) => row.trim().replace(/^\||\|$/g,
    "").split("|").map((cell) => cell.trim()));
  const look = (column) => ({ "text-align": rule[column]?.endsWith(":")
    ? (rule[column].startsWith(":") ? "center" : "right") : "left" });
  const drawRow = (row, tag) => h("tr", row.map((cell, column) => h(tag, { style: look(column) }, drawInline(cell))));
  return h("div.table-frame", h("table", h("thead", drawRow(head, "th")),
    h("tbody", body.map((row) => drawRow(row, "td")))));
}

function drawInline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(text.slice(end, match.index), drawMatch(match));
    end = match.index + match[0].length;
  }
  return [...nodes, text.slice(end)];
}

function drawMatch([, escaped, code, label, address, mark, marked, mention, emoji, bare]) {
  if (escaped) return escaped;
  if (code) return h("code", code);
  if (address) return link(address, drawInline(label || address));
  if (mark) return h(MARKS[mark], {}, drawInline(marked));
  if (mention) return mention.startsWith("@") ? userMention(mention.slice(1)) : channelMention(mention.slice(1));
  return emoji ? drawEmoji(emoji) : link(bare, bare);
}
