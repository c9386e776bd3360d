"""Making a report beside the server: in a process of its own, which requests never wait for."""

import asyncio
import contextlib
import logging
import sys
from asyncio.subprocess import PIPE

import msgspec

from siliconmark_ui.config import ROOT
from siliconmark_ui.reports.source import ReportSource

WORKER = "siliconmark_ui.reports.worker"
# A report of 256 nodes takes some two seconds; one that takes this long will never end.
LONGEST_SECONDS = 120.0
_LOGGED = 4000
log = logging.getLogger("siliconmark_ui.reports")


class ReportFailure(Exception):
    """A report could not be made or kept; the message is a sentence for people."""


async def make_pdf(source: ReportSource) -> bytes:
    """Return the report as PDF; raises ReportFailure, with the worker's own words in the log."""
    text = await asyncio.to_thread(msgspec.json.encode, source)
    # A session of its own: Ctrl-C is for the server, which then ends its workers.
    try:
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", WORKER, stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=ROOT, start_new_session=True
        )
    except OSError as error:
        raise ReportFailure("The server has no room for the process that makes reports") from error
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            made, said = await worker.communicate(text)
    except TimeoutError as error:
        raise ReportFailure(f"The report took longer than {LONGEST_SECONDS:.0f} seconds") from error
    finally:
        if worker.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
            await worker.wait()
    if worker.returncode:
        log.error("the report of job %s failed: %s", source["job"]["id"], said.decode(errors="replace")[-_LOGGED:])
        raise ReportFailure("The report could not be set as a document; the server's log says why")
    return made
