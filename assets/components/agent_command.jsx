import { createElement as h, useEffect, useState } from "react";
import { readLines } from "./agent_lines.js";
import { addressOf, useCurrent } from "./current.js";

/* What leads here right after a job was made asks for its lines; whoever loads the page anew or passes it on does not. */
const ASKED = "#commands";

function isAskedFor() {
  const { hash, pathname, search } = window.location;
  if (hash !== ASKED) return false;
  window.history.replaceState(window.history.state, "", `${pathname}${search}`);
  return true;
}

/* Lines that hold a secret: asked for when they are to be shown or copied, and forgotten when they are hidden. While
   they are shown they are asked for again when the job changes: they hold for as long as it takes agents. */
export function AgentCommand({ source }) {
  const [text, setText] = useState("");
  const [said, setSaid] = useState({ words: "", failed: false });
  const address = addressOf(source);
  const begin = () => {
    setText("");
    setSaid({ words: "", failed: false });
  };
  useCurrent(source, begin, async (isWanted) => {
    if (!text) return;
    try {
      const found = await readLines(address);
      if (isWanted()) setText((old) => old && found);
    } catch (error) {
      if (!isWanted()) return;
      setText("");
      setSaid({ words: error.message, failed: true });
    }
  });

  const attempt = (act) => async () => {
    try {
      setSaid({ words: await act(), failed: false });
    } catch (error) {
      setSaid({ words: error.message, failed: true });
    }
  };
  const copy = attempt(async () => {
    const lines = text || (await readLines(address));
    try {
      await navigator.clipboard.writeText(lines);
    } catch {
      setText(lines);
      throw new Error("The browser does not let this page copy: mark the lines below and copy them yourself.");
    }
    return "Copied";
  });
  const show = attempt(async () => {
    setText(text ? "" : await readLines(address));
    return "";
  });

  useEffect(() => {
    if (isAskedFor()) show();
  }, []);

  const button = (word, kind, onClick, more) =>
    h("button", { type: "button", className: `sm-button ${kind}`, onClick, ...more }, word);
  return h(
    "div",
    { className: "sm-stack sm-stack-tight", "data-testid": "agent-command" },
    h(
      "div",
      { className: "sm-actions sm-actions-start" },
      button("Copy the commands", "sm-button-main", copy),
      button(text ? "Hide them" : "Show them", "", show, { "aria-expanded": text !== "" }),
      h(
        "span",
        { role: said.failed ? "alert" : "status", className: said.failed ? "sm-problem" : "sm-muted" },
        said.words,
      ),
    ),
    text && h("pre", { className: "sm-code", tabIndex: 0, "aria-label": "Commands of an agent" }, text),
  );
}
