import { createElement as h, useEffect, useId, useRef, useState } from "react";
import { figureCsv } from "./plot_data.js";

const FAMILY = "Inter, Arial, Helvetica, sans-serif";
const WIDTH = 1000;
const SIDE = 24;
const TITLE = { size: 18, line: 24, letters: 100 };
const NOTE = { size: 13, line: 18, letters: 140 };

function wrapped(text, letters) {
  const lines = [""];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last && last.length + word.length >= letters) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines.filter(Boolean);
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/* Gives the figure as it stands on paper, with its title and note above it: `colour` reads the colours of paper, which
   `coloured` puts in. */
function onPaper(plot, coloured, colour) {
  const { data, layout } = coloured(plot.figure, colour);
  const title = wrapped(plot.title, TITLE.letters).map(escaped);
  const note = wrapped(plot.note, NOTE.letters).map((line) => `<span style="font-size:${NOTE.size}px">${escaped(line)}</span>`);
  const head = 16 + title.length * TITLE.line + note.length * NOTE.line;
  const height = plot.height + head;
  layout.width = WIDTH;
  layout.height = height;
  layout.autosize = false;
  layout.font = { size: 12, color: colour("--plot-muted"), ...layout.font, family: FAMILY };
  layout.paper_bgcolor = layout.plot_bgcolor = colour("--plot-panel");
  layout.margin = { ...layout.margin, t: (layout.margin?.t ?? 12) + head };
  if (layout.legend?.yref === "container") layout.legend.y = 1 - head / height;
  layout.title = {
    text: [...title, ...note].join("<br>"),
    font: { size: TITLE.size, color: colour("--plot-ink"), family: FAMILY },
    x: SIDE / WIDTH,
    xref: "container",
    xanchor: "left",
    y: 1 - 12 / height,
    yref: "container",
    yanchor: "top",
    automargin: false,
  };
  return { data, layout, height };
}

/* Paper is light, whatever the page is: a part of the page in the light theme says the colours while `use` asks. */
function withPaper(colourReader, use) {
  const paper = document.querySelector(".radix-themes").cloneNode(false);
  paper.classList.remove("dark");
  paper.classList.add("light");
  paper.hidden = true;
  document.body.append(paper);
  try {
    return use(colourReader(paper));
  } finally {
    paper.remove();
  }
}

async function image(format, { plot, loadPlotly, coloured, colourReader }) {
  const plotly = await loadPlotly();
  const { data, layout, height } = withPaper(colourReader, (colour) => onPaper(plot, coloured, colour));
  const options = { format, width: WIDTH, height, scale: format === "png" ? 2 : 1, imageDataOnly: true };
  const content = await plotly.toImage({ data, layout, config: { staticPlot: true } }, options);
  if (format === "svg") return new Blob([content], { type: "image/svg+xml" });
  return new Blob([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], { type: "image/png" });
}

const WAYS = [
  { format: "png", word: "Image (PNG)", make: (what) => image("png", what) },
  { format: "svg", word: "Drawing (SVG)", make: (what) => image("svg", what) },
  { format: "csv", word: "Figures (CSV)", make: async ({ plot }) => new Blob([figureCsv(plot.figure)], { type: "text/csv" }) },
];

/* The name says which chart of which page it is, and the day; letters of any script stay. */
function fileName(chart, format) {
  const page = document.title.normalize("NFC").replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 60).replace(/^-+|-+$/g, "");
  return `${[chart, page, new Date().toISOString().slice(0, 10)].filter(Boolean).join("_")}.${format}`;
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function icon() {
  const line = (d) => h("path", { key: d, d });
  const look = { fill: "none", stroke: "currentColor", strokeWidth: 2, strokeLinecap: "round", strokeLinejoin: "round" };
  const paths = ["M12 15V3", "M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4", "m7 10 5 5 5-5"].map(line);
  return h("svg", { width: 14, height: 14, viewBox: "0 0 24 24", "aria-hidden": true, ...look }, paths);
}

const MENU = {
  position: "absolute",
  top: "100%",
  right: 0,
  zIndex: 20,
  minWidth: 168,
  padding: 4,
  margin: "4px 0 0",
  background: "var(--color-panel-solid)",
  border: "1px solid var(--gray-a6)",
  borderRadius: 5,
  boxShadow: "var(--shadow-5)",
};
const ITEM = { width: "100%", justifyContent: "flex-start" };

/* The button beside a plot's title and the menu of what the plot can be taken away as. */
export function PlotMenu({ chart, plot, ...tools }) {
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState("");
  const place = useRef(null);
  const name = useId();
  const items = () => [...place.current.querySelectorAll("[role=menuitem]")];

  useEffect(() => {
    if (!open) return undefined;
    items()[0].focus();
    const leave = (event) => place.current?.contains(event.target) || setOpen(false);
    document.addEventListener("pointerdown", leave);
    return () => document.removeEventListener("pointerdown", leave);
  }, [open]);

  const close = () => {
    setOpen(false);
    place.current.querySelector("button").focus();
  };
  const take = async (way) => {
    close();
    setSaid("Preparing the file…");
    try {
      save(await way.make({ plot, ...tools }), fileName(chart, way.format));
      setSaid("");
    } catch (failure) {
      setSaid(`The ${way.format.toUpperCase()} file could not be made: ${failure.message}`);
    }
  };
  const steer = (event) => {
    const all = items();
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, Home: 0, End: all.length - 1 };
    if (event.key in to) all[to[event.key]].focus();
    else if (event.key === "Escape") close();
    else if (event.key === "Tab") return setOpen(false);
    else return undefined;
    return event.preventDefault();
  };

  const item = (way) =>
    h(
      "button",
      {
        key: way.format,
        type: "button",
        role: "menuitem",
        tabIndex: -1,
        className: "sm-button sm-button-quiet",
        style: ITEM,
        "data-testid": `plot-${way.format}`,
        onClick: () => take(way),
      },
      way.word,
    );
  return h(
    "div",
    { ref: place, style: { position: "relative", marginLeft: "auto", flexShrink: 0 } },
    h(
      "button",
      {
        type: "button",
        id: name,
        className: "sm-button sm-button-quiet",
        title: "Export this chart",
        "aria-label": `Export the chart “${plot.title}”`,
        "aria-haspopup": "menu",
        "aria-expanded": open,
        "data-testid": `plot-menu-${chart}`,
        onClick: () => setOpen(!open),
        onKeyDown: (event) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          setOpen(true);
        },
      },
      icon(),
    ),
    open ? h("div", { role: "menu", "aria-labelledby": name, style: MENU, onKeyDown: steer }, WAYS.map(item)) : null,
    h("span", { role: "status", className: said.startsWith("The") ? "sm-plot-note" : "sm-visually-hidden" }, said),
  );
}
