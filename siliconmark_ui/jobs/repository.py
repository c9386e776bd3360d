"""Reading and storing jobs: the only place that talks to the database about them."""

from typing import Any, LiteralString

from psycopg.rows import tuple_row
from sqlalchemy import any_, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.accounts.recall import Recalled
from siliconmark_ui.accounts.roles import Scope
from siliconmark_ui.db import Reader
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.kept import Version
from siliconmark_ui.jobs.statements import (
    HEAD_COLUMNS,
    VERSION,
    Shape,
    alerts_statement,
    compiled,
    first_page_statement,
    first_versions_statement,
    in_scope,
    is_plain,
    page_statement,
    shape_of,
    values_of,
)
from siliconmark_ui.models import ID_SEQUENCE, LIVE, Job, JobSummary, NodeFigures, Result, Task
from siliconmark_ui.reports.repository import discard as discard_report
from siliconmark_ui.reports.tables import Report

Row = dict[str, Any]

_DETAILS: dict[str, LiteralString] = {
    kind: compiled(
        select(*HEAD_COLUMNS, Job.customer_id, JobSummary.performance, Report.made_at.label("report_made_at"))
        .outerjoin(JobSummary, JobSummary.job_id == Job.id)
        .outerjoin(Report, Report.job_id == Job.id)
        .where(Job.id == bindparam("job_id"), LIVE, *in_scope(kind, Job))
    )
    for kind in ("all", "customer", "owner")
}
_TASK_COLUMNS = [column for column in Task.__table__.c if column.key != "inventory"]
_TASKS = compiled(select(*_TASK_COLUMNS).where(Task.job_id == bindparam("job_id")).order_by(Task.id))
_ROWS_OF_VERSIONS = compiled(select(VERSION, *HEAD_COLUMNS).where(Job.id == any_(bindparam("job_ids"))))
_RESULTS = compiled(select(*Result.__table__.c).where(Result.job_id == bindparam("job_id")).order_by(Result.key))
_CLUSTER_RESULTS = compiled(
    select(*Result.__table__.c)
    .where(Result.job_id == bindparam("job_id"), Result.task_id.is_(None))
    .order_by(Result.key)
)
# A loose index scan: each step jumps to the next tag, so that the cost is that of the distinct tags, not of the jobs.
_TAGS: dict[str, LiteralString] = {
    "all": """
        WITH RECURSIVE found AS (
          (SELECT tag FROM job_tags ORDER BY tag LIMIT 1)
          UNION ALL
          SELECT (SELECT tag FROM job_tags WHERE tag > found.tag ORDER BY tag LIMIT 1)
          FROM found WHERE found.tag IS NOT NULL)
        SELECT tag FROM found WHERE tag IS NOT NULL""",
    "customer": """
        WITH RECURSIVE found AS (
          (SELECT tag FROM job_tags WHERE customer_id = %(scope_id)s ORDER BY tag LIMIT 1)
          UNION ALL
          SELECT (SELECT tag FROM job_tags WHERE customer_id = %(scope_id)s AND tag > found.tag ORDER BY tag LIMIT 1)
          FROM found WHERE found.tag IS NOT NULL)
        SELECT tag FROM found WHERE tag IS NOT NULL""",
    "owner": """
        WITH RECURSIVE found AS (
          (SELECT tag FROM job_tags WHERE owner_id = %(scope_id)s ORDER BY tag LIMIT 1)
          UNION ALL
          SELECT (SELECT tag FROM job_tags WHERE owner_id = %(scope_id)s AND tag > found.tag ORDER BY tag LIMIT 1)
          FROM found WHERE found.tag IS NOT NULL)
        SELECT tag FROM found WHERE tag IS NOT NULL""",
}


