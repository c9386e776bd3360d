import { createElement as h, useEffect, useRef, useState } from "react";
import { Popover } from "@radix-ui/themes";
import ChevronDown from "lucide-react/dist/esm/icons/chevron-down.mjs";
import CircleX from "lucide-react/dist/esm/icons/circle-x.mjs";
import FileText from "lucide-react/dist/esm/icons/file-text.mjs";
import LoaderCircle from "lucide-react/dist/esm/icons/loader-circle.mjs";

/* How the report stands, as the address says; an Error with the server's sentence otherwise. */
async function ask(source, method) {
  let response;
  try {
    response = await fetch(source, { method, credentials: "same-origin", cache: "no-store" });
  } catch {
    throw new Error("The server could not be reached.");
  }
  const body = await response.json().catch(() => null);
  if (response.ok && body) return body;
  if (response.status === 401) throw new Error("Your session has ended: sign in again.");
  throw new Error(body?.error?.message ?? `The server answered ${response.status}.`);
}

/* What the page was told last, or what was answered here since: the page is told of every change. */
function useReport(source, told) {
  const [report, setReport] = useState(told);
  const news = useRef(0);
  useEffect(() => {
    news.current += 1;
    setReport(told);
  }, [told]);
  const show = (method) => {
    const before = news.current;
    const unlessOld = (made) => news.current === before && setReport(made);
    return ask(source, method).then(unlessOld, (failure) =>
      unlessOld((old) => ({ ...old, state: "unknown", error: failure.message })),
    );
  };
  return [report, () => show("POST"), () => show("GET")];
}

function madeWords({ made_at: made, bytes }) {
  const when = new Date(made).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  return `PDF, ${Math.max(1, Math.round(bytes / 1_000)).toLocaleString("en")} kB, made ${when}`;
}

const icon = (kind, more) => h(kind, { size: 14, "aria-hidden": true, ...more });

function Problem({ word, text, act, actWord }) {
  const button = h(
    "button",
    { type: "button", className: "sm-button", "data-testid": "report-problem" },
    icon(CircleX, { className: "sm-report-bad" }),
    word,
    icon(ChevronDown, { size: 13 }),
  );
  const content = h(
    "div",
    { className: "sm-export" },
    h("p", { role: "alert" }, `${text.replace(/[.;]?$/, "")}.`),
    h(Popover.Close, null, h("button", { type: "button", className: "sm-button", onClick: act, "data-testid": "report-again" }, actWord)),
  );
  return h(
    Popover.Root,
    null,
    h(Popover.Trigger, null, button),
    h(Popover.Content, { size: "1", side: "bottom", align: "end", "aria-label": word }, content),
  );
}

/* The report of a job: make it, watch it being made, open it, or read why it failed and try again. */
export function ReportButton({ source, report: told }) {
  const [report, order, look] = useReport(source, told);
  if (!report?.can_be_made) return null;
  const { state } = report;
  const make = (word) =>
    h("button", { type: "button", className: "sm-button", onClick: order, "data-testid": "report-make" }, icon(FileText), word);
  const waiting = () =>
    h(
      "button",
      { type: "button", className: "sm-button", "aria-disabled": true, "data-testid": "report-waiting" },
      h("span", { className: "sm-spin sm-report-turn" }, icon(LoaderCircle)),
      state === "queued" ? "Report is queued" : "Making the report",
    );
  const open = () =>
    h(
      "a",
      {
        href: `${source}/open`,
        target: "_blank",
        rel: "noopener",
        className: "sm-button",
        title: madeWords(report),
        "data-testid": "report-open",
      },
      icon(FileText),
      "Open report",
    );
  const shown = {
    none: () => make("Make report"),
    queued: waiting,
    making: waiting,
    ready: () => [h("span", { key: "open" }, open()), report.is_current ? null : h("span", { key: "anew" }, make("Make anew"))],
    failed: () => [
      report.made_at ? h("span", { key: "open" }, open()) : null,
      h(Problem, { key: "bad", word: "Report failed", text: report.error, act: order, actWord: "Try again" }),
    ],
    unknown: () => h(Problem, { word: "Report", text: report.error, act: look, actWord: "Look again" }),
  };
  const said = { ready: "The report is ready", making: "The report is being made", queued: "The report is queued", failed: "The report failed" };
  return h(
    "div",
    { className: "sm-report", "data-testid": "job-report", "data-state": state },
    (shown[state] ?? shown.none)(),
    h("span", { role: "status", className: "sm-visually-hidden" }, said[state] ?? ""),
  );
}
