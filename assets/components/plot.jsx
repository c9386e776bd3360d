import { createElement as h, useCallback, useEffect, useId, useRef, useState } from "react";
import { chooseNode, hoverNode, readNodeOfAddress, shownNode, watchNode } from "./node_focus.js";
import { drawFocus, nodeAt } from "./plot_focus.js";
import { PlotMenu } from "./plot_menu.jsx";
import { fitted, partBounds } from "./plot_narrow.js";

/* Plots of one sheet come in one answer: the requests of a page's plots for the same address are one request. */
const sheets = new Map();
/* Who wants to hear of each sheet that comes: one that failed at first may come when a plot is tried again. */
const hearers = new Set();

function sheetAt(source) {
  const known = sheets.get(source);
  if (known) return known;
  const stop = new AbortController();
  const sheet = { answer: readSheet(source, stop.signal), stop, holders: 0, isHere: false };
  sheets.set(source, sheet);
  sheet.forget = () => sheets.get(source) === sheet && sheets.delete(source);
  const arrive = (figures) => {
    sheet.isHere = true;
    setTimeout(sheet.forget, 5_000);
    for (const each of hearers) if (each.source === source) each.hear(figures);
  };
  sheet.answer.then(arrive, sheet.forget);
  return sheet;
}

export function fetchSheet(source) {
  return sheetAt(source).answer;
}

/* Lets `hear` have the sheet of an address each time it comes, until what is given back is called. */
export function hearSheet(source, hear) {
  const hearer = { source, hear };
  hearers.add(hearer);
  return () => hearers.delete(hearer);
}

/* A sheet that is still on its way is called off when the last of the plots that wait for it turns to something else. */
function holdSheet(source) {
  const sheet = sheetAt(source);
  sheet.holders += 1;
  const release = () => {
    sheet.holders -= 1;
    if (sheet.holders || sheet.isHere) return;
    sheet.forget();
    sheet.stop.abort();
  };
  return { answer: sheet.answer, release };
}

async function readSheet(source, signal) {
  let response;
  try {
    response = await fetch(source, { credentials: "same-origin", headers: { Accept: "application/json" }, signal });
  } catch {
    throw new Error("The server could not be reached.");
  }
  const body = await response.json().catch(() => null);
  if (response.ok && body) return body;
  const request = response.headers.get("X-Request-ID");
  const words = body?.error?.message ?? `The server answered ${response.status}.`;
  throw new Error(request ? `${words} (request ${request})` : words);
}

let library = null;

function loadPlotly() {
  library ??= import("plotly.js-cartesian-dist-min").then((module) => module.default ?? module);
  library.catch(() => {
    library = null;
  });
  return library;
}

/* What the sheet's address takes of the page's, by the tab of a job: only what the page itself would take. */
const JOB_SHEETS = { network: { order: /^(mean|latency)$/, result: /^cluster_network:\d+$/ }, quickmark: {} };

/* Gives the sheets that the page at an address will ask for, as far as the address tells; null for a page without plots. */
function sheetsOf({ pathname, search }) {
  const asked = new URLSearchParams(search);
  const [, room, name] = /^\/(jobs|machines|compare|performance)(?:\/([\w-]+))?\/?$/.exec(pathname) ?? [];
  if (room === "machines") return name ? [`/auth/figures/machines/${encodeURIComponent(name.toLowerCase())}`] : null;
  if (room === "performance") return name ? null : [];
  if (room === "compare") return asked.has("job") ? [] : null;
  const options = JOB_SHEETS[asked.get("tab")];
  if (room !== "jobs" || !/^\d+$/.test(name ?? "") || !options) return null;
  const taken = Object.keys(options).filter((each) => options[each].test(asked.get(each) ?? ""));
  const chosen = new URLSearchParams(taken.map((each) => [each, asked.get(each)]));
  return [`/auth/figures/jobs/${name}/${asked.get("tab")}${chosen.size ? `?${chosen}` : ""}`];
}

/* A page that shows plots needs the library and its sheets: both load while the page still asks for its data. */
function loadAhead(address) {
  const wanted = sheetsOf(address);
  if (!wanted) return;
  loadPlotly().catch(() => null);
  for (const sheet of wanted) fetchSheet(sheet).catch(() => null);
}

if (typeof window !== "undefined") loadAhead(window.location);

/* Plots are drawn one after another, with a pause for the page between two. */
let queue = Promise.resolve();

function inTurn(draw) {
  const turn = queue.then(() => new Promise((resolve) => setTimeout(resolve, 0))).then(draw);
  queue = turn.catch(() => null);
  return turn;
}

