// The "Wire" panel: what just went between the workspace and the bot, and faults to try it with.

import { formatDate } from "./dates.js";
import { button, fill, h, icon, iconButton, notify } from "./dom.js";
import { act } from "./server.js";
import { on, store, takeFrame } from "./store.js";

const KINDS = [["error", "fails with an error"], ["timeout", "never answers"],
  ["drop_after", "acts, then drops the connection"], ["late", "answers late"],
  ["rate_limited", "is rate limited (429)"]];
const METHODS = ["chat.postMessage", "chat.update", "chat.postEphemeral", "conversations.history",
  "conversations.replies", "users.info", "views.open", "views.update", "views.publish"];
const PACINGS = [["off", "Off"], ["slack", "As Slack"], ["strict", "Stricter"]];

const FAULT_SECONDS = 5;

/** The panel; `onClose` is called by its button. */
export function drawWire(onClose) {
  const rows = h("ol.wire-rows", { tabindex: 0, "aria-label": "Requests, newest first" });
  const search = h("input.field", { type: "search", placeholder: "Filter, e.g. chat.update or error",
    "aria-label": "Filter the wire", on: { input: () => redraw() } });
  const wordsOf = ({ what, summary, status }) => `${what} ${summary} ${status}`.toLowerCase();
  const matches = (wire) => wordsOf(wire).includes(search.value.toLowerCase());
  const redraw = () => fill(rows, store.wires.filter(matches).reverse().map(drawRow));
  const add = (wire) => {
    if (matches(wire)) rows.prepend(drawRow(wire));
    while (rows.children.length > store.wires.length) rows.lastChild.remove();
  };
  on("wires", redraw);
  on("wire", add);
  const clear = button({ class: "button is-small", on: { click: () => { store.wires = []; redraw(); } } }, "Clear");
  return h("aside.wire", { "aria-label": "Wire" },
    h("header.pane-head", h("h2", "Wire"), h("small", "what the bot sends and receives"),
      iconButton("close", "Close the wire", onClose)),
    h("div.wire-tools", search, clear), rows, drawFaults());
}

function drawRow(wire) {
  const isOut = wire.direction === "to_bot";
  const body = h("pre");
  const toggle = (event) => {
    if (event.target.open && !body.textContent) body.textContent = JSON.stringify(wire.body, null, 2);
  };
  const way = isOut ? h("span.way.is-out", { title: "to the bot" }, "→ bot")
    : h("span.way.is-in", { title: "from the bot" }, "← bot");
  const status = h("span", { class: isGood(wire.status) ? "wire-status" : "wire-status is-bad" }, wire.status);
  return h("li", h("details.wire-row", { on: { toggle } },
    h("summary", way, h("span.wire-what", wire.what), status,
      h("span.wire-summary", wire.summary), h("time", formatDate(wire.at / 1000, "{time_secs}"))), body));
}

const isGood = (status) => /^(ok|acknowledged)/.test(status);

function drawFaults() {
  return h("details.faults", h("summary", icon("right"), "Faults"),
    h("datalist", { id: "methods" }, METHODS.map((value) => h("option", { value }))),
    drawFaultForm(), drawWaitingFaults(),
    h("div.fault-form", h("span", "Rate limits"), drawPacing(),
      button({ class: "button is-small", on: { click: () => ask("cut_sockets") } }, "Cut the bot's sockets"),
      button({ class: "button is-small is-danger", on: { click: () => ask("clear_faults") } }, "Clear faults")));
}

function drawFaultForm() {
  const method = h("input.field", { list: "methods", value: "chat.postMessage", "aria-label": "Method" });
  const times = h("input.field.is-number", { type: "number", min: 1, max: 99, value: 1,
    "aria-label": "How many times" });
  const error = h("input.field", { value: "internal_error", "aria-label": "Error word" });
  const change = () => { error.hidden = kind.value !== "error"; };
  const kind = h("select.field", { "aria-label": "What happens", on: { change } }, drawOptions(KINDS));
  const add = () => ask("fault", {
    method: method.value, times: Number(times.value),
    ...(kind.value === "error" ? { error: error.value } : { kind: kind.value, seconds: FAULT_SECONDS }),
  });
  return h("div.fault-form", h("span", "The next"), times, h("span", "calls of"), method, kind, error,
    button({ class: "button is-small", on: { click: add } }, "Add"));
}

const drawOptions = (entries) => entries.map(([value, words]) => h("option", { value }, words));

function drawWaitingFaults() {
  const list = h("ul.fault-list");
  const redraw = () => fill(list, store.faults.map((fault) => h("li", inWords(fault))));
  for (const topic of ["faults", "session"]) on(topic, redraw);
  return list;
}

function drawPacing() {
  const change = (event) => ask("pacing", { mode: event.target.value });
  const pacing = h("select.field", { "aria-label": "Rate limits", on: { change } }, drawOptions(PACINGS));
  on("session", () => { pacing.value = store.pacing; });
  return pacing;
}

const inWords = (fault) => `${fault.method}: ${fault.error || fault.kind}, ${fault.times} left`;

async function ask(what, fields = {}) {
  const answer = await act(what, fields);
  notify(answer.ok ? "Done." : answer.message ?? answer.error);
  if (answer.faults) takeFrame({ type: "faults", faults: answer.faults });
}
