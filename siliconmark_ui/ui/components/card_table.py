"""Tables of few columns that read as cards on a phone: each value stands beside the word of its column."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import reflex as rx

from siliconmark_ui.ui.components.feedback import bone
from siliconmark_ui.ui.components.table_frame import NEVER, table_frame
from siliconmark_ui.ui.values import Shown


@dataclass(frozen=True)
class Column:
    """One column: its name in the styles, its word, and its width in pixels (None takes the rest).

    The word of a column of buttons is for screen readers alone.
    """

    name: str
    word: str
    width: int | None = None
    is_number: bool = False
    is_buttons: bool = False


def card_table(
    caption: str,
    columns: Sequence[Column],
    rows: Shown,
    row: Callable[[Shown], rx.Component],
    testid: str,
    *,
    waits: Shown = NEVER,
    is_busy: Shown = NEVER,
    bones: int = 3,
    kind: str = "",
    fills: bool = False,
) -> rx.Component:
    """Draw header and a `row` for each of `rows`, or `bones` rows of a skeleton while the page `waits` for the first.

    Old rows are dimmed while `is_busy`. A table that `fills` scrolls inside a page as high as the window.
    """
    widths = [rx.el.col(custom_attrs={"width": str(column.width)} if column.width else {}) for column in columns]
    skeleton = rx.el.tbody(*(_skeleton_row(columns, index) for index in range(bones)), aria_hidden="true")
    table = rx.el.table(
        rx.el.caption(caption, class_name="sm-visually-hidden"),
        rx.el.colgroup(*widths),
        rx.el.thead(rx.el.tr(*map(_header, columns))),
        rx.cond(waits, skeleton, rx.el.tbody(rx.foreach(rows, row))),
        class_name=f"sm-table sm-table-fixed sm-card-table {kind}",
        aria_busy=waits | is_busy,
        data_testid=testid,
    )
    return table_frame(table, label=caption, rows=rows, is_busy=is_busy, kind="sm-table-fill" if fills else "")


def cell(column: Column, *content: rx.Component | Shown, **props: Shown) -> rx.Component:
    """Draw one value under its column."""
    side = "sm-right" if column.is_number else ""
    label = {} if column.is_buttons else {"data-label": column.word}
    attributes = {**label, "data-cell": column.name}
    return rx.el.td(*content, class_name=side, custom_attrs=attributes, **props)


def row_head(*content: rx.Component | Shown, **props: Shown) -> rx.Component:
    """Draw the cell that names its row."""
    return rx.el.th(*content, scope="row", **props)


def row_button(word: str, handler: Shown, *, name: Shown, testid: str = "", **props: Shown) -> rx.Component:
    """Draw a small button of a row; `name` says to screen readers which row it acts on."""
    return rx.el.button(
        word,
        rx.el.span(" ", name, class_name="sm-visually-hidden"),
        type="button",
        class_name="sm-button sm-button-row",
        on_click=handler,
        data_testid=testid,
        **props,
    )


def _header(column: Column) -> rx.Component:
    if column.is_buttons:
        return rx.el.th(rx.el.span(column.word, class_name="sm-visually-hidden"), scope="col")
    return rx.el.th(column.word, scope="col", class_name="sm-right" if column.is_number else "")


def _skeleton_row(columns: Sequence[Column], index: int) -> rx.Component:
    cells = [cell(column, bone(1 if column.is_number else 2)) for column in columns[1:]]
    return rx.el.tr(row_head(bone(2 + index % 3)), *cells)