async def page(reader: Reader, scope: Scope, query: JobQuery) -> tuple[int, list[Row]]:
    """Return the exact total and the rows of one page."""
    shape, values = shape_of(scope, query), values_of(scope, query)
    if _is_quick(shape, query):
        rows = await (await reader.execute(first_page_statement(shape, query.per_page), values)).fetchall()
        return (int(rows[0]["total"]) if rows else 0), rows
    # A plan made for any value reads far too much for a particular one: these are planned anew each time.
    rows = await (await reader.execute(page_statement(shape), values, prepare=False)).fetchall()
    return int(rows[0]["total"]), [row for row in rows if row["id"] is not None]


async def first_versions(reader: Reader, caller: Recalled, query: JobQuery) -> tuple[int, list[Version]] | None:
    """Return the total and the versions of the rows of a page, for a person who is confirmed in the same statement.

    None when the person is not who they were, or when the question is not one for this way.
    """
    shape = shape_of(caller.actor.scope, query)
    if not _is_quick(shape, query):
        return None
    cursor = reader.cursor(row_factory=tuple_row)
    text = first_versions_statement(shape, query.per_page)
    await cursor.execute(text, values_of(caller.actor.scope, query) | caller.values)
    row = await cursor.fetchone()
    return (int(row[0]), row[2]) if row and row[1] else None


async def rows_of_versions(reader: Reader, job_ids: list[int]) -> dict[Version, Row]:
    """Return the rows of these jobs as they are now, each under its version."""
    rows = await (await reader.execute(_ROWS_OF_VERSIONS, {"job_ids": job_ids})).fetchall()
    return {row["version"]: row for row in rows}


def _is_quick(shape: Shape, query: JobQuery) -> bool:
    return query.page == 1 and is_plain(shape)


async def count_alerts(reader: Reader, scope: Scope, query: JobQuery) -> int:
    """Return how many matching jobs are alerts."""
    text = alerts_statement(shape_of(scope, query))
    row = await (await reader.execute(text, values_of(scope, query), prepare=False)).fetchone()
    return int(row["total"]) if row else 0


async def tags(reader: Reader, scope: Scope) -> list[str]:
    """Return the distinct tags of the scope's live jobs, sorted by code point."""
    rows = await (await reader.execute(_TAGS[scope.kind], {"scope_id": scope.id})).fetchall()
    return [row["tag"] for row in rows]


async def head(reader: Reader, scope: Scope, job_id: int) -> Row | None:
    """Return a live job of the scope without its tasks and results."""
    values = {"job_id": job_id, "scope_id": scope.id}
    return await (await reader.execute(_DETAILS[scope.kind], values)).fetchone()


async def tasks(reader: Reader, job_id: int) -> list[Row]:
    """Return a job's tasks in the order of their registration."""
    return await (await reader.execute(_TASKS, {"job_id": job_id})).fetchall()


async def results(reader: Reader, job_id: int, *, cluster_only: bool = False) -> list[Row]:
    """Return a job's results by key, `document` as JSON text; those of nodes have a `task_id`."""
    statement = _CLUSTER_RESULTS if cluster_only else _RESULTS
    return await (await reader.execute(statement, {"job_id": job_id})).fetchall()


async def next_sequence(session: AsyncSession) -> int:
    """Return the next number of the sequence that makes ids distinct."""
    return int(await session.scalar(select(ID_SEQUENCE.next_value())) or 0)


async def locked(session: AsyncSession, job_id: int) -> Job | None:
    """Return a live job, held until the transaction ends: every change of a job's life goes through here."""
    statement = select(Job).where(Job.id == job_id, LIVE).with_for_update().execution_options(populate_existing=True)
    job: Job | None = await session.scalar(statement)
    return job


async def mark_deleted(session: AsyncSession, job_id: int) -> None:
    """Take a job away from every reader, its figures from the fleet, its report from the store; its name is free."""
    # The job goes first: the table of machines is then brought up to date once, and not by its figures again.
    await session.execute(update(Job).where(Job.id == job_id).values(deleted_at=func.now()))
    await session.execute(delete(NodeFigures).where(NodeFigures.job_id == job_id))
    await discard_report(session, job_id)
