// Asks "Are you sure?" before an element with a `confirm` object does its work.

import { button, h } from "./dom.js";
import { drawPlain, drawText } from "./mrkdwn.js";

/** True at once where there is nothing to confirm. */
export function confirmFirst(confirm) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    const dialog = drawConfirm(confirm, (answer) => { dialog.close(answer ? "yes" : "no"); });
    dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.returnValue === "yes"); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function drawConfirm({ title, text, confirm, deny, style }, answer) {
  return h("dialog.dialog.is-narrow", { "aria-label": title?.text ?? "Are you sure?" },
    h("header.dialog-head", h("h2", drawPlain(title?.text ?? "Are you sure?"))),
    h("div.dialog-body.plain", drawText(text)),
    h("footer.dialog-foot",
      button({ class: "button", on: { click: () => answer(false) } }, drawPlain(deny?.text ?? "Cancel")),
      button({ class: `button is-${style === "danger" ? "danger" : "primary"} is-filled`, autofocus: true,
        on: { click: () => answer(true) } }, drawPlain(confirm?.text ?? "Yes"))));
}
