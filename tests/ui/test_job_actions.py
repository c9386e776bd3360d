"""Picking rows of the job list, and deleting jobs from it and from their own page."""

import re
from typing import Any

import pytest

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.db import Database
from siliconmark_ui.errors import NotFound
from siliconmark_ui.jobs import service
from siliconmark_ui.ui.pages.jobs.columns import COLUMNS, HIDEABLE, known_columns, table_width
from siliconmark_ui.ui.pages.jobs.deletion import DeletionState
from siliconmark_ui.ui.pages.jobs.state import JobsState
from tests.factories import make_job
from tests.ui.conftest import SignIn
from tests.ui.finished import registered
from tests.ui.visits import events_of, page_state, target_of, visit


async def list_at(address: str, cookie: str) -> tuple[Any, Any]:
    """Give the list's state and the deletion's of one tab, after the list's load."""
    root = visit(address, cookie)
    jobs = page_state(root, JobsState)
    await events_of(jobs.load())
    return jobs, page_state(root, DeletionState)


async def test_picked_jobs_can_be_compared_from_two_on_and_up_to_eight(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    ids = [(await make_job(db, actor, name=f"job {index}"))["id"] for index in range(9)]
    jobs, _ = await list_at("/?sort_by=name&sort_order=asc", cookie)
    jobs.pick(ids[0], True)
    assert jobs.comparison == ""
    jobs.pick(ids[1], True)
    assert jobs.comparison == f"/compare?job={ids[0]}&job={ids[1]}"
    jobs.pick_page(True)
    assert (len(jobs.picked), jobs.has_whole_page, jobs.comparison) == (9, True, "")
    jobs.pick(ids[8], False)
    assert (len(jobs.picked), jobs.has_whole_page) == (8, False)
    assert jobs.comparison.count("job=") == 8
    jobs.unpick()
    assert jobs.picked == []


async def test_selection_outlives_the_turning_of_a_page_and_knows_no_foreign_row(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    for name in ("a", "b"):
        await make_job(db, actor, name=name)
    jobs, _ = await list_at("/?per_page=1&sort_by=name&sort_order=asc", cookie)
    jobs.pick("12", True)
    assert jobs.picked == []
    jobs.pick_page(True)
    jobs.rows = []
    jobs._show_picked(jobs.picked)
    assert ([job.name for job in jobs.picked], jobs.has_whole_page) == (["a"], False)


async def test_deleted_job_is_named_before_and_gone_after(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job = await make_job(db, actor, name="night")
    jobs, deletion = await list_at("/", cookie)
    jobs.pick(job["id"], True)
    deletion.ask(job["id"], "night")
    assert (deletion.question, deletion.is_open) == ("Delete the job “night”?", True)
    (event,) = await events_of(deletion.confirm())
    assert event.fn.__qualname__ == "JobsState.load"
    assert (deletion.is_open, deletion.problems, jobs.picked) == (False, [], [])
    with pytest.raises(NotFound):
        await service.get_job(db, actor, int(job["id"]))


async def test_jobs_that_cannot_be_deleted_stay_in_the_question_with_the_reason(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in(role=Role.CUSTOMER_ADMIN)
    running = await registered(db, actor, nodes=1, of=1, name="busy")
    idle = await make_job(db, actor, name="idle")
    jobs, deletion = await list_at("/", cookie)
    jobs.pick_page(True)
    await deletion.ask_picked()
    assert deletion.question == "Delete 2 jobs?"
    assert await events_of(deletion.confirm()) == []
    assert [job.name for job in deletion.doomed] == ["busy"]
    assert deletion.problems == [f"busy: Job with id {running} is running; it can be deleted when it has ended"]
    assert (deletion.is_open, jobs.picked_ids) == (True, [running])
    with pytest.raises(NotFound):
        await service.get_job(db, actor, int(idle["id"]))


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("siliconmark_ui.ui.pages.jobs.deletion.find_actor", "The deletion could not begin"),
        ("siliconmark_ui.jobs.service.delete_job", "night: It could not be deleted"),
    ],
)
async def test_deletion_that_fails_says_so_in_its_question_and_keeps_what_was_chosen(
    sign_in: SignIn,
    db: Database,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    place: str,
    words: str,
) -> None:
    async def fail(*_: object) -> None:
        raise ConnectionError("postgres://secret@host")

    actor, cookie = await sign_in()
    job = await make_job(db, actor, name="night")
    jobs, deletion = await list_at("/", cookie)
    jobs.pick(job["id"], True)
    await deletion.ask_picked()
    with monkeypatch.context() as broken:
        broken.setattr(place, fail)
        assert await events_of(deletion.confirm()) == []
    (problem,) = deletion.problems
    said = re.fullmatch(rf"{words}\. Request ([0-9a-f]{{16}}): try again\.", problem)
    assert said, problem
    assert f"request {said[1]}" in caplog.text
    assert (deletion.is_open, deletion.is_busy, deletion.question) == (True, False, "Delete the job “night”?")
    assert ([one.name for one in deletion.doomed], jobs.picked_ids) == (["night"], [job["id"]])
    (event,) = await events_of(deletion.confirm())
    assert event.fn.__qualname__ == "JobsState.load"
    assert (deletion.is_open, deletion.problems) == (False, [])


async def test_agents_of_a_deleted_job_are_to_be_stopped(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job_id = await registered(db, actor, nodes=1, of=2, name="half")
    root = visit(f"/jobs/{job_id}", cookie)
    deletion = page_state(root, DeletionState)
    deletion.ask(job_id, "half")
    assert await events_of(deletion.confirm()) == []
    assert (deletion.stops, deletion.is_open) == (["half"], True)
    (event,) = await events_of(deletion.leave())
    assert target_of(event) == "/"
    assert not deletion.is_open


async def test_nobody_deletes_without_a_session_or_for_another_customer(sign_in: SignIn, db: Database) -> None:
    actor, _ = await sign_in("ann@acme.example")
    _, foreign = await sign_in("eve@other.example", role=Role.STAFF, customer="Other")
    job = await make_job(db, actor, name="of ann")
    anonymous = page_state(visit("/", None), DeletionState)
    anonymous.ask(job["id"], "of ann")
    (event,) = await events_of(anonymous.confirm())
    assert target_of(event).startswith("/sign-in")
    _, deletion = await list_at("/", foreign)
    deletion.ask(job["id"], "of ann")
    await events_of(deletion.confirm())
    assert deletion.problems == ["of ann: Only jobs of your own customer can be deleted"]
    assert (await service.get_job(db, actor, int(job["id"])))["name"] == "of ann"


async def test_hidden_columns_are_remembered_as_text_and_unknown_ones_forgotten(sign_in: SignIn) -> None:
    _, cookie = await sign_in()
    state = page_state(visit("/", cookie), JobsState)
    state.show_column("tags", False)
    state.show_column("gpus", False)
    state.show_column("name", False)
    state.show_column("<b>", False)
    assert (state.hidden_columns, state.hidden) == ("gpus tags", ["gpus", "tags"])
    state.show_column("gpus", True)
    assert state.hidden_columns == "tags"
    state.show_all_columns()
    assert state.hidden_columns == ""


def test_table_needs_less_room_by_the_width_of_each_hidden_column() -> None:
    assert len(HIDEABLE) == len(COLUMNS) - 1
    names = known_columns("tags nonsense state")
    assert names == ["state", "tags"]
    assert table_width([]) - table_width(names) == 144 + 168
