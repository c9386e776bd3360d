import { createElement as h, useEffect, useRef, useState } from "react";
import { addressOf, useCurrent } from "./current.js";
import { lightUp } from "./flash.js";

const STEP = 100;

function summary(value) {
  const isList = Array.isArray(value);
  const count = isList ? value.length : Object.keys(value).length;
  const [one, many] = isList ? ["entry", "entries"] : ["field", "fields"];
  return `${isList ? "[…]" : "{…}"} ${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/* Lights up what carries the reference when its words change. */
function useFlash(words) {
  const place = useRef(null);
  const before = useRef(words);
  useEffect(() => {
    if (before.current !== words) lightUp([place.current]);
    before.current = words;
  }, [words]);
  return place;
}

/* What has an id is known again by it when entries come or go before it. */
const keyOf = (item, index) => (typeof item?.id === "string" ? item.id : index);

function goOnFrom(entry) {
  if (!entry) return;
  if (!entry.querySelector("button")) entry.tabIndex = -1;
  (entry.querySelector("button") ?? entry).focus();
}

function Leaf({ name, value }) {
  const kind = value === null ? "null" : typeof value;
  const place = useFlash(JSON.stringify(value));
  return h(
    "li",
    null,
    name !== null && h("span", { className: "sm-json-name" }, `${name}: `),
    h("span", { ref: place, className: "sm-json-value", "data-kind": kind }, JSON.stringify(value)),
  );
}

/* A folded part draws nothing of what it holds, and an open one at most a hundred entries at a time: a job of 256 nodes
   has 65,280 links. */
function Branch({ name, value, startsOpen, label }) {
  const [open, setOpen] = useState(startsOpen);
  const [shown, setShown] = useState(STEP);
  const place = useFlash(summary(value));
  const list = useRef(null);
  const entries = open ? (Array.isArray(value) ? value.map((item, index) => [index, item]) : Object.entries(value)) : [];
  const rest = entries.length - shown;
  const showMore = () => {
    setShown(shown + STEP);
    // With the last entries the button goes: the keyboard goes on from the first of them, which stands in its place.
    if (rest <= STEP) requestAnimationFrame(() => goOnFrom(list.current?.children[shown]));
  };
  return h(
    "li",
    null,
    h(
      "button",
      {
        type: "button",
        className: "sm-json-fold",
        "aria-expanded": open,
        "aria-label": `${label}, ${summary(value)}`,
        onClick: () => setOpen(!open),
      },
      h("span", { "aria-hidden": true, className: "sm-json-arrow" }, open ? "▾" : "▸"),
      name !== null && h("span", { className: "sm-json-name" }, `${name}: `),
      h("span", { ref: place, className: "sm-muted" }, summary(value)),
    ),
    open &&
      h(
        "ul",
        { ref: list, className: "sm-json" },
        entries.slice(0, shown).map(([name, item]) => h(Part, { key: keyOf(item, name), name, value: item })),
        rest > 0 &&
          h(
            "li",
            null,
            h(
              "button",
              { type: "button", className: "sm-button sm-button-small", onClick: showMore },
              `Show ${Math.min(STEP, rest)} more of ${rest.toLocaleString("en")}`,
            ),
          ),
      ),
  );
}

function Part({ name, value, startsOpen = false }) {
  const isBranch = value !== null && typeof value === "object" && Object.keys(value).length > 0;
  if (!isBranch) return h(Leaf, { name, value });
  return h(Branch, { name, value, startsOpen, label: name === null ? "The job" : String(name) });
}

async function read(source) {
  let response;
  try {
    response = await fetch(source, { credentials: "same-origin", cache: "no-store" });
  } catch {
    throw new Error("The server could not be reached.");
  }
  const text = await response.text();
  const value = parsed(text);
  if (response.ok && value !== undefined) return { text, value };
  const request = response.headers.get("X-Request-ID");
  const words = value?.error?.message ?? `The server answered ${response.status}.`;
  throw new Error(request ? `${words} (request ${request})` : words);
}

/* What stands between this page and the server may answer in its own words. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied";
  } catch {
    return "The browser does not let this page copy.";
  }
}

/* The JSON at `source`, folded, and read again when it changes; `path` is where a program gets the same with its token. */
export function JsonTree({ source, path }) {
  const [answer, setAnswer] = useState(null);
  const [failed, setFailed] = useState("");
  const [said, setSaid] = useState("");
  const begin = () => {
    setAnswer(null);
    setFailed("");
  };
  const again = useCurrent(source, begin, async (isWanted) => {
    try {
      const found = await read(addressOf(source));
      if (!isWanted()) return;
      setAnswer((old) => (old?.text === found.text ? old : found));
      setFailed("");
    } catch (error) {
      if (isWanted()) setFailed(error.message);
    }
  });

  const curl = `curl -fsS '${typeof window === "undefined" ? "" : window.location.origin}${path}' -H "Authorization: Bearer $TOKEN"`;
  const button = (word, text) =>
    h(
      "button",
      { type: "button", className: "sm-button", disabled: !text, onClick: async () => setSaid(await copied(text)) },
      word,
    );
  const body = answer
    ? h("ul", { className: "sm-json sm-json-root" }, h(Part, { name: null, value: answer.value, startsOpen: true }))
    : failed
      ? null
      : h("div", { className: "sm-panel-wait", "aria-busy": true });
  return h(
    "div",
    { className: "sm-stack sm-stack-tight", "data-testid": "json-tree" },
    h("pre", { className: "sm-code", tabIndex: 0, "aria-label": "Command that gets this JSON" }, curl),
    h(
      "div",
      { className: "sm-actions sm-actions-start" },
      button("Copy the command", curl),
      button("Copy the JSON", answer?.text),
      h("span", { role: "status", className: "sm-muted" }, said),
    ),
    failed &&
      h(
        "div",
        { role: "alert", className: "sm-actions sm-actions-start" },
        h("p", { className: "sm-problem" }, failed),
        h("button", { type: "button", className: "sm-button", onClick: again }, "Try again"),
      ),
    body,
  );
}
