"""The list of machines and a machine's page: the address is the view, and nobody sees more than their jobs show."""

import re
from typing import Any
from urllib.parse import parse_qs

import pytest

from siliconmark_ui.db import Database
from siliconmark_ui.machines import service
from siliconmark_ui.scoreboard.expectations import SCORED_METRICS
from siliconmark_ui.ui.pages.machine_detail.state import MachineState
from siliconmark_ui.ui.pages.machines.state import MachinesState
from tests.factories import machine
from tests.ui.conftest import SignIn
from tests.ui.finished import finished_job
from tests.ui.visits import events_of, go, page_state, sent_by, target_of, visit


def machines_at(address: str, cookie: str | None) -> Any:
    """Give the list's state of a tab at that address."""
    return page_state(visit(address, cookie), MachinesState)


def query_of(event: Any) -> dict[str, list[str]]:
    """Give the query that a control leads to."""
    return parse_qs(target_of(event).partition("?")[2])


async def test_list_shows_the_machines_of_the_address(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    await finished_job(db, actor, nodes=3, odd={2: {"memory_bandwidth_gbs": 1100.0}})
    state = machines_at("/machines?status=underperforming&search=10.0.&sort_by=score&sort_order=asc", cookie)
    assert await events_of(state.load()) == []
    (row,) = state.rows
    assert (state.phase, state.total_text, state.summary) == ("ready", "1 machine", "1–1 of 1")
    assert state.sentence == "Underperforming machines matching “10.0.”, by score, ascending"
    assert (row.name, row.short_uuid, row.gpu_model, row.jobs) == ("10.0.0.3", "00000000", "A100-SXM4-80GB", "1")
    assert row.worst.startswith("Memory bandwidth 0.")
    assert row.worst_hint.startswith("Memory bandwidth: 1,100 of ")
    assert row.is_worst_low


async def test_list_tells_empty_from_no_match_past_the_end_and_failed(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    root = visit("/machines", cookie)
    state = page_state(root, MachinesState)
    await events_of(state.load())
    phases = [state.phase]
    await finished_job(db, actor)
    for query in ("search=nothing", "page=4", "page=0", "colour=red", ""):
        go(root, f"/machines?{query}", cookie)
        await events_of(state.load())
        phases.append(state.phase)
    assert phases == ["empty", "no_match", "past_end", "failed", "failed", "ready"]
    assert state.failure.message == ""


async def test_pages_lead_an_anonymous_visitor_to_the_sign_in_page(db: Database) -> None:
    (event,) = await events_of(machines_at("/machines?status=unknown", None).load())
    assert target_of(event) == "/sign-in?next=%2Fmachines%3Fstatus%3Dunknown"
    root = visit(f"/machines/{machine(0)}", None)
    (event,) = await events_of(page_state(root, MachineState).load())
    assert target_of(event).startswith("/sign-in?next=%2Fmachines%2F0000")


async def test_list_hides_the_detail_of_an_unexpected_failure(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise ConnectionError("postgres://secret@host")

    _, cookie = await sign_in()
    monkeypatch.setattr(service, "list_machines", fail)
    state = machines_at("/machines", cookie)
    await events_of(state.load())
    assert (state.phase, state.is_busy) == ("failed", False)
    assert "secret" not in state.failure.message
    assert state.failure.request_id in caplog.text


async def test_controls_change_only_their_own_part_of_the_address() -> None:
    state = machines_at("/machines?search=h100&status=unknown&page=3&per_page=20", None)
    kept = {"search": ["h100"], "status": ["unknown"], "per_page": ["20"]}
    assert query_of(state.search(" a100 ")) == kept | {"search": ["a100"]}
    assert query_of(state.choose("status", "")) == {"search": ["h100"], "per_page": ["20"]}
    assert query_of(state.sort("jobs")) == kept | {"sort_by": ["jobs"]}
    assert query_of(state.sort("address")) == kept | {"sort_by": ["address"], "sort_order": ["asc"]}
    assert query_of(state.sort("last_seen")) == kept | {"sort_order": ["asc"]}
    assert query_of(state.choose_order("score asc")) == kept | {"sort_by": ["score"], "sort_order": ["asc"]}
    assert query_of(state.choose_order("last_seen desc")) == kept
    assert query_of(state.resize("100")) == {"search": ["h100"], "status": ["unknown"], "per_page": ["100"]}
    assert query_of(state.clear()) == {"per_page": ["20"]}
    assert (state.sort("uuid"), state.resize("7"), state.choose("status", "bad")) == (None, None, None)
    assert (state.choose("page", "2"), state.remove("sort_by", "")) == (None, None)
    assert state.problem.startswith("status must be one of")
    assert state.choose_order("score sideways") is None
    assert state.problem.startswith("sort_order must be")


async def test_machine_page_shows_history_changes_and_jobs(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    for figure in (1740.0, 1745.0, 1735.0, 1741.0, 1500.0, 1505.0, 1495.0, 1502.0):
        last = await finished_job(db, actor, odd={0: {"memory_bandwidth_gbs": figure}}, name=f"at {figure}")
    root = visit(f"/machines/{machine(0).upper()}", cookie)
    state = page_state(root, MachineState)
    assert await events_of(state.load()) == []
    assert (state.phase, state.heading.name, state.heading.jobs) == ("ready", "10.0.0.1", "8")
    assert state.heading.worst.startswith("Memory bandwidth: 1,502 of ")
    assert state.history.metrics[0] == "memory_bandwidth_gbs"
    assert state.history.note == "8 measurements"
    (change,) = state.history.changes
    assert (change.is_fall, change.verdict) == (True, "bad")
    assert change.text.startswith("Memory bandwidth fell 14 %, 1,740 to 1,50")
    # The page shows such an instant in the reader's time.
    assert re.search(r", from \d{4}-\d\d-\d\d \d\d:\d\d UTC$", change.text)
    assert change.job == "at 1500.0"
    assert [row.name for row in state.jobs.rows][:2] == ["at 1502.0", "at 1495.0"]
    assert state.jobs.compare_href.startswith(f"/compare?job={last}&job=")
    assert state.jobs.compare_href.count("job=") == 8
    assert state.history.source == f"/auth/figures/machines/{machine(0)}"
    assert "bdata" not in sent_by(root)


async def test_changes_of_level_are_judged_by_which_end_of_the_metric_is_good(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    for heat, watts in [(60, 690.0)] * 4 + [(72, 560.0)] * 4:
        await finished_job(db, actor, odd={0: {"temperature_centigrade": heat, "power_consumption_watts": watts}})
    state = page_state(visit(f"/machines/{machine(0)}", cookie), MachineState)
    assert await events_of(state.load()) == []
    judged = {change.text.partition(" ")[0]: (change.is_fall, change.verdict) for change in state.history.changes}
    assert judged == {"Temperature": (False, "bad"), "Power": (True, "")}
    assert state.history.metrics[:2] == ["power_consumption_watts", "temperature_centigrade"]


async def test_figures_of_a_broken_power_sensor_are_not_in_the_history(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    await finished_job(db, actor, odd={0: {"power_consumption_watts": 2.0}})
    state = page_state(visit(f"/machines/{machine(0)}?metrics=all", cookie), MachineState)
    assert await events_of(state.load()) == []
    assert "temperature_centigrade" in state.history.metrics
    assert "power_consumption_watts" not in state.history.metrics


async def test_metrics_that_are_not_scored_are_shown_when_the_address_asks_for_all(
    sign_in: SignIn, db: Database
) -> None:
    actor, cookie = await sign_in()
    await finished_job(db, actor)
    root = visit(f"/machines/{machine(0)}", cookie)
    state = page_state(root, MachineState)
    await events_of(state.load())
    scored, first = set(state.history.metrics), state.history
    assert scored <= set(SCORED_METRICS)
    assert (first.toggle_href, first.toggle_word) == (f"/machines/{machine(0)}?metrics=all", "Show 2 more metrics")
    go(root, first.toggle_href, cookie)
    await events_of(state.load())
    assert set(state.history.metrics) - scored == {"power_consumption_watts", "temperature_centigrade"}
    assert state.history.toggle_href == f"/machines/{machine(0)}"
    go(root, f"/machines/{machine(0)}?metrics=some", cookie)
    await events_of(state.load())
    assert (state.phase, state.failure.message) == ("failed", "metrics must be all, or not given")


async def test_machine_page_turns_its_jobs_in_the_address(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    for _ in range(22):
        await finished_job(db, actor)
    root = visit(f"/machines/{machine(0)}", cookie)
    state = page_state(root, MachineState)
    await events_of(state.load())
    assert (state.jobs.summary, state.jobs.earlier_href) == ("1–20 of 22 jobs", "")
    assert state.jobs.later_href == f"/machines/{machine(0)}?page=2"
    go(root, state.jobs.later_href, cookie)
    await events_of(state.load())
    assert (state.jobs.summary, len(state.jobs.rows)) == ("21–22 of 22 jobs", 2)
    assert (state.jobs.earlier_href, state.jobs.later_href) == (f"/machines/{machine(0)}", "")
    go(root, f"/machines/{machine(0)}?page=9", cookie)
    await events_of(state.load())
    assert (state.jobs.earlier_href, state.jobs.later_href) == (f"/machines/{machine(0)}?page=2", "")


async def test_machine_of_somebody_else_reads_as_not_found(sign_in: SignIn, db: Database) -> None:
    actor, _ = await sign_in("ann@acme.example")
    _, cookie = await sign_in("eve@other.example", customer="Other")
    await finished_job(db, actor)
    for address in (f"/machines/{machine(0)}", "/machines/nonsense"):
        root = visit(address, cookie)
        state = page_state(root, MachineState)
        await events_of(state.load())
        assert (state.phase, state.heading.name, state.history.metrics) == ("not_found", "", [])
        assert "10.0.0.1" not in sent_by(root)
