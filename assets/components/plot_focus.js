/* Marks of one node over a drawn plot: lines of its own above the drawing, so that the drawing itself never changes. */
import { listed } from "./plot_data.js";

const SPACE = "http://www.w3.org/2000/svg";
const TICK = 14;
const RING = 7;
const matrices = new WeakMap();

function matrixOf(plot) {
  if (!matrices.has(plot)) matrices.set(plot, listed(plot.figure.data[0].z));
  return matrices.get(plot);
}

/* A name as the drawing has it: Plotly reads a few tags in its texts, so they come escaped. */
const drawn = (name) => name.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/* Gives the node that a hovered or clicked mark belongs to; a link belongs to the one that sends. */
export function nodeAt(focus, point) {
  if (!focus || !point) return "";
  const words = [point.customdata ?? ""].flat(2).join("\n");
  const named = { map: point.y, means: point.x, marks: words.split("\n")[0], spread: words.split(" → ")[0] }[focus.kind];
  const isOwn = (name) => name === named || (focus.kind === "marks" && named?.startsWith(`${name}, GPU `));
  const place = focus.names.findIndex((name) => isOwn(drawn(name)));
  return place < 0 ? "" : focus.nodes[place];
}

const middle = (axis, place) => axis._offset + axis.l2p(place);
const box = (x, y, width, height) => `M${x} ${y}h${width}v${height}h${-width}z`;
const ring = (x, y) => `M${x - RING} ${y}a${RING} ${RING} 0 1 0 ${2 * RING} 0a${RING} ${RING} 0 1 0 ${-2 * RING} 0`;

function mapPath(place, { xaxis, yaxis }) {
  const half = Math.max(1.5, Math.abs(xaxis.l2p(1) - xaxis.l2p(0)) / 2);
  const row = box(xaxis._offset, middle(yaxis, place) - half, xaxis._length, 2 * half);
  return row + box(middle(xaxis, place) - half, yaxis._offset, 2 * half, yaxis._length);
}

function meansPath(place, { xaxis, yaxis }, marks) {
  const at = middle(xaxis, place);
  const rings = marks.flatMap((trace) => trace.filter((mark) => mark.x === place && Number.isFinite(mark.y)));
  return `M${at} ${yaxis._offset}v${yaxis._length}` + rings.map((mark) => ring(at, middle(yaxis, mark.y))).join("");
}

/* What the node sends stands at the foot, what it receives at the head. */
function spreadPath(place, { xaxis, yaxis }, matrix) {
  const foot = yaxis._offset + yaxis._length;
  let path = "";
  for (let other = 0; other < matrix.length; other += 1) {
    const [sent, received] = [matrix[place][other], matrix[other][place]];
    if (Number.isFinite(sent)) path += `M${middle(xaxis, sent).toFixed(1)} ${foot}v${-TICK}`;
    if (Number.isFinite(received)) path += `M${middle(xaxis, received).toFixed(1)} ${yaxis._offset}v${TICK}`;
  }
  return path;
}

function marksPath(name, { xaxis, yaxis }, marks) {
  let path = "";
  for (const trace of marks) {
    const words = trace[0]?.trace?.customdata ?? [];
    trace.forEach((mark, place) => {
      const own = [words[place] ?? ""].flat()[0];
      if (own === name || String(own).startsWith(`${name}, GPU `)) path += ring(middle(xaxis, mark.x), middle(yaxis, mark.y));
    });
  }
  return path;
}

function pathOf(drawing, focus, node, sheet) {
  const place = focus.nodes.indexOf(node);
  const layout = drawing._fullLayout;
  if (place < 0 || !layout?.xaxis?.l2p) return "";
  const marks = (drawing.calcdata ?? []).filter((trace) => trace[0]?.trace?.type === "scatter");
  if (focus.kind === "map") return mapPath(place, layout);
  if (focus.kind === "means") return meansPath(place, layout, marks);
  if (focus.kind === "spread") return sheet[focus.of] ? spreadPath(place, layout, matrixOf(sheet[focus.of])) : "";
  return marksPath(drawn(focus.names[place]), layout, marks);
}

/* Draws the marks of `node` (empty: none) into `layer`, an SVG that covers the drawing. */
export function drawFocus(layer, drawing, focus, node, sheet) {
  const path = node && drawing ? pathOf(drawing, focus, node, sheet) : "";
  if (!layer.firstChild) {
    for (const name of ["halo", "line"]) {
      const line = document.createElementNS(SPACE, "path");
      line.setAttribute("class", `sm-focus-${name}`);
      layer.append(line);
    }
  }
  for (const line of layer.children) line.setAttribute("d", path);
  layer.dataset.node = path ? node : "";
}
