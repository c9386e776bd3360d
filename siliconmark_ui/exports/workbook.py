"""XLSX: typed cells, dates as dates, a frozen header with units, a filter on every column; memory stays constant."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from pyarrow import csv
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from siliconmark_ui.exports.plan import Plan, PlannedColumn

# What a cell of the format can hold, in characters.
LONGEST_TEXT = 32_767
_CUT = " … (cut: an XLSX cell holds 32,767 characters; CSV, JSON and Parquet hold all)"
_ROWS_AT_ONCE = 1000
_WIDTHS = {"id": 22, "text": 32, "list": 32, "moment": 20, "json": 40}
_NARROWEST = 10
_WIDEST = 44
_MOMENT = "yyyy-mm-dd hh:mm:ss"
_FILTER_ARROW = 3

Write = Callable[[int, int, Any], object]


def write_workbook(rows: csv.CSVStreamingReader, plan: Plan, target: BinaryIO) -> None:
    """Write the batches to `target`, which need not be seekable; raises ValueError for more rows than a sheet has."""
    options = {"constant_memory": True, "tmpdir": plan.folder, "remove_timezone": True}
    with Workbook(target, options) as book:
        book.use_zip64()  # Takes effect above 2 GiB alone.
        sheet = book.add_worksheet(plan.title)
        sheet.freeze_panes(1, 0)
        _write_header(book, sheet, plan.columns)
        writers = _writers(book, sheet, plan.columns)
        last = 0
        for last, values in enumerate(_values(rows, plan.columns), start=1):
            if last > plan.most_rows:
                raise ValueError(f"An XLSX sheet has at most {plan.most_rows:,} rows")
            for place, (write, value) in enumerate(zip(writers, values, strict=True)):
                if value is not None:
                    write(last, place, value)
        sheet.autofilter(0, 0, last, len(plan.columns) - 1)


def header_of(column: PlannedColumn) -> str:
    """Return a column's name with its unit, as in `performance.score` or `created_at (UTC)`."""
    return f"{column.name} ({column.unit})" if column.unit else column.name


def _write_header(book: Workbook, sheet: Worksheet, columns: tuple[PlannedColumn, ...]) -> None:
    bold = book.add_format({"bold": True, "bottom": 1})
    for place, column in enumerate(columns):
        title = header_of(column)
        width = max(_WIDTHS.get(column.kind, _NARROWEST), len(title) + _FILTER_ARROW)
        sheet.set_column(place, place, min(width, _WIDEST))
        sheet.write_string(0, place, title, bold)


def _values(rows: csv.CSVStreamingReader, columns: tuple[PlannedColumn, ...]) -> Iterator[tuple[Any, ...]]:
    names = [column.name for column in columns]
    for batch in rows:
        for start in range(0, batch.num_rows, _ROWS_AT_ONCE):
            piece = batch.slice(start, _ROWS_AT_ONCE)
            yield from zip(*(piece.column(name).to_pylist() for name in names), strict=True)


def _writers(book: Workbook, sheet: Worksheet, columns: tuple[PlannedColumn, ...]) -> list[Write]:
    moment = book.add_format({"num_format": _MOMENT, "align": "left"})

    def write_moment(row: int, place: int, value: datetime) -> None:
        sheet.write_datetime(row, place, value, moment)

    def write_text(row: int, place: int, value: str) -> None:
        # Always as a text: what looks like a formula, a link or a number stays what it is.
        sheet.write_string(row, place, fitting(value))

    kinds: dict[str, Write] = {"moment": write_moment, "integer": sheet.write_number, "number": sheet.write_number}
    return [kinds.get(column.kind, write_text) for column in columns]


def fitting(text: str) -> str:
    """Return a text as a cell can hold it; one that is cut says so at its end."""
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(_CUT)] + _CUT
