"""Reading and storing jobs: the only place that talks to the database about them."""

from typing import Any, LiteralString, NamedTuple

from psycopg.rows import tuple_row
from sqlalchemy import (
    ColumnElement,
    Text,
    any_,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    outerjoin,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.accounts.recall import Recalled
from siliconmark_ui.accounts.roles import Scope
from siliconmark_ui.db import Reader
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.kept import Version
from siliconmark_ui.jobs.progress import Done
from siliconmark_ui.jobs.statements import (
    HEAD_COLUMNS,
    VERSION,
    Shape,
    alerts_statement,
    compiled,
    first_page_statement,
    first_versions_statement,
    in_scope,
    is_counted,
    is_gathered,
    is_plain,
    page_statement,
    read_once_statement,
    rows_statement,
    shape_of,
    total_statement,
    values_of,
)
from siliconmark_ui.models import ID_SEQUENCE, LIVE, Customer, Job, JobName, JobSummary, NodeFigures, Result, Task
from siliconmark_ui.reports.repository import discard as discard_report
from siliconmark_ui.reports.tables import Report

Row = dict[str, Any]


class Found(NamedTuple):
    """The rows of one page; `total` is exact, None while it is not known."""

    total: int | None
    rows: list[Row]


class Asked(NamedTuple):
    """A question with the text and the values that ask the database."""

    query: JobQuery
    shape: Shape
    values: dict[str, Any]


MANY_JOBS = 50_000
"""Jobs of a scope above which a total that is not kept takes longer than somebody shall wait for the rows."""
LEAST_PART = 3
"""Characters of a part of a name that the index of names can find."""
MOST_NAMED = 5000
"""Jobs with a part of a name up to which they are looked up, and not looked for in the order of the list."""

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
_ENDED_TASKS = (
    select(func.count()).where(Task.job_id == Job.id, Task.ended_at.is_not(None)).correlate(Job).scalar_subquery()
)
_UPLOADS = (
    select(func.count())
    .select_from(outerjoin(Result, Task, Task.id == Result.task_id))
    .where(Result.job_id == Job.id, Task.ended_at.is_(None))
    .correlate(Job)
    .scalar_subquery()
)
_DONE: dict[str, LiteralString] = {
    kind: compiled(
        select(Job.id, _ENDED_TASKS.label("ended_tasks"), _UPLOADS.label("uploads")).where(
            Job.id == any_(bindparam("job_ids")), LIVE, *in_scope(kind, Job)
        )
    )
    for kind in ("all", "customer", "owner")
}
_DEMO = compiled(
    select(Job.id)
    .join(Customer, Customer.id == Job.customer_id)
    .where(Job.id == any_(bindparam("job_ids")), LIVE, Customer.is_demo)
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


# So many of the newest jobs are looked at, and so many of them named so are enough, to call a part of a name common.
_NEWEST: ColumnElement[int] = literal_column("2000")
_ENOUGH: ColumnElement[int] = literal_column("10")


def _named_statement() -> LiteralString:
    """Return the text that yields `ids`: of every job with such a name, at most `most` and null when there are more.

    It is null as well when enough of the newest jobs are named so: a list in any order then meets its rows soon. Of a
    part of fewer than three characters the index of names knows nothing: it is not to be asked for one.
    """
    is_such = JobName.name_lower.like(bindparam("name_pattern"))
    newest = select(JobName.name_lower).order_by(JobName.job_id.desc()).limit(_NEWEST).subquery("newest")
    seen = select(func.count()).select_from(newest).where(newest.c.name_lower.like(bindparam("name_pattern")))
    parts = func.name_parts(bindparam("name_part", type_=Text))
    in_index = func.name_parts(JobName.name_lower).bool_op("@>")(parts)
    one_more: ColumnElement[int] = bindparam("most") + literal_column("1")
    found = select(JobName.job_id).where(in_index, is_such).limit(one_more)
    all_of_them = func.array(found.scalar_subquery())
    looked_up = select(case((seen.scalar_subquery() < _ENOUGH, all_of_them)).label("ids")).subquery("looked_up")
    is_whole = func.cardinality(looked_up.c.ids) <= bindparam("most")
    return compiled(select(case((is_whole, looked_up.c.ids)).label("ids")))


_NAMED = _named_statement()


async def page(reader: Reader, scope: Scope, query: JobQuery) -> tuple[int, list[Row]]:
    """Return the exact total and the rows of one page."""
    shape, values = shape_of(scope, query), values_of(scope, query)
    if _is_quick(shape, query):
        rows = await (await reader.execute(first_page_statement(shape, query.per_page), values)).fetchall()
        return (int(rows[0]["total"]) if rows else 0), rows
    asked = await looked_up(reader, scope, query)
    return await _found(reader, page_statement(asked.shape), asked)


async def _found(reader: Reader, text: LiteralString, asked: Asked) -> tuple[int, list[Row]]:
    # A plan made for any value reads far too much for a particular one: these are planned anew each time.
    rows = await (await reader.execute(text, asked.values, prepare=False)).fetchall()
    return int(rows[0]["total"]), [row for row in rows if row["id"] is not None]


async def is_soon_counted(reader: Reader, scope: Scope, query: JobQuery) -> bool:
    """Tell whether a page with its exact total is there before anybody waits for it."""
    return _is_quick(shape_of(scope, query), query) or await count(reader, scope, JobQuery()) < MANY_JOBS


async def looked_up(reader: Reader, scope: Scope, query: JobQuery) -> Asked:
    """Return a question's shape and values; a rare part of a name is replaced by the jobs that have it."""
    named = None
    if query.name is not None and len(query.name.lower()) >= LEAST_PART and scope.kind != "owner":
        values = {**values_of(scope, query), "most": MOST_NAMED}
        row = await (await reader.execute(_NAMED, values, prepare=False)).fetchone()
        named = row["ids"] if row else None
    return Asked(query, shape_of(scope, query, named), values_of(scope, query, named))


async def rows_in_order(reader: Reader, asked: Asked) -> Found:
    """Return the rows of one page from an index that has them in order; soon, unless few of what it has match.

    The total comes with them where it costs nothing, and is None where it has to be counted.
    """
    if is_counted(asked.shape) or is_gathered(asked.shape):
        return Found(*await _found(reader, page_statement(asked.shape), asked))
    rows = await (await reader.execute(rows_statement(asked.shape), asked.values, prepare=False)).fetchall()
    is_last = len(rows) < asked.query.per_page and (rows or asked.query.page == 1)
    return Found(asked.query.offset + len(rows) if is_last else None, rows)


async def rows_read_once(reader: Reader, asked: Asked) -> Found:
    """Return the rows of one page and the total from all jobs that match, in a time that hardly depends on which."""
    return Found(*await _found(reader, read_once_statement(asked.shape), asked))


async def count(reader: Reader, scope: Scope, query: JobQuery) -> int:
    """Return the exact number of matching jobs."""
    text, values = total_statement(shape_of(scope, query)), values_of(scope, query)
    row = await (await reader.execute(text, values, prepare=False)).fetchone()
    return int(row["total"]) if row else 0


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


async def done(reader: Reader, scope: Scope, job_ids: list[int]) -> dict[str, Done]:
    """Return what has come in of each of these jobs that the scope sees, by id."""
    values = {"job_ids": job_ids, "scope_id": scope.id}
    rows = await (await reader.execute(_DONE[scope.kind], values)).fetchall()
    return {str(row["id"]): Done(row["ended_tasks"], row["uploads"]) for row in rows}


async def demo_ids(reader: Reader, job_ids: list[int]) -> set[str]:
    """Return which of these jobs belong to a customer of the demonstration."""
    rows = await (await reader.execute(_DEMO, {"job_ids": job_ids})).fetchall()
    return {str(row["id"]) for row in rows}


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
