"""XLSX and Parquet: made by a worker process that reads a CSV and writes the file, both through pipes.

A process of its own per file, not a pool: it can be stopped when the client goes away, its memory goes back when it
ends, and a worker left over by a killed server finds its pipes closed. The pipes bound what is in memory on both sides.
"""

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing, asynccontextmanager
from tempfile import TemporaryDirectory

import msgspec

from siliconmark_ui.config import ROOT
from siliconmark_ui.exports.columns import Column
from siliconmark_ui.exports.plan import FileFormat, Plan, PlannedColumn

CHUNK_BYTES = 64 * 1024
WORKER = "siliconmark_ui.exports.worker"


def plan_of(file_format: FileFormat, title: str, columns: Iterable[Column], most_rows: int) -> Plan:
    """Return what the worker is told, but for the folder, which each file has of its own."""
    planned = tuple(PlannedColumn(column.name, column.kind, column.unit) for column in columns)
    return Plan(file_format, title, planned, most_rows, folder="")


async def file_chunks(lines: AsyncGenerator[bytes], plan: Plan) -> AsyncGenerator[bytes]:
    """Yield the file that the worker makes of the CSV `lines`; closing the generator stops both.

    Raises what `lines` raises, and RuntimeError when the worker fails; its own words stand in the server's log.
    """
    with TemporaryDirectory(prefix="siliconmark-export-") as folder:
        async with _running(msgspec.structs.replace(plan, folder=folder)) as worker, _feeding(worker, lines) as fed:
            output = worker.stdout
            while output and (chunk := await output.read(CHUNK_BYTES)):
                yield chunk
            await fed
            if status := await worker.wait():
                raise RuntimeError(f"the worker that makes {plan.format} files ended with status {status}")


@asynccontextmanager
async def _running(plan: Plan) -> AsyncGenerator[Process]:
    arguments = ("-m", WORKER, msgspec.json.encode(plan).decode())
    # A session of its own: Ctrl-C is for the server, which then ends its workers.
    worker = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdin=PIPE, stdout=PIPE, cwd=ROOT, start_new_session=True
    )
    try:
        yield worker
    finally:
        if worker.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
            await worker.wait()


@asynccontextmanager
async def _feeding(worker: Process, lines: AsyncGenerator[bytes]) -> AsyncGenerator[asyncio.Task[None]]:
    task = asyncio.create_task(_feed(worker, lines))
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task


async def _feed(worker: Process, lines: AsyncGenerator[bytes]) -> None:
    target = worker.stdin
    if target is None:
        raise RuntimeError("the worker has no input")
    try:
        async with aclosing(lines):
            async for chunk in lines:
                target.write(chunk)
                await target.drain()
    except (BrokenPipeError, ConnectionResetError):
        return  # The worker ended early; its exit status says why.
    except BaseException:
        # Without its end a table must not look whole: the worker may not take the closed pipe for the last line.
        with contextlib.suppress(ProcessLookupError):
            worker.kill()
        raise
    target.close()
