// Remembers what a person has chosen in a message, a modal or the Home tab, and sends what they do there.

import { notify } from "./dom.js";
import { act } from "./server.js";

const surfaces = new Map();

/** `reference` says where the blocks stand: {channel, ts}, {view_id} or {home: true}. */
export function surfaceFor(reference) {
  const name = JSON.stringify(reference);
  if (!surfaces.has(name)) surfaces.set(name, new Surface(reference));
  return surfaces.get(name);
}

class Surface {
  constructor(reference) {
    this.reference = reference;
    this.blocks = [];
    this.chosen = new Map();
  }

  /** Takes the blocks as they are now; in messages only what was typed into inputs outlives a change of them. */
  show(blocks) {
    if (blocks === this.blocks) return;
    this.blocks = blocks;
    if (this.reference.view_id) return;
    const inputs = new Set(controlsOf(blocks).filter(({ isInput }) => isInput).map(({ key }) => key));
    for (const key of this.chosen.keys()) if (!inputs.has(key)) this.chosen.delete(key);
  }

  value(block, element) {
    const key = keyOf(block.block_id, element.action_id);
    return this.chosen.has(key) ? this.chosen.get(key) : initialValue(element);
  }

  choose(block, element, value) {
    this.chosen.set(keyOf(block.block_id, element.action_id), value);
  }

  forget() {
    surfaces.delete(JSON.stringify(this.reference));
  }

  /** All that is chosen now: {block_id: {action_id: value}}. */
  values() {
    const values = {};
    for (const { block, element } of controlsOf(this.blocks)) {
      if (STATELESS.has(element.type)) continue;
      (values[block.block_id] ??= {})[element.action_id] = this.value(block, element);
    }
    return values;
  }

  async fire(block, element, value) {
    const answer = await act("action", {
      ...this.reference, block_id: block.block_id, action_id: element.action_id, value, values: this.values(),
    });
    if (!answer.ok) notify(answer.message ?? `This did not work: ${answer.error}`);
    return answer;
  }

  async suggest(block, element, words) {
    const answer = await act("suggest", {
      ...this.reference, block_id: block.block_id, action_id: element.action_id, value: words,
    });
    return answer.ok ? answer : { options: [], message: answer.message ?? answer.error };
  }
}

const STATELESS = new Set(["button", "overflow", "image", "workflow_button", "feedback_buttons", "icon_button"]);
const keyOf = (blockId, actionId) => `${blockId}\n${actionId}`;

function controlsOf(blocks) {
  return blocks.flatMap((block) => {
    if (block.type === "container") return controlsOf(block.child_blocks ?? []);
    const elements = [block.element, block.accessory, ...(Array.isArray(block.elements) ? block.elements : [])];
    return elements.filter((element) => element?.action_id).map((element) => ({
      block, element, isInput: block.type === "input", key: keyOf(block.block_id, element.action_id),
    }));
  });
}

/** What an element holds before anybody touches it: a value, a list of values, or null. */
export function initialValue(element) {
  const { initial_option: option, initial_options: options } = element;
  if (element.type.startsWith("multi_") || element.type === "checkboxes") {
    return (options ?? []).map((one) => one.value).concat(element.initial_users ?? element.initial_channels
      ?? element.initial_conversations ?? []);
  }
  return option?.value ?? element.initial_value ?? element.initial_date ?? element.initial_time
    ?? element.initial_date_time
    ?? element.initial_user ?? element.initial_channel ?? element.initial_conversation ?? null;
}
