"""Reading files back, as the people who download them do, and what they must hold by the API's own list."""

import io
import json
from collections.abc import Iterable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import pandas  # type: ignore[import-untyped]
from openpyxl.utils.escape import unescape  # type: ignore[import-untyped]

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.db import Database
from siliconmark_ui.exports.columns import JOBS, Column
from siliconmark_ui.exports.order import ExportOrder, read_order
from siliconmark_ui.exports.plan import PlannedColumn
from siliconmark_ui.exports.sending import Export
from siliconmark_ui.exports.service import export_jobs
from siliconmark_ui.exports.workbook import header_of
from siliconmark_ui.jobs import service as jobs

Rows = list[dict[str, Any]]
RUNNABLE = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = {column.name: column for column in JOBS.columns}


def order_of(query: str, **options: str) -> ExportOrder:
    """Return the order of a query string."""
    return read_order([*parse_qsl(query, keep_blank_values=True), *options.items()])


async def exported(db: Database, actor: Actor, order: ExportOrder) -> bytes:
    """Return the whole file."""
    return await content_of(await export_jobs(db, actor, order))


async def content_of(export: Export) -> bytes:
    """Return the whole file of an export."""
    async with aclosing(export.chunks) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def listed(db: Database, actor: Actor, order: ExportOrder) -> Rows:
    """Return what the list shows over all its pages, without the token."""
    rows: Rows = []
    number = 1
    while number:
        page = await jobs.list_jobs(db, actor, order.query.but(page=number, per_page=7))
        rows += [{name: value for name, value in row.items() if name != "token"} for row in page["results"]]
        number = number + 1 if page["pagination"]["has_next"] else 0
    return rows


def read_csv(content: bytes) -> Rows:
    """Return the cells of a CSV as texts."""
    frame = pandas.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, encoding="utf-8")
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def read_xlsx(content: bytes, columns: Sequence[Column]) -> Rows:
    """Return the cells of a workbook by the columns' names, None for empty ones; the header must be theirs."""
    frame = pandas.read_excel(io.BytesIO(content), dtype=object, keep_default_na=False, engine="openpyxl")
    headers = [header_of(PlannedColumn(column.name, column.kind, column.unit)) for column in columns]
    assert list(frame.columns) == headers
    names = [column.name for column in columns]
    return [dict(zip(names, map(_filled, row), strict=True)) for row in frame.itertuples(index=False, name=None)]


def _filled(value: Any) -> Any:
    if isinstance(value, str) and value:
        return unescape(value)  # Characters that XML cannot hold stand as _xHHHH_; pandas leaves them so.
    return None if value is pandas.NaT or value == "" or value != value else value


def read_parquet(content: bytes) -> Rows:
    """Return the rows of a Parquet file, None for nulls."""
    frame = pandas.read_parquet(io.BytesIO(content), dtype_backend="pyarrow")
    return [{str(n): None if v is pandas.NA else v for n, v in row.items()} for row in frame.to_dict("records")]


def flat(rows: Iterable[dict[str, Any]], columns: Sequence[Column]) -> Rows:
    """Return list rows as tables show them: nested figures dotted, lists of texts joined, objects as they are."""
    return [{column.name: _value(row, column) for column in columns} for row in rows]


def _value(row: dict[str, Any], column: Column) -> Any:
    value: Any = row
    for step in column.name.split("."):
        value = value[step] if value is not None else None
    return "; ".join(value) if column.kind == "list" and value is not None else value


def as_csv_cell(value: Any, column: Column) -> Any:
    """Return a value as a cell of a CSV reads: what a spreadsheet would run has an apostrophe before it."""
    if value is None:
        return "" if column.kind != "json" else None
    if column.kind in {"text", "list"} and value.startswith(RUNNABLE):
        return f"'{value}"
    return value


def from_csv_cell(cell: str, column: Column) -> Any:
    """Return a cell of a CSV in the type of its column; numbers and JSON are compared as values."""
    if column.kind in {"integer", "number"} and cell:
        return float(cell)
    if column.kind == "json":
        return json.loads(cell) if cell else None
    return cell


def as_typed(value: Any, column: Column) -> Any:
    """Return a value in the type that typed files give it."""
    if value is None:
        return None
    return datetime.fromisoformat(value) if column.kind == "moment" else value


def from_typed(value: Any, column: Column) -> Any:
    """Return a value of a typed file: moments in UTC to the millisecond, JSON read."""
    if value is None:
        return None
    if column.kind == "moment":
        moment = pandas.Timestamp(value).to_pydatetime(warn=False)
        aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        return aware.replace(microsecond=round(aware.microsecond, -3))
    return json.loads(value) if column.kind == "json" else value
