"""Exports for people and scripts: every row that the caller's list shows, in one file, streamed with bounded memory."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from siliconmark_ui.accounts.roles import Actor, Scope
from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.exports import plan, repository
from siliconmark_ui.exports.columns import JOBS, PERFORMANCE_NODES
from siliconmark_ui.exports.json_rows import json_chunks, list_row, node_row, parts_of
from siliconmark_ui.exports.names import file_name
from siliconmark_ui.exports.order import ExportOrder
from siliconmark_ui.exports.sending import Export, export_of
from siliconmark_ui.exports.underway import Progress
from siliconmark_ui.instants import now


async def export_jobs(db: Database, actor: Actor, order: ExportOrder) -> Export:
    """Return the export of every job that matches in the actor's scope, or of their nodes, as the order's table says.

    Raises InvalidInput for too many rows for XLSX.
    """
    if order.format == "xlsx":
        await _refuse_too_many(db, actor.scope, order)
    name = file_name(order.table.name, order.query, order.format, now().date())
    return export_of(order, _Stored(db, actor.scope, order), name)


async def _refuse_too_many(db: Database, scope: Scope, order: ExportOrder) -> None:
    async with db.reader() as reader:
        found = await repository.count(reader, scope, order.table, order.query)
    if found > plan.XLSX_ROWS:
        raise InvalidInput(
            f"format=xlsx holds at most {plan.XLSX_ROWS:,} rows and {found:,} match: narrow the filters, "
            "or choose csv, parquet or json"
        )


@dataclass(frozen=True, slots=True)
class _Stored:
    """The rows as the database holds them, which also writes the CSV."""

    db: Database
    scope: Scope
    order: ExportOrder

    async def csv(self, progress: Progress, *, for_people: bool) -> AsyncGenerator[bytes]:
        order = self.order
        async with self.db.reader() as reader:
            lines = repository.csv_chunks(
                reader, self.scope, order.table, order.query, order.columns, progress, for_people=for_people
            )
            async with aclosing(lines):
                async for chunk in lines:
                    yield chunk

    async def json(self, progress: Progress) -> AsyncGenerator[bytes]:
        order = self.order
        # The jobs table is the list's rows whole; the others are what their columns name.
        parts = parts_of(order.columns) if order.chosen or order.table is not JOBS else {}
        shown = node_row if order.table is PERFORMANCE_NODES else list_row
        async with (
            self.db.reader() as reader,
            aclosing(repository.rows(reader, self.scope, order.table, order.query)) as rows,
            aclosing(json_chunks(rows, parts, progress, shown)) as chunks,
        ):
            async for chunk in chunks:
                yield chunk
