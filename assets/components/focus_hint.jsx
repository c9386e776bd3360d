import { createElement as h, useEffect, useState } from "react";
import { createPortal } from "react-dom";

/* Going on with the Tab key from place to place is no question about any of them. */
const PAUSE_MS = 300;
const GAP = 6;

const isCut = (element) => element.scrollWidth > element.clientWidth + 1;
const plain = (text) => text.replace(/\s+/g, " ").trim();

/* What the hover text of a place says and its words on the page do not, or not whole. */
function unreadOf(place) {
  const named = [place, ...place.querySelectorAll("[title]")].find((element) => element.title);
  if (!named) return "";
  const isWhole = !isCut(named) && plain(place.innerText ?? "").includes(plain(named.title));
  return isWhole ? "" : named.title;
}

function hintAt(place) {
  if (!place?.matches?.(":focus-visible") || place.matches("[role=region]")) return null;
  const text = unreadOf(place);
  if (!text) return null;
  const { left, top, bottom } = place.getBoundingClientRect();
  const isLow = bottom > window.innerHeight - 120;
  return { text, left, ...(isLow ? { bottom: window.innerHeight - top + GAP } : { top: bottom + GAP }) };
}

/* Gives the hover text of what the keyboard is at, after a moment; Escape and scrolling take it away. */
export function FocusHint() {
  const [hint, setHint] = useState(null);
  useEffect(() => {
    let timer = null;
    const leave = () => {
      clearTimeout(timer);
      setHint(null);
    };
    const come = ({ target }) => {
      leave();
      timer = setTimeout(() => setHint(hintAt(target)), PAUSE_MS);
    };
    const press = ({ key }) => key === "Escape" && leave();
    const heard = { focusin: come, focusout: leave, pointerdown: leave, keydown: press, scroll: leave };
    for (const [name, listener] of Object.entries(heard)) document.addEventListener(name, listener, true);
    window.addEventListener("resize", leave);
    return () => {
      leave();
      for (const [name, listener] of Object.entries(heard)) document.removeEventListener(name, listener, true);
      window.removeEventListener("resize", leave);
    };
  }, []);
  if (!hint) return null;
  const { text, left, ...edge } = hint;
  const place = { left: `min(${Math.max(8, left)}px, calc(100vw - min(360px, 100vw - 16px) - 8px))`, ...edge };
  // Screen readers have read the text as the description of the place.
  return createPortal(h("div", { className: "sm-focus-hint", "aria-hidden": true, style: place, "data-testid": "focus-hint" }, text), document.body);
}
