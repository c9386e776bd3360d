"""Each format, read back with pandas, equals what the API lists, for random questions of every kind of caller."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siliconmark_ui.db import Database
from siliconmark_ui.exports.order import ExportOrder
from siliconmark_ui.instants import to_text
from siliconmark_ui.jobs.parameters import SORT_FIELDS
from tests.exports.fleet import START, TAGS, Fleet, make_fleet
from tests.exports.reading import (
    COLUMNS,
    as_csv_cell,
    as_typed,
    exported,
    flat,
    from_csv_cell,
    from_typed,
    listed,
    order_of,
    read_csv,
    read_parquet,
    read_xlsx,
)

MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Each of these starts a process.
FEW = settings(MANY, max_examples=6)
TAG = st.sampled_from(sorted({tag for tags in TAGS for tag in tags}))
WIDE = [("include_results", "true"), ("include", "performance"), ("include", "performance_nodes")]


@pytest.fixture
async def fleet(db: Database) -> Fleet:
    """The awkward jobs and their people."""
    return await make_fleet(db)


@st.composite
def questions(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Query pairs: any filters, any order, any expansions, perhaps chosen columns."""
    pairs = [("sort_by", draw(st.sampled_from(SORT_FIELDS))), ("sort_order", draw(st.sampled_from(["asc", "desc"])))]
    optional = {
        "state": st.sampled_from(["created", "completed", "completed_with_warnings", "failed"]),
        "name": st.sampled_from(["a", "=", "%", "\\", '"', "漢", "in"]),
        "benchmark_id": st.sampled_from(["quick_mark", "cluster_network"]),
        "tags": TAG,
        "node_count_min": st.integers(1, 2).map(str),
        "node_count_max": st.integers(2, 3).map(str),
        "created_after": st.just(to_text(START)),
        "has_performance_data": st.just("true"),
    }
    narrowing = draw(st.lists(st.sampled_from(sorted(optional)), max_size=2, unique=True))
    pairs += [(name, draw(optional[name])) for name in narrowing]
    if draw(st.booleans()):
        pairs += WIDE
        chosen = draw(st.lists(st.sampled_from(sorted(COLUMNS)), max_size=5, unique=True))
        pairs += [("columns", name) for name in chosen]
    return pairs


def ask(pairs: list[tuple[str, str]], wanted: str) -> ExportOrder:
    """Return the order of those pairs in a format."""
    return order_of(urlencode(pairs), format=wanted)


@MANY
@given(pairs=questions(), person=st.integers(0, 3))
async def test_csv_equals_the_list(db: Database, fleet: Fleet, pairs: list[tuple[str, str]], person: int) -> None:
    actor, order = fleet.people[person].actor, ask(pairs, "csv")
    cells = read_csv(await exported(db, actor, order))
    found = [{name: from_csv_cell(cell, COLUMNS[name]) for name, cell in row.items()} for row in cells]
    rows = flat(await listed(db, actor, order), order.columns)
    assert found == [{name: as_csv_cell(value, COLUMNS[name]) for name, value in row.items()} for row in rows]


@MANY
@given(pairs=questions(), person=st.integers(0, 3))
async def test_json_equals_the_list(db: Database, fleet: Fleet, pairs: list[tuple[str, str]], person: int) -> None:
    whole = [(name, value) for name, value in pairs if name != "columns"]
    actor, order = fleet.people[person].actor, ask(whole, "json")
    assert json.loads(await exported(db, actor, order)) == await listed(db, actor, order)


@FEW
@given(pairs=questions(), person=st.integers(0, 3))
async def test_parquet_equals_the_list(db: Database, fleet: Fleet, pairs: list[tuple[str, str]], person: int) -> None:
    actor, order = fleet.people[person].actor, ask(pairs, "parquet")
    cells = read_parquet(await exported(db, actor, order))
    found = [{name: from_typed(value, COLUMNS[name]) for name, value in row.items()} for row in cells]
    rows = flat(await listed(db, actor, order), order.columns)
    assert found == [{name: as_typed(value, COLUMNS[name]) for name, value in row.items()} for row in rows]


@FEW
@given(pairs=questions(), person=st.integers(0, 3))
async def test_xlsx_equals_the_list(db: Database, fleet: Fleet, pairs: list[tuple[str, str]], person: int) -> None:
    if any(name == "columns" for name, _ in pairs):
        pairs = [*pairs, ("columns", "id")]  # Without one filled cell a row is nothing to a reader of workbooks.
    actor, order = fleet.people[person].actor, ask(pairs, "xlsx")
    cells = read_xlsx(await exported(db, actor, order), order.columns)
    found = [{name: from_typed(value, COLUMNS[name]) for name, value in row.items()} for row in cells]
    rows = flat(await listed(db, actor, order), order.columns)
    # A workbook knows no difference between an empty text and an empty cell.
    typed = [{name: as_typed(value, COLUMNS[name]) for name, value in row.items()} for row in rows]
    assert found == [{name: None if value == "" else value for name, value in row.items()} for row in typed]


@pytest.mark.parametrize("wanted", ["csv", "parquet", "xlsx", "json"])
async def test_every_column_survives_when_all_is_asked_for(db: Database, fleet: Fleet, wanted: str) -> None:
    actor, order = fleet.owner.actor, ask(WIDE, wanted)
    content = await exported(db, actor, order)
    rows = await listed(db, actor, order)
    assert any(row["performance"] and row["performance"]["reasons"] for row in rows)
    expected = [as_typed(row["performance.score"], COLUMNS["performance.score"]) for row in flat(rows, order.columns)]
    if wanted == "json":
        assert json.loads(content) == rows
        return
    cells = {"csv": read_csv, "parquet": read_parquet}.get(wanted, lambda data: read_xlsx(data, order.columns))(content)
    assert [float(row["performance.score"]) if row["performance.score"] else None for row in cells] == expected
    assert [row["id"] for row in cells] == [row["id"] for row in rows]
    assert all(len(row["id"]) == len(str(2**59)) for row in cells)
