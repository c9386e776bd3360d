"""Lists of very many jobs show their rows first; the total follows, and never that of another view."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.db import Database
from siliconmark_ui.jobs import first_rows, repository
from siliconmark_ui.ui import listing
from siliconmark_ui.ui.components.export_menu import UNKNOWN
from siliconmark_ui.ui.pages.jobs.state import JobsState
from siliconmark_ui.ui.pages.performance.state import PerformanceState
from tests.factories import make_job, unswept
from tests.jobs.population import Stored, store
from tests.ui.conftest import SignIn
from tests.ui.visits import events_of, go, page_state, visit
from tests.ui.waiting import waiting_queries

TWO_OF_THREE = "/?node_count_min=1&per_page=2"


@pytest.fixture(autouse=True)
def _nothing_is_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "MANY_JOBS", 0)
    # However busy the machine is, the rows come first.
    monkeypatch.setattr(first_rows, "PATIENCE", 60.0)
    monkeypatch.setattr(listing, "COUNT_PAUSE", 0.0)


@pytest.fixture
async def cookie(sign_in: SignIn, db: Database) -> str:
    """The session of a customer's admin who has three jobs."""
    actor, value = await sign_in(role=Role.CUSTOMER_ADMIN)
    for name in ("one", "two", "three"):
        await make_job(db, actor, name=name)
    return value


async def loaded(address: str, cookie: str) -> Any:
    """Give the job list's state of a tab that has loaded that address."""
    state = page_state(visit(address, cookie), JobsState)
    await events_of(state.load())
    return state


async def count(state: Any) -> None:
    """Do what the event in the background does."""
    await type(state).event_handlers["count"].fn(state)


def place_of(state: Any) -> tuple[str, str, str, bool]:
    """Give what the page says of where its rows stand."""
    return state.total_text, state.summary, state.pages_text, state.has_next


async def test_rows_are_shown_before_they_are_counted(cookie: str) -> None:
    state = page_state(visit(TWO_OF_THREE, cookie), JobsState)
    assert await events_of(state.load()) == [JobsState.count]
    assert ([row.name for row in state.rows], state.phase) == (["three", "two"], "ready")
    assert place_of(state) == ("… jobs", "1–2 of …", "Page 1 of …", True)
    assert {(choice.total, choice.count) for choice in state.exports} == {(UNKNOWN, "… jobs")}
    await count(state)
    assert place_of(state) == ("3 jobs", "1–2 of 3", "Page 1 of 2", True)
    assert {(choice.total, choice.count) for choice in state.exports} == {(3, "3 jobs")}


async def test_rows_are_not_counted_again_when_all_of_them_are_shown(cookie: str) -> None:
    state = page_state(visit("/?node_count_min=1&per_page=2&page=2", cookie), JobsState)
    assert await events_of(state.load()) == []
    assert place_of(state) == ("3 jobs", "3–3 of 3", "Page 2 of 2", False)


async def test_page_past_the_end_and_no_match_are_told_at_once(cookie: str) -> None:
    state = page_state(visit("/?node_count_min=1&per_page=2&page=9", cookie), JobsState)
    assert await events_of(state.load()) == []
    assert (state.phase, state.total_pages, state.total_text) == ("past_end", 2, "3 jobs")
    go(state.parent_state, "/?node_count_min=200", cookie)
    assert await events_of(state.load()) == []
    assert (state.phase, state.total_text, state.pages_text) == ("no_match", "0 jobs", "")


async def test_known_total_stays_while_only_the_page_or_the_order_changes(cookie: str) -> None:
    state = await loaded(TWO_OF_THREE, cookie)
    await count(state)
    go(state.parent_state, f"{TWO_OF_THREE}&sort_by=name&sort_order=asc", cookie)
    assert await events_of(state.load()) == [JobsState.count]
    assert place_of(state) == ("3 jobs", "1–2 of 3", "Page 1 of 2", True)
    go(state.parent_state, "/?node_count_min=1&node_count_max=8&per_page=2", cookie)
    await events_of(state.load())
    assert place_of(state) == ("… jobs", "1–2 of …", "Page 1 of …", True)


