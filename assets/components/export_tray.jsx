import { createElement as h, useSyncExternalStore } from "react";
import CircleCheck from "lucide-react/dist/esm/icons/circle-check.mjs";
import CircleX from "lucide-react/dist/esm/icons/circle-x.mjs";
import Download from "lucide-react/dist/esm/icons/download.mjs";
import X from "lucide-react/dist/esm/icons/x.mjs";
import { cancel, currentFiles, dismiss, isRunning, retry, subscribe } from "./export_files.js";

const NONE = [];
const number = (value) => value.toLocaleString("en");

function size(bytes) {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1_000))} kB`;
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
}

function progressWords({ state, rows, total, bytes }) {
  if (state === "waiting" && !rows) return "Preparing…";
  if (total > 0 && rows >= total) return bytes ? `All ${number(total)} rows read · ${size(bytes)}` : "All rows read, writing the file…";
  const counted = total > 0 ? `${number(rows)} of ${number(total)} rows` : `${number(rows)} rows`;
  const parts = [rows ? counted : "Reading…", bytes ? size(bytes) : ""];
  return parts.filter(Boolean).join(" · ");
}

const ENDS = {
  saved: (file) => `Saved · ${size(file.bytes)}`,
  cancelled: () => "Cancelled; nothing was saved",
  failed: (file) => file.message,
};
const ICONS = { saved: CircleCheck, failed: CircleX, cancelled: X };

const button = (word, onClick, more) =>
  h("button", { type: "button", className: "sm-button", onClick, ...more }, word);

function signInHere() {
  const here = window.location.pathname + window.location.search;
  return h("a", { className: "sm-button", href: `/sign-in?next=${encodeURIComponent(here)}` }, "Sign in");
}

function Actions({ file }) {
  if (isRunning(file)) return button("Cancel", () => cancel(file.ticket), { "data-testid": "export-cancel" });
  const close = h(
    "button",
    {
      type: "button",
      className: "sm-button sm-button-quiet sm-button-icon",
      "aria-label": `Dismiss ${file.name}`,
      title: "Dismiss",
      onClick: () => dismiss(file.ticket),
    },
    h(X, { size: 14, "aria-hidden": true }),
  );
  if (file.state !== "failed" || file.isFinal) return close;
  return [
    h("span", { key: "again" }, file.signIn ? signInHere() : button("Try again", () => retry(file))),
    h("span", { key: "close" }, close),
  ];
}

function TrayFile({ file }) {
  const runs = isRunning(file);
  const words = runs ? progressWords(file) : ENDS[file.state](file);
  const known = file.total > 0 && file.rows > 0;
  const meter = { className: "sm-meter", "aria-label": "Rows read", ...(known ? { max: file.total, value: file.rows } : {}) };
  return h(
    "div",
    {
      className: "sm-tray-file",
      "data-testid": "export-file",
      "data-state": file.state,
      ...(file.state === "failed" ? { role: "alert" } : {}),
    },
    h(ICONS[file.state] ?? Download, { size: 15, "aria-hidden": true }),
    h(
      "div",
      { className: "sm-tray-words" },
      h("strong", { className: "sm-cut", title: file.name }, file.name),
      h("span", { className: "sm-muted sm-number" }, words),
      runs ? h("progress", meter) : null,
    ),
    h("div", { className: "sm-tray-actions" }, h(Actions, { file })),
  );
}

/* The exports of this tab: how far each is, what became of it, and how to stop it. */
export function ExportTray() {
  const files = useSyncExternalStore(subscribe, currentFiles, () => NONE);
  const last = files.at(-1);
  // A screen reader hears beginnings and ends, not every row; failures speak for themselves.
  const said = !last || last.state === "failed" ? "" : isRunning(last) ? "Export begun" : `${last.name}: ${ENDS[last.state](last)}`;
  return h(
    "section",
    { className: "sm-tray", "aria-label": "Exports", "data-testid": "export-tray", hidden: files.length === 0 },
    h("span", { role: "status", className: "sm-visually-hidden" }, said),
    files.map((file) => h(TrayFile, { key: file.ticket, file })),
  );
}
