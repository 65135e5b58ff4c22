// Shows the person's stack of modals: the top one, with its errors, its waiting and its way back.

import { button, fill, h, icon, iconButton, keepFocus } from "./dom.js";
import { drawPlain } from "./mrkdwn.js";
import { drawBlocks } from "./render/blocks.js";
import { act } from "./server.js";
import { on, store } from "./store.js";
import { surfaceFor } from "./surface.js";

const TROUBLE = "We had some trouble connecting. Try again?";

export function startModals() {
  const modal = new Modal();
  on("views", () => modal.draw());
  on("session", () => modal.draw());
}

class Modal {
  constructor() {
    this.dialog = h("dialog.dialog", { "aria-labelledby": "modal-title",
      on: { cancel: (event) => { event.preventDefault(); this.close(); } } });
    this.sheet = h("div.dialog-sheet");
    this.dialog.append(this.sheet);
    this.local = {};
  }

  get view() {
    return store.views.at(-1);
  }

  /** What is wrong or going on with the view on top: what this page learned wins over what the server told. */
  get standing() {
    const { errors, busy, notice } = this.view;
    const own = this.local.hash === this.stamp ? this.local : {};
    return { errors: own.errors ?? errors ?? {}, isBusy: own.isBusy ?? busy ?? false, notice: own.notice ?? notice };
  }

  get stamp() {
    return `${this.view.id} ${this.view.hash}`;
  }

  learn(what) {
    if (!this.view) return;
    this.local = { hash: this.stamp, ...what };
    this.draw();
  }

  draw() {
    if (!this.view) return this.leave();
    const isNew = this.drawnId !== this.view.id;
    const scroll = isNew ? 0 : this.dialog.querySelector(".dialog-body")?.scrollTop ?? 0;
    this.drawnId = this.view.id;
    keepFocus(this.sheet, () => fill(this.sheet, this.drawForm()));
    if (!this.dialog.isConnected) document.body.append(this.dialog);
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.querySelector(".dialog-body").scrollTop = scroll;
    if (isNew) this.focusFirst("[autofocus], .block-input input, .block-input textarea, .block-input button");
    else if (Object.keys(this.standing.errors).length) this.focusFirst("[aria-invalid]");
  }

  focusFirst(selector) {
    const field = this.dialog.querySelector(selector);
    if (field && !field.matches(":focus")) field.focus();
  }

  leave() {
    this.drawnId = null;
    if (!this.dialog.open) return;
    this.dialog.close();
    this.dialog.remove();
  }

  drawForm() {
    const { title, blocks, id, submit, close } = this.view;
    const { errors, isBusy, notice } = this.standing;
    const stray = Object.entries(errors).filter(([blockId]) =>
      !blocks.some((block) => block.block_id === blockId && block.type === "input"));
    const words = [notice, ...stray.map(([, text]) => text)].filter(Boolean);
    return h("form.dialog-form", { novalidate: true, "aria-busy": String(isBusy),
      on: { submit: (event) => { event.preventDefault(); this.submit(); } } },
      h("header.dialog-head", store.views.length > 1 && iconButton("back", "Back", () => this.close()),
        h("h2", { id: "modal-title" }, drawPlain(title?.text)),
        iconButton("close", "Close everything", () => this.close({ all: true }))),
      words.map((sentence) => h("p.dialog-notice", { role: "alert" }, icon("warning"), sentence)),
      h("div.dialog-body", drawBlocks(blocks, surfaceFor({ view_id: id }), errors)),
      (submit || close) && this.drawFoot(submit, close, isBusy));
  }

  drawFoot(submit, close, isBusy) {
    return h("footer.dialog-foot",
      h("span.dialog-app", store.bot.name),
      button({ class: "button", "data-key": "close", on: { click: () => this.close() } },
        drawPlain(close?.text ?? "Cancel")),
      submit && h("button", { type: "submit", class: "button is-primary is-filled", "data-key": "submit",
        "aria-busy": isBusy ? "true" : null, disabled: isBusy }, h("span", drawPlain(submit.text))));
  }

  async submit() {
    const { id, submit } = this.view;
    if (!submit || this.standing.isBusy) return;
    this.learn({ isBusy: true, errors: {}, notice: "" });
    const answer = await act("submit", { view_id: id, values: surfaceFor({ view_id: id }).values() });
    if (this.view?.id !== id) return;
    if (answer.ok) this.learn({ isBusy: false, errors: {} });
    else this.learn({ isBusy: false, errors: answer.errors ?? {},
      notice: answer.errors ? "" : answer.message ?? TROUBLE });
  }

  async close({ all = false } = {}) {
    const { id } = this.view;
    const gone = all ? store.views : [this.view];
    for (const view of gone) surfaceFor({ view_id: view.id }).forget();
    store.views = all ? [] : store.views.slice(0, -1);
    this.draw();
    await act("close", { view_id: id, all });
  }
}
