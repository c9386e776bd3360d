"""The frame in which a table scrolls, and in which rows that change while somebody looks on keep their place."""

from typing import Any

import reflex as rx

from siliconmark_ui.ui.values import Shown

NEVER: Shown = rx.Var.create(False)


class KeepPlace(rx.Component):
    """Stands inside a table's frame; `rows` are the rows that the table draws.

    `what` is the word of one row, with which new rows out of sight are counted; none are counted while it is empty.
    """

    library = "$/public/components/keep_place.jsx"
    tag = "KeepPlace"

    rows: rx.Var[list[Any]]
    what: rx.Var[str]


class FlashFacts(rx.Component):
    """Stands right before a list of facts about `of`, which has an id: facts that change light up for a moment."""

    library = "$/public/components/flash_facts.jsx"
    tag = "FlashFacts"

    of: rx.Var[Any]


def table_frame(
    table: rx.Component,
    *more: rx.Component,
    label: Shown,
    rows: Shown,
    what: Shown = "",
    is_busy: Shown = NEVER,
    kind: str = "",
    **props: Shown,
) -> rx.Component:
    """Draw the frame around a table that shows `rows`, dimmed while it `is_busy`; `label` names it for screen readers.

    Each row of the table needs a key, so that the browser knows it again. Of the further classes of `kind`,
    `sm-table-fill` lets the table scroll inside a page as high as the window, `sm-table-short` after a few rows.
    """
    return rx.el.div(
        KeepPlace.create(rows=rows, what=what),
        table,
        *more,
        class_name=rx.Var.create(f"sm-table-frame {kind}".strip()) + rx.cond(is_busy, " sm-busy", ""),
        role="region",
        aria_label=label,
        tab_index=0,
        **props,
    )
