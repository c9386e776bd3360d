"""Jobs and their nodes as JSON: arrays of rows in the API's shape, without the job token; pure."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable, Mapping
from typing import Any

import msgspec

from siliconmark_ui.exports.columns import Column
from siliconmark_ui.exports.underway import Progress
from siliconmark_ui.jobs.schemas import JobRow

CHUNK_BYTES = 64 * 1024
FIELDS = tuple(name for name in JobRow.__annotations__ if name != "token")
Row = dict[str, Any]
# Field -> the part of it that was chosen; an empty part is all of it.
Parts = Mapping[str, "Parts"]
_encode = msgspec.json.Encoder().encode


def list_row(row: Row) -> Row:
    """Return a stored row as the list shows it, without the token; expansions that were not read are null."""
    shown = {field: row.get(field) for field in FIELDS}
    shown["id"] = str(row["id"])
    return shown


def node_row(row: Row) -> Row:
    """Return a stored node of `performance_nodes`, led by the job that it belongs to."""
    job = {name: value for name, value in row.items() if name != "node"}
    return {**job, "job_id": str(row["job_id"]), **row["node"]}


def parts_of(columns: Iterable[Column]) -> Parts:
    """Return what the columns choose of a row, field by field."""
    chosen: dict[str, Any] = {}
    for column in columns:
        place = chosen
        for step in (column.field, *column.path):
            place = place.setdefault(step, {})
    return chosen


def part(value: Any, parts: Parts) -> Any:
    """Return only the chosen parts of a row or of an object in it; null stays null."""
    if not parts or not isinstance(value, dict):
        return value
    return {name: part(value.get(name), inner) for name, inner in parts.items()}


async def json_chunks(
    rows: AsyncIterable[Row], parts: Parts, progress: Progress, shown: Callable[[Row], Row] = list_row
) -> AsyncGenerator[bytes]:
    """Yield a JSON array of the rows as `shown`, one a line, in chunks of about 64 KiB."""
    text = bytearray(b"[")
    before = b"\n"
    async for row in rows:
        text += before + _encode(part(shown(row), parts))
        progress.rows += 1
        before = b",\n"
        if len(text) >= CHUNK_BYTES:
            yield bytes(text)
            text.clear()
            # Rows that have arrived are read without a pause: here other requests get their turn.
            await asyncio.sleep(0)
    yield bytes(text + b"\n]\n")
