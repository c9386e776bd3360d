"""What people and scripts do with jobs: list, count, read, create, delete. Every rule about who may is kept here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict, cast

from sqlalchemy.exc import IntegrityError

from siliconmark_ui.accounts.recall import Recalled, recall
from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.accounts.service import actor_for_token
from siliconmark_ui.accounts.throttle import ANONYMOUS_JOBS, count_try, refuse_when_exceeded
from siliconmark_ui.accounts.tokens import TokenSigner, get_signer
from siliconmark_ui.audit import service as audit
from siliconmark_ui.audit.refusals import refusal_recorded, throttling_recorded
from siliconmark_ui.audit.service import Act
from siliconmark_ui.benchmarks.catalogue import QUICK_MARK, display_names
from siliconmark_ui.benchmarks.sequence import SequenceEntry, benchmark_ids, parse_sequence
from siliconmark_ui.db import Database, Reader
from siliconmark_ui.errors import AlreadyExists, InvalidInput, JobIsRunning, NotFound, PermissionDenied
from siliconmark_ui.identifiers import LARGEST_ID, instant_of, make_id
from siliconmark_ui.instants import now, to_text
from siliconmark_ui.jobs import repository
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.first_rows import first_rows
from siliconmark_ui.jobs.kept import KeptRows, rows_kept
from siliconmark_ui.jobs.progress import Done
from siliconmark_ui.jobs.rows import detail, expiry_of, job_row, pagination, result_entry
from siliconmark_ui.jobs.schemas import CreatedJob, Deletion, JobDetail, JobPage, JobRow, JobRows, NamedResult
from siliconmark_ui.models import Job
from siliconmark_ui.reports.links import report_url
from siliconmark_ui.words import clean_description, clean_name, clean_tags

LARGEST_NODE_COUNT = 256
BODY_FIELDS = ("name", "description", "benchmarks", "node_count", "tags")
LONGEST_ID = 40
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class NewJob(TypedDict):
    """A checked request for a job; `name` None asks for a generated one."""

    name: str | None
    description: str | None
    sequence: list[SequenceEntry]
    node_count: int
    tags: list[str]


async def list_jobs(db: Database, actor: Actor, query: JobQuery) -> JobPage:
    """Return one page of the jobs that the actor sees, with the exact total."""
    async with db.reader() as reader:
        return _page(query, *await repository.page(reader, actor.scope, query))


async def list_rows(db: Database, actor: Actor, query: JobQuery) -> JobRows:
    """Return the rows of one page for somebody who waits for them; `count_jobs` tells a total that is missing."""
    total, rows = await first_rows(db, actor.scope, query)
    if total is None and not rows:
        # A page past the end says how many there are, and nothing else.
        total = await count_jobs(db, actor, query)
    return {"results": _job_rows(rows), "total": total}


async def count_jobs(db: Database, actor: Actor, query: JobQuery) -> int:
    """Return exactly how many jobs of the actor's scope match."""
    async with db.reader() as reader:
        return await repository.count(reader, actor.scope, query)


async def list_jobs_for_token(db: Database, signer: TokenSigner, token: str, query: JobQuery) -> JobPage:
    """Return what `list_jobs` does for whom a bearer token speaks; raises InvalidToken.

    For a token that was read before, the person is confirmed by the statement that reads the jobs.
    """
    caller = recall(signer, token)
    if caller:
        async with db.reader() as reader:
            page = await _kept_page(reader, caller, query, rows_kept(db, signer))
        if page:
            return page
    return await list_jobs(db, await actor_for_token(db, signer, token), query)


async def _kept_page(reader: Reader, caller: Recalled, query: JobQuery, kept: KeptRows) -> JobPage | None:
    found = await repository.first_versions(reader, caller, query)
    if found is None:
        return None
    total, versions = found
    missing = kept.missing(versions)
    if missing:
        token = get_signer().job_token
        for version, row in (await repository.rows_of_versions(reader, missing)).items():
            kept.keep(version, job_row(row, token))
    rows = [kept.find(version) for version in versions]
    # A job that was changed between the two statements has no row of the version that was found.
    if None in rows:
        return None
    # What is encoded already is passed on as it is.
    return {"results": cast("list[JobRow]", rows), "pagination": pagination(total, query.page, query.per_page)}


