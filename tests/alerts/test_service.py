"""Alerts: who sees, acknowledges and reopens them, what is kept of it, and what is counted."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.alerts import service
from siliconmark_ui.alerts.query import ALERT_PARAMETERS, AlertQuery
from siliconmark_ui.db import Database
from siliconmark_ui.errors import AppError, InvalidInput, JobStateConflict, NotFound, PermissionDenied
from siliconmark_ui.instants import at
from siliconmark_ui.jobs import service as jobs
from siliconmark_ui.jobs.filters import JobQuery, pairs_of
from tests.factories import make_caller, make_job
from tests.ui.finished import finished_job

SLOW = {0: {"share": 0.6}}
FAST = {0: {"share": 1.3}}


async def admin_of(db: Database, customer: str = "Acme") -> Actor:
    """Give a new customer admin."""
    return (await make_caller(db, f"admin@{customer.lower()}.example", Role.CUSTOMER_ADMIN, customer)).actor


async def alert(db: Database, actor: Actor, **fields: Any) -> str:
    """Give the id of a completed job below expectation."""
    return await finished_job(db, actor, odd=SLOW, **fields)


async def names(db: Database, actor: Actor, **fields: Any) -> list[str]:
    """Give the names that a question yields, in order."""
    page = await service.list_performance(db, actor, AlertQuery(**fields))
    assert page["pagination"]["total"] == len(page["results"])
    return [row["name"] for row in page["results"]]


async def test_alerts_come_first_and_newest_first_among_themselves(db: Database) -> None:
    actor = (await make_caller(db)).actor
    await alert(db, actor, name="old alert")
    await finished_job(db, actor, name="sound")
    await alert(db, actor, name="new alert")
    await finished_job(db, actor, odd=FAST, name="fast")
    await make_job(db, actor, name="without figures")
    assert await names(db, actor) == ["new alert", "old alert", "fast", "sound"]
    assert await names(db, actor, sort_by="created_at", sort_order="asc") == ["old alert", "sound", "new alert", "fast"]
    assert await names(db, actor, name="ALERT") == ["new alert", "old alert"]


async def test_pages_of_the_order_neither_repeat_nor_skip_a_row(db: Database) -> None:
    actor = await admin_of(db)
    for index in range(7):
        await finished_job(db, actor, odd=SLOW if index % 3 == 0 else {}, name=f"job {index}")
    pages = [
        await service.list_performance(db, actor, AlertQuery(page=page, per_page=3, name="job")) for page in (1, 2, 3)
    ]
    found = [row["name"] for page in pages for row in page["results"]]
    assert found == [f"job {index}" for index in (6, 3, 0, 5, 4, 2, 1)]
    assert [page["pagination"]["total"] for page in pages] == [7, 7, 7]


async def test_order_is_no_value_of_the_public_list() -> None:
    with pytest.raises(InvalidInput, match="sort_by must be one of"):
        JobQuery.from_query([("sort_by", "alerts")])
    for name in ("review", "gpu_model"):
        with pytest.raises(InvalidInput, match=f"Unknown query parameter '{name}'"):
            JobQuery.from_query([(name, "open")])


def test_question_survives_its_query_string() -> None:
    query = AlertQuery(
        name="a&b", tags=("x", "y z"), review="open", gpu_model="NVIDIA H100", sort_by="name", sort_order="asc", page=3
    )
    pairs = [pair.split("=") for pair in query.to_query().split("&")]
    assert {name for name, _ in pairs} == {"page", "name", "tags", "review", "gpu_model", "sort_by", "sort_order"}
    assert AlertQuery.from_query(pairs_of(query.to_query()), allowed=tuple(ALERT_PARAMETERS)) == query
    assert AlertQuery().to_query() == ""


@pytest.mark.parametrize("name", ["include", "include_results", "has_performance_data"])
def test_what_the_page_asks_for_by_itself_is_no_parameter_of_it(name: str) -> None:
    with pytest.raises(InvalidInput, match="Unknown query parameter"):
        AlertQuery.from_query([(name, "true")], allowed=tuple(ALERT_PARAMETERS))


async def test_acknowledging_keeps_who_when_and_why(db: Database) -> None:
    admin = await admin_of(db)
    job_id = await alert(db, admin)
    moment = datetime(2031, 2, 3, 4, 5, 6, 789000, tzinfo=UTC)
    with at(moment):
        review = await service.acknowledge(db, admin, int(job_id), "  Fan replaced\nwatch it ")
    assert review["note"] == "Fan replaced\nwatch it"
    assert (review["kind"], review["reviewer"], review["job_id"]) == ("acknowledged", admin.name, job_id)
    (stored,) = await service.list_reviews(db, admin, int(job_id))
    assert stored == review
    assert stored["reviewed_at"] == "2031-02-03T04:05:06.789Z"
    assert await service.latest_reviews(db, [job_id]) == {job_id: review}


async def test_history_holds_every_act_newest_first(db: Database) -> None:
    admin = await admin_of(db)
    staff = (await make_caller(db, "sue@silicon.example", Role.STAFF, "Silicon")).actor
    job_id = int(await alert(db, admin))
    await service.acknowledge(db, admin, job_id, "seen")
    await service.reopen(db, staff, job_id)
    await service.acknowledge(db, staff, job_id, "again")
    reviews = await service.list_reviews(db, admin, job_id)
    assert [(review["kind"], review["reviewer"], review["note"]) for review in reviews] == [
        ("acknowledged", "sue", "again"),
        ("reopened", "sue", ""),
        ("acknowledged", "admin", "seen"),
    ]


async def test_users_read_reviews_of_their_jobs_and_write_none(db: Database) -> None:
    admin, user = await admin_of(db), (await make_caller(db)).actor
    job_id = int(await alert(db, user))
    with pytest.raises(PermissionDenied):
        await service.acknowledge(db, user, job_id, "mine")
    await service.acknowledge(db, admin, job_id, "seen")
    with pytest.raises(PermissionDenied):
        await service.reopen(db, user, job_id)
    (review,) = await service.list_reviews(db, user, job_id)
    assert review["note"] == "seen"


async def test_token_that_only_reads_reviews_nothing(db: Database) -> None:
    admin = await admin_of(db)
    job_id = int(await alert(db, admin))
    reading = Actor(**{**{name: getattr(admin, name) for name in Actor.__slots__}, "access": "read"})
    assert not service.may_review(reading)
    with pytest.raises(PermissionDenied):
        await service.acknowledge(db, reading, job_id, "seen")


async def test_job_of_another_customer_is_not_there(db: Database) -> None:
    admin, stranger = await admin_of(db), await admin_of(db, "Other")
    colleague = (await make_caller(db)).actor
    job_id = int(await alert(db, admin))
    for attempt in (
        service.acknowledge(db, stranger, job_id, "seen"),
        service.reopen(db, stranger, job_id),
        service.list_reviews(db, stranger, job_id),
        service.list_reviews(db, colleague, job_id),
    ):
        with pytest.raises(NotFound):
            await attempt


@pytest.mark.parametrize("job_id", [0, -1, 1 << 70, 12])
async def test_unknown_job_is_not_there(db: Database, job_id: int) -> None:
    admin = await admin_of(db)
    with pytest.raises(NotFound):
        await service.acknowledge(db, admin, job_id, "seen")


async def test_deleted_job_is_not_there_and_counts_nowhere(db: Database) -> None:
    admin = await admin_of(db)
    job_id = int(await alert(db, admin))
    await service.acknowledge(db, admin, job_id, "seen")
    await jobs.delete_job(db, admin, job_id)
    with pytest.raises(NotFound):
        await service.reopen(db, admin, job_id)
    assert await service.count_badge(db, admin) == {"alerts": 0, "not_reviewed": 0}
    assert await names(db, admin, review="done") == []


async def test_only_alerts_are_reviewed_and_each_act_once(db: Database) -> None:
    admin = await admin_of(db)
    sound, low = int(await finished_job(db, admin)), int(await alert(db, admin))
    with pytest.raises(JobStateConflict, match="is no alert"):
        await service.acknowledge(db, admin, sound, "seen")
    with pytest.raises(JobStateConflict, match="not acknowledged"):
        await service.reopen(db, admin, low)
    await service.acknowledge(db, admin, low, "seen")
    with pytest.raises(JobStateConflict, match="already"):
        await service.acknowledge(db, admin, low, "seen again")
    assert len(await service.list_reviews(db, admin, low)) == 1


@pytest.mark.parametrize("note", ["", "  \n", "x" * 513, "bell \x07"])
async def test_note_that_is_no_note_is_refused(db: Database, note: str) -> None:
    admin = await admin_of(db)
    job_id = int(await alert(db, admin))
    with pytest.raises(InvalidInput, match="note"):
        await service.acknowledge(db, admin, job_id, note)
    assert await service.list_reviews(db, admin, job_id) == []


async def test_of_reviewers_who_act_at_once_one_wins(db: Database) -> None:
    admin = await admin_of(db)
    job_id = int(await alert(db, admin))

    async def attempt(number: int) -> str:
        try:
            return (await service.acknowledge(db, admin, job_id, f"number {number}"))["note"]
        except AppError as error:
            return type(error).__name__

    outcomes = await asyncio.gather(*(attempt(number) for number in range(6)))
    won = [outcome for outcome in outcomes if outcome.startswith("number")]
    assert len(won) == 1
    assert outcomes.count("JobStateConflict") == 5
    assert [review["note"] for review in await service.list_reviews(db, admin, job_id)] == won


async def test_badge_counts_completed_alerts_of_the_scope_and_which_are_not_reviewed(db: Database) -> None:
    admin, user, other = await admin_of(db), (await make_caller(db)).actor, await admin_of(db, "Other")
    staff = (await make_caller(db, "sue@silicon.example", Role.STAFF, "Silicon")).actor
    first = int(await alert(db, user))
    await alert(db, admin)
    await alert(db, other)
    warned = int(await finished_job(db, admin, nodes=2, odd=SLOW, failed={1: "lost"}))
    await service.acknowledge(db, admin, first, "seen")
    # A job that ended with warnings is an alert in the table, and none that the badge counts.
    await service.acknowledge(db, admin, warned, "seen too")
    assert await service.count_badge(db, user) == {"alerts": 1, "not_reviewed": 0}
    assert await service.count_badge(db, admin) == {"alerts": 2, "not_reviewed": 1}
    assert await service.count_badge(db, other) == {"alerts": 1, "not_reviewed": 1}
    assert await service.count_badge(db, staff) == {"alerts": 3, "not_reviewed": 2}


async def test_review_filter_tells_open_alerts_from_acknowledged_ones(db: Database) -> None:
    admin = await admin_of(db)
    first = int(await alert(db, admin, name="first"))
    await alert(db, admin, name="second")
    await finished_job(db, admin, name="sound")
    await service.acknowledge(db, admin, first, "seen")
    assert await names(db, admin, review="open") == ["second"]
    assert await names(db, admin, review="done") == ["first"]
    await service.reopen(db, admin, first)
    assert await names(db, admin, review="open") == ["second", "first"]
    assert await names(db, admin, review="done", name="first") == []


@pytest.mark.parametrize(
    "statement",
    ["UPDATE alert_reviews SET note = 'other'", "DELETE FROM alert_reviews", "TRUNCATE alert_reviews"],
)
async def test_database_itself_refuses_to_change_a_review(db: Database, statement: str) -> None:
    admin = await admin_of(db)
    await service.acknowledge(db, admin, int(await alert(db, admin)), "seen")
    with pytest.raises(DBAPIError, match="append-only"):
        async with db.session_scope() as session:
            await session.execute(text(statement))


async def test_reviews_go_with_a_job_that_really_goes(db: Database) -> None:
    admin = await admin_of(db)
    job_id = int(await alert(db, admin))
    await service.acknowledge(db, admin, job_id, "seen")
    async with db.session_scope() as session:
        await session.execute(text("DELETE FROM jobs"))
        left = await session.scalar(
            text("SELECT (SELECT count(*) FROM alert_reviews) + (SELECT count(*) FROM alert_acknowledgements)")
        )
    assert left == 0


async def test_scores_spread_by_model_over_the_jobs_of_the_question(db: Database) -> None:
    admin, other = await admin_of(db), await admin_of(db, "Other")
    await finished_job(db, admin, odd={0: {"share": 0.60}}, tags=["a"])
    await finished_job(db, admin, odd={0: {"share": 1.0}}, tags=["a"])
    await finished_job(db, admin, odd={0: {"share": 1.0}})
    await finished_job(db, other)
    (model,) = await service.score_distribution(db, admin, AlertQuery(gpu_model="left out of account"))
    assert model["gpu_model"] == "NVIDIA A100-SXM4-80GB"
    assert (model["jobs"], model["scored"], model["alerts"]) == (3, 3, 1)
    scores = sorted(
        row["performance"]["score"] or 0.0
        for row in (await service.list_performance(db, admin, AlertQuery()))["results"]
        if row["performance"]
    )
    assert [model["lowest"], model["median"], model["highest"]] == scores
    assert model["lower_quartile"] == pytest.approx((scores[0] + scores[1]) / 2)
    expected: dict[float, int] = {}
    for score in scores:
        low = round(int(round(score * 10_000) / 200) * 0.02, 4)
        expected[low] = expected.get(low, 0) + 1
    assert {each["low"]: each["jobs"] for each in model["bins"]} == expected
    (tagged,) = await service.score_distribution(db, admin, AlertQuery(tags=("a",)))
    assert tagged["jobs"] == 2
    assert await service.score_distribution(db, other, AlertQuery(name="none")) == []


async def test_models_are_those_of_the_scope(db: Database) -> None:
    admin, other = await admin_of(db), await admin_of(db, "Other")
    staff = (await make_caller(db, "sue@silicon.example", Role.STAFF, "Silicon")).actor
    await finished_job(db, admin)
    assert await service.gpu_models(db, admin) == ["NVIDIA A100-SXM4-80GB"]
    assert await service.gpu_models(db, staff) == ["NVIDIA A100-SXM4-80GB"]
    assert await service.gpu_models(db, other) == []


async def test_trend_has_every_week_and_its_range_holds_exactly_its_jobs(db: Database) -> None:
    admin = await admin_of(db)
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    for moment in (monday, monday + timedelta(days=3), monday + timedelta(days=7), monday - timedelta(milliseconds=1)):
        with at(moment):
            job_id = int(await alert(db, admin, at=moment))
    with at(monday):
        await finished_job(db, admin, at=monday + timedelta(hours=1))
    await service.acknowledge(db, admin, job_id, "seen")
    query = AlertQuery(created_after=monday + timedelta(days=30))
    weeks = await service.alert_trend(db, admin, query, date(2026, 3, 11))
    assert len(weeks) == 26
    assert weeks[-1] == {"week": "2026-03-09", "jobs": 1, "alerts": 1, "acknowledged": 0}
    assert weeks[-2] == {"week": "2026-03-02", "jobs": 3, "alerts": 2, "acknowledged": 0}
    assert weeks[-3] == {"week": "2026-02-23", "jobs": 1, "alerts": 1, "acknowledged": 1}
    assert weeks[0] == {"week": "2025-09-15", "jobs": 0, "alerts": 0, "acknowledged": 0}
    after, before = service.week_range(date(2026, 3, 2))
    assert len(await names(db, admin, created_after=after, created_before=before)) == 3
    assert service.week_of_range(after, before) == date(2026, 3, 2)
    assert service.week_of_range(after + timedelta(days=1), before + timedelta(days=1)) is None
    assert service.week_of_range(after, None) is None
