"""What people do with alerts: list, count, acknowledge, reopen; and how scores and alerts spread. Rights are kept here.

Whoever sees a job reads its reviews; customer admins and staff write them.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.alerts import repository
from siliconmark_ui.alerts.query import AlertQuery
from siliconmark_ui.alerts.schemas import AlertCounts, ModelScores, Review, WeekAlerts
from siliconmark_ui.alerts.spread import model_scores
from siliconmark_ui.alerts.tables import NOTE_MAX, AlertReview
from siliconmark_ui.audit import service as audit
from siliconmark_ui.audit.refusals import refusal_recorded
from siliconmark_ui.audit.service import Act
from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidInput, JobStateConflict, PermissionDenied
from siliconmark_ui.identifiers import LARGEST_ID, first_id_from, make_id
from siliconmark_ui.instants import now, to_text
from siliconmark_ui.jobs import repository as jobs
from siliconmark_ui.jobs import service
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.schemas import JobPage, JobRows
from siliconmark_ui.models import Job
from siliconmark_ui.words import check_text

REVIEWERS = frozenset({Role.CUSTOMER_ADMIN, Role.STAFF, Role.ROOT_ADMIN})
WEEKS = 26
"""Weeks that the trend of alerts shows, the running one included."""
_WEEK = timedelta(weeks=1)
_STEP = timedelta(milliseconds=1)


def may_review(actor: Actor) -> bool:
    """Tell whether a person acknowledges and reopens the alerts that they see."""
    return actor.role in REVIEWERS and actor.may_write


async def list_performance(db: Database, actor: Actor, query: AlertQuery) -> JobPage:
    """Return one page of the jobs with performance data that the actor sees: rows as with `include=performance`."""
    return await service.list_jobs(db, actor, query)


async def list_rows(db: Database, actor: Actor, query: AlertQuery) -> JobRows:
    """Return the rows of one page for somebody who waits for them, with the total where it costs no more."""
    return await service.list_rows(db, actor, query)


async def count_badge(db: Database, actor: Actor) -> AlertCounts:
    """Return the badge, as the specification counts it by default, and how many of those are not reviewed."""
    alerts = await service.count_alerts(db, actor, JobQuery(state=("completed",)))
    async with db.reader() as reader:
        acknowledged = await repository.count_acknowledged(reader, actor.scope) if alerts else 0
    return {"alerts": alerts, "not_reviewed": max(0, alerts - acknowledged)}


async def latest_reviews(db: Database, job_ids: Sequence[str]) -> dict[str, Review]:
    """Return job id -> last review for those of the jobs, which the caller was just shown, that have any."""
    if not job_ids:
        return {}
    async with db.reader() as reader:
        rows = await repository.latest(reader, [int(job_id) for job_id in job_ids])
    return {str(row["job_id"]): _review(row) for row in rows}


async def list_reviews(db: Database, actor: Actor, job_id: int) -> list[Review]:
    """Return every review of a job, newest first; raises NotFound for a job that the actor does not see."""
    await service.require_visible(db, actor, job_id)
    async with db.reader() as reader:
        return [_review(row) for row in await repository.history(reader, job_id)]


@refusal_recorded("alert.acknowledged")
async def acknowledge(db: Database, actor: Actor, job_id: int, note: str) -> Review:
    """Acknowledge an alert with a note of 1 to 512 characters.

    Raises PermissionDenied, NotFound, InvalidInput, or JobStateConflict when it is no alert or stands acknowledged.
    """
    return await _review_alert(db, actor, job_id, "acknowledged", clean_note(note, is_needed=True))


@refusal_recorded("alert.reopened")
async def reopen(db: Database, actor: Actor, job_id: int, note: str = "") -> Review:
    """Take an acknowledgement back, with a note of at most 512 characters or none; raises as `acknowledge`."""
    return await _review_alert(db, actor, job_id, "reopened", clean_note(note, is_needed=False))


def clean_note(text: str, *, is_needed: bool) -> str:
    """Return the trimmed note; raises InvalidInput when it is too long, or empty although it is needed."""
    note = check_text(text, "note").strip()
    if len(note) > NOTE_MAX or (is_needed and not note):
        least = "1 to" if is_needed else "at most"
        raise InvalidInput(f"note must be {least} {NOTE_MAX} characters long after trimming")
    return note


async def _review_alert(db: Database, actor: Actor, job_id: int, kind: str, note: str) -> Review:
    actor.require_write()
    if not may_review(actor):
        raise PermissionDenied("Alerts are reviewed by customer admins and staff")
    async with db.session_scope() as session:
        # The row's lock makes reviewers of one alert wait for each other.
        job = await jobs.locked(session, job_id) if 0 < job_id <= LARGEST_ID else None
        if job is None or not _sees(actor, job):
            raise service.job_not_found(job_id)
        if job.performance_status != "underperforming":
            raise JobStateConflict(f"Job with id {job_id} is no alert: nothing of it is below what is expected")
        stands = await repository.is_acknowledged(session, job_id)
        if stands == (kind == "acknowledged"):
            raise JobStateConflict(
                "Somebody has acknowledged this alert already" if stands else "This alert is not acknowledged"
            )
        moment = now()
        review = AlertReview(
            id=make_id(moment, await jobs.next_sequence(session)),
            job_id=job_id,
            kind=kind,
            reviewer_id=actor.user_id,
            reviewer_name=actor.name or actor.email,
            reviewer_email=actor.email,
            reviewed_at=moment,
            note=note,
        )
        session.add(review)
        act = Act(f"alert.{kind}", actor, customer_id=job.customer_id, target=job.name, details={"job_id": str(job_id)})
        await audit.record(session, act)
    return {
        "id": str(review.id),
        "job_id": str(job_id),
        "kind": kind,
        "reviewer": review.reviewer_name,
        "reviewed_at": to_text(moment),
        "note": note,
    }


def _sees(actor: Actor, job: Job) -> bool:
    scope = actor.scope
    return scope.kind == "all" or (scope.kind == "customer" and job.customer_id == scope.id)


def _review(row: repository.Row) -> Review:
    return {
        "id": str(row["id"]),
        "job_id": str(row["job_id"]),
        "kind": row["kind"],
        "reviewer": row["reviewer_name"],
        "reviewed_at": row["reviewed_at"],
        "note": row["note"],
    }


async def gpu_models(db: Database, actor: Actor) -> list[str]:
    """Return the GPU models of the actor's jobs with performance data, sorted."""
    async with db.reader() as reader:
        return await repository.gpu_models(reader, actor.scope)