/* Plotly reads only sRGB, while the tokens may be display-p3: one drawn pixel translates either. */
function colourReader(element) {
  const style = getComputedStyle(element);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const known = new Map();
  return (name) => {
    if (!known.has(name)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = style.getPropertyValue(name).trim() || "#808080";
      pen.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
      known.set(name, `rgba(${red},${green},${blue},${(alpha / 255).toFixed(3)})`);
    }
    return known.get(name);
  };
}

const TOKEN = /^var\((--[\w-]+)\)$/;

/* Gives the figure with every `var(--token)` replaced by its colour; typed arrays and other values stay as they are. */
function coloured(value, colour) {
  if (typeof value === "string") {
    const token = TOKEN.exec(value);
    return token ? colour(token[1]) : value;
  }
  if (Array.isArray(value)) return value.map((item) => coloured(item, colour));
  if (value && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, coloured(item, colour)]));
  }
  return value;
}

function dressed(figure, element) {
  const colour = colourReader(element);
  const { data, layout } = coloured(figure, colour);
  const family = getComputedStyle(element).fontFamily;
  layout.font = { size: 12, color: colour("--plot-muted"), ...layout.font, family };
  layout.paper_bgcolor = layout.plot_bgcolor = "rgba(0,0,0,0)";
  layout.hoverlabel = {
    bgcolor: colour("--plot-panel"),
    bordercolor: colour("--plot-axis"),
    font: { family, size: 12, color: colour("--plot-ink") },
    align: "left",
    ...layout.hoverlabel,
  };
  return { data, layout };
}

const CONFIG = { displayModeBar: false, responsive: true, doubleClick: "reset", showTips: false };

function useSheet(source, chart, isPaused) {
  const [answer, setAnswer] = useState({ state: "waiting" });
  const [attempt, setAttempt] = useState(0);
  const shown = useRef("");
  useEffect(() => {
    const wanted = `${chart} ${source}`;
    if (isPaused || shown.current === wanted) return undefined;
    let current = true;
    shown.current = "";
    setAnswer((old) => (old.plot ? { ...old, state: "waiting" } : { state: "waiting" }));
    loadPlotly().catch(() => null);
    const { answer: asked, release } = holdSheet(source);
    asked
      .then((sheet) => {
        if (!sheet[chart]) throw new Error("This plot has no figures.");
        if (!current) return;
        shown.current = wanted;
        setAnswer({ state: "ready", plot: sheet[chart], sheet });
      })
      .catch((failure) => current && setAnswer({ state: "failed", message: failure.message }));
    return () => {
      current = false;
      release();
    };
  }, [source, chart, attempt, isPaused]);
  return [answer, setAnswer, useCallback(() => setAttempt((count) => count + 1), [])];
}

/* Marks the node that is looked at over the drawing, and lets the drawing's own marks be looked at. */
function useFocus(stage, layer, answer, drawn) {
  const { plot, sheet } = answer;
  useEffect(() => {
    const focus = plot?.focus;
    const drawing = stage.current;
    if (!focus || !drawn || !drawing?.on) return undefined;
    readNodeOfAddress();
    const mark = () => layer.current && drawFocus(layer.current, drawing, focus, shownNode(), sheet);
    const over = (event) => hoverNode(nodeAt(focus, event.points?.[0]));
    const out = () => hoverNode("");
    const pick = (event) => {
      const node = nodeAt(focus, event.points?.[0]);
      if (node) chooseNode(node);
    };
    const heard = { plotly_hover: over, plotly_unhover: out, plotly_click: pick, plotly_afterplot: mark };
    for (const [name, listener] of Object.entries(heard)) drawing.on(name, listener);
    const leave = watchNode(mark);
    mark();
    return () => {
      leave();
      for (const [name, listener] of Object.entries(heard)) drawing.removeListener?.(name, listener);
    };
  }, [plot, sheet, drawn, stage, layer]);
}

/* The drawing may be laid out anew at any time, as when the window changes. */
function usePartedBounds(stage, drawn) {
  useEffect(() => {
    const drawing = stage.current;
    if (!drawn || !drawing?.on) return undefined;
    const part = () => partBounds(drawing);
    drawing.on("plotly_afterplot", part);
    part();
    return () => drawing.removeListener?.("plotly_afterplot", part);
  }, [drawn, stage]);
}

/* A figure and its unit stay on one line. */
const UNIT = /(\d) (?=(?:×|%|W|°C|[µm]?s|[GT]B\/s|Gbit\/s|TFLOPS)(?![\p{L}\d]))/gu;
const held = (text) => text.replace(UNIT, "$1\u00a0");

/* Which mark was clicked says what it means by the figure that it stands in, not by one that may be on its way. */
function pickAt(picks = [], place = -1) {
  return picks.reduce((best, pick) => (pick.point <= place && pick.point >= (best?.point ?? 0) ? pick : best), null);
}

