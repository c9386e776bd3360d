"""Creating jobs: every rule of the body, the answer's exact shape, names that race."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from siliconmark_ui.db import Database
from siliconmark_ui.instants import from_text, now
from tests.api.expect import invalid, ok, refused
from tests.api.paths import ANONYMOUS, CREATED_FIELDS, CURRENT, DELETE, JOBS
from tests.factories import Caller, bearer, make_caller

EXAMPLE = {
    "name": "GPU Benchmark Test",
    "description": "Testing new cluster",
    "benchmarks": ["quick_mark", {"benchmark_id": "cluster_network", "config": {}}],
    "node_count": 4,
    "tags": ["production", "gpu"],
}
QUICK = {"benchmark_id": "quick_mark", "config": None}
NETWORK = {"benchmark_id": "cluster_network", "config": None}


def network(**config: Any) -> dict[str, Any]:
    return {"benchmark_id": "cluster_network", "config": config}


@pytest.fixture
async def ann(db: Database) -> Caller:
    """A person of the customer Acme."""
    return await make_caller(db)


async def create(http: httpx.AsyncClient, caller: Caller, **fields: Any) -> httpx.Response:
    return await http.post(JOBS, json={"benchmarks": [], **fields}, headers=caller.headers)


async def detail(http: httpx.AsyncClient, caller: Caller, created: Any) -> Any:
    return ok(await http.get(f"{JOBS}/{created['id']}", headers=caller.headers))


async def test_example_of_the_specification_is_answered_as_it_says(http: httpx.AsyncClient, ann: Caller) -> None:
    before = now()
    body = ok(await http.post(JOBS, json=EXAMPLE, headers=ann.headers), 201)
    assert body.keys() == CREATED_FIELDS
    assert {name: body[name] for name in ("name", "description", "node_count", "tags")} == {
        name: EXAMPLE[name] for name in ("name", "description", "node_count", "tags")
    }
    assert body["benchmarks"] == ["quick_mark", "cluster_network"]
    assert isinstance(body["id"], str)
    assert 2**53 < int(body["id"]) < 2**63
    assert body["token"].count(".") == 2
    for field in ("created_at", "expires_at"):
        assert body[field].endswith("Z")
    created = from_text(body["created_at"])
    assert before <= created <= now()
    assert from_text(body["expires_at"]) - created == timedelta(hours=24)
    shown = await detail(http, ann, body)
    assert shown["state"] == "created"
    assert shown["current_nodes"] == 0
    assert shown["started_at"] is shown["ended_at"] is None
    assert shown["benchmark_sequence"] == [QUICK, NETWORK]


async def test_smallest_body_gets_the_defaults(http: httpx.AsyncClient, ann: Caller) -> None:
    body = ok(await create(http, ann), 201)
    assert body["node_count"] == 1
    assert body["tags"] == []
    assert body["description"] is None
    assert body["benchmarks"] == ["quick_mark"]
    assert 1 <= len(body["name"]) <= 60


@pytest.mark.parametrize("name", [{}, {"name": None}])
async def test_generated_names_are_unique(http: httpx.AsyncClient, ann: Caller, name: dict[str, None]) -> None:
    answers = await asyncio.gather(*(create(http, ann, **name) for _ in range(20)))
    jobs = [ok(answer, 201) for answer in answers]
    assert len({job["name"] for job in jobs}) == len({job["id"] for job in jobs}) == 20


async def test_ids_are_in_the_order_of_creation(http: httpx.AsyncClient, ann: Caller) -> None:
    ids = [int(ok(await create(http, ann), 201)["id"]) for _ in range(5)]
    assert ids == sorted(ids)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("x", "x"),
        ("  padded\t\n", "padded"),
        ("x" * 60, "x" * 60),
        (" " * 70 + "x" * 60 + " ", "x" * 60),
        ("😀" * 60, "😀" * 60),
        ("日本語 ジョブ №1", "日本語 ジョブ №1"),
        ("e\u0301", "e\u0301"),
        ("100 % _ \\ ' \" <b>", "100 % _ \\ ' \" <b>"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("😀", "😀"),
    ],
)
async def test_name_is_trimmed_and_kept(http: httpx.AsyncClient, ann: Caller, sent: str, kept: str) -> None:
    body = ok(await create(http, ann, name=sent), 201)
    assert body["name"] == kept
    assert (await detail(http, ann, body))["name"] == kept


@pytest.mark.parametrize(
    "value",
    [
        "", " ", "\t\n ", "\u00a0\u2003", "x" * 61, "a\x00b", "a\x07b", "a\rb", "a\x1bb", "a\x7fb", "a\x85b",
        5, 5.5, True, False, ["x"], {"x": 1},
    ],
)  # fmt: skip
async def test_name_that_breaks_a_rule_is_invalid(http: httpx.AsyncClient, ann: Caller, value: Any) -> None:
    invalid(await create(http, ann, name=value), "name")


@pytest.mark.parametrize("value", ["", " padded ", "x" * 512, "é" * 512, "two\nlines\tand a tab", None])
async def test_description_is_kept_as_it_is(http: httpx.AsyncClient, ann: Caller, value: str | None) -> None:
    body = ok(await create(http, ann, description=value), 201)
    assert body["description"] == value
    assert (await detail(http, ann, body))["description"] == value


@pytest.mark.parametrize("value", ["x" * 513, "a\x00b", "a\rb", "\x1b[31m", "a\x9fb", 5, True, ["x"], {"x": 1}])
async def test_description_that_breaks_a_rule_is_invalid(http: httpx.AsyncClient, ann: Caller, value: Any) -> None:
    invalid(await create(http, ann, description=value), "description")


@pytest.mark.parametrize("value", [1, 2, 255, 256])
async def test_node_count_within_its_range_is_kept(http: httpx.AsyncClient, ann: Caller, value: int) -> None:
    body = ok(await create(http, ann, node_count=value), 201)
    assert body["node_count"] == value
    assert type(body["node_count"]) is int


@pytest.mark.parametrize(
    "value", [0, -1, 257, 10**6, 2**31, 2**63, 10**30, True, False, 1.0, 4.5, "4", "", None, [], {}]
)
async def test_node_count_that_breaks_a_rule_is_invalid(http: httpx.AsyncClient, ann: Caller, value: Any) -> None:
    invalid(await create(http, ann, node_count=value), "node_count")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ([], []),
        (["b", "a"], ["b", "a"]),
        (["a", "a", " a "], ["a"]),
        (["A", "a"], ["A", "a"]),
        ([" provider: aws "], ["provider: aws"]),
        (["x" * 50], ["x" * 50]),
        (["  " + "x" * 50 + "  "], ["x" * 50]),
        (["a-b_c.d:e/f@g+h i"], ["a-b_c.d:e/f@g+h i"]),
        (["größe", "日本", "हिन्दी", "٣", "ไทย"], ["größe", "日本", "हिन्दी", "٣", "ไทย"]),
        ([str(number) for number in range(10)], [str(number) for number in range(10)]),
    ],
)
async def test_tags_are_trimmed_folded_and_keep_their_order(
    http: httpx.AsyncClient, ann: Caller, sent: list[str], kept: list[str]
) -> None:
    body = ok(await create(http, ann, tags=sent), 201)
    assert body["tags"] == kept
    assert (await detail(http, ann, body))["tags"] == kept


@pytest.mark.parametrize(
    "value",
    [
        [""], [" "], ["x" * 51], [str(number) for number in range(11)], ["a,b"], ["a;b"], ["<b>"], ["a'b"], ['a"b'],
        ["a\nb"], ["a\tb"], ["a\x00b"], ["#a"], ["a&b"], ["a%"], ["a(b)"], ["a\\b"], ["a=b"], ["a*"], ["😀"],
        ["a\u200bb"], ["a|b"], [5], [None], [True], [["a"]], [{"a": 1}], "a", {"a": 1}, 5, True,
    ],
)  # fmt: skip
async def test_tags_that_break_a_rule_are_invalid(http: httpx.AsyncClient, ann: Caller, value: Any) -> None:
    invalid(await create(http, ann, tags=value), "tags")


@pytest.mark.parametrize(
    ("sent", "sequence"),
    [
        ([], [QUICK]),
        (["quick_mark"], [QUICK]),
        (["cluster_network"], [QUICK, NETWORK]),
        (["cluster_network", "quick_mark"], [NETWORK, QUICK]),
        ([{"benchmark_id": "quick_mark"}], [QUICK]),
        ([{"benchmark_id": "quick_mark", "config": {}}], [QUICK]),
        ([network()], [QUICK, NETWORK]),
        ([network(timeout=1)], [QUICK, network(timeout=1)]),
        ([network(timeout=3600), "cluster_network"], [QUICK, network(timeout=3600), NETWORK]),
        (
            [network(timeout=5), "quick_mark", network(timeout=6), "cluster_network"],
            [network(timeout=5), QUICK, network(timeout=6), NETWORK],
        ),
    ],
)
async def test_benchmarks_become_a_sequence_with_quick_mark(
    http: httpx.AsyncClient, ann: Caller, sent: list[Any], sequence: list[dict[str, Any]]
) -> None:
    body = ok(await create(http, ann, benchmarks=sent, node_count=2), 201)
    ids = [entry["benchmark_id"] for entry in sequence]
    assert body["benchmarks"] == ids
    shown = await detail(http, ann, body)
    assert shown["benchmark_sequence"] == sequence
    assert shown["benchmarks"] == ids
    listed = ok(await http.get(JOBS, headers=ann.headers))["results"][0]
    assert listed["benchmark_sequence"] == sequence
    current = ok(await http.get(CURRENT, headers=bearer(body["token"])))
    assert current["benchmark_sequence"] == sequence


@pytest.mark.parametrize(
    "value",
    [
        None, "quick_mark", {}, 5, True, [5], [None], [["quick_mark"]], [{}], [{"config": {}}],
        [{"benchmark_id": None}],
        [{"benchmark_id": 5}], [{"benchmark_id": "quick_mark", "x": 1}], [""], [" quick_mark"], ["QUICK_MARK"],
        [{"benchmark_id": "quick_mark", "config": {"timeout": 5}}],
        [{"benchmark_id": "quick_mark", "config": []}], [{"benchmark_id": "quick_mark", "config": "x"}],
        [network(timeout=0)], [network(timeout=3601)], [network(timeout=1.0)], [network(timeout=True)],
        [network(timeout="5")], [network(timeout=None)], [network(retries=5)], [network(timeout=10**30)],
        ["quick_mark", "quick_mark"], ["cluster_network", network()],
        ["quick_mark", {"benchmark_id": "quick_mark", "config": None}],
        [network(timeout=5), "quick_mark", network(timeout=5)],
    ],
)  # fmt: skip
async def test_benchmarks_that_break_a_rule_are_invalid(http: httpx.AsyncClient, ann: Caller, value: Any) -> None:
    invalid(await create(http, ann, benchmarks=value, node_count=4))


async def test_benchmarks_are_required(http: httpx.AsyncClient, ann: Caller) -> None:
    invalid(await http.post(JOBS, json={}, headers=ann.headers), "benchmarks")


@pytest.mark.parametrize("item", ["unknown_benchmark", {"benchmark_id": "unknown_benchmark", "config": {"x": 1}}])
async def test_unknown_benchmark_is_answered_as_the_specification_says(
    http: httpx.AsyncClient, ann: Caller, item: Any
) -> None:
    message = invalid(await create(http, ann, benchmarks=[item]))
    assert message == "Benchmark 'unknown_benchmark' not found"


@pytest.mark.parametrize("fields", [{}, {"node_count": 1}])
async def test_cluster_network_needs_two_nodes(http: httpx.AsyncClient, ann: Caller, fields: dict[str, int]) -> None:
    invalid(await create(http, ann, benchmarks=["cluster_network"], **fields), "node_count")


@pytest.mark.parametrize("field", ["state", "id", "Name", "owner", "expires_at", "tag", "nodes"])
async def test_unknown_field_is_invalid(http: httpx.AsyncClient, ann: Caller, field: str) -> None:
    invalid(await create(http, ann, **{field: "x"}), field)


async def test_failed_creation_leaves_nothing(http: httpx.AsyncClient, ann: Caller) -> None:
    invalid(await create(http, ann, name="x", tags=["<"]))
    page = ok(await http.get(JOBS, headers=ann.headers))
    assert page["results"] == []
    assert page["pagination"]["total"] == 0


async def test_name_is_taken_within_a_customer_only(http: httpx.AsyncClient, db: Database, ann: Caller) -> None:
    colleague, stranger = (
        await make_caller(db, "al@acme.example"),
        await make_caller(db, "zoe@zeta.example", customer="Zeta"),
    )
    ok(await create(http, ann, name="GPU Test"), 201)
    for caller, name in ((ann, "GPU Test"), (colleague, "GPU Test"), (ann, "  GPU Test ")):
        message = refused(await create(http, caller, name=name), 409, "RESOURCE_ALREADY_EXISTS")
        assert message == "Job with name 'GPU Test' already exists"
    ok(await create(http, stranger, name="GPU Test"), 201)
    ok(await create(http, ann, name="gpu test"), 201)


async def test_one_of_many_creations_of_a_name_at_once_succeeds(
    http: httpx.AsyncClient, db: Database, ann: Caller
) -> None:
    colleague = await make_caller(db, "al@acme.example")
    callers = [ann, colleague] * 10
    answers = await asyncio.gather(*(create(http, caller, name="race") for caller in callers))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 19}
    admin = await make_caller(db, "root@acme.example")
    assert (
        ok(await http.get(JOBS, headers=ann.headers))["pagination"]["total"]
        + ok(await http.get(JOBS, headers=colleague.headers))["pagination"]["total"]
        == 1
    )
    refused(await create(http, admin, name="race"), 409, "RESOURCE_ALREADY_EXISTS")


async def test_name_is_free_again_when_its_job_is_deleted(http: httpx.AsyncClient, ann: Caller) -> None:
    first = ok(await create(http, ann, name="again"), 201)
    ok(await http.request("DELETE", DELETE, json={"id": int(first["id"])}, headers=ann.headers))
    second = ok(await create(http, ann, name="again"), 201)
    assert second["id"] != first["id"]


@pytest.mark.parametrize("content", [b"", b"{}", b" {} \n"])
async def test_anonymous_job_is_one_node_of_quick_mark(http: httpx.AsyncClient, content: bytes) -> None:
    body = ok(await http.post(ANONYMOUS, content=content, headers={"Content-Type": "application/json"}), 201)
    assert body.keys() == CREATED_FIELDS
    assert body["node_count"] == 1
    assert body["benchmarks"] == ["quick_mark"]
    assert ok(await http.get(CURRENT, headers=bearer(body["token"])))["id"] == body["id"]


@pytest.mark.parametrize("content", [b'{"name": "x"}', b"[]", b"null", b"x", b'""', b"0"])
async def test_anonymous_job_takes_no_body(http: httpx.AsyncClient, content: bytes) -> None:
    invalid(await http.post(ANONYMOUS, content=content, headers={"Content-Type": "application/json"}))


async def test_eleventh_anonymous_job_in_a_minute_is_refused(http: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(http.post(ANONYMOUS) for _ in range(14)))
    assert Counter(answer.status_code for answer in answers) == {201: 10, 429: 4}
    answer = await http.post(ANONYMOUS, headers={"X-Forwarded-For": "192.0.2.7"})
    refused(answer, 429, "RATE_LIMITED")
    assert 1 <= int(answer.headers["retry-after"]) <= 60


async def test_times_of_an_answer_are_whole_in_every_route(http: httpx.AsyncClient, ann: Caller) -> None:
    created = ok(await create(http, ann), 201)
    shown = await detail(http, ann, created)
    listed = ok(await http.get(JOBS, headers=ann.headers))["results"][0]
    for field in ("created_at", "expires_at"):
        assert created[field] == shown[field] == listed[field]
        assert datetime.fromisoformat(created[field]).utcoffset() == timedelta(0)
