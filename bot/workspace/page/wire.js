// The "Wire" panel: what just went between the workspace and the bot, and faults to try it with.

import { formatDate } from "./dates.js";
import { button, fill, h, icon, iconButton, notify } from "./dom.js";
import { act } from "./server.js";
import { on, store, takeFrame } from "./store.js";

const KINDS = [["error", "fails with an error"], ["timeout", "never answers"], ["drop_after", "acts, then drops the connection"], ["late", "answers late"], ["rate_limited", "is rate limited (429)"]];
const METHODS = ["chat.postMessage", "chat.update", "chat.postEphemeral", "conversations.history", "conversations.replies", "users.info", "views.open", "views.update", "views.publish"];
const PACINGS = [["off", "Off"], ["slack", "As Slack"], ["strict", "Stricter"]];

/** The panel; `onClose` is called by its button. */
export function drawWire(onClose) {
  const rows = h("ol", { class: "wire-rows", tabindex: 0, "aria-label": "Requests, newest first" });
  const search = h("input", { class: "field", type: "search", placeholder: "Filter, e.g. chat.update or error", "aria-label": "Filter the wire", on: { input: () => redraw() } });
  const matches = (wire) => `${wire.what} ${wire.summary} ${wire.status}`.toLowerCase().includes(search.value.toLowerCase());
  const redraw = () => fill(rows, store.wires.filter(matches).reverse().map(drawRow));
  const add = (wires) => {
    if (!wires) return redraw();
    rows.prepend(...wires.filter(matches).map(drawRow));
    while (rows.children.length > store.wires.length) rows.lastChild.remove();
  };
  on("wire", add);
  redraw();
  const clear = button({ class: "button is-small", on: { click: () => { store.wires = []; redraw(); } } }, "Clear");
  return h("aside", { class: "wire", "aria-label": "Wire" },
    h("header", { class: "pane-head" }, h("h2", {}, "Wire"), h("small", {}, "what the bot sends and receives"), iconButton("close", "Close the wire", onClose)),
    h("div", { class: "wire-tools" }, search, clear), rows, drawFaults());
}

function drawRow(wire) {
  const isOut = wire.direction === "to_bot";
  const body = h("pre", {});
  const toggle = (event) => { if (event.target.open && !body.textContent) body.textContent = JSON.stringify(wire.body, null, 2); };
  return h("li", {}, h("details", { class: "wire-row", on: { toggle } },
    h("summary", {}, h("span", { class: isOut ? "way is-out" : "way is-in", title: isOut ? "to the bot" : "from the bot" }, isOut ? "→ bot" : "← bot"),
      h("span", { class: "wire-what" }, wire.what), h("span", { class: `wire-status ${isGood(wire.status) ? "" : "is-bad"}` }, wire.status),
      h("span", { class: "wire-summary" }, wire.summary), h("time", {}, formatDate(wire.at / 1000, "{time_secs}"))), body));
}

const isGood = (status) => /^(ok|acknowledged|open|sent)/.test(status ?? "ok");

function drawFaults() {
  const method = h("input", { class: "field", list: "methods", value: "chat.postMessage", "aria-label": "Method" });
  const kind = h("select", { class: "field", "aria-label": "What happens" }, KINDS.map(([value, words]) => h("option", { value }, words)));
  const error = h("input", { class: "field", value: "internal_error", "aria-label": "Error word" });
  const times = h("input", { class: "field is-number", type: "number", min: 1, max: 99, value: 1, "aria-label": "How many times" });
  const add = () => ask("fault", { method: method.value, times: Number(times.value), ...(kind.value === "error" ? { error: error.value } : { kind: kind.value, seconds: 5 }) });
  kind.addEventListener("change", () => { error.hidden = kind.value !== "error"; });
  const list = h("ul", { class: "fault-list" });
  const redraw = () => fill(list, (store.faults ?? []).map((fault) => h("li", {}, inWords(fault))));
  const pacing = h("select", { class: "field", "aria-label": "Rate limits", on: { change: (event) => ask("pacing", { mode: event.target.value }) } },
    PACINGS.map(([value, words]) => h("option", { value }, words)));
  on("faults", redraw);
  on("session", () => { pacing.value = store.pacing ?? "off"; redraw(); });
  redraw();
  return h("details", { class: "faults" }, h("summary", {}, icon("right"), "Faults"),
    h("datalist", { id: "methods" }, METHODS.map((value) => h("option", { value }))),
    h("div", { class: "fault-form" }, h("span", {}, "The next"), times, h("span", {}, "calls of"), method, kind, error, button({ class: "button is-small", on: { click: add } }, "Add")), list,
    h("div", { class: "fault-form" }, h("span", {}, "Rate limits"), pacing,
      button({ class: "button is-small", on: { click: () => ask("cut_sockets") } }, "Cut the bot's sockets"), button({ class: "button is-small is-danger", on: { click: () => ask("clear_faults") } }, "Clear faults")));
}

const inWords = (fault) => `${fault.method}: ${fault.error || fault.kind}, ${fault.times} left`;

async function ask(what, fields = {}) {
  const answer = await act(what, fields);
  notify(answer.ok ? "Done." : answer.message ?? answer.error);
  if (answer.faults) takeFrame({ type: "faults", faults: answer.faults });
}
