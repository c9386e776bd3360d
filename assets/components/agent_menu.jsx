import { createElement as h, useEffect, useSyncExternalStore } from "react";
import { DropdownMenu } from "@radix-ui/themes";
import CircleCheck from "lucide-react/dist/esm/icons/circle-check.mjs";
import CircleX from "lucide-react/dist/esm/icons/circle-x.mjs";
import Terminal from "lucide-react/dist/esm/icons/terminal.mjs";
import X from "lucide-react/dist/esm/icons/x.mjs";
import { copyLines, say, subscribe, whatIsSaid } from "./agent_lines.js";

const STANDS_MS = 8_000;

/* An entry of a job's menu: copies the commands of an agent, whose token is asked for at this moment. */
export function AgentMenuItem({ source, href, name }) {
  const copy = () => copyLines({ source, href, name });
  return h(DropdownMenu.Item, { onSelect: copy }, h(Terminal, { size: 14, "aria-hidden": true }), "Copy agent commands");
}

/* Says what became of a copy; a failure stands until it is dismissed, with the way to the commands themselves. */
export function AgentCopied() {
  const said = useSyncExternalStore(subscribe, whatIsSaid, () => null);
  useEffect(() => {
    if (!said || said.href) return undefined;
    const timer = setTimeout(() => say(null), STANDS_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const close = h(
    "button",
    {
      type: "button",
      className: "sm-button sm-button-quiet sm-button-icon",
      "aria-label": "Dismiss",
      title: "Dismiss",
      onClick: () => say(null),
    },
    h(X, { size: 14, "aria-hidden": true }),
  );
  const words =
    said &&
    h(
      "div",
      { className: "sm-copied" },
      h(said.href ? CircleX : CircleCheck, { size: 15, "aria-hidden": true }),
      h("span", { className: "sm-break" }, said.words),
      said.href && h("a", { className: "sm-link", href: said.href }, "Show them"),
      close,
    );
  return h("div", { role: "status", "data-testid": "agent-copied" }, words);
}
