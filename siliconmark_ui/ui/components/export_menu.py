"""The menu beside a table that takes its rows away as a file: links that the browser downloads with its session."""

import reflex as rx

from siliconmark_ui.ui.components.native import native_link
from siliconmark_ui.ui.values import Shown

FORMATS = (
    ("csv", "CSV", "For any program; times in UTC"),
    ("xlsx", "Excel (XLSX)", "Typed cells, frozen header, filters"),
    ("parquet", "Parquet", "Typed columns, for pandas and Arrow"),
    ("json", "JSON", "Rows in the shape of the API"),
)
"""Formats of an export: the name that the address carries, its word and what it is good for."""
WORKBOOK_ROWS = 1_048_575
"""Rows that a sheet of a workbook holds below its header."""


def export_menu(links: Shown, total: Shown, count: Shown, nothing: str, testid: str) -> rx.Component:
    """Draw the Export button and its formats.

    `links` maps a format's name to its address, `total` is the number of rows and `count` says it in words;
    `nothing` is shown instead of the formats when there are no rows.
    """
    button = rx.el.button(
        rx.icon("download", size=14),
        "Export",
        rx.icon("chevron-down", size=13),
        type="button",
        class_name="sm-button",
        data_testid=testid,
    )
    lead = rx.el.p("Every row of this view, in its order: ", count, class_name="sm-muted")
    formats = rx.el.ul(*(_format(*each, links, total) for each in FORMATS), class_name="sm-plain")
    some = rx.fragment(lead, formats)
    panel = rx.popover.content(
        rx.el.div(rx.cond(total > 0, some, rx.el.p(nothing, class_name="sm-muted")), class_name="sm-export"),
        size="1",
        aria_label="Export",
        side="bottom",
        align="end",
    )
    return rx.popover.root(rx.popover.trigger(button), panel)


def _format(name: str, word: str, note: str, links: Shown, total: Shown) -> rx.Component:
    link = rx.popover.close(
        native_link(
            rx.el.strong(word),
            rx.el.span(note, class_name="sm-muted"),
            href=links[name],
            download=True,
            class_name="sm-export-link",
            data_testid=f"export-{name}",
        )
    )
    if name != "xlsx":
        return rx.el.li(link)
    too_many = rx.el.div(
        rx.el.strong(word),
        rx.el.span(f"A sheet holds {WORKBOOK_ROWS:,} rows: narrow the filters", class_name="sm-muted"),
        class_name="sm-export-link",
    )
    return rx.el.li(rx.cond(total > WORKBOOK_ROWS, too_many, link))