def _page(query: JobQuery, total: int, rows: list[dict[str, Any]]) -> JobPage:
    return {"results": _job_rows(rows), "pagination": pagination(total, query.page, query.per_page)}


def _job_rows(rows: list[dict[str, Any]]) -> list[JobRow]:
    token = get_signer().job_token
    return [job_row(row, token) for row in rows]


async def read_progress(db: Database, actor: Actor, job_ids: list[str]) -> dict[str, Done]:
    """Return what has come in of these jobs, by id; one that the actor does not see is left out."""
    if not job_ids:
        return {}
    async with db.reader() as reader:
        return await repository.done(reader, actor.scope, [int(job_id) for job_id in job_ids])


async def read_demo_ids(db: Database, actor: Actor, job_ids: Sequence[str]) -> set[str]:
    """Return which of the jobs that the actor has been shown are demonstration data."""
    if actor.scope.kind != "all":
        return set(job_ids) if actor.customer_is_demo else set()
    async with db.reader() as reader:
        return await repository.demo_ids(reader, [int(job_id) for job_id in job_ids])


async def count_alerts(db: Database, actor: Actor, query: JobQuery) -> int:
    """Return the badge: matching jobs in the actor's scope whose performance is `underperforming`."""
    if query.benchmark_id not in (None, QUICK_MARK):
        raise InvalidInput(f"benchmark_id must be {QUICK_MARK}: no other benchmark drives performance rows")
    async with db.reader() as reader:
        return await repository.count_alerts(reader, actor.scope, query)


async def list_tags(db: Database, actor: Actor) -> list[str]:
    """Return the tags in use in the actor's scope, sorted."""
    async with db.reader() as reader:
        return await repository.tags(reader, actor.scope)


async def _visible(reader: Reader, actor: Actor, job_id: int) -> dict[str, Any]:
    head = await repository.head(reader, actor.scope, job_id) if _possible(job_id) else None
    if head is None:
        raise job_not_found(job_id)
    return head


async def require_visible(db: Database, actor: Actor, job_id: int) -> None:
    """Raise NotFound for a job that does not exist or is out of the actor's scope."""
    async with db.reader() as reader:
        await _visible(reader, actor, job_id)


async def get_job(db: Database, actor: Actor, job_id: int, *, address: str = "") -> JobDetail:
    """Return everything about one job; raises NotFound for one that does not exist or is out of scope.

    `address` is the server's as the caller knows it; without it the link of the report is a path.
    """
    async with db.reader() as reader:
        head = await _visible(reader, actor, job_id)
        tasks = await repository.tasks(reader, job_id)
        results = await repository.results(reader, job_id)
    link = report_url(job_id, address) if head["report_made_at"] else None
    return detail(head, tasks, results, get_signer().job_token, link)


async def get_results(
    db: Database, actor: Actor, job_id: int, *, include_display_names: bool
) -> Mapping[str, NamedResult]:
    """Return a job's cluster-level results by key; raises NotFound as `get_job`."""
    async with db.reader() as reader:
        await _visible(reader, actor, job_id)
        rows = await repository.results(reader, job_id, cluster_only=True)
    return {row["key"]: _named(row, include_display_names=include_display_names) for row in rows}


def _named(row: dict[str, Any], *, include_display_names: bool) -> NamedResult:
    entry = cast("NamedResult", result_entry(row))
    if include_display_names:
        entry["display_names"] = display_names(entry["benchmark_id"])
    return entry


def job_not_found(job_id: int) -> NotFound:
    """Return the error of a job that is not there for the caller."""
    return NotFound(f"Job with id {job_id} not found")


def _possible(job_id: int) -> bool:
    return 0 < job_id <= LARGEST_ID


