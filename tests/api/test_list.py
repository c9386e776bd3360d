"""The list and the badge over HTTP: pages, order, every parameter's limits, the shape of a row, who sees what."""

import asyncio
from typing import Any

import httpx
import pytest

from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.db import Database
from siliconmark_ui.jobs.parameters import LIST_PARAMETERS, SORT_FIELDS, STATS_PARAMETERS
from tests.api.expect import invalid, ok
from tests.api.paths import JOBS, PAGINATION_FIELDS, ROW_FIELDS, STATS, TAGS
from tests.factories import Caller, make_caller
from tests.filter_cases import NEWEST, population
from tests.jobs.population import Stored, store

BAD_INTEGERS = ["", "0", "-1", "x", "1.0", "1e1", "+1", " 1", "1 ", "٣", "true", "1,2", "0x1", "9" * 40, "9" * 5000]
BAD_TIMES = [
    "", "now", "2024", "20240315", "2024-W11-5", "1710498600", "2024-03", "2024-13-01", "2024-02-30",
    "2024-03-15T25:00", "2024-03-15T10:60:00Z", "2024-03-15T10:30:00+25:00", "2024-03-15T10:30:00X", "2024-03-15 ",
    "0000-01-01",
    "10000-01-01T00:00:00Z", "2024-03-15T10:30:00ZZ", "15.03.2024", "2024/03/15", "٢٠٢٤-03-15", "null",
    "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00",
]  # fmt: skip
BAD_VALUES: list[tuple[str, str]] = [
    *(("page", value) for value in BAD_INTEGERS),
    *(("per_page", value) for value in [*BAD_INTEGERS, "301", "1000000"]),
    *(("node_count_min", value) for value in [*BAD_INTEGERS, "257"]),
    *(("node_count_max", value) for value in [*BAD_INTEGERS, "257"]),
    *(("sort_by", value) for value in ["", "id", "tags", "Name", "created_at,name", "name desc", "-name", "token"]),
    *(("sort_order", value) for value in ["", "ASC", "up", "ascending", "asc,desc"]),
    *(("state", value) for value in ["", "Completed", "done", "completed,failed", "completed ", "null", "deleted"]),
    *(("name", value) for value in ["", "x" * 61, "a\x00", "a\x1b", "a\r"]),
    *(("benchmark_id", value) for value in ["", "unknown", "QUICK_MARK", "quick_mark:2", "quick_mark,cluster_network"]),
    *(("tags", value) for value in ["", " ", "x" * 51, "a,b", "<b>", "a\nb"]),
    *(("created_after", value) for value in BAD_TIMES),
    *(("created_before", value) for value in BAD_TIMES),
    *(("include_results", value) for value in ["", "yes", "2", "on", "tru", "null"]),
    *(("has_performance_data", value) for value in ["", "yes", "2", "on", "tru", "null"]),
    *(("include", value) for value in ["", "results", "performance,performance_nodes", "Performance", "token"]),
]
GOOD_VALUES: list[tuple[str, str]] = [
    ("page", "1"), ("page", "999999999"), ("page", str(2**31)), ("page", str(2**63 - 1)), ("per_page", "1"),
    ("per_page", "300"), ("node_count_min", "1"), ("node_count_min", "256"), ("node_count_max", "1"),
    ("node_count_max", "256"), ("sort_order", "asc"), ("sort_order", "desc"), ("name", "x" * 60), ("name", " "),
    ("name", "é" * 60), ("name", "'; DROP TABLE jobs; --"), ("benchmark_id", "quick_mark"), ("tags", "x" * 50),
    ("tags", " a "), ("created_after", "2024-03-15T10:30:00Z"), ("created_after", "2024-03-15T10:30:00.123456Z"),
    ("created_after", "2024-03-15T10:30:00.123456789Z"), ("created_after", "2024-03-15T10:30Z"),
    ("created_after", "2024-03-15 10:30:00"), ("created_after", "2024-03-15T10:30:00+05:30"),
    ("created_after", "2024-03-15T10:30:00 05:30"), ("created_after", "2024-03-15"),
    ("created_before", "9999-12-31T23:59:59Z"), ("created_after", "0001-01-01T00:00:00Z"), ("include_results", "true"),
    ("include_results", "false"), ("include_results", "True"), ("has_performance_data", "true"),
    ("has_performance_data", "false"), ("include", "performance"),
    *(("sort_by", field) for field in SORT_FIELDS),
]  # fmt: skip


