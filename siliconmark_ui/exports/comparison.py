"""Exports of a comparison: a row a job, the first being what the others are held against, and a column a value.

The page shows it turned, a column a job; in a file a column has one type and one unit, which a program can rely on.
"""

import asyncio
from collections.abc import Iterator, Sequence

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.comparisons.reading import ComparedJob
from siliconmark_ui.comparisons.rows import Section, shown_sections
from siliconmark_ui.comparisons.service import compare_jobs
from siliconmark_ui.comparisons.table import comparison_table
from siliconmark_ui.db import Database
from siliconmark_ui.errors import NotFound
from siliconmark_ui.exports.columns import Column, Table
from siliconmark_ui.exports.lines import Row
from siliconmark_ui.exports.names import named
from siliconmark_ui.exports.order import ComparisonOrder, FileOrder
from siliconmark_ui.exports.row_source import RowSource
from siliconmark_ui.exports.sending import Export, export_of
from siliconmark_ui.instants import now

HEAD = (
    Column("id", "Job id", "id"),
    Column("name", "Name", "text"),
    Column("state", "State", "word"),
    Column("created_at", "Created", "moment", "UTC"),
)


async def export_comparison(db: Database, actor: Actor, order: ComparisonOrder) -> Export:
    """Return what the Compare page shows of the jobs.

    Raises NotFound for a job that does not exist or is out of the actor's scope, InvalidInput for an unknown column.
    """
    comparison = await compare_jobs(db, actor, order.job_ids)
    if comparison.refused:
        raise NotFound(comparison.refused[0].message)
    jobs = comparison.jobs
    whole = await asyncio.to_thread(comparison_table, jobs)
    sections = shown_sections(whole, shows_all=order.shows_all)
    table = comparison_columns(sections)
    columns = table.chosen(order.columns)
    file = FileOrder(table=table, format=order.format, columns=columns, chosen=bool(order.columns), bom=order.bom)

    def rows() -> Iterator[Row]:
        return comparison_rows(jobs, sections)

    words = ("all" if order.shows_all else "differences", *(job.name for job in jobs))
    return export_of(file, RowSource(file, rows), named(table.name, words, order.format, now().date()))


def comparison_columns(sections: Sequence[Section]) -> Table:
    """Return the table whose columns are the rows that a comparison shows."""
    values = (
        Column(f"{section.name}.{row.name}", row.label, row.kind, row.unit)
        for section in sections
        for row in section.rows
    )
    return Table("comparison", (*HEAD, *values))


def comparison_rows(jobs: Sequence[ComparedJob], sections: Sequence[Section]) -> Iterator[Row]:
    """Yield a row per job, its values by column name."""
    for place, job in enumerate(jobs):
        head = {"id": job.id, "name": job.name, "state": job.state, "created_at": job.created_at}
        shown = {f"{section.name}.{row.name}": row.cells[place].value for section in sections for row in section.rows}
        yield {**head, **shown}