async def test_count_of_an_earlier_view_is_stopped_when_something_else_is_asked_for(cookie: str, db: Database) -> None:
    state = await loaded(TWO_OF_THREE, cookie)
    async with unswept(db), db.session_scope() as session:
        await session.execute(text("LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE"))
        counting = asyncio.create_task(count(state))
        await waiting_queries(session, 1)
        go(state.parent_state, "/?node_count_min=1&node_count_max=8&per_page=2", cookie)
        loading = asyncio.create_task(events_of(state.load()))
        await counting
        # Only the rows of what is asked for now are waited for.
        await waiting_queries(session, 1)
    await loading
    assert (state.total_text, state.is_counting) == ("… jobs", True)
    await count(state)
    assert state.total_text == "3 jobs"


async def test_total_of_an_earlier_view_is_dropped_when_it_comes_late(
    cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = await loaded(TWO_OF_THREE, cookie)

    async def late(*_: object) -> int:
        state._fillings += 1
        return 99

    monkeypatch.setattr(listing, "count_jobs", late)
    await count(state)
    assert (state.total_text, state.is_counting) == ("… jobs", True)


async def test_view_that_was_left_is_not_counted(cookie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    state = await loaded(TWO_OF_THREE, cookie)

    async def gone_on(_: float) -> None:
        await events_of(state.load())

    async def fail(*_: object) -> int:
        raise AssertionError("nobody waits for this")

    monkeypatch.setattr(asyncio, "sleep", gone_on)
    monkeypatch.setattr(listing, "count_jobs", fail)
    await count(state)
    assert state.total_text == "… jobs"


async def test_total_is_not_told_to_a_session_that_has_ended(cookie: str) -> None:
    state = await loaded(TWO_OF_THREE, cookie)
    go(state.parent_state, TWO_OF_THREE, None)
    await count(state)
    assert state.total_text == "… jobs"


async def test_next_page_can_be_asked_for_while_the_total_is_counted(cookie: str) -> None:
    state = await loaded(TWO_OF_THREE, cookie)
    assert "page=2" in str(state.turn(1))
    assert "page=3" not in str(state.turn(2))


async def test_rows_stay_when_the_count_fails(
    cookie: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> int:
        raise ConnectionError("postgres://secret@host")

    state = await loaded(TWO_OF_THREE, cookie)
    monkeypatch.setattr(listing, "count_jobs", fail)
    await count(state)
    assert (state.phase, state.total_text, len(state.rows)) == ("ready", "… jobs", 2)
    assert "could not be counted" in caplog.text


async def test_open_page_counts_again_when_it_refreshes_itself(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in(role=Role.CUSTOMER_ADMIN)
    for name in ("one", "two", "three"):
        await make_job(db, actor, name=name)
    state = await loaded(TWO_OF_THREE, cookie)
    await count(state)
    await make_job(db, actor, name="four")
    assert await state._refresh(actor, has_new_figures=False) == JobsState.count
    # Until then the total is the one from before: nothing flickers on a page that nobody has touched.
    assert ([row.name for row in state.rows], state.total_text) == (["four", "three"], "3 jobs")
    await count(state)
    assert place_of(state) == ("4 jobs", "1–2 of 4", "Page 1 of 2", True)


async def test_performance_page_shows_its_rows_before_they_are_counted(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in(role=Role.CUSTOMER_ADMIN)
    jobs = [
        Stored(f"job {number}", number, number, "completed", status="as_expected", score=1.0, ended=2, owner=actor)
        for number in range(3)
    ]
    await store(db, jobs)
    state = page_state(visit("/performance?node_count_min=1&per_page=2", cookie), PerformanceState)
    assert await events_of(state.load()) == [PerformanceState.count]
    assert (len(state.rows), state.total_text, state.summary) == (2, "… jobs", "1–2 of …")
    assert [(choice.total, choice.count) for choice in state.exports] == [
        (UNKNOWN, "… jobs"),
        (UNKNOWN, "the nodes of … jobs"),
    ]
    await count(state)
    assert (state.total_text, state.summary) == ("3 jobs", "1–2 of 3")


async def test_a_persons_own_jobs_are_counted_with_their_rows_when_they_are_sorted(
    sign_in: SignIn, db: Database
) -> None:
    actor, cookie = await sign_in()
    for name in ("one", "two", "three"):
        await make_job(db, actor, name=name)
    state = page_state(visit(f"{TWO_OF_THREE}&sort_by=name", cookie), JobsState)
    assert await events_of(state.load()) == []
    assert ([row.name for row in state.rows], state.total_text) == (["two", "three"], "3 jobs")
