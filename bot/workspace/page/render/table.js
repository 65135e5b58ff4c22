// Draws `table` blocks, and `data_table` blocks that can be sorted, searched and leafed through.

import { button, fill, h, icon, plural } from "../dom.js";
import { drawPlain } from "../mrkdwn.js";
import { drawRichText } from "./rich_text.js";

const PAGE_SIZE = 5;

export function drawTable({ rows, column_settings: settings }) {
  const drawRow = (row, tag) => h("tr", row.map((cell, column) =>
    h(tag, { style: lookOf(settings?.[column]), scope: tag === "th" ? "col" : null }, drawCell(cell))));
  return h("div.table-frame", { tabindex: 0, role: "region", "aria-label": "Table" },
    h("table", h("thead", drawRow(rows[0], "th")), h("tbody", rows.slice(1).map((row) => drawRow(row, "td")))));
}

const lookOf = (setting) => ({ "text-align": setting?.align ?? "left",
  "white-space": setting?.is_wrapped ? "pre-wrap" : "nowrap" });

function drawCell(cell) {
  if (cell?.type === "rich_text") return drawRichText(cell);
  return drawPlain(wordsOf(cell));
}

function wordsOf(cell) {
  if (cell?.type === "rich_text") return textOf(cell);
  return cell?.text ?? (cell?.value == null ? "" : String(cell.value));
}

const textOf = (part) => part.text ?? part.url ?? (part.elements ?? []).map(textOf).join("");
const sortValue = (cell) => (cell?.type === "raw_number" ? cell.value : wordsOf(cell));
const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b
  : String(a).localeCompare(String(b), undefined, { numeric: true }));

export function drawDataTable(block) {
  const view = { column: null, isDown: false, page: 0, words: "" };
  const root = h("div.data-table");
  const size = block.page_size ?? PAGE_SIZE;
  const body = h("div");
  const show = (change) => { Object.assign(view, change); fill(body, drawPage(block, view, size, show)); };
  const search = h("input.field.is-short", { type: "search", placeholder: "Filter rows", "aria-label": "Filter rows",
    on: { input: () => show({ words: search.value.toLowerCase(), page: 0 }) } });
  show({});
  return fill(root, h("div.data-table-head", h("strong", block.caption), block.rows.length - 1 > size && search), body);
}

function drawPage({ rows, row_header_column_index: header = 0, caption }, view, size, show) {
  const found = rows.slice(1).filter((row) => row.some((cell) => wordsOf(cell).toLowerCase().includes(view.words)));
  if (view.column !== null) found.sort((a, b) => compare(sortValue(a[view.column]),
    sortValue(b[view.column])) * (view.isDown ? -1 : 1));
  const shown = found.slice(view.page * size, (view.page + 1) * size);
  const drawRow = (row) => h("tr", row.map((cell, column) =>
    h(column === header ? "th" : "td", { scope: column === header ? "row" : null,
      class: cell.type === "raw_number" ? "is-number" : null }, drawCell(cell))));
  return [
    h("div.table-frame", { tabindex: 0, role: "region", "aria-label": caption },
      h("table", h("caption.unseen", caption),
        h("thead", h("tr", rows[0].map((cell, column) => drawHead(cell, column, rows[1]?.[column], view, show)))),
        h("tbody", shown.map(drawRow)))),
    drawPages(found.length, view.page, size, show),
  ];
}

function drawHead(cell, column, below, view, show) {
  const isSorted = view.column === column;
  const sort = !isSorted ? "none" : view.isDown ? "descending" : "ascending";
  const click = () => show({ column, isDown: isSorted && !view.isDown, page: 0 });
  return h("th", { scope: "col", "aria-sort": sort, class: below?.type === "raw_number" ? "is-number" : null },
    button({ class: "sort", on: { click } }, drawPlain(wordsOf(cell)),
      h("span.sort-mark", { "aria-hidden": "true" }, { none: "↕", ascending: "↑", descending: "↓" }[sort])));
}

function drawPages(count, page, size, show) {
  const pages = Math.max(Math.ceil(count / size), 1);
  if (pages === 1) return h("p.table-foot", plural(count, "row"));
  const step = (label, by, name) => button({ class: "icon-button", "aria-label": label,
    disabled: page + by < 0 || page + by >= pages, on: { click: () => show({ page: page + by }) } }, icon(name));
  return h("p.table-foot", plural(count, "row"), h("span.pages", step("Page before", -1, "back"),
    `${page + 1} of ${pages}`, step("Next page", 1, "right")));
}
