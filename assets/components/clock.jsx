import { createElement, useEffect, useReducer } from "react";

/* One timer serves every time on the page and stops when none is left. */
const listeners = new Set();
let timer = null;

function subscribe(listener) {
  listeners.add(listener);
  timer ??= setInterval(() => listeners.forEach((tell) => tell()), 20_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = null;
    }
  };
}

const UNITS = [
  [365 * 86_400, "y"],
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
];

/* The same words as `relative_time` in siliconmark_ui/ui/format.py. */
export function relativeText(instant, now) {
  const seconds = (now - instant) / 1000;
  const span = Math.abs(seconds);
  if (span < 45) return "just now";
  const [size, name] = UNITS.find(([unit]) => span >= unit) ?? UNITS.at(-1);
  const text = `${Math.max(1, Math.floor(span / size))} ${name}`;
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

function absoluteText(instant) {
  const local = instant.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
  const utc = instant.toISOString().slice(0, 19).replace("T", " ");
  return `${local} (local)\n${utc} UTC`;
}

/* `instant`: RFC 3339 text or empty; `reason`: why it is missing, for the hover text. */
export function RelativeTime({ instant, reason, absolute, exact }) {
  const [, redraw] = useReducer((count) => count + 1, 0);
  useEffect(() => subscribe(redraw), []);
  if (!instant) return createElement("span", { title: reason, className: "sm-muted" }, "–");
  const moment = new Date(instant);
  const words = relativeText(moment.getTime(), Date.now());
  if (exact) {
    // In a log the order of seconds counts.
    const local = moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
    return createElement("time", { dateTime: instant, title: `${words}\n${absoluteText(moment)}` }, local);
  }
  const shown = absolute
    ? `${moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })} (${words})`
    : words;
  return createElement("time", { dateTime: instant, title: absoluteText(moment) }, shown);
}
