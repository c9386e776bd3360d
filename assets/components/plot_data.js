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

function* heatRows(trace, heads) {
  const [across, down, heights] = [listed(trace.x), listed(trace.y), listed(trace.z)];
  const unit = trace.colorbar?.title?.text;
  for (const [row, name] of down.entries()) {
    for (const [column, other] of across.entries()) {
      const value = heights[row][column];
      if (Number.isFinite(value)) yield { [heads.y]: name, [heads.x]: other, [unit ? `Value (${unit})` : "Value"]: value };
    }
  }
}

function* markRows(trace, layout, heads) {
  const axes = { x: layout.xaxis ?? {}, y: layout.yaxis ?? {} };
  const places = { x: listed(trace.x), y: trace.base ? listed(trace.base) : listed(trace.y) };
  const words = listed(trace.customdata ?? trace.text);
  const boxes = BOXES.map(([field, name]) => [listed(trace[field]), `${name}: ${heads.x}`]);
  for (let mark = 0; mark < Math.max(places.x.length, places.y.length); mark += 1) {
    const row = {};
    for (const side of ["x", "y"]) {
      if (axes[side].visible !== false && places[side].length) row[heads[side]] = nearestTick(axes[side], places[side][mark]);
    }
    for (const [values, name] of boxes) {
      if (values.length) row[name] = values[mark];
    }
    [words[mark] ?? []].flat().forEach((word, place) => {
      row[place ? `Details ${place + 1}` : "Details"] = word;
    });
    yield row;
  }
}

/* Gives the rows of every trace that is a figure, as objects by heading; bands and lines that only guide the eye are none. */
export function figureRows({ data, layout }) {
  const title = (side) => layout[`${side}axis`]?.title?.text || (layout[`${side}axis`]?.ticktext ? "Row" : side);
  const heads = { x: title("x"), y: title("y") };
  const rows = [];
  for (const trace of data) {
    if (trace.hoverinfo === "skip" && trace.type !== "box") continue;
    const own = trace.type === "heatmap" ? heatRows(trace, heads) : markRows(trace, layout, heads);
    for (const row of own) rows.push(trace.name ? { Series: trace.name, ...row } : row);
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
