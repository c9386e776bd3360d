"""How rows become a file on its way: as they are read, or through the worker that makes workbooks and Parquet."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from siliconmark_ui.exports import plan
from siliconmark_ui.exports.files import file_chunks, plan_of
from siliconmark_ui.exports.order import FileOrder
from siliconmark_ui.exports.underway import Progress

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
    """A file on its way: `chunks` reads as it is consumed; close it, and the query and the worker stop.

    `progress` tells how far the reading is.
    """

    file_name: str
    media_type: str
    chunks: AsyncGenerator[bytes]
    progress: Progress


class Source(Protocol):
    """Where the rows come from, in chunks of about 64 KiB, counted as they are read; closing stops the reading."""

    def csv(self, progress: Progress, *, for_people: bool) -> AsyncGenerator[bytes]:
        """Yield a CSV with its header; `for_people`: moments as RFC 3339, harmless cells."""
        ...

    def json(self, progress: Progress) -> AsyncGenerator[bytes]:
        """Yield a JSON array of the rows."""
        ...


def export_of(order: FileOrder, source: Source, file_name: str) -> Export:
    """Return the file that was ordered; nothing is read before its chunks are."""
    chunks = {"csv": _csv, "json": _json}.get(order.format, _file)
    progress = Progress()
    return Export(file_name, MEDIA_TYPES[order.format], chunks(order, source, progress), progress)


async def _csv(order: FileOrder, source: Source, progress: Progress) -> AsyncGenerator[bytes]:
    async with _places, aclosing(source.csv(progress, for_people=True)) as lines:
        progress.is_waiting = False
        if order.bom:
            yield BOM
        async for chunk in lines:
            yield chunk


async def _json(_order: FileOrder, source: Source, progress: Progress) -> AsyncGenerator[bytes]:
    async with _places, aclosing(source.json(progress)) as chunks:
        progress.is_waiting = False
        async for chunk in chunks:
            yield chunk


async def _file(order: FileOrder, source: Source, progress: Progress) -> AsyncGenerator[bytes]:
    wanted = plan_of("xlsx" if order.format == "xlsx" else "parquet", order.table.name, order.columns, plan.XLSX_ROWS)
    async with (
        _bench,
        _places,
        aclosing(source.csv(progress, for_people=False)) as lines,
        aclosing(file_chunks(lines, wanted)) as chunks,
    ):
        progress.is_waiting = False
        async for chunk in chunks:
            yield chunk
