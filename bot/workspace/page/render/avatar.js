// Draws the face of a person or an app: their picture, or their initials on a colour of their own.

import { h } from "../dom.js";
import { drawEmoji } from "../emoji.js";

const HUES = 24;
const APP_PICTURE = "/page/icon.svg";

/** `user` is a Slack user object or {name, image, emoji, isBot}. */
export function avatar(user, size = "") {
  const name = user?.profile?.display_name || user?.real_name || user?.name || "?";
  const picture = user?.image ?? user?.profile?.image_72 ?? (user?.is_bot ? APP_PICTURE : null);
  const emoji = user?.emoji && drawEmoji(user.emoji.replaceAll(":", ""));
  const look = { "--hue": (hash(user?.id ?? name) % HUES) * (360 / HUES) };
  const inner = picture ? h("img", { src: picture, alt: "" }) : emoji || initials(name);
  return h("span", { class: `avatar ${size} ${user?.is_bot || user?.isBot ? "is-bot" : ""}`, style: look,
    "aria-hidden": "true" }, inner);
}

const hash = (words) => [...words].reduce((sum, letter) => (sum * 131 + letter.codePointAt(0)) % 65521, 7);

function initials(name) {
  const words = name.trim().split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? "?"];
  return letters.map((word) => [...word][0].toUpperCase()).join("");
}
