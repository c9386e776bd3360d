"""Reports for people and agents: order one, wait for it, see how it stands, open it by its link."""

import asyncio
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import TypedDict

from siliconmark_ui.db import Database
from siliconmark_ui.errors import AppError, NotFound
from siliconmark_ui.identifiers import LARGEST_ID
from siliconmark_ui.instants import now
from siliconmark_ui.models import Job
from siliconmark_ui.reports import repository
from siliconmark_ui.reports.links import check_link, report_url
from siliconmark_ui.reports.queue import wake_queue
from siliconmark_ui.reports.repository import Standing
from siliconmark_ui.reports.store import ReportStore, StoreFailure

LONGEST_WAIT_SECONDS = 180.0
_LOOK_SECONDS = 0.1
# A history that is lived through again (demonstration data, an import) gets its reports when somebody asks for one.
AUTOMATIC_WITHIN = timedelta(hours=24)
_NOT_ASCII = re.compile(r"[^ -~]+")
_UNSAFE = re.compile(r"[^\w.+-]+")


class ReportFailed(AppError):
    """The report could not be made; asking again tries again."""


class ReportStatus(TypedDict):
    """How a job's report stands: `state` of the last order (None: never ordered), and the document there is, if any.

    `made_at` is RFC 3339, `bytes` the size of the document; `url` opens it, None until there is one. `is_being_made`
    tells a pending order that a process works on, `is_current` a document that tells all of the job. Jobs of nobody
    have none: `can_be_made` is False.
    """

    state: str | None
    error: str | None
    made_at: str | None
    bytes: int | None
    url: str | None
    is_being_made: bool
    is_current: bool
    can_be_made: bool


class ShownReport(TypedDict):
    """How a report stands for a page: `state` is none, queued, making, ready or failed; its link is never in it."""

    state: str
    error: str | None
    made_at: str | None
    bytes: int | None
    is_current: bool
    can_be_made: bool


class OpenReport(NamedTuple):
    """A document on its way to a reader."""

    document: bytes
    file_name: str

    @property
    def ascii_name(self) -> str:
        """Return the name for clients that read ASCII alone."""
        return _NOT_ASCII.sub("", unicodedata.normalize("NFKD", self.file_name))


async def order_at_end(session: AsyncSession, job: Job) -> None:
    """Order the report of a job that has just ended, in the transaction that ends it; none for anonymous jobs."""
    is_recent = job.ended_at is not None and datetime.now(UTC) - job.ended_at < AUTOMATIC_WITHIN
    if job.customer_id is not None and is_recent:
        await repository.order(session, job.id, now())


async def generate_report(db: Database, job_id: int, address: str = "") -> str | None:
    """Return the link of a job's report, made now unless the one there is still tells all; None for anonymous jobs.

    The caller has checked who asks. Raises NotFound, or ReportFailed when it could not be made.
    """
    found = await _standing(db, job_id)
    if found["is_anonymous"]:
        return None
    if not _is_current(found):
        await _order(db, job_id, found)
        await _wait(db, job_id)
    return report_url(job_id, address)


async def order_report(db: Database, job_id: int) -> ReportStatus:
    """Order a job's report, unless the one there is tells all or one is on its way; return how it stands, not waiting.

    The caller has checked who asks. Raises NotFound.
    """
    found = await _standing(db, job_id)
    if not found["is_anonymous"] and not _is_current(found):
        await _order(db, job_id, found)
    return await report_status(db, job_id)


async def _order(db: Database, job_id: int, found: Standing) -> None:
    if found["state"] != "pending":
        async with db.session_scope() as session:
            await repository.order(session, job_id, now())
    wake_queue()


async def report_status(db: Database, job_id: int, address: str = "") -> ReportStatus:
    """Return how a job's report stands. The caller has checked who asks; raises NotFound."""
    found = await _standing(db, job_id)
    return {
        "state": found["state"],
        "error": found["error"],
        "made_at": found["made_at"],
        "bytes": found["bytes"],
        "url": report_url(job_id, address) if found["made_at"] else None,
        "is_being_made": found["state"] == "pending" and found["is_claimed"],
        "is_current": _is_current(found),
        "can_be_made": not found["is_anonymous"],
    }


def shown_report(status: ReportStatus) -> ShownReport:
    """Return what a page shows of a report."""
    state = status["state"] or "none"
    if state == "pending":
        state = "making" if status["is_being_made"] else "queued"
    return {
        "state": state,
        "error": status["error"],
        "made_at": status["made_at"],
        "bytes": status["bytes"],
        "is_current": status["is_current"],
        "can_be_made": status["can_be_made"],
    }


async def open_report(db: Database, store: ReportStore, job_id: int, token: str) -> OpenReport:
    """Return the document that a signed link opens; raises InvalidToken or NotFound."""
    check_link(job_id, token)
    found = await _standing(db, job_id)
    try:
        document = await store.get(found["object_key"]) if found["object_key"] else None
    except StoreFailure as error:
        raise ReportFailed("The report cannot be read from its store at the moment") from error
    if document is None:
        raise NotFound(f"There is no report of job {job_id}")
    return OpenReport(document, file_name(found["name"], job_id))


def file_name(job_name: str, job_id: int) -> str:
    """Return what the document is called when it is saved."""
    name = _UNSAFE.sub("-", unicodedata.normalize("NFC", job_name)).strip("-.")
    return f"SiliconMark_{name}_{job_id}.pdf" if name else f"SiliconMark_{job_id}.pdf"


async def _standing(db: Database, job_id: int) -> Standing:
    found = None
    if 0 < job_id <= LARGEST_ID:
        async with db.reader() as reader:
            found = await repository.standing(reader, job_id)
    if found is None:
        raise NotFound(f"Job with id {job_id} not found")
    return found


def _is_current(found: Standing) -> bool:
    """Tell whether the document tells all: a job that has ended never changes again, any other may at any moment."""
    return found["state"] == "ready" and found["has_ended"] and found["shown_state"] == found["job_state"]


async def _wait(db: Database, job_id: int) -> None:
    try:
        async with asyncio.timeout(LONGEST_WAIT_SECONDS):
            # Another process may be making it, so that only the database knows.
            while (found := await _standing(db, job_id))["state"] == "pending":  # noqa: ASYNC110
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError as error:
        raise ReportFailed("The report is still waiting to be made; ask again in a while") from error
    if found["state"] == "failed":
        raise ReportFailed(f"{found['error']}; ask again to try again")
