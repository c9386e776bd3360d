/* What a drawing leaves out or puts elsewhere where there is little room, as on a phone. */

const NARROW = 480;
const NAMES_MAX = 8;

/* Names that stand upright beside each other need room: every second, fourth, … is written. */
function thinned(axis) {
  if (axis?.tickmode !== "array" || axis.type !== "category" || !(axis.tickvals?.length > NAMES_MAX)) return axis;
  const step = Math.ceil(axis.tickvals.length / NAMES_MAX);
  return { ...axis, tickvals: axis.tickvals.filter((_, place) => place % step === 0) };
}

/* Gives the figure as it is drawn in `width` pixels: a heat map's scale lies above it and leaves the width to the map. */
export function fitted({ data, layout }, width) {
  if (width >= NARROW || !data.some((trace) => trace.colorbar)) return { data, layout };
  const lying = { orientation: "h", x: 0.5, xanchor: "center", y: 1, yanchor: "bottom", len: 1, ypad: 8 };
  return {
    data: data.map((trace) =>
      trace.colorbar ? { ...trace, colorbar: { ...trace.colorbar, ...lying, title: { ...trace.colorbar.title, side: "top" } } } : trace,
    ),
    layout: {
      ...layout,
      margin: { ...layout.margin, r: 8, b: 8 },
      xaxis: thinned(layout.xaxis),
      yaxis: { ...thinned(layout.yaxis), constraintoward: "top" },
    },
  };
}
