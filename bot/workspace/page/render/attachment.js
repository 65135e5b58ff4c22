// Draws legacy attachments: words, fields and blocks beside a coloured rule.

import { formatDate } from "../dates.js";
import { h, link } from "../dom.js";
import { drawMrkdwn, drawPlain } from "../mrkdwn.js";
import { drawBlocks } from "./blocks.js";

const NAMED_COLOURS = { good: "#2f9e6e", warning: "#d99b1c", danger: "#c9364f" };

export function drawAttachment(attachment, surface) {
  const { color = "", pretext, text, fields, image_url: image, thumb_url: thumb, blocks } = attachment;
  const colour = NAMED_COLOURS[color] ?? (/^#?[0-9a-f]{3,8}$/i.test(color) ? `#${color.replace("#", "")}` : null);
  return h("div.attachment-frame", pretext && h("div.plain", drawMrkdwn(pretext)),
    h("div.attachment", { style: colour && { "--stripe": colour } },
      h("div.attachment-words", drawHead(attachment),
        text && h("div.plain", drawMrkdwn(text)), blocks && drawBlocks(blocks, surface),
        fields && h("div.fields", fields.map(drawField)),
        image && link(image, h("img.attachment-image", { src: image, alt: "", loading: "lazy" })),
        drawFoot(attachment)),
      thumb && h("img.accessory-image", { src: thumb, alt: "" })));
}

function drawHead({ author_name: author, author_link: authorLink, title, title_link: address }) {
  return [
    author && h("small", authorLink ? link(authorLink, author) : author),
    title && h("strong", address ? link(address, drawPlain(title)) : drawPlain(title)),
  ];
}

function drawField({ title, value, short }) {
  return h("div", { class: short ? "" : "is-wide" }, h("strong", drawPlain(title)), h("div", drawMrkdwn(value)));
}

function drawFoot({ footer, ts }) {
  const words = [footer, ts && formatDate(Number(ts), "{date_short} at {time}")].filter(Boolean);
  return words.length > 0 && h("small.attachment-foot", words.join(" · "));
}