/* What a click on a mark chooses, for whoever has no pointer or a small screen. */
function PickList({ picks, onPick }) {
  if (!picks.length) return null;
  const item = (pick) =>
    h(
      "li",
      { key: pick.value },
      h(
        "button",
        { type: "button", className: "sm-plot-pick", "aria-pressed": pick.is_chosen, onClick: () => onPick(pick.value) },
        pick.text,
      ),
    );
  return h("ul", { className: "sm-plot-picks" }, picks.map(item));
}

/* One plot of the sheet at `source`: title with the finding, drawing, and the same figures in words. */
export function SheetPlot({ source, chart, height, title: early, note: earlyNote, isPaused, onPick }) {
  const [answer, setAnswer, retry] = useSheet(source, chart, isPaused);
  const [drawn, setDrawn] = useState(false);
  const stage = useRef(null);
  const layer = useRef(null);
  const picked = useRef(onPick);
  const clicked = useRef(() => null);
  const name = useId();
  picked.current = onPick;
  const plot = answer.plot;
  useFocus(stage, layer, answer, drawn);
  usePartedBounds(stage, drawn);

  useEffect(() => {
    if (!plot) return undefined;
    let current = true;
    const node = stage.current;
    const draw = async () => {
      const plotly = await loadPlotly();
      if (!current) return;
      const { data, layout } = fitted(dressed(plot.figure, node), node.clientWidth);
      await plotly.react(node, data, layout, CONFIG);
      if (!current) return;
      setDrawn(true);
      node.removeListener?.("plotly_click", clicked.current);
      clicked.current = (event) => {
        const pick = pickAt(plot.picks, event.points?.[0]?.pointNumber);
        if (pick) picked.current?.(pick.value);
      };
      node.on("plotly_click", clicked.current);
    };
    const redraw = () =>
      inTurn(draw).catch(() => current && setAnswer({ state: "failed", message: "The drawing program could not be loaded." }));
    redraw();
    const watch = new MutationObserver(redraw);
    watch.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
    return () => {
      current = false;
      watch.disconnect();
    };
  }, [plot, setAnswer]);

  useEffect(
    () => () => {
      const node = stage.current;
      if (node) loadPlotly().then((plotly) => plotly.purge(node), () => null);
    },
    [],
  );

  const tall = plot?.height ?? height;
  const title = plot ? held(plot.title) : answer.state === "failed" ? "This plot could not be drawn" : held(early || "Loading figures…");
  // What is known before the figures stands above them from the beginning: nothing below moves when they come.
  const note = held((plot ? plot.note : answer.state === "failed" ? "" : earlyNote) ?? "");
  return h(
    "figure",
    {
      className: "sm-panel sm-plot",
      "data-testid": `plot-${chart}`,
      "data-state": answer.state === "ready" && !drawn ? "waiting" : answer.state,
      "aria-busy": answer.state === "waiting",
    },
    h(
      "figcaption",
      { className: "sm-plot-head" },
      h(
        "div",
        null,
        h("h2", { className: "sm-plot-title", id: name }, title),
        note ? h("p", { className: "sm-plot-note" }, note) : null,
      ),
      plot && answer.state !== "failed"
        ? h(PlotMenu, { chart, plot, loadPlotly, coloured, colourReader })
        : h("span", { className: "sm-plot-room", "aria-hidden": true }),
    ),
    answer.state === "failed"
      ? h(
          "div",
          { className: "sm-notice", role: "alert" },
          h("p", null, answer.message),
          h("button", { className: "sm-button", type: "button", onClick: retry }, "Try again"),
        )
      : h(
          "div",
          {
            className: "sm-plot-stage",
            style: { height: tall },
            ...(plot?.min_width ? { tabIndex: 0, role: "group", "aria-labelledby": name } : {}),
          },
          h("div", { ref: stage, role: "img", "aria-labelledby": name, "aria-describedby": `${name}-words`, style: { height: tall, minWidth: plot?.min_width ?? 0 } }),
          plot?.focus ? h("svg", { ref: layer, className: "sm-focus-layer", "aria-hidden": true, style: { height: tall, minWidth: plot.min_width ?? 0 } }) : null,
          drawn ? null : h("div", { className: "sm-plot-wait" }),
        ),
    h(
      "details",
      { className: "sm-plot-words" },
      h("summary", null, plot?.picks?.length ? "Figures in words, to choose from" : "Figures in words"),
      h("p", { id: `${name}-words` }, plot?.alternative ?? ""),
      h(PickList, { picks: plot?.picks ?? [], onPick: (value) => picked.current?.(value) }),
    ),
  );
}
