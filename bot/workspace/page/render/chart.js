// Draws `data_visualization` blocks as SVG: pie, bar, line and area.

import { h, svg } from "../dom.js";

const [WIDEST, NARROWEST, AROUND] = [520, 260, 120];
const COLOURS = 12;
const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

export function drawChart({ title, chart }) {
  const draw = { pie: drawPie, bar: drawAxes, line: drawAxes, area: drawAxes }[chart?.type];
  if (!draw) return null;
  const { picture, legend } = draw(chart);
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", `${title}. ${inWords(chart)}`);
  return h("figure.chart", h("figcaption", title), h("div", { class: `chart-body is-${chart.type}` }, picture, legend));
}

function inWords({ type, segments, series }) {
  const points = (list) => list.map(({ label, value }) => `${label} ${NUMBER.format(value)}`).join(", ");
  return `${type} chart: ${type === "pie" ? points(segments)
    : series.map(({ name, data }) => `${name}: ${points(data)}`).join("; ")}`;
}

const colour = (index) => ({ "--series": `var(--chart-${index % COLOURS})` });

const drawLegend = (entries) => h("ul.legend", entries.map(({ name, note }, index) =>
  h("li", { style: colour(index) }, h("span.legend-mark"), h("span", name), note && h("span.legend-note", note))));

function drawPie({ segments }) {
  const total = segments.reduce((sum, { value }) => sum + value, 0);
  const share = (value) => `${NUMBER.format(value)} (${Math.round((value / total) * 100)}%)`;
  let turned = 0;
  const slices = segments.map(({ label, value }, index) => {
    const slice = svg("path", { class: "slice", d: slicePath(turned, (turned += value / total)),
      style: colour(index) });
    slice.append(svg("title", `${label}: ${share(value)}`));
    return slice;
  });
  return {
    picture: svg("svg", { viewBox: "-105 -105 210 210", class: "pie" }, slices),
    legend: drawLegend(segments.map(({ label, value }) => ({ name: label, note: share(value) }))),
  };
}

/** A slice of a circle of radius 100 from one share of the whole to another. */
function slicePath(from, to) {
  if (to - from > 0.9999) return "M0-100A100 100 0 1 1-.01-100Z";
  const at = (share) => `${100 * Math.sin(2 * Math.PI * share)} ${-100 * Math.cos(2 * Math.PI * share)}`;
  return `M0 0L${at(from)}A100 100 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to)}Z`;
}

function drawAxes({ type, series, axis_config: axis }) {
  const frame = frameFor(series, axis);
  const ordered = series.map(({ name, data }) => ({
    name, data: axis.categories.map((label) => ({ label,
      value: data.find((point) => point.label === label)?.value ?? 0 })),
  }));
  const drawSeries = { bar: drawBars, line: drawLine, area: drawArea }[type];
  const picture = svg("svg", { viewBox: `0 0 ${frame.width} ${frame.height}` },
    drawGrid(frame, axis), ordered.map((one, index) => svg("g", { style: colour(index) },
      drawSeries(one, index, frame, ordered.length))));
  return { picture, legend: ordered.length > 1 ? drawLegend(ordered) : null };
}

/** Where things stand in a picture as wide as the window lets it be: `x(index)` of a category, `y(value)`, `ticks`. */
function frameFor(series, axis) {
  const values = series.flatMap(({ data }) => data.map(({ value }) => value));
  const ticks = ticksFor(Math.min(0, ...values), Math.max(0, ...values));
  const widest = Math.max(...ticks.map((tick) => NUMBER.format(tick).length));
  const width = Math.max(NARROWEST, Math.min(WIDEST, innerWidth - AROUND));
  const height = 110 + width * 0.29;
  const box = { width, height, left: 18 + widest * 7 + (axis.y_label ? 16 : 0), right: width - 8, top: 10,
    bottom: height - 26 - (axis.x_label ? 18 : 0) };
  const band = (box.right - box.left) / axis.categories.length;
  const [low, high] = [ticks[0], ticks.at(-1)];
  return {
    ...box, band, ticks, x: (index) => box.left + band * (index + 0.5),
    y: (value) => box.bottom - ((value - low) / (high - low || 1)) * (box.bottom - box.top),
  };
}

/** Four to seven round numbers that span low to high. */
function ticksFor(low, high) {
  const rough = (high - low || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const first = Math.floor(low / step);
  const count = Math.max(Math.ceil(high / step) - first, 1);
  return Array.from({ length: count + 1 }, (_, index) => (first + index) * step);
}

function drawGrid(frame, axis) {
  const every = Math.ceil(axis.categories.length / 10);
  const room = Math.max(3, Math.floor((frame.band * every) / 6.5));
  return svg("g", { class: "axes" },
    frame.ticks.map((tick) => [
      svg("line", { x1: frame.left, x2: frame.right, y1: frame.y(tick), y2: frame.y(tick),
        class: tick === 0 ? "is-zero" : null }),
      svg("text", { x: frame.left - 6, y: frame.y(tick) + 4, "text-anchor": "end" }, NUMBER.format(tick)),
    ]),
    axis.categories.map((name, index) => index % every === 0
      && svg("text", { x: frame.x(index), y: frame.bottom + 17, "text-anchor": "middle" }, svg("title", name),
        shorten(name, room))),
    axis.x_label && svg("text", { class: "axis-name", x: (frame.left + frame.right) / 2, y: frame.height - 5,
      "text-anchor": "middle" }, axis.x_label),
    axis.y_label && svg("text", { class: "axis-name", "text-anchor": "middle",
      transform: `translate(12 ${(frame.top + frame.bottom) / 2}) rotate(-90)` }, axis.y_label));
}

const shorten = (name, room) => ([...name].length > room ? `${[...name].slice(0, room - 1).join("")}…` : name);

const hint = (name, { label, value }) => svg("title", `${name ? `${name}, ` : ""}${label}: ${NUMBER.format(value)}`);

function drawBars({ name, data }, index, frame, count) {
  const width = Math.min((frame.band * 0.72) / count, 46);
  return data.map((point, at) => {
    const x = frame.x(at) + (index - count / 2) * width;
    const [top, foot] = [frame.y(Math.max(point.value, 0)), frame.y(Math.min(point.value, 0))];
    return svg("rect", { class: "bar", x: x + 1, y: top, width: Math.max(width - 2, 1),
      height: Math.max(foot - top, 0.5), rx: 2 }, hint(name, point));
  });
}

const pathOf = (data, frame) => data.map(({ value }, at) =>
  `${at ? "L" : "M"}${frame.x(at)} ${frame.y(value)}`).join("");

function drawLine({ name, data }, index, frame) {
  const dots = data.map((point, at) => svg("circle", { class: "dot", cx: frame.x(at), cy: frame.y(point.value),
    r: 3.5 }, hint(name, point)));
  return [svg("path", { class: "stroke", d: pathOf(data, frame) }), ...dots];
}

function drawArea(one, index, frame, count) {
  const ground = frame.y(0);
  const edge = `L${frame.x(one.data.length - 1)} ${ground}L${frame.x(0)} ${ground}Z`;
  return [svg("path", { class: "surface", d: pathOf(one.data, frame) + edge }), ...drawLine(one, index, frame, count)];
}
