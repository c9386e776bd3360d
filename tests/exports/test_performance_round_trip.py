"""The performance tables, read back with pandas, equal the page's own list for random questions of every caller."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.alerts import service as alerts
from siliconmark_ui.alerts.query import ALERT_PARAMETERS, ALERTS_FIRST, AlertQuery
from siliconmark_ui.db import Database
from siliconmark_ui.exports.columns import PERFORMANCE_JOBS, PERFORMANCE_NODES, Table
from siliconmark_ui.exports.order import read_performance_order
from siliconmark_ui.exports.service import export_jobs
from siliconmark_ui.instants import to_text
from siliconmark_ui.jobs.parameters import SORT_FIELDS
from tests.exports.fleet import START, TAGS, Fleet, make_fleet
from tests.exports.reading import Rows, content_of, flat
from tests.exports.test_tables import expected_in, found_in

MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Each of these starts a process.
FEW = settings(MANY, max_examples=5)
Pairs = list[tuple[str, str]]


@pytest.fixture
async def fleet(db: Database) -> Fleet:
    """The awkward jobs and their people; one alert has been seen to."""
    fleet = await make_fleet(db)
    page = await alerts.list_performance(db, fleet.staff.actor, AlertQuery())
    await alerts.acknowledge(db, fleet.staff.actor, int(page["results"][0]["id"]), "a fan")
    return fleet


@st.composite
def questions(draw: st.DrawFn) -> Pairs:
    """Query pairs of the page: any of its filters, any order."""
    fields = st.sampled_from([ALERTS_FIRST, *SORT_FIELDS])
    pairs = [("sort_by", draw(fields)), ("sort_order", draw(st.sampled_from(["asc", "desc"])))]
    optional = {
        "state": st.sampled_from(["completed", "completed_with_warnings", "failed"]),
        "name": st.sampled_from(["a", "=", "%", '"', "漢", "in"]),
        "tags": st.sampled_from(sorted({tag for tags in TAGS for tag in tags})),
        "node_count_min": st.integers(1, 2).map(str),
        "created_after": st.just(to_text(START)),
        "review": st.sampled_from(["open", "done"]),
        "gpu_model": st.sampled_from(["NVIDIA A100-SXM4-80GB", "=EVIL()", "another"]),
    }
    narrowing = draw(st.lists(st.sampled_from(sorted(optional)), max_size=2, unique=True))
    return [*pairs, *((name, draw(optional[name])) for name in narrowing)]


async def _listed(db: Database, actor: Actor, table: Table, pairs: Pairs) -> Rows:
    query = AlertQuery.from_query(pairs, allowed=tuple(ALERT_PARAMETERS)).but(include_results=True, per_page=7)
    if table is PERFORMANCE_NODES:
        query = query.but(include=("performance", "performance_nodes"))
    rows: list[dict[str, Any]] = []
    page = 1
    while page:
        found = await alerts.list_performance(db, actor, query.but(page=page))
        rows += [dict(row) for row in found["results"]]
        page = page + 1 if found["pagination"]["has_next"] else 0
    if table is PERFORMANCE_JOBS:
        return flat(rows, table.columns)
    nodes = []
    for job in rows:
        head = {f"job_{name}": job[name] for name in ("id", "name", "state", "created_at", "ended_at")}
        nodes += [_by_name(head | node, table) for node in job["performance_nodes"]]
    return nodes


def _by_name(row: dict[str, Any], table: Table) -> dict[str, Any]:
    """Return a nested row by the names of the columns; a metric that a node has not is None."""
    cells = {}
    for column in table.columns:
        value: Any = row
        for step in column.name.split("."):
            value = value.get(step) if value is not None else None
        cells[column.name] = value
    return cells


async def _equal(db: Database, actor: Actor, table: Table, pairs: Pairs, wanted: str) -> None:
    order = read_performance_order(table, [*pairs, ("format", wanted)])
    content = await content_of(await export_jobs(db, actor, order))
    rows = await _listed(db, actor, table, pairs)
    if wanted == "json" and table is PERFORMANCE_NODES:
        found = [_by_name(row, table) for row in json.loads(content)]
        assert found == rows
        return
    assert found_in(content, wanted, table.columns) == expected_in(rows, wanted, table.columns)


@pytest.mark.parametrize("table", [PERFORMANCE_JOBS, PERFORMANCE_NODES], ids=lambda table: table.name)
@MANY
@given(pairs=questions(), person=st.integers(0, 3), wanted=st.sampled_from(["csv", "json"]))
async def test_csv_and_json_equal_the_list(
    db: Database, fleet: Fleet, table: Table, pairs: Pairs, person: int, wanted: str
) -> None:
    await _equal(db, fleet.people[person].actor, table, pairs, wanted)


@pytest.mark.parametrize("table", [PERFORMANCE_JOBS, PERFORMANCE_NODES], ids=lambda table: table.name)
@pytest.mark.parametrize("wanted", ["xlsx", "parquet"])
@FEW
@given(pairs=questions(), person=st.integers(0, 3))
async def test_typed_files_equal_the_list(
    db: Database, fleet: Fleet, table: Table, wanted: str, pairs: Pairs, person: int
) -> None:
    await _equal(db, fleet.people[person].actor, table, pairs, wanted)
