"""Exports for people and scripts: every row that the caller's list shows, in one file, streamed with bounded memory."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from siliconmark_ui.accounts.roles import Actor, Scope
from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.exports import plan, repository
from siliconmark_ui.exports.columns import JOBS
from siliconmark_ui.exports.files import file_chunks, plan_of
from siliconmark_ui.exports.json_rows import json_chunks, parts_of
from siliconmark_ui.exports.names import file_name
from siliconmark_ui.exports.order import ExportOrder
from siliconmark_ui.instants import now

BOM = b"\xef\xbb\xbf"
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
}
# Each export holds one of the ten connections that lists are read with; the rest of them wait their turn.
_places = asyncio.Semaphore(4)
# One file at a time leaves the other core to requests.
_bench = asyncio.Semaphore(1)


@dataclass(frozen=True, slots=True)
class Export:
    """A file on its way: `chunks` reads as it is consumed; close it, and the query and the worker stop."""

    file_name: str
    media_type: str
    chunks: AsyncGenerator[bytes]


async def export_jobs(db: Database, actor: Actor, order: ExportOrder) -> Export:
    """Return the export of every job that matches in the actor's scope; raises InvalidInput for too many for XLSX."""
    if order.format == "xlsx":
        await _refuse_too_many(db, actor.scope, order)
    name = file_name(JOBS.name, order.query, order.format, now().date())
    return Export(name, MEDIA_TYPES[order.format], _chunks(db, actor.scope, order))


async def _refuse_too_many(db: Database, scope: Scope, order: ExportOrder) -> None:
    async with db.reader() as reader:
        found = await repository.count(reader, scope, order.query)
    if found > plan.XLSX_ROWS:
        raise InvalidInput(
            f"format=xlsx holds at most {plan.XLSX_ROWS:,} rows and {found:,} match: narrow the filters, "
            "or choose csv, parquet or json"
        )


def _chunks(db: Database, scope: Scope, order: ExportOrder) -> AsyncGenerator[bytes]:
    if order.format == "json":
        return _json(db, scope, order)
    if order.format == "csv":
        return _csv(db, scope, order)
    return _file(db, scope, order)


async def _csv(db: Database, scope: Scope, order: ExportOrder) -> AsyncGenerator[bytes]:
    async with aclosing(_lines(db, scope, order, for_people=True)) as lines:
        if order.bom:
            yield BOM
        async for chunk in lines:
            yield chunk


async def _lines(db: Database, scope: Scope, order: ExportOrder, *, for_people: bool) -> AsyncGenerator[bytes]:
    async with _places, db.reader() as reader:
        lines = repository.csv_chunks(reader, scope, order.query, order.columns, for_people=for_people)
        async with aclosing(lines):
            async for chunk in lines:
                yield chunk


async def _json(db: Database, scope: Scope, order: ExportOrder) -> AsyncGenerator[bytes]:
    parts = parts_of(order.columns) if order.chosen else {}
    async with (
        _places,
        db.reader() as reader,
        aclosing(repository.rows(reader, scope, order.query)) as rows,
        aclosing(json_chunks(rows, parts)) as chunks,
    ):
        async for chunk in chunks:
            yield chunk


async def _file(db: Database, scope: Scope, order: ExportOrder) -> AsyncGenerator[bytes]:
    wanted = plan_of("xlsx" if order.format == "xlsx" else "parquet", JOBS.name, order.columns, plan.XLSX_ROWS)
    async with (
        _bench,
        aclosing(_lines(db, scope, order, for_people=False)) as lines,
        aclosing(file_chunks(lines, wanted)) as chunks,
    ):
        async for chunk in chunks:
            yield chunk
