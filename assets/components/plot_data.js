/* A figure's traces as a table: what is drawn, one row a mark, with the words that stand beside it on the screen. */

const ARRAYS = {
  i1: Int8Array,
  u1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  f4: Float32Array,
  f8: Float64Array,
};

/* Gives the rows of an array that may be in Plotly's compact form; single precision is rounded to what it holds. */
export function listed(values) {
  if (Array.isArray(values)) return values;
  if (!values?.bdata) return [];
  const bytes = Uint8Array.from(atob(values.bdata), (letter) => letter.charCodeAt(0));
  const flat = Array.from(new ARRAYS[values.dtype](bytes.buffer));
  const exact = values.dtype === "f4" ? flat.map((value) => Number(value.toPrecision(7))) : flat;
  const [rows, columns] = String(values.shape ?? flat.length).split(",").map(Number);
  if (!columns) return exact;
  return Array.from({ length: rows }, (_, row) => exact.slice(row * columns, (row + 1) * columns));
}

/* Marks of one row are spread around its line so that they do not cover each other: the row's name is their value. */
function nearestTick(axis, value) {
  const ticks = listed(axis.tickvals);
  const names = listed(axis.ticktext);
  if (!names.length || typeof value !== "number") return value;
  let best = 0;
  ticks.forEach((tick, place) => {
    if (Math.abs(tick - value) < Math.abs(ticks[best] - value)) best = place;
  });
  return names[best];
}

function plain(text) {
  const marks = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
  return text.replace(/<br\s*\/?>/g, ", ").replace(/&(?:lt|gt|amp);/g, (mark) => marks[mark]);
}

const BOXES = [
  ["lowerfence", "Lower whisker"],
  ["q1", "Lower quartile"],
  ["median", "Median"],
  ["q3", "Upper quartile"],
  ["upperfence", "Upper whisker"],
];

/* Gives the name of a column, as the trace says it itself or as its axis has it; an empty name leaves the column out. */
function headsOf(trace, layout) {
  const said = trace.meta ?? {};
  const title = (side) => layout[`${side}axis`]?.title?.text || (layout[`${side}axis`]?.ticktext ? "Row" : side);
  const unit = trace.colorbar?.title?.text;
  const detail = (place) => said.details?.[place] ?? (place ? `Details ${place + 1}` : "Details");
  return {
    x: said.x ?? title("x"),
    y: said.y ?? title("y"),
    z: said.z ?? (unit ? `Value (${unit})` : "Value"),
    series: said.series ?? "Series",
    detail,
  };
}

function detailsOf(words, heads) {
  const named = [words ?? []].flat().map((word, place) => [heads.detail(place), word]);
  return Object.fromEntries(named.filter(([head]) => head));
}

function* heatRows(trace, heads) {
  const [across, down, heights] = [listed(trace.x), listed(trace.y), listed(trace.z)];
  const words = listed(trace.customdata);
  for (const [row, name] of down.entries()) {
    for (const [column, other] of across.entries()) {
      const value = heights[row][column];
      if (!Number.isFinite(value)) continue;
      const cell = heads.z ? { [heads.z]: value } : {};
      yield { [heads.y]: name, [heads.x]: other, ...cell, ...detailsOf(words[row]?.[column], heads) };
    }
  }
}

function* markRows(trace, layout, heads) {
  const axes = { x: layout.xaxis ?? {}, y: layout.yaxis ?? {} };
  const places = { x: listed(trace.x), y: trace.base ? listed(trace.base) : listed(trace.y) };
  const words = listed(trace.customdata ?? trace.text);
  const boxes = BOXES.map(([field, name]) => [listed(trace[field]), `${name}: ${heads.x}`]);
  const sides = ["x", "y"].filter((side) => heads[side] && axes[side].visible !== false && places[side].length);
  for (let mark = 0; mark < Math.max(places.x.length, places.y.length); mark += 1) {
    const row = {};
    for (const side of sides) row[heads[side]] = nearestTick(axes[side], places[side][mark]);
    for (const [values, name] of boxes) {
      if (values.length) row[name] = values[mark];
    }
    yield { ...row, ...detailsOf(words[mark], heads) };
  }
}

/* Gives the rows of every trace that is a figure, as objects by heading; bands and lines that only guide the eye are none. */
export function figureRows({ data, layout }) {
  const rows = [];
  for (const trace of data) {
    if (trace.hoverinfo === "skip" && trace.type !== "box") continue;
    const heads = headsOf(trace, layout);
    const own = trace.type === "heatmap" ? heatRows(trace, heads) : markRows(trace, layout, heads);
    for (const row of own) rows.push(trace.name && heads.series ? { [heads.series]: trace.name, ...row } : row);
  }
  return rows;
}

/* A text that a spreadsheet would run as a formula gets an apostrophe before it; numbers stay as they are. */
function cell(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  if (typeof value === "number") return String(value);
  const text = plain(String(value));
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/* Gives a figure's marks as CSV (RFC 4180), its header first. */
export function figureCsv(figure) {
  const rows = figureRows(figure);
  const heads = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [heads.map(cell), ...rows.map((row) => heads.map((head) => cell(row[head])))];
  return lines.map((line) => `${line.join(",")}\r\n`).join("");
}
