"""Rows of Python values as CSV lines and JSON objects, by the rules that PostgreSQL writes its own rows by; pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from siliconmark_ui.exports.columns import SEPARATOR, Column

Row = Mapping[str, Any]
# What makes a spreadsheet run a cell that begins with it.
RUNNABLE = ("=", "+", "-", "@", "\t", "\r")
_QUOTED = frozenset('",\r\n')
_WRITTEN_BY_OTHERS = frozenset({"text", "list"})
_encode = msgspec.json.Encoder().encode


def header_line(columns: Sequence[Column]) -> str:
    """Return the first line of a CSV."""
    return ",".join(column.name for column in columns) + "\r\n"


def csv_lines(rows: Iterable[Row], columns: Sequence[Column], *, for_people: bool) -> Iterator[str]:
    """Yield a line of a CSV (RFC 4180) per row; `for_people` makes cells that a spreadsheet would run harmless.

    An unquoted empty cell is None; for people a cell alone in its line is quoted, because readers skip empty lines.
    """
    empty = '""' if for_people and len(columns) == 1 else ""
    for row in rows:
        cells = (_cell(row.get(column.name), column, empty, for_people=for_people) for column in columns)
        yield ",".join(cells) + "\r\n"


def json_objects(rows: Iterable[Row], columns: Sequence[Column]) -> Iterator[bytes]:
    """Yield a JSON object per row, dotted columns nested."""
    for row in rows:
        yield _encode(nested(row, columns))


def nested(row: Row, columns: Sequence[Column]) -> dict[str, Any]:
    """Return a row as an object in which `a.b` is the field `b` of the object `a`."""
    whole: dict[str, Any] = {}
    for column in columns:
        place = whole
        *steps, last = (column.field, *column.path)
        for step in steps:
            place = place.setdefault(step, {})
        place[last] = row.get(column.name)
    return whole


def _cell(value: Any, column: Column, empty: str, *, for_people: bool) -> str:
    if value is None:
        return empty
    text = SEPARATOR.join(value) if isinstance(value, list) else str(value)
    if for_people and column.kind in _WRITTEN_BY_OTHERS and text.startswith(RUNNABLE):
        text = f"'{text}"
    if not text or not _QUOTED.isdisjoint(text):
        return '"' + text.replace('"', '""') + '"'
    return text