@pytest.fixture(scope="module")
async def ann(module_db: Database) -> Caller:
    """A person whose ten jobs are stored."""
    caller = await make_caller(module_db)
    await store(module_db, population(caller.actor))
    return caller


async def ask(http_client: httpx.AsyncClient, caller: Caller, query: Any = "", path: str = JOBS) -> httpx.Response:
    params = query if isinstance(query, dict | list) else None
    return await http_client.get(path if params else f"{path}?{query}", params=params, headers=caller.headers)


def names(body: Any) -> list[str]:
    return [row["name"] for row in body["results"]]


@pytest.mark.parametrize(("name", "value"), BAD_VALUES, ids=lambda part: part[:30].encode("unicode_escape").decode())
async def test_value_outside_a_parameters_limits_is_named(
    http_client: httpx.AsyncClient, ann: Caller, name: str, value: str
) -> None:
    invalid(await ask(http_client, ann, {name: value}), name)


@pytest.mark.parametrize(("name", "value"), GOOD_VALUES, ids=lambda part: part[:30])
async def test_value_within_a_parameters_limits_is_taken(
    http_client: httpx.AsyncClient, ann: Caller, name: str, value: str
) -> None:
    ok(await ask(http_client, ann, {name: value}))


@pytest.mark.parametrize("name", [name for name in LIST_PARAMETERS if name not in {"tags", "include"}])
async def test_parameter_that_is_no_list_is_taken_once(http_client: httpx.AsyncClient, ann: Caller, name: str) -> None:
    good = {"name": "x", "state": "failed", "benchmark_id": "quick_mark", **dict(GOOD_VALUES)}[name]
    ok(await ask(http_client, ann, [(name, good)]))
    invalid(await ask(http_client, ann, [(name, good), (name, good)]), name)


@pytest.mark.parametrize("name", ["Page", "limit", "offset", "tag", "tags[]", "q", "status", "order", "id", ""])
async def test_unknown_parameter_is_invalid(http_client: httpx.AsyncClient, ann: Caller, name: str) -> None:
    invalid(await ask(http_client, ann, f"{name}=1"), name)
    invalid(await ask(http_client, ann, f"{name}=1", STATS), name)


async def test_ten_tags_may_be_asked_for_and_no_more(http_client: httpx.AsyncClient, ann: Caller) -> None:
    ten = [("tags", str(number)) for number in range(10)]
    ok(await ask(http_client, ann, ten))
    ok(await ask(http_client, ann, [*ten, ("tags", "3")]))
    invalid(await ask(http_client, ann, [*ten, ("tags", "x")]), "tags")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("node_count_min=5&node_count_max=4", ("node_count_min", "node_count_max")),
        ("created_after=2024-03-15T10:30:00Z&created_before=2024-03-15T10:30:00Z", ("created_after", "created_before")),
        ("created_after=2024-03-15T10:30:01Z&created_before=2024-03-15T10:30:00Z", ("created_after", "created_before")),
        ("created_after=2024-03-15T10:30:00-01:00&created_before=2024-03-15T11:00:00Z", ("created_after",)),
        ("include=performance_nodes", ("performance_nodes", "performance")),
        ("include=performance_nodes&include=performance_nodes", ("performance",)),
    ],
)
async def test_parameters_that_do_not_go_together_are_invalid(
    http_client: httpx.AsyncClient, ann: Caller, query: str, words: tuple[str, ...]
) -> None:
    invalid(await ask(http_client, ann, query), *words)


