import { createElement } from "react";

const INSTANT = /(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:Z| UTC)/g;

/* A text of the server with its instants in the time of whoever reads it; seconds only where they are not 0. */
export function inLocalTime(text) {
  return text.replace(INSTANT, (whole, day, clock, seconds = "") => {
    const moment = new Date(`${day}T${clock}${seconds}Z`);
    if (Number.isNaN(moment.getTime())) return whole;
    const timeStyle = seconds.replace(":00", "") ? "medium" : "short";
    return moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle });
  });
}

/* `text` and the hover's `hint` in local time; the hover also gives each as it was, in UTC. */
export function LocalWords({ text, hint, className }) {
  const shown = inLocalTime(text ?? "");
  const local = inLocalTime(hint ?? "");
  const exact = [local, local === hint ? "" : hint, shown === text ? "" : text].filter(Boolean).join("\n");
  return createElement("span", { className, title: exact || undefined }, shown);
}
