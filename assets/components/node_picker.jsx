import { createElement as h, useEffect, useId, useMemo, useRef, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { chosenNode, readNodeOfAddress, setNode, shownNode, travelBy, watchNode } from "./node_focus.js";
import { fetchSheet, hearSheet } from "./plot.jsx";

/* Chooses the node that every part of the page marks, by keyboard too, and says its figures; `chart` lists the nodes. */
export function NodePicker({ source, chart, onChoose }) {
  const [focus, setFocus] = useState(null);
  const [, setRound] = useState(0);
  const name = useId();
  const told = useRef("");
  const choose = useRef(onChoose);
  choose.current = onChoose;
  const navigate = useNavigate();
  useEffect(() => travelBy(navigate), [navigate]);
  const { search } = useLocation();
  // A link that names a node changes the address without a sound; the page it leads to comes with that node's figures.
  useEffect(() => {
    readNodeOfAddress();
    told.current = chosenNode();
  }, [search]);
  useEffect(() => {
    let current = true;
    readNodeOfAddress();
    const take = (sheet) => current && setFocus(sheet[chart]?.focus ?? null);
    fetchSheet(source).then(take, () => null);
    // When it fails, a plot that is tried again brings it later.
    const deafen = hearSheet(source, take);
    told.current = chosenNode();
    const leave = watchNode(() => {
      setRound((round) => round + 1);
      if (told.current === chosenNode()) return;
      told.current = chosenNode();
      choose.current?.();
    });
    return () => {
      current = false;
      deafen();
      leave();
    };
  }, [source, chart]);

  const known = focus?.nodes ?? [];
  const wordsOf = (node) => focus?.words?.[known.indexOf(node)] ?? "";
  const [chosen, shown] = [chosenNode(), shownNode()];
  const options = useMemo(() => {
    const order = (focus?.nodes ?? []).map((node, place) => [node, focus.names[place]]);
    order.sort(([, one], [, other]) => one.localeCompare(other, "en", { numeric: true }));
    return order.map(([node, word]) => h("option", { key: node, value: node }, word));
  }, [focus]);
  return h(
    "div",
    { className: "sm-node-picker", "data-testid": "node-picker" },
    h("label", { className: "sm-label", htmlFor: name }, "Highlight node"),
    h(
      "select",
      {
        id: name,
        className: "sm-select",
        value: known.includes(chosen) ? chosen : "",
        onChange: (event) => {
          setNode(event.target.value);
          // At once, not with the next frame: until then the list would show, and keys would leave from, the node before.
          setRound((round) => round + 1);
        },
        "data-active": known.includes(chosen),
        "data-testid": "node-select",
      },
      h("option", { value: "" }, "None"),
      options,
    ),
    h("span", { className: "sm-node-words sm-number", "data-testid": "node-words" }, wordsOf(shown)),
    h("span", { role: "status", className: "sm-visually-hidden" }, wordsOf(chosen)),
  );
}
