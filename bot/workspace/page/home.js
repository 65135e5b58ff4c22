// The app's own place: its Home tab, its messages, and what it offers.

import { button, fill, h, keepFocus } from "./dom.js";
import { drawBlocks } from "./render/blocks.js";
import { goTo, goToPerson, on, store } from "./store.js";
import { surfaceFor } from "./surface.js";

/** The tabs over an app's Home and messages. */
export function drawTabs(isHome) {
  const tab = (words, isHere, onClick) => button({ class: "tab", role: "tab", "aria-selected": String(isHere),
    on: { click: onClick } }, words);
  return h("div.tabs", { role: "tablist" }, tab("Home", isHome, () => goTo({ isHome: true })),
    tab("Messages", !isHome, () => goToPerson(store.bot.user_id)));
}

export function drawHome() {
  const root = h("div.home.scroller", { tabindex: 0 });
  const redraw = () => keepFocus(root, () => fill(root, drawView()));
  on("home", redraw);
  on("place", redraw);
  return root;
}

function drawView() {
  if (!store.home) return h("div.empty", h("strong", "Nothing here yet"),
    h("p", `${store.bot.name ?? "The app"} has not published its Home tab.`), drawCommands());
  return h("div.home-sheet", drawBlocks(store.home.blocks, surfaceFor({ home: true })));
}

function drawCommands() {
  return h("dl.command-list", store.commands.map(({ command, description, usage_hint: hint }) => [
    h("dt", h("code", `${command} ${hint ?? ""}`)), h("dd", description)]));
}
