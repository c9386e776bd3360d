"""Rows of Python values as the source of a file: a thread writes them, block by block, while requests are answered."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from siliconmark_ui.exports.lines import Row, csv_lines, header_line, json_objects
from siliconmark_ui.exports.order import FileOrder
from siliconmark_ui.exports.underway import Progress

# Some 64 KiB of text: what a thread writes before other requests get their turn.
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class RowSource:
    """What `rows` yields, by the columns of the order; it is called in a thread, once for each file."""

    order: FileOrder
    rows: Callable[[], Iterator[Row]]

    async def csv(self, progress: Progress, *, for_people: bool) -> AsyncGenerator[bytes]:
        """Yield a CSV with its header; `for_people`: harmless cells."""
        columns = self.order.columns
        yield header_line(columns).encode()
        lines = csv_lines(self.rows(), columns, for_people=for_people)
        while block := await asyncio.to_thread(lambda: list(islice(lines, ROWS_AT_ONCE))):
            progress.rows += len(block)
            yield "".join(block).encode()

    async def json(self, progress: Progress) -> AsyncGenerator[bytes]:
        """Yield a JSON array of the rows, dotted columns nested."""
        objects = json_objects(self.rows(), self.order.columns)
        before = b"[\n"
        while block := await asyncio.to_thread(lambda: list(islice(objects, ROWS_AT_ONCE))):
            progress.rows += len(block)
            yield before + b",\n".join(block)
            before = b",\n"
        yield b"\n]\n" if before == b",\n" else b"[\n]\n"