def read_new_job(body: Mapping[str, object]) -> NewJob:
    """Check the body of a creation; raises InvalidInput naming the field and what is allowed."""
    for field in body:
        if field not in BODY_FIELDS:
            raise InvalidInput(f"Unknown field '{field}'; allowed are: {', '.join(BODY_FIELDS)}")
    if "benchmarks" not in body:
        raise InvalidInput("benchmarks is required: a list of benchmark ids or objects, it may be empty")
    node_count = body.get("node_count", 1)
    if type(node_count) is not int or not 1 <= node_count <= LARGEST_NODE_COUNT:
        raise InvalidInput(f"node_count must be an integer from 1 to {LARGEST_NODE_COUNT}")
    name = body.get("name")
    return {
        "name": None if name is None else clean_name(name),
        "description": clean_description(body.get("description")),
        "sequence": parse_sequence(body["benchmarks"], node_count),
        "node_count": node_count,
        "tags": clean_tags(body.get("tags")),
    }


def read_deletion(body: Mapping[str, object]) -> int:
    """Return the id in the body of a deletion, an integer or its digits; raises InvalidInput."""
    for field in body:
        if field != "id":
            raise InvalidInput(f"Unknown field '{field}'; allowed is: id")
    value = body.get("id")
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= LONGEST_ID:
        value = int(value)
    if type(value) is not int or value < 1:
        raise InvalidInput("id must be an integer of at least 1")
    return value


async def create_anonymous_job(db: Database, address: str) -> CreatedJob:
    """Store a one-node QuickMark job that belongs to nobody; raises RateLimited above the limit of one address."""
    bucket = ANONYMOUS_JOBS.bucket(address)
    async with throttling_recorded(db), db.session_scope() as session:
        await refuse_when_exceeded(session, ANONYMOUS_JOBS, bucket)
        await count_try(session, bucket)
    return await create_job(db, None, read_new_job({"benchmarks": []}))


async def create_job(db: Database, actor: Actor | None, new: NewJob, *, at: datetime | None = None) -> CreatedJob:
    """Store a job of the actor (None: an anonymous one); raises AlreadyExists when the name is taken.

    `at` is the moment of creation, now when None; demonstration data lies in the past.
    """
    try:
        async with db.session_scope() as session:
            job = new_row(actor, new, make_id(at or now(), await repository.next_sequence(session)))
            session.add(job)
    except IntegrityError as error:
        if "uq_jobs_live_customer_name" not in str(error.orig):
            raise
        raise AlreadyExists(f"Job with name '{job.name}' already exists") from error
    return created(job)


def new_row(actor: Actor | None, new: NewJob, job_id: int) -> Job:
    """Return the row of a new job; a generated name carries the id, so that it is unique."""
    name = new["name"] or f"job-{_base36(job_id)}"
    return Job(
        id=job_id,
        customer_id=actor.customer_id if actor else None,
        owner_id=actor.user_id if actor else None,
        name=name,
        name_lower=name.lower(),
        description=new["description"],
        node_count=new["node_count"],
        benchmark_sequence=[{**entry} for entry in new["sequence"]],
        benchmark_ids=benchmark_ids(new["sequence"]),
        tags=new["tags"],
        created_at=instant_of(job_id),
        expires_at=expiry_of(job_id),
    )


def created(job: Job) -> CreatedJob:
    """Return the answer to a creation: exactly the specification's fields."""
    return {
        "id": str(job.id),
        "name": job.name,
        "description": job.description,
        "node_count": job.node_count,
        "benchmarks": job.benchmark_ids,
        "tags": job.tags,
        "token": get_signer().job_token(job.id, job.expires_at),
        "created_at": to_text(job.created_at),
        "expires_at": to_text(job.expires_at),
    }


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits


@refusal_recorded("job.deleted")
async def delete_job(db: Database, actor: Actor, job_id: int) -> Deletion:
    """Soft-delete a job of the actor's customer; raises NotFound, PermissionDenied, or JobIsRunning."""
    async with db.session_scope() as session:
        job = await repository.locked(session, job_id) if _possible(job_id) else None
        if job is None:
            raise job_not_found(job_id)
        if not actor.may_delete_for(job.customer_id):
            raise PermissionDenied("Only jobs of your own customer can be deleted")
        if job.state == "running":
            raise JobIsRunning(f"Job with id {job_id} is running; it can be deleted when it has ended")
        await repository.mark_deleted(session, job_id)
        await audit.record(session, Act("job.deleted", actor, target=job.name, details={"job_id": str(job_id)}))
        return {"message": "Job deleted successfully", "requires_agent_stop": job.state == "starting"}
