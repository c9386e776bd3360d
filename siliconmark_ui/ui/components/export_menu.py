"""The menu beside a table that takes its rows away as a file, and the tray that shows how far such files are."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from siliconmark_ui.exports.plan import XLSX_ROWS
from siliconmark_ui.ui.values import Shown

FORMATS = (
    ("csv", "CSV", "For any program; times in UTC"),
    ("xlsx", "Excel (XLSX)", "Typed cells, frozen header, filters"),
    ("parquet", "Parquet", "Typed columns, for pandas and Arrow"),
    ("json", "JSON", "Rows in the shape of the API"),
)
"""Formats of an export: the name that the address carries, its word and what it is good for."""
EVERY_FORMAT = tuple(name for name, _, _ in FORMATS)
UNKNOWN = -1
"""Stands for a number of rows that only the file will tell."""


@dataclass(frozen=True)
class ExportChoice:
    """One thing that can be exported: `links` maps a format's name to its address, `count` says in words what it is.

    `total` is the number of rows, `UNKNOWN` when only the file will tell; with several choices, `word` and `note` name
    this one.
    """

    links: dict[str, str] = field(default_factory=dict)
    total: int = 0
    count: str = ""
    name: str = ""
    word: str = ""
    note: str = ""


def export_links(place: str, pairs: list[tuple[str, str]], formats: tuple[str, ...] = EVERY_FORMAT) -> dict[str, str]:
    """Give format -> address of a file below the path `place` with those parameters."""
    return {kind: f"{place}?{urlencode([*pairs, ('format', kind)])}" for kind in formats}


class ExportMenu(rx.Component):
    """The Export button and its menu; `choices` is a list of `ExportChoice`."""

    library = "$/public/components/export_menu.jsx"
    tag = "ExportMenu"

    choices: rx.Var[Any]
    lead: rx.Var[str]
    legend: rx.Var[str]
    nothing: rx.Var[str]
    formats: rx.Var[list[dict[str, str]]]
    most_rows: rx.Var[int]
    offers_mark: rx.Var[bool]
    testid: rx.Var[str]


class ExportTray(rx.Component):
    """The exports of this tab, however many pages were opened since they began."""

    library = "$/public/components/export_tray.jsx"
    tag = "ExportTray"


def export_menu(
    choices: Shown,
    nothing: str,
    testid: str,
    *,
    lead: str = "Every row of this view, in its order",
    legend: str = "Export",
    formats: tuple[str, ...] = EVERY_FORMAT,
    offers_mark: bool = True,
) -> rx.Component:
    """Draw the Export button and its formats.

    `lead` stands before the count and says which rows leave, `legend` above several choices; `nothing` is shown
    instead of the formats when there are no rows. `offers_mark`: whether the CSV may begin with a byte order mark.
    """
    return ExportMenu.create(
        choices=choices,
        lead=lead,
        legend=legend,
        nothing=nothing,
        formats=[{"name": name, "word": word, "note": note} for name, word, note in FORMATS if name in formats],
        most_rows=XLSX_ROWS,
        offers_mark=offers_mark,
        testid=testid,
    )


export_tray = ExportTray.create
