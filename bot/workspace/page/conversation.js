// Shows the messages of a channel or a thread and keeps the list right as they change.

import { clockTime, formatDate, isSameDay, momentOf } from "./dates.js";
import { announce, button, fill, h, icon, keepFocus, plural } from "./dom.js";
import { drawMrkdwn } from "./mrkdwn.js";
import { authorOf, drawMessage } from "./render/message.js";
import { markRead, messagesOf, store } from "./store.js";

const GROUP_SECONDS = 300;
const SHOWN_AT_ONCE = 150;
const NEAR = 80;

/** The scrolling list for one channel, or for one thread of it. */
export class MessageList {
  constructor({ inThread = false, drawIntro = () => null } = {}) {
    this.inThread = inThread;
    this.drawIntro = drawIntro;
    this.rows = h("div.rows");
    this.jump = button({ class: "jump", hidden: true, on: { click: () => this.toEnd() } }, icon("down"),
      h("span", "New messages"));
    this.scroller = h("div.scroller", { role: "log", "aria-live": "off",
      "aria-label": inThread ? "Thread" : "Messages", tabindex: 0 }, this.rows);
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.root = h("div.message-list", this.scroller, this.jump);
    const observer = new ResizeObserver(() => { if (this.sticks) this.toEnd(); });
    observer.observe(this.rows);
    observer.observe(this.scroller);
  }

  /** Begins anew with another room; messages after `unread` ones from the end are marked as new. */
  open(channel, thread = null) {
    Object.assign(this, { channel, thread, drawn: new Map(), limit: SHOWN_AT_ONCE, sticks: true, firstNew: undefined });
    fill(this.rows);
    this.draw();
  }

  get isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  /** Only a person's own scrolling lets go of the end; a list that grew or shrank is scrolled after. */
  scrolled() {
    const size = `${this.scroller.scrollHeight} ${this.scroller.clientHeight}`;
    if (this.isAtEnd) this.jump.hidden = this.sticks = true;
    else if (size === this.size) this.sticks = false;
    this.size = size;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.jump.hidden = true;
  }

  /** Draws what changed; a message whose object and place are the same keeps its element. */
  draw({ isWhole = false } = {}) {
    if (!this.channel) return;
    const messages = messagesOf(this.channel, this.thread);
    const shown = messages.slice(-this.limit);
    if (isWhole) this.drawn.clear();
    const before = this.drawn;
    this.drawn = new Map();
    keepFocus(this.rows, () => this.arrange(shown, before, messages.length - shown.length));
    if (this.sticks) this.toEnd();
  }

  arrange(shown, before, hidden) {
    const nodes = hidden > 0 ? [this.drawEarlier(hidden)] : [this.drawIntro(this.channel, this.thread)];
    shown.forEach((message, index) => {
      const previous = shown[index - 1];
      const isNewDay = !previous || !isSameDay(previous.ts, message.ts);
      if (isNewDay && !this.inThread) nodes.push(drawDay(message.ts));
      if (message.ts === this.firstNew) nodes.push(h("div.new-rule", { role: "separator" }, h("span", "New")));
      nodes.push(this.drawRow(message, this.canGroup(index) && !isNewDay && follows(previous, message), before));
      if (this.inThread && index === 0) nodes.push(h("div.reply-rule",
        h("span", plural(shown.length - 1, "reply", "replies"))));
    });
    settle(this.rows, nodes.filter(Boolean));
  }

  /** In a thread the first reply stands apart from what began it. */
  canGroup(index) {
    return !this.inThread || index > 1;
  }

  drawRow(message, isGrouped, before) {
    const known = before.get(message.ts);
    const isSame = known && known.message === message && known.isGrouped === isGrouped;
    const node = isSame ? known.node : drawMessage(this.channel, message, { isGrouped, inThread: this.inThread });
    this.drawn.set(message.ts, { message, isGrouped, node });
    return node;
  }

  drawEarlier(hidden) {
    const click = () => { this.limit += SHOWN_AT_ONCE; this.sticks = false; this.draw(); };
    return button({ class: "button earlier", on: { click } }, `Show earlier messages (${hidden})`);
  }

  /** A message came while the list was open: say so, and scroll or offer to. */
  greet(message) {
    const author = authorOf(message);
    const said = drawMrkdwn(message.text).map((line) => line.textContent).join(" ");
    announce(`${author.name} at ${clockTime(message.ts)}: ${said.slice(0, 200)}`);
    if (message.user === store.me.id) { this.sticks = true; this.toEnd(); }
    else if (!this.isAtEnd && !this.sticks) this.jump.hidden = false;
  }

  /** Marks from where on the person has not read, when they enter the channel. */
  markNew(unread) {
    const others = messagesOf(this.channel).filter((message) => message.user !== store.me.id && !message.is_ephemeral);
    this.firstNew = unread ? others.at(-unread)?.ts : undefined;
    this.draw({ isWhole: true });
    if (!document.hidden) markRead(this.channel);
  }
}

const follows = (previous, message) => previous.subtype === message.subtype && !previous.is_ephemeral
  && !message.is_ephemeral
  && authorOf(previous).name === authorOf(message).name && previous.user === message.user
  && momentOf(message.ts) - momentOf(previous.ts) < GROUP_SECONDS;

const drawDay = (ts) => h("div.day-rule", h("span", formatDate(momentOf(ts), "{date_long_pretty}")));

/** Makes the children of root these nodes, moving as few as can be. */
function settle(root, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...root.childNodes]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => { if (root.childNodes[index] !== node) root.insertBefore(node,
    root.childNodes[index] ?? null); });
}
