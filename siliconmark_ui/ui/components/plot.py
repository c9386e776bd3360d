"""A plot whose figures come from the figure sheets, so that no figure ever lives in page state."""

from typing import Any

import reflex as rx

from siliconmark_ui.ui.values import Shown

PLOTLY = "plotly.js-cartesian-dist-min@3.7.0"


def _picked(value: rx.Var[str]) -> list[rx.Var[str]]:
    return [value]


class SheetPlot(rx.Component):
    """One chart of the sheet at `source` (a same-origin address that the session cookie opens).

    `chart` is the name in the sheet, `height` the pixels to keep free until it is drawn, `title` and `note` what
    stands above it until then; `on_pick` gets the value of what a click, or its words below the plot, choose. While it
    `is_paused`, because the page asks for something else, a sheet that is still on its way is called off, and none is
    asked for.
    """

    library = "$/public/components/plot.jsx"
    tag = "SheetPlot"
    lib_dependencies: list[str] = [PLOTLY]  # noqa: RUF012 — Reflex reads it as a field.

    source: rx.Var[str]
    chart: rx.Var[str]
    height: rx.Var[int]
    title: rx.Var[str]
    note: rx.Var[str]
    is_paused: rx.Var[bool]
    on_pick: rx.EventHandler[_picked]  # type: ignore[type-arg, valid-type]


sheet_plot = SheetPlot.create


def headed_plot(heading: Shown, **props: Any) -> rx.Component:
    """Draw a plot whose heading is known with the page: nothing below it moves when its figures come."""
    return sheet_plot(title=heading.title, note=heading.note, height=heading.height, **props)


class NodePicker(rx.Component):
    """Chooses the node that plots and tables mark and the address keeps; `chart` of the sheet lists the nodes.

    `on_choose` is told when the address has another node, however it was chosen.
    """

    library = "$/public/components/node_picker.jsx"
    tag = "NodePicker"

    source: rx.Var[str]
    chart: rx.Var[str]
    on_choose: rx.EventHandler[rx.event.no_args_event_spec]  # type: ignore[type-arg, valid-type]


node_picker = NodePicker.create
