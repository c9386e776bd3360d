"""What a tab that was told of a change shows anew, and what it leaves alone."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import pytest
import reflex as rx

from siliconmark_ui.accounts import service as accounts
from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.agents import service as agents
from siliconmark_ui.agents.bodies import read_node, read_progress, read_upload
from siliconmark_ui.alerts import service as alerts
from siliconmark_ui.db import Database
from siliconmark_ui.jobs import service as jobs
from siliconmark_ui.live.changes import ANYTHING, Change, Interest
from siliconmark_ui.live.service import LiveUpdates, use_live
from siliconmark_ui.ui.alert_badge import BadgeState
from siliconmark_ui.ui.app import add_pages
from siliconmark_ui.ui.live import LiveState
from siliconmark_ui.ui.pages.compare.state import CompareState
from siliconmark_ui.ui.pages.job_detail.state import JobState
from siliconmark_ui.ui.pages.jobs.state import JobsState
from siliconmark_ui.ui.pages.machine_detail.state import MachineState
from siliconmark_ui.ui.pages.machines.state import MachinesState
from siliconmark_ui.ui.pages.performance.state import PerformanceState
from siliconmark_ui.ui.sharing import refreshing, shared
from tests.factories import machine, make_job, node, quick_mark, upload
from tests.ui.conftest import SignIn
from tests.ui.finished import finished_job, registered
from tests.ui.visits import events_of, go, page_state, visit

FAILED = {"state": "failed", "failed_message": "the driver hung"}
ALERT = {0: {"memory_bandwidth_gbs": 900.0}}


@pytest.fixture(scope="module", autouse=True)
def pages() -> None:
    """Know the pages, as the whole program does."""
    add_pages(rx.App())


class Watched(LiveUpdates):
    """What the process's tabs watch; a tab is only noted to be asked, and a test answers for its browser."""

    def __init__(self, db: Database) -> None:
        super().__init__(db, self._note)
        self._asked = asyncio.Event()

    async def _note(self, token: str) -> None:
        self._asked.set()

    async def until_asked(self, seconds: float = 5) -> None:
        """Wait until a tab is asked to refresh itself."""
        await asyncio.wait_for(self._asked.wait(), seconds)
        self._asked.clear()


@pytest.fixture
async def live(db: Database) -> AsyncIterator[Watched]:
    """The live updates of this process."""
    made = Watched(db)
    use_live(made)
    yield made
    use_live(None)
    await made.close()


async def opened(address: str, cookie: str, kind: type[rx.State]) -> tuple[rx.State, Any]:
    """Open a page as a browser does: attend, then load; gives the tab's root state and the page's."""
    root = visit(address, cookie)
    await page_state(root, LiveState).attend()
    state = page_state(root, kind)
    await events_of(state.load())
    root.get_delta()
    root._clean()  # type: ignore[no-untyped-call]
    return root, state


async def told(live: Watched, root: rx.State, change: Change = ANYTHING) -> dict[str, Any]:
    """Let a change reach the tab and the browser answer; gives what the tab is then sent, by name."""
    live.hear(change)
    await live.until_asked()
    await page_state(root, LiveState).refresh()
    sent = {name: value for part in root.get_delta().values() for name, value in part.items()}
    root._clean()  # type: ignore[no-untyped-call]
    return sent


async def test_row_changes_in_place_and_nothing_says_that_it_loads(
    live: Watched, sign_in: SignIn, db: Database
) -> None:
    actor, cookie = await sign_in()
    job = await make_job(db, actor, node_count=2)
    root, state = await opened("/", cookie, JobsState)
    state.pick(job["id"], True)
    state.find_tags("gp")
    await agents.register_node(db, job["token"], read_node(node(0)))
    sent = await told(live, root)
    (row,) = state.rows
    assert (row.state, row.nodes) == ("starting", "1 / 2")
    assert state.picked_ids == [job["id"]]
    assert not any(
        name.startswith(("is_busy", "phase_")) and value in {True, "loading"} for name, value in sent.items()
    )
    assert state.tag_search == "gp"


async def test_list_follows_the_uploads_of_the_jobs_that_it_shows_and_of_no_others(
    live: Watched, sign_in: SignIn, db: Database
) -> None:
    actor, cookie = await sign_in()
    other = await registered(db, actor, 1, 1, name="other")
    job_id = await registered(db, actor, 2, 2, name="shown", benchmarks=["cluster_network"])
    job = await jobs.get_job(db, actor, int(job_id))
    root, state = await opened("/?name=shown", cookie, JobsState)
    assert (state.rows[0].nodes, state.rows[0].progress) == ("2 / 2", 0)
    body = read_upload(msgspec.json.encode(upload(quick_mark(1))), "quick_mark")
    await agents.store_task_result(db, job["token"], int(job["tasks"][0]["id"]), "quick_mark", body)
    whose = {"customer_id": actor.customer_id, "owner_id": actor.user_id}
    await told(live, root, Change("result", job_id=int(job_id), **whose))
    assert (state.rows[0].progress, state.rows[0].nodes_hint) == (33, "1 of 3 measurements ended")
    await agents.report_task(db, job["token"], int(job["tasks"][1]["id"]), read_progress(FAILED))
    await told(live, root, Change("task", job_id=int(job_id), **whose))
    assert state.rows[0].progress == 66
    live.hear(Change("result", job_id=int(other), **whose))
    with pytest.raises(TimeoutError):
        await live.until_asked(0.5)


