import { createElement as h, useId, useRef, useState } from "react";
import { Popover } from "@radix-ui/themes";
import ChevronDown from "lucide-react/dist/esm/icons/chevron-down.mjs";
import Download from "lucide-react/dist/esm/icons/download.mjs";
import { startExport } from "./export_files.js";

const isPlain = (event) => event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

function Choices({ legend, choices, picked, pick }) {
  const group = useId();
  return h(
    "fieldset",
    { className: "sm-fieldset sm-export-choices" },
    h("legend", { className: "sm-label" }, legend),
    choices.map((choice, place) =>
      h(
        "label",
        { key: choice.name, className: "sm-check" },
        h("input", {
          type: "radio",
          name: group,
          checked: place === picked,
          onChange: () => pick(place),
          "data-testid": `export-choice-${choice.name}`,
        }),
        h("span", null, choice.word, choice.note ? h("span", { className: "sm-muted" }, ` ${choice.note}`) : null),
      ),
    ),
  );
}

/* One format: a real link, so that it can be copied or opened elsewhere; a plain click fetches it in this page. */
function Format({ format, source, choice, mostRows, take }) {
  const isTooLong = format.name === "xlsx" && choice.total > mostRows;
  const note = isTooLong ? `A sheet holds ${mostRows.toLocaleString("en")} rows: narrow the filters` : format.note;
  const words = [h("strong", { key: "word" }, format.word), h("span", { key: "note", className: "sm-muted" }, note)];
  if (isTooLong) return h("li", null, h("div", { className: "sm-export-link" }, words));
  const onClick = (event) => {
    if (!isPlain(event)) return;
    event.preventDefault();
    take({ source, word: format.word, total: choice.total });
  };
  const link = { href: source, download: true, className: "sm-export-link", "data-testid": `export-${format.name}`, onClick };
  return h("li", null, h("a", link, words));
}

/* The Export button beside a table: which rows, which columns, which format. */
export function ExportMenu({ choices = [], lead, legend, nothing, formats, mostRows, offersMark = true, testid }) {
  const [open, setOpen] = useState(false);
  const [place, setPlace] = useState(0);
  const [withMark, setWithMark] = useState(false);
  const trigger = useRef(null);
  const picked = Math.min(place, choices.length - 1);
  const choice = choices[picked];
  const take = (order) => {
    // What the keyboard stood on goes with the menu: it goes on from the button.
    trigger.current?.focus();
    setOpen(false);
    startExport(order);
  };
  const sourceOf = (name) => choice.links[name] + (name === "csv" && withMark ? "&bom=true" : "");
  const some = () => [
    h("p", { key: "lead", className: "sm-muted" }, `${lead}: `, h("span", { className: "sm-number" }, choice.count)),
    choices.length > 1 ? h(Choices, { key: "choices", legend, choices, picked, pick: setPlace }) : null,
    h(
      "ul",
      { key: "formats", className: "sm-plain" },
      formats.map((format) =>
        h(Format, { key: format.name, format, source: sourceOf(format.name), choice, mostRows, take }),
      ),
    ),
    offersMark
      ? h(
          "label",
          { key: "mark", className: "sm-check sm-export-mark" },
          h("input", {
            type: "checkbox",
            checked: withMark,
            onChange: (event) => setWithMark(event.target.checked),
            "data-testid": "export-bom",
          }),
          h("span", null, "CSV with a byte order mark", h("span", { className: "sm-muted" }, ", for older spreadsheets")),
        )
      : null,
  ];
  const button = h(
    "button",
    { ref: trigger, type: "button", className: "sm-button", "data-testid": testid },
    h(Download, { size: 14, "aria-hidden": true }),
    "Export",
    h(ChevronDown, { size: 13, "aria-hidden": true }),
  );
  const panel = h(
    "div",
    { className: "sm-export" },
    choice && choice.total !== 0 ? some() : h("p", { className: "sm-muted" }, nothing),
  );
  const content = { size: "1", side: "bottom", align: "end", "aria-label": "Export" };
  return h(
    Popover.Root,
    { open, onOpenChange: setOpen },
    h(Popover.Trigger, null, button),
    h(Popover.Content, content, panel),
  );
}
