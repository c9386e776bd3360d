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

/* A span in its two largest units, in the words of `duration` in siliconmark_ui/ui/format.py. */
export function durationText(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const [size, name, smaller, smallerName] =
    [
      [86_400, "d", 3_600, "h"],
      [3_600, "h", 60, "min"],
      [60, "min", 1, "s"],
    ].find(([unit]) => whole >= unit) ?? [1, "s", 1, ""];
  const rest = Math.floor((whole % size) / smaller);
  return `${Math.floor(whole / size)} ${name}` + (rest ? ` ${rest} ${smallerName}` : "");
}

/* Counts on each second while seconds are shown, and with the other times after the first hour. */
function useCount(since, isGoing) {
  const [, redraw] = useReducer((count) => count + 1, 0);
  useEffect(() => {
    if (!isGoing) return undefined;
    const leave = subscribe(redraw);
    const seconds = setInterval(() => {
      if (Date.now() - since < 3_600_000) redraw();
    }, 1000);
    return () => {
      leave();
      clearInterval(seconds);
    };
  }, [since, isGoing]);
}

/* `began`, `ended`: RFC 3339 text or empty; `reason`: why there is no beginning. */
export function RunningTime({ began, ended, reason }) {
  const since = Date.parse(began);
  useCount(since, Boolean(began) && !ended);
  if (!began) return createElement(Missing, { reason });
  const words = durationText(((ended ? Date.parse(ended) : Date.now()) - since) / 1000);
  const title = ended ? "From start to end" : "From the start until now";
  return createElement("span", { title, className: "sm-number" }, words);
}

function Missing({ reason }) {
  const dash = createElement("span", { "aria-hidden": true }, "–");
  const words = createElement("span", { className: "sm-visually-hidden" }, reason);
  return createElement("span", { title: reason, className: "sm-muted" }, dash, words);
}

/* `instant`: RFC 3339 text or empty; `reason`: why it is missing, for the hover text; `isPlace`: the keyboard goes to it, for
   its UTC, as among a page's facts: in a list that would be one more place a row. */
export function RelativeTime({ instant, reason, exact, isPlace }) {
  const [, redraw] = useReducer((count) => count + 1, 0);
  useEffect(() => subscribe(redraw), []);
  if (!instant) return createElement(Missing, { reason });
  const moment = new Date(instant);
  const words = relativeText(moment.getTime(), Date.now());
  if (exact) {
    // In a log the order of seconds counts.
    const local = moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
    return createElement("time", { dateTime: instant, title: `${words}\n${absoluteText(moment)}` }, local);
  }
  const place = isPlace ? { tabIndex: 0 } : {};
  return createElement("time", { dateTime: instant, title: absoluteText(moment), ...place }, words);
}