@pytest.mark.parametrize(
    ("page", "per_page", "shown", "total_pages", "has_next", "has_prev"),
    [
        (1, 20, NEWEST, 1, False, False),
        (1, 10, NEWEST, 1, False, False),
        (1, 3, NEWEST[:3], 4, True, False),
        (2, 3, NEWEST[3:6], 4, True, True),
        (4, 3, NEWEST[9:], 4, False, True),
        (5, 3, (), 4, False, True),
        (1, 1, NEWEST[:1], 10, True, False),
        (10, 1, NEWEST[9:], 10, False, True),
        (2**63 - 1, 300, (), 1, False, True),
    ],
)
async def test_page_stands_where_it_says(
    http_client: httpx.AsyncClient,
    ann: Caller,
    page: int,
    per_page: int,
    shown: tuple[str, ...],
    total_pages: int,
    has_next: bool,
    has_prev: bool,
) -> None:
    body = ok(await ask(http_client, ann, {"page": page, "per_page": per_page}))
    assert body.keys() == {"results", "pagination"}
    assert tuple(names(body)) == shown
    assert body["pagination"].keys() == PAGINATION_FIELDS
    assert body["pagination"] == {
        "total": 10,
        "page": page,
        "per_page": per_page,
        "total_pages": total_pages,
        "has_next": has_next,
        "has_prev": has_prev,
    }


async def test_nothing_found_has_no_pages(http_client: httpx.AsyncClient, ann: Caller) -> None:
    body = ok(await ask(http_client, ann, "name=nothing"))
    assert body["results"] == []
    assert body["pagination"] == {
        "total": 0, "page": 1, "per_page": 20, "total_pages": 0, "has_next": False, "has_prev": False,
    }  # fmt: skip


@pytest.mark.parametrize("sort_by", SORT_FIELDS)
@pytest.mark.parametrize("sort_order", ["asc", "desc"])
async def test_pages_together_have_every_row_once(
    http_client: httpx.AsyncClient, ann: Caller, sort_by: str, sort_order: str
) -> None:
    order = {"sort_by": sort_by, "sort_order": sort_order}
    whole = names(ok(await ask(http_client, ann, order)))
    pages = [ok(await ask(http_client, ann, {**order, "per_page": 3, "page": page})) for page in range(1, 5)]
    assert [name for page in pages for name in names(page)] == whole
    assert sorted(whole) == sorted(NEWEST)


async def test_row_has_exactly_the_fields_of_the_specification(http_client: httpx.AsyncClient, ann: Caller) -> None:
    for query in ("", "include_results=true&include=performance&include=performance_nodes"):
        for row in ok(await ask(http_client, ann, query))["results"]:
            assert row.keys() == ROW_FIELDS
            assert isinstance(row["id"], str)
            assert row["created_at"].endswith("Z")


@pytest.mark.parametrize(
    ("query", "given"),
    [
        ("", set()),
        ("include_results=true", {"gpu_models", "quickmark_aggregate_results"}),
        ("include=performance", {"performance"}),
        ("include=performance_nodes&include=performance", {"performance", "performance_nodes"}),
        ("include=performance&include_results=true", {"performance", "gpu_models", "quickmark_aggregate_results"}),
    ],
)
async def test_expansion_is_null_unless_asked_for(
    http_client: httpx.AsyncClient, ann: Caller, query: str, given: set[str]
) -> None:
    rows = {row["name"]: row for row in ok(await ask(http_client, ann, query))["results"]}
    expansions = {"gpu_models", "quickmark_aggregate_results", "performance", "performance_nodes"}
    assert {field for field in expansions if rows["alpha"][field] is not None} == given
    assert {field for field in expansions if rows["Beta"][field] is not None} == given & {"gpu_models"}


@pytest.mark.parametrize(
    ("query", "alerts"),
    [
        ("", 1),
        ("state=completed", 1),
        ("state=completed_with_warnings", 1),
        ("state=failed", 0),
        ("benchmark_id=quick_mark", 1),
        ("name=PERCENT", 1),
        ("name=delta", 0),
        ("name=delta&state=completed_with_warnings", 1),
        ("tags=prod", 1),
        ("tags=prod&tags=gpu", 0),
        ("sort_by=name&sort_order=asc", 1),
    ],
)
async def test_badge_counts_the_alerts_of_its_filters(
    http_client: httpx.AsyncClient, ann: Caller, query: str, alerts: int
) -> None:
    assert ok(await ask(http_client, ann, query, STATS)) == {"alert_job_count": alerts}


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("benchmark_id=cluster_network", "benchmark_id"),
        ("benchmark_id=unknown", "benchmark_id"),
        ("state=done", "state"),
        ("name=", "name"),
        ("tags=", "tags"),
        ("sort_by=x", "sort_by"),
        ("sort_order=x", "sort_order"),
        ("state=failed&state=failed", "state"),
        *((f"{name}=1", name) for name in LIST_PARAMETERS if name not in STATS_PARAMETERS),
    ],
)
async def test_badge_takes_exactly_its_own_parameters(
    http_client: httpx.AsyncClient, ann: Caller, query: str, word: str
) -> None:
    invalid(await ask(http_client, ann, query, STATS), word)


