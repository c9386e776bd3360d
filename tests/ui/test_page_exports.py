"""The Export menus of Performance and Compare lead to files of exactly what the page shows, in its order."""

from typing import Any

import httpx

from siliconmark_ui.accounts.sessions import COOKIE_NAME
from siliconmark_ui.db import Database
from siliconmark_ui.exports.columns import JOBS
from siliconmark_ui.ui.pages.compare.state import CompareState
from siliconmark_ui.ui.pages.jobs.columns import COLUMNS
from siliconmark_ui.ui.pages.performance.state import PerformanceState
from tests.exports.reading import read_csv
from tests.factories import make_job
from tests.ui.conftest import SignIn
from tests.ui.finished import finished_job
from tests.ui.visits import events_of, page_state, visit


async def loaded(address: str, cookie: str, kind: Any) -> Any:
    """Give the state of a tab that has loaded that address."""
    state = page_state(visit(address, cookie), kind)
    assert await events_of(state.load()) == []
    return state


async def rows_of(http: httpx.AsyncClient, cookie: str, address: str) -> list[dict[str, Any]]:
    """Give the rows of the CSV at an address of a menu."""
    answer = await http.get(address, headers={"Cookie": f"{COOKIE_NAME}={cookie}"})
    assert answer.status_code == 200, answer.text
    return read_csv(answer.content)


async def test_performance_leaves_as_jobs_or_nodes_with_the_filters_and_order_of_the_view(
    sign_in: SignIn, db: Database, http: httpx.AsyncClient
) -> None:
    actor, cookie = await sign_in()
    for name, share in (("night b", 1.0), ("night a", 0.6), ("day", 0.6)):
        await finished_job(db, actor, nodes=2, odd={1: {"share": share}}, name=name)
    state = await loaded("/performance?name=night&sort_by=name&sort_order=asc&per_page=20", cookie, PerformanceState)
    jobs, nodes = state.exports
    assert (jobs.name, jobs.total, jobs.count) == ("jobs", 2, "2 jobs")
    assert (nodes.name, nodes.total, nodes.count) == ("nodes", -1, "the nodes of 2 jobs")
    assert [row["name"] for row in await rows_of(http, cookie, jobs.links["csv"])] == ["night a", "night b"]
    names = [row["job_name"] for row in await rows_of(http, cookie, nodes.links["csv"])]
    assert names == ["night a", "night a", "night b", "night b"]
    session = {"Cookie": f"{COOKIE_NAME}={cookie}"}
    for address in (*jobs.links.values(), *nodes.links.values()):
        assert (await http.get(address, headers=session)).status_code == 200
    alerts = await loaded("/performance?review=open", cookie, PerformanceState)
    shown = [row.name for row in alerts.rows]
    assert [row["name"] for row in await rows_of(http, cookie, alerts.exports[0].links["csv"])] == shown
    nothing = await loaded("/performance?name=zzz", cookie, PerformanceState)
    assert [choice.total for choice in nothing.exports] == [0, 0]


async def test_a_page_past_the_first_leaves_whole(sign_in: SignIn, db: Database, http: httpx.AsyncClient) -> None:
    actor, cookie = await sign_in()
    for number in range(3):
        await finished_job(db, actor, name=f"job {number}")
    state = await loaded("/performance?page=2&per_page=2", cookie, PerformanceState)
    assert len(state.rows) == 1
    assert len(await rows_of(http, cookie, state.exports[0].links["csv"])) == 3


async def test_compare_leaves_as_it_stands_differences_or_all(
    sign_in: SignIn, db: Database, http: httpx.AsyncClient
) -> None:
    actor, cookie = await sign_in()
    ids = [
        await finished_job(db, actor, nodes=2, name="before"),
        await finished_job(db, actor, nodes=2, name="after", odd={0: {"memory_bandwidth_gbs": 1500.0}}),
    ]
    address = f"/compare?job={ids[1]}&job={ids[0]}"
    state = await loaded(address, cookie, CompareState)
    [choice] = state.view.exports
    rows = await rows_of(http, cookie, choice.links["csv"])
    shown = sum(len(section.rows) for section in state.view.sections)
    assert choice.count == f"2 jobs, {shown} values"
    assert [row["id"] for row in rows] == [ids[1], ids[0]]
    assert len(rows[0]) == 4 + shown
    assert "configuration.node_count" not in rows[0]
    whole = await loaded(f"{address}&all=1", cookie, CompareState)
    assert "configuration.node_count" in (await rows_of(http, cookie, whole.view.exports[0].links["csv"]))[0]


async def test_compare_exports_only_what_may_be_seen(sign_in: SignIn, db: Database, http: httpx.AsyncClient) -> None:
    stranger, _ = await sign_in("zoe@else.example")
    actor, cookie = await sign_in()
    own, foreign = await make_job(db, actor), await make_job(db, stranger)
    state = await loaded(f"/compare?job={own['id']}&job={foreign['id']}", cookie, CompareState)
    assert len(state.view.refused) == 1
    rows = await rows_of(http, cookie, state.view.exports[0].links["csv"])
    assert [row["id"] for row in rows] == [own["id"]]


def test_the_chooser_and_the_file_have_their_columns_from_one_registry() -> None:
    assert [(column.name, column.word) for column in COLUMNS] == [(each.name, each.word) for each in JOBS.shown]
    known = {column.name for column in JOBS.columns}
    for each in JOBS.shown:
        assert each.holds
        assert set(each.holds) <= known
    assert JOBS.holding([each.name for each in JOBS.shown]) == ("id",)