async def score_distribution(db: Database, actor: Actor, query: AlertQuery) -> list[ModelScores]:
    """Return how the scores of the matching jobs spread, by GPU model; a filter by model is left out of account."""
    async with db.reader() as reader:
        rows = await repository.score_counts(reader, actor.scope, query.but(gpu_model=None))
    found: dict[str, Counter[tuple[float | None, bool]]] = {}
    for row in rows:
        for model in row["gpu_models"]:
            found.setdefault(model, Counter())[row["score"], row["alert"]] += row["jobs"]
    return [model_scores(model, found[model]) for model in sorted(found)]


async def alert_trend(db: Database, actor: Actor, query: AlertQuery, last: date) -> list[WeekAlerts]:
    """Return the last 26 weeks up to that of `last`, those without jobs too; a created range is left out of account."""
    weeks = trend_weeks(last)
    start, end = week_range(weeks[0])[0], week_range(weeks[-1])[1]
    wanted = query.but(created_after=start, created_before=end)
    async with db.reader() as reader:
        edges = [first_id_from(week_range(week)[0] + _STEP) for week in weeks]
        rows = await repository.weekly(reader, actor.scope, wanted, edges)
    found = {row["place"]: row for row in rows}
    return [_week(week, found.get(place)) for place, week in enumerate(weeks, start=1)]


def _week(week: date, row: repository.Row | None) -> WeekAlerts:
    counts = row or {"jobs": 0, "alerts": 0, "acknowledged": 0}
    return {
        "week": week.isoformat(),
        "jobs": counts["jobs"],
        "alerts": counts["alerts"],
        "acknowledged": counts["acknowledged"],
    }


def trend_weeks(last: date) -> list[date]:
    """Return the Mondays of the 26 weeks up to that of `last`, oldest first."""
    monday = last - timedelta(days=last.weekday())
    return [monday - _WEEK * back for back in reversed(range(WEEKS))]


def week_range(monday: date) -> tuple[datetime, datetime]:
    """Return the created range, exclusive at both ends, that holds exactly the jobs of a week."""
    start = datetime.combine(monday, time(), UTC)
    return start - _STEP, start + _WEEK


def week_of_range(after: datetime | None, before: datetime | None) -> date | None:
    """Return the Monday whose week a created range is, None for any other range."""
    if after is None or before is None:
        return None
    start = after + _STEP
    is_monday = start.weekday() == 0 and start.time() == time()
    return start.date() if is_monday and before - start == _WEEK else None
