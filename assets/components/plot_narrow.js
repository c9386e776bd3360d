/* What a drawing leaves out or puts elsewhere where there is little room, as on a phone. */

const NARROW = 480;
const NAMES_MAX = 8;
/* Pixels from one tilted name to the next that let neither touch the other. */
const TILTED = 24;

/* Names beside each other need room: where there are more than `most`, every second, fourth, … is written. */
function thinned(axis, most) {
  if (axis?.tickmode !== "array" || axis.type !== "category" || !(axis.tickvals?.length > most)) return axis;
  const step = Math.ceil(axis.tickvals.length / most);
  return { ...axis, tickvals: axis.tickvals.filter((_, place) => place % step === 0) };
}

/* A title wider than what names and margins leave of the width goes on in a second line, broken near its middle. */
const BESIDE = 180;
const LETTER = 5.4;

function broken(axis, width) {
  const text = axis?.title?.text ?? "";
  if (text.includes("<") || text.length * LETTER < width - BESIDE) return axis;
  const gaps = [...text.matchAll(/ (?!\()/g)].map((gap) => gap.index);
  if (!gaps.length) return axis;
  const middle = gaps.reduce((best, gap) => (Math.abs(gap - text.length / 2) < Math.abs(best - text.length / 2) ? gap : best));
  return { ...axis, title: { ...axis.title, text: `${text.slice(0, middle)}<br>${text.slice(middle + 1)}` } };
}

function spaced(layout, width) {
  if (!layout.xaxis?.tickangle) return layout;
  const room = width - (layout.margin?.l ?? 0) - (layout.margin?.r ?? 0);
  return { ...layout, xaxis: thinned(layout.xaxis, Math.max(2, Math.floor(room / TILTED))) };
}

/* Gives the figure as it is drawn in `width` pixels: names that would touch are left out; where it is narrow, a long
   title takes two lines, and a heat map's scale lies above it and leaves the width to the map. */
export function fitted({ data, layout: whole }, width) {
  const layout = spaced(whole, width);
  if (width >= NARROW) return { data, layout };
  if (!data.some((trace) => trace.colorbar)) return { data, layout: { ...layout, xaxis: broken(layout.xaxis, width) } };
  const lying = { orientation: "h", x: 0.5, xanchor: "center", y: 1, yanchor: "bottom", len: 1, ypad: 8 };
  return {
    data: data.map((trace) =>
      trace.colorbar ? { ...trace, colorbar: { ...trace.colorbar, ...lying, title: { ...trace.colorbar.title, side: "top" } } } : trace,
    ),
    layout: {
      ...layout,
      margin: { ...layout.margin, r: 8, b: 8 },
      xaxis: thinned(layout.xaxis, NAMES_MAX),
      yaxis: { ...thinned(layout.yaxis, NAMES_MAX), constraintoward: "top" },
    },
  };
}

const LEAST_GAP = 4;

/* Hides the words of a bound that would lie over those of another, at any width: the axis tells the same. */
export function partBounds(drawing) {
  const kept = [];
  for (const label of drawing.querySelectorAll(".annotation")) {
    if (drawing.layout?.annotations?.[Number(label.dataset.index)]?.name !== "bound") continue;
    const { left, right } = label.getBoundingClientRect();
    const isOver = kept.some((other) => left < other.right + LEAST_GAP && other.left < right + LEAST_GAP);
    label.style.visibility = isOver ? "hidden" : "";
    if (!isOver) kept.push({ left, right });
  }
}