async def test_progress_of_another_customers_job_is_not_told(sign_in: SignIn, db: Database) -> None:
    actor, _ = await sign_in()
    job_id = await registered(db, actor, 1, 1)
    stranger, _ = await sign_in("eve@other.example", customer="Other")
    assert job_id in await jobs.read_progress(db, actor, [job_id])
    assert await jobs.read_progress(db, stranger, [job_id]) == {}


async def test_new_and_deleted_jobs_change_rows_and_total(live: Watched, sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job = await make_job(db, actor)
    root, state = await opened("/", cookie, JobsState)
    newer = await make_job(db, actor)
    await told(live, root)
    assert ([row.id for row in state.rows], state.total_text) == ([newer["id"], job["id"]], "2 jobs")
    await jobs.delete_job(db, actor, int(job["id"]))
    await told(live, root)
    assert ([row.id for row in state.rows], state.total_text) == ([newer["id"]], "1 job")


async def test_values_that_are_as_they_were_are_not_sent_again(live: Watched, sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    await make_job(db, actor, tags=["production"])
    root, _ = await opened("/", cookie, JobsState)
    await make_job(db, actor, tags=["production"])
    sent = {name.partition("_rx_state_")[0] for name in await told(live, root)}
    assert sent >= {"rows", "total_text", "summary"}
    assert not sent & {"sentence", "nothing", "chips", "chosen", "tag_options"}


async def test_only_people_who_see_and_may_do_the_same_share_what_is_read(live: Watched, sign_in: SignIn) -> None:
    ann, cookie = await sign_in()
    people = [
        ann,
        ann,
        dataclasses.replace(ann, user_id=ann.user_id + 1),
        dataclasses.replace(ann, role=Role.CUSTOMER_ADMIN),
        dataclasses.replace(ann, role=Role.STAFF),
        dataclasses.replace(ann, role=Role.ROOT_ADMIN),
    ]
    reads: list[int] = []

    async def read() -> int:
        reads.append(len(reads))
        return reads[-1]

    live.watch("tab", cookie, Interest(frozenset({"created"})))
    live.hear(ANYTHING)
    await live.until_asked()
    with refreshing("tab"):
        assert [await shared(person, "jobs", read) for person in people] == [0, 0, 1, 2, 3, 4]
    assert await shared(ann, "jobs", read) == 5


async def test_search_box_stays_as_it_is_while_somebody_types(live: Watched, sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    await make_job(db, actor)
    root, state = await opened("/", cookie, JobsState)
    state.search("nig")
    before = state.search_round
    # The address still asks for everything: the browser has not followed yet.
    await told(live, root)
    assert state.search_round == before
    go(root, "/?name=nig", cookie)
    await events_of(state.load())
    assert state.search_round == before


async def test_tab_that_nobody_told_asks_the_database_nothing(live: Watched, sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    root, state = await opened("/", cookie, JobsState)
    await make_job(db, actor)
    await page_state(root, LiveState).refresh()
    assert state.rows == []


async def test_ended_session_is_shown_nothing_more(live: Watched, sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    root, state = await opened("/", cookie, JobsState)
    live.watch("tab", cookie, Interest(frozenset({"created"})))
    live.hear(ANYTHING)
    await live.until_asked()
    await make_job(db, actor)
    await accounts.sign_out(db, cookie)
    # It was told while the session lived, and answers after its end.
    await page_state(root, LiveState).refresh()
    assert state.rows == []


async def test_badge_counts_anew_on_a_page_that_shows_no_jobs(live: Watched, sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in(role=Role.CUSTOMER_ADMIN)
    root = visit("/account", cookie)
    await page_state(root, LiveState).attend()
    await page_state(root, BadgeState).load()
    assert page_state(root, BadgeState).alerts == 0
    job_id = await finished_job(db, actor, odd=ALERT)
    await told(live, root, Change("ended", int(job_id), actor.customer_id, actor.user_id))
    assert (page_state(root, BadgeState).alerts, page_state(root, BadgeState).alerts_text) == (1, "1")


async def test_job_page_follows_its_nodes_and_asks_for_figures_only_when_there_are_new_ones(
    live: Watched, sign_in: SignIn, db: Database
) -> None:
    actor, cookie = await sign_in()
    job_id = await finished_job(db, actor, nodes=2)
    root, state = await opened(f"/jobs/{job_id}?tab=network", cookie, JobState)
    source = state.network.source
    assert source
    assert "#" not in source
    change = {"job_id": int(job_id), "customer_id": actor.customer_id, "owner_id": actor.user_id}
    await told(live, root, Change("task", **change))
    assert state.network.source == source
    await told(live, root, Change("result", **change))
    assert state.network.source == f"{source}#1"
    await told(live, root, Change("ended", **change))
    assert state.network.source == f"{source}#2"


async def test_job_page_shows_progress_and_that_its_job_is_gone(live: Watched, sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job_id = await registered(db, actor, 1, 3)
    root, state = await opened(f"/jobs/{job_id}?tab=nodes", cookie, JobState)
    assert len(state.tasks) == 1
    await agents.register_node(db, (await jobs.get_job(db, actor, int(job_id)))["token"], read_node(node(1)))
    await told(live, root)
    assert (state.heading.nodes, len(state.tasks)) == ("2 / 3", 2)
    await jobs.delete_job(db, actor, int(job_id))
    await told(live, root)
    assert state.phase == "not_found"


@pytest.mark.parametrize("kind", [PerformanceState, MachinesState])
async def test_list_shows_a_job_that_has_ended(
    live: Watched, sign_in: SignIn, db: Database, kind: type[rx.State]
) -> None:
    actor, cookie = await sign_in()
    address = "/performance" if kind is PerformanceState else "/machines"
    root, state = await opened(address, cookie, kind)
    assert state.phase == "empty"
    await finished_job(db, actor)
    await told(live, root)
    assert (state.phase, len(state.rows)) == ("ready", 1)


async def test_charts_of_performance_machine_and_comparison_are_renewed(
    live: Watched, sign_in: SignIn, db: Database
) -> None:
    actor, cookie = await sign_in()
    ids = [await finished_job(db, actor, nodes=2) for _ in range(2)]
    pages: tuple[tuple[str, type[rx.State], Callable[[Any], str]], ...] = (
        ("/performance", PerformanceState, lambda state: state.source),
        (f"/machines/{machine(0)}", MachineState, lambda state: state.history.source),
        (f"/compare?job={ids[0]}&job={ids[1]}&all=1", CompareState, lambda state: state.view.source),
    )
    for address, kind, source in pages:
        root, state = await opened(address, cookie, kind)
        assert "#" not in source(state)
        await told(live, root)
        assert source(state).endswith("#1")


async def test_plots_of_performance_ask_again_when_somebody_else_reviews_an_alert(
    live: Watched, sign_in: SignIn, db: Database
) -> None:
    actor, cookie = await sign_in()
    admin, _ = await sign_in("admin@acme.example", Role.CUSTOMER_ADMIN)
    job_id = int(await finished_job(db, actor, odd=ALERT))
    root, state = await opened("/performance", cookie, PerformanceState)
    review = Change("review", job_id, actor.customer_id, actor.user_id)
    for revision, act in enumerate((alerts.acknowledge, alerts.reopen), start=1):
        await act(db, admin, job_id, "the fan is on order")
        await told(live, root, review)
        assert state.source.endswith(f"#{revision}")


async def test_note_that_could_not_be_stored_stays_said(live: Watched, sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in(role=Role.CUSTOMER_ADMIN)
    job_id = await finished_job(db, actor, odd=ALERT)
    root, state = await opened(f"/performance?open={job_id}", cookie, PerformanceState)
    await state.acknowledge({"note": " "})
    assert state.note_problem
    await told(live, root)
    assert state.note_problem


async def test_tab_says_that_the_database_is_not_heard_without_asking_it(
    live: Watched, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, cookie = await sign_in()
    root, _ = await opened("/", cookie, JobsState)
    state = page_state(root, LiveState)
    live.lose()
    await live.until_asked()
    await state.refresh()
    assert state.is_cut
    live.heal()
    await live.until_asked()
    await state.refresh()
    assert not state.is_cut


async def test_page_that_was_opened_during_an_outage_loads_with_its_badge(
    live: Watched, sign_in: SignIn, db: Database
) -> None:
    actor, cookie = await sign_in()
    root, state = await opened("/", cookie, JobsState)
    await finished_job(db, actor, odd=ALERT)
    state.phase = "failed"
    live.lose()
    await live.until_asked()
    await page_state(root, LiveState).refresh()
    live.heal()
    await live.until_asked()
    events = await page_state(root, LiveState).refresh()
    assert [event.fn.__name__ for event in events] == ["load", "load"]
    await events_of(events[0].fn(state))
    await page_state(root, BadgeState).load()
    assert (state.phase, page_state(root, BadgeState).alerts) == ("ready", 1)


async def test_address_of_no_live_page_hears_of_the_badge_alone(live: Watched, sign_in: SignIn) -> None:
    _, cookie = await sign_in()
    for address in ("/audit", "/jobs/new", "/nowhere/at/all"):
        root = visit(address, cookie)
        await page_state(root, LiveState).attend()
        sent = await told(live, root)
        assert {name.partition("_rx_state_")[0] for name in sent} >= {"alerts"}