async def test_tags_are_sorted_and_unique(http_client: httpx.AsyncClient, ann: Caller) -> None:
    assert ok(await ask(http_client, ann, "", TAGS)) == {"tags": ["GPU", "a+b", "gpu", "prod", "x: y"]}


async def test_list_of_three_hundred_rows_is_one_page(http: httpx.AsyncClient, db: Database) -> None:
    caller = await make_caller(db)
    await store(db, [Stored(f"job {number}", number, owner=caller.actor) for number in range(301)])
    body = ok(await ask(http, caller, "per_page=300"))
    assert len(body["results"]) == 300
    assert body["pagination"]["total"] == 301
    assert body["pagination"]["total_pages"] == 2


async def _people(db: Database) -> dict[str, Caller]:
    people = [
        ("ann", Role.USER, "Acme"), ("bob", Role.USER, "Acme"), ("adm", Role.CUSTOMER_ADMIN, "Acme"),
        ("zoe", Role.USER, "Zeta"), ("stu", Role.STAFF, "Maker"), ("roo", Role.ROOT_ADMIN, "Maker"),
    ]  # fmt: skip
    return {name: await make_caller(db, f"{name}@x.example", role, customer) for name, role, customer in people}


def _owned(number: int, name: str, owner: Actor | None) -> Stored:
    return Stored(
        name, number, number, "completed", 1, 1, tags=(f"of {name}",), started=5, ended=6, owner=owner,
        status="underperforming", score=0.5,
    )  # fmt: skip


async def test_everybody_sees_the_jobs_of_the_own_scope(http: httpx.AsyncClient, db: Database) -> None:
    people = await _people(db)
    owners = {"ann": people["ann"], "bob": people["bob"], "zoe": people["zoe"]}
    jobs = {name: _owned(number, name, owner.actor) for number, (name, owner) in enumerate(owners.items())}
    jobs["nobody"] = _owned(9, "nobody", None)
    await store(db, jobs.values())
    seen = {
        "ann": {"ann"}, "bob": {"bob"}, "adm": {"ann", "bob"}, "zoe": {"zoe"},
        "stu": {"ann", "bob", "zoe", "nobody"}, "roo": {"ann", "bob", "zoe", "nobody"},
    }  # fmt: skip
    for name, caller in people.items():
        body = ok(await ask(http, caller))
        assert set(names(body)) == seen[name]
        assert body["pagination"]["total"] == len(seen[name])
        assert set(ok(await ask(http, caller, "", TAGS))["tags"]) == {f"of {owner}" for owner in seen[name]}
        assert ok(await ask(http, caller, "", STATS)) == {"alert_job_count": len(seen[name])}
        for owner, job in jobs.items():
            for path in (f"{JOBS}/{job.id}", f"{JOBS}/{job.id}/results"):
                status = (await http.get(path, headers=caller.headers)).status_code
                assert status == (200 if owner in seen[name] else 404)
            report = await http.post(f"{JOBS}/{job.id}/generate-report", headers=caller.headers)
            assert report.status_code == (200 if owner in seen[name] else 404)
            found = ok(await ask(http, caller, {"tags": f"of {owner}"}))["pagination"]["total"]
            assert found == (1 if owner in seen[name] else 0)


async def test_total_stays_exact_while_jobs_are_created(http: httpx.AsyncClient, db: Database) -> None:
    caller = await make_caller(db)
    calls = [http.post(JOBS, json={"benchmarks": [], "tags": ["t"]}, headers=caller.headers) for _ in range(30)]
    await asyncio.gather(*calls)
    for query in ("", "state=created", "tags=t", "name=job", "node_count_min=1", "state=created&tags=t"):
        assert ok(await ask(http, caller, query))["pagination"]["total"] == 30
