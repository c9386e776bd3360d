import { createElement as h, useEffect, useState } from "react";

const STANDS_MS = 2_000;

/* An id that is copied on click; beside it stands for a moment what became of that. */
export function CopiedId({ text, shown, what }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (!said) return undefined;
    const timer = setTimeout(() => setSaid(""), STANDS_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("Copied");
    } catch {
      setSaid("Not copied: the browser does not let this page");
    }
  };
  const button = h(
    "button",
    { type: "button", className: "sm-id", title: `Copy the ${what}: ${text}`, "aria-label": `Copy the ${what} ${text}`, onClick: copy },
    shown || text,
  );
  return h("span", { className: "sm-copied-id" }, button, h("span", { role: "status", className: said && "sm-copied-word" }, said));
}
