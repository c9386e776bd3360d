"""The statements behind exports: PostgreSQL itself writes the lines, from the registry's columns and the list's filter.

Nothing of a row passes through Python values on its way into a CSV: that is what keeps an export near the speed of the
database, with a few hundred lines in memory.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from functools import lru_cache
from typing import Any, LiteralString

from psycopg.abc import Buffer
from sqlalchemy import ColumnElement, Select, func, literal_column, true
from sqlalchemy.orm import InstrumentedAttribute

from siliconmark_ui.accounts.roles import Scope
from siliconmark_ui.db import Reader
from siliconmark_ui.exports.columns import PERFORMANCE_NODES, SEPARATOR, Column, Kind, Table
from siliconmark_ui.exports.underway import Progress
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.parameters import EXPANSIONS
from siliconmark_ui.jobs.statements import HEAD_COLUMNS, Shape, compiled, every, shape_of, total_of, values_of
from siliconmark_ui.models import Job, JobSummary

Row = dict[str, Any]
CHUNK_BYTES = 64 * 1024
ROWS_AT_ONCE = 200
_STORED_AS = {"benchmarks": "benchmark_ids"}
_SUMMARY_FIELDS = frozenset(JobSummary.__table__.c.keys()) - {"job_id"}
# The characters at the start of a cell that make a spreadsheet run it: = + - @, tab and carriage return.
_RUNNABLE = "(61, 43, 45, 64, 9, 13)"
# The text of a UTC session's timestamptz is `2024-03-15 10:30:00.5+00`.
_MOMENT = "left(overlay(CAST({value} AS text) PLACING 'T' FROM 11 FOR 1), -3) || 'Z'"
# A null stays null, so that a missing list and an empty one can be told apart.
_JSON_LIST = (
    "CASE WHEN jsonb_typeof({value}) = 'array' THEN coalesce((SELECT string_agg(item, '{separator}' ORDER BY place) "
    "FROM jsonb_array_elements_text({value}) WITH ORDINALITY AS items (item, place)), '') END"
)
_HARMLESS: frozenset[Kind] = frozenset({"text", "list"})
_NOUGHT: ColumnElement[int] = literal_column("0")
_JOB_OF_NODE: Mapping[str, InstrumentedAttribute[Any]] = {
    "job_id": Job.id,
    "job_name": Job.name,
    "job_state": Job.state,
    "job_created_at": Job.created_at,
    "job_ended_at": Job.ended_at,
}
# A JSON null is no list, and an array function refuses it.
_NODE_LIST: ColumnElement[Any] = literal_column("nullif(job_summaries.performance_nodes, 'null')")
_NODES = (
    func.jsonb_array_elements(_NODE_LIST).table_valued("value", with_ordinality="place").render_derived(name="node")
)


async def count(reader: Reader, scope: Scope, table: Table, query: JobQuery) -> int:
    """Return how many rows of the table match."""
    shape = shape_of(scope, query)
    statement = _count_nodes(shape) if table is PERFORMANCE_NODES else compiled(total_of(shape))
    row = await (await reader.execute(statement, values_of(scope, query), prepare=False)).fetchone()
    return int(row["total"]) if row else 0


async def csv_chunks(
    reader: Reader,
    scope: Scope,
    table: Table,
    query: JobQuery,
    columns: tuple[Column, ...],
    progress: Progress,
    *,
    for_people: bool,
) -> AsyncGenerator[bytes]:
    """Yield a CSV (RFC 4180, header first) of every matching row in order, in chunks of about 64 KiB.

    `for_people`: moments are RFC 3339 and cells that a spreadsheet would run begin with an apostrophe. Otherwise values
    are as they are stored, for a program that reads them back. An unquoted empty cell is null. Closing the generator
    stops the query.
    """
    statement = _copy_statement(shape_of(scope, query), table, columns, for_people)
    async with reader.cursor() as cursor, cursor.copy(statement, values_of(scope, query)) as lines:
        waiting: list[Buffer] = []
        size = 0
        # The first line is the header.
        progress.rows -= 1
        async for line in lines:
            # The server sends each row as one message that ends with a newline; RFC 4180 wants CRLF.
            waiting.append(memoryview(line)[:-1])
            size += len(line)
            if size >= CHUNK_BYTES:
                progress.rows += len(waiting)
                yield _ended(waiting)
                waiting, size = [], 0
                # Lines that have arrived are read without a pause: here other requests get their turn.
                await asyncio.sleep(0)
        if waiting:
            progress.rows += len(waiting)
            yield _ended(waiting)


async def rows(reader: Reader, scope: Scope, table: Table, query: JobQuery) -> AsyncGenerator[Row]:
    """Yield every matching row in order, `ROWS_AT_ONCE` in memory; closing stops the query.

    Jobs are as the list reads them; nodes are the job's fields and `node`, one object of `performance_nodes`.
    """
    shape = shape_of(scope, query)
    statement = _node_rows_statement(shape) if table is PERFORMANCE_NODES else _rows_statement(shape)
    async with reader.cursor() as cursor:
        async for row in cursor.stream(statement, values_of(scope, query), size=ROWS_AT_ONCE):
            yield row


def _ended(lines: list[Buffer]) -> bytes:
    return b"\r\n".join([*lines, b""])


@lru_cache(maxsize=1024)
def _copy_statement(shape: Shape, table: Table, columns: tuple[Column, ...], for_people: bool) -> LiteralString:
    alone = len(columns) == 1
    stored = _stored_of_node if table is PERFORMANCE_NODES else _stored
    cells = [_cell(column, stored(column), for_people=for_people, alone=alone) for column in columns]
    statement = _every_node(shape, cells) if table is PERFORMANCE_NODES else every(shape, cells)
    return f"COPY ({compiled(statement)}) TO STDOUT WITH (FORMAT csv, HEADER)"


def _every_node(shape: Shape, columns: Sequence[Any]) -> Select[Any]:
    """Return the statement that yields `columns` of every node of every matching job, in the order of the jobs."""
    return every(shape, columns).join(_NODES, true()).order_by(_NODES.c.place)


@lru_cache(maxsize=256)
def _count_nodes(shape: Shape) -> LiteralString:
    nodes = func.jsonb_array_length(_NODE_LIST)
    return compiled(every(shape, [func.coalesce(func.sum(nodes), _NOUGHT).label("total")]).order_by(None))


@lru_cache(maxsize=256)
def _node_rows_statement(shape: Shape) -> LiteralString:
    columns = [column.label(name) for name, column in _JOB_OF_NODE.items()]
    return compiled(_every_node(shape, [*columns, _NODES.c.value.label("node")]))


@lru_cache(maxsize=1024)
def _rows_statement(shape: Shape) -> LiteralString:
    columns: list[Any] = [*HEAD_COLUMNS]
    if "results" in shape.expanded:
        columns += [Job.gpu_models, JobSummary.quickmark_aggregate_results]
    columns += [getattr(JobSummary, name) for name in EXPANSIONS if name in shape.expanded]
    return compiled(every(shape, columns))


def _cell(column: Column, stored: str, *, for_people: bool, alone: bool) -> ColumnElement[str]:
    text = _text(column, stored, for_people=for_people)
    if for_people and column.kind in _HARMLESS:
        text = f"CASE WHEN ascii({_start(column, stored)}) IN {_RUNNABLE} THEN '''' || {text} ELSE {text} END"
    if for_people and alone:
        # A null alone in its row would be an empty line, which readers skip; an empty text is written as two quotes.
        text = f"coalesce(CAST({text} AS text), '')"
    return literal_column(text).label(column.name)


def _text(column: Column, stored: str, *, for_people: bool) -> str:
    if column.kind == "list" and column.path:
        return _JSON_LIST.format(value=stored, separator=SEPARATOR)
    if column.kind == "list":
        return f"array_to_string({stored}, '{SEPARATOR}')"
    return _MOMENT.format(value=stored) if column.kind == "moment" and for_people else stored


def _start(column: Column, stored: str) -> str:
    """Return what the first character of the cell is taken from, without joining a list for it."""
    if column.kind != "list":
        return stored
    return f"{stored} ->> 0" if column.path else f"{stored}[1]"


def _stored(column: Column) -> str:
    """Return the stored value in SQL; names come from the registry alone, never from a caller."""
    if column.field not in _SUMMARY_FIELDS:
        return f"{Job.__tablename__}.{_STORED_AS.get(column.field, column.field)}"
    place = f"{JobSummary.__tablename__}.{column.field}"
    if not column.path:
        # A stored JSON null is no value either.
        return f"nullif({place}, 'null')" if column.kind == "json" else place
    function = "jsonb_extract_path" if column.kind == "list" else "jsonb_extract_path_text"
    return f"{function}({place}, {_steps(column.path)})"


def _stored_of_node(column: Column) -> str:
    """Return the value in SQL for a column of a node: its job's, or out of its object."""
    if column.name in _JOB_OF_NODE:
        return f"{Job.__tablename__}.{_JOB_OF_NODE[column.name].key}"
    return f"jsonb_extract_path_text(node.value, {_steps((column.field, *column.path))})"


def _steps(path: Sequence[str]) -> str:
    return ", ".join(f"'{step}'" for step in path)
