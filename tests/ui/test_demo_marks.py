"""Demonstration data is marked as such wherever it shows, whoever looks at it."""

import pytest
import reflex as rx
from sqlalchemy import text

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.db import Database
from siliconmark_ui.ui.demo import DemoState
from siliconmark_ui.ui.pages.job_detail.state import JobState
from siliconmark_ui.ui.pages.jobs.state import JobsState
from siliconmark_ui.ui.pages.machines.state import MachinesState
from siliconmark_ui.ui.pages.performance.state import PerformanceState
from tests.ui.conftest import SignIn
from tests.ui.finished import finished_job
from tests.ui.visits import events_of, page_state, visit


async def marks_at(address: str, cookie: str, kind: type[rx.State]) -> tuple[bool, list[str]]:
    """Open a page and give whether all of it is marked, and which jobs are."""
    root = visit(address, cookie)
    await events_of(page_state(root, kind).load())
    marks = page_state(root, DemoState)
    return marks.is_all, marks.job_ids


@pytest.mark.parametrize(("address", "kind"), [("/", JobsState), ("/performance", PerformanceState)])
async def test_staff_see_which_jobs_of_a_list_are_demonstration_data(
    db: Database, sign_in: SignIn, address: str, kind: type[rx.State]
) -> None:
    _, staff = await sign_in("root@office.example", Role.STAFF, "Office")
    real, own = await sign_in()
    shown, theirs = await sign_in("dan@show.example", customer="Show")
    job_id, demo_id = await finished_job(db, real, name="real"), await finished_job(db, shown, name="shown")
    async with db.session_scope() as session:
        await session.execute(text("UPDATE customers SET is_demo = true WHERE name = 'Show'"))
    assert await marks_at(address, staff, kind) == (False, [demo_id])
    assert await marks_at(f"{address}?name=shown", staff, kind) == (True, [])
    assert await marks_at(f"{address}?name=real", staff, kind) == (False, [])
    assert await marks_at(address, own, kind) == (False, [])
    assert await marks_at(address, theirs, kind) == (True, [])
    assert await marks_at(f"/jobs/{demo_id}", staff, JobState) == (True, [])
    assert await marks_at(f"/jobs/{job_id}", staff, JobState) == (False, [])


async def test_machines_are_marked_by_the_job_that_their_row_shows_last(db: Database, sign_in: SignIn) -> None:
    _, staff = await sign_in("root@office.example", Role.STAFF, "Office")
    real, own = await sign_in()
    shown, _ = await sign_in("dan@show.example", customer="Show")
    await finished_job(db, real, nodes=2)
    demo_id = await finished_job(db, shown)
    async with db.session_scope() as session:
        await session.execute(text("UPDATE customers SET is_demo = true WHERE name = 'Show'"))
    assert await marks_at("/machines", staff, MachinesState) == (False, [demo_id])
    assert await marks_at("/machines?search=10.0.0.1", staff, MachinesState) == (True, [])
    assert await marks_at("/machines?search=10.0.0.2", staff, MachinesState) == (False, [])
    assert await marks_at("/machines", own, MachinesState) == (False, [])
