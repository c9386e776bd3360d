"""Results over HTTP: what is taken, what leaves exactly as it came, the largest there is, the scores that are kept."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from siliconmark_ui.db import Database
from tests.api.agent import Agent, seen, start
from tests.api.expect import invalid, not_found, ok, refused
from tests.api.paths import CURRENT, DETAIL_FIELDS, JOBS, RESULT_FIELDS, STATS, TASKS
from tests.factories import Caller, cluster_network, make_caller, quick_mark, upload

MIB = 1024 * 1024
FIXTURES = Path(__file__).parent.parent / "fixtures"
TIMES = '"started_at": "2026-05-04T03:00:00Z", "ended_at": "2026-05-04T03:02:01.5Z", "state": "completed"'


@pytest.fixture
async def ann(db: Database) -> Caller:
    """A person of the customer Acme."""
    return await make_caller(db)


async def put(agent: Agent, path: str, content: Any) -> httpx.Response:
    return await agent.http.put(path, content=content, headers={**agent.headers, "Content-Type": "application/json"})


async def cluster_agent(http: httpx.AsyncClient, caller: Caller, nodes: int = 2) -> Agent:
    return await start(http, caller, node_count=nodes, benchmarks=["cluster_network"])


async def test_detail_is_in_the_specifications_shape(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await cluster_agent(http, ann)
    empty = await seen(agent, ann)
    assert empty.keys() == DETAIL_FIELDS
    assert empty["tasks"] == []
    assert empty["benchmark_results"] == {}
    assert empty["pdf_report_url"] is empty["scoreboard_summary"] is None
    task = await agent.joined()
    sent = ok(await agent.send(task, quick_mark()))
    cluster = ok(await agent.send_cluster(cluster_network(2), config={"timeout": 5}))
    job = await seen(agent, ann)
    assert job.keys() == DETAIL_FIELDS
    entry = job["tasks"][0]["benchmark_results"]["quick_mark"]
    assert entry == sent
    assert entry.keys() == RESULT_FIELDS
    assert entry == {
        "benchmark_id": "quick_mark",
        "benchmark_name": "QuickMark",
        "started_at": "2026-05-04T03:00:00Z",
        "ended_at": "2026-05-04T03:02:01.5Z",
        "config": {},
        "results": quick_mark(),
        "state": "completed",
        "error_message": None,
    }
    assert job["benchmark_results"] == {"cluster_network": cluster}
    assert cluster["config"] == {"timeout": 5}
    assert cluster["benchmark_name"] == "Cluster Network"


async def test_results_are_those_of_the_cluster_with_names_when_asked(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await cluster_agent(http, ann)
    path = f"{JOBS}/{agent.job['id']}/results"
    assert ok(await http.get(path, headers=ann.headers)) == {}
    ok(await agent.send(await agent.joined(), quick_mark()))
    ok(await agent.send_cluster(cluster_network(2)))
    for query in ("", "?include_display_names=false"):
        body = ok(await http.get(f"{path}{query}", headers=ann.headers))
        assert body.keys() == {"cluster_network"}
        assert body["cluster_network"].keys() == RESULT_FIELDS
    body = ok(await http.get(f"{path}?include_display_names=true", headers=ann.headers))
    assert body["cluster_network"].keys() == RESULT_FIELDS | {"display_names"}
    names = body["cluster_network"]["display_names"]
    assert names.keys() >= set(cluster_network(2))
    assert "Gbit/s" in names["avg_bandwidth_gbps"]
    assert "ms" in names["avg_latency"]


@pytest.mark.parametrize("query", ["x", "", "true&include_display_names=true", "yes", "2"])
async def test_display_names_are_asked_for_once_by_true_or_false(
    http: httpx.AsyncClient, ann: Caller, query: str
) -> None:
    agent = await start(http, ann)
    path = f"{JOBS}/{agent.job['id']}/results?include_display_names={query}"
    invalid(await http.get(path, headers=ann.headers), "include_display_names")


@pytest.mark.parametrize("name", ["quick_mark_1gpu", "quick_mark_2gpu", "quick_mark_8gpu_array_matrix"])
async def test_real_result_leaves_exactly_as_it_came(http: httpx.AsyncClient, ann: Caller, name: str) -> None:
    results = json.loads((FIXTURES / f"{name}.json").read_text())
    agent = await start(http, ann)
    task = await agent.joined(gpu_count=len(results["test_results"]))
    await agent.complete(task, results)
    job = await seen(agent, ann)
    assert job["state"] == "completed"
    assert job["tasks"][0]["benchmark_results"]["quick_mark"]["results"] == results
    assert job["scoreboard_summary"]["benchmark_id"] == "quick_mark"


async def test_figures_leave_as_the_text_that_was_sent(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await cluster_agent(http, ann)
    figures = (
        '{ "avg_bandwidth_gbps":45.20, "min_bandwidth_gbps":4.21E1,\n "avg_latency":0.80000000000000004,'
        ' "total_links_tested":12, "extra":-0.0, "big":123456789012345678901234567890, "text":"\\u00e9\\/" }'
    )
    ok(await put(agent, f"{CURRENT}/results/cluster_network", f'{{"results": {figures}, {TIMES}}}'))
    for path in (f"{JOBS}/{agent.job['id']}", f"{JOBS}/{agent.job['id']}/results"):
        assert figures in (await http.get(path, headers=ann.headers)).text


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"started_at": None}, "started_at"),
        ({"started_at": "yesterday"}, "started_at"),
        ({"ended_at": 5}, "ended_at"),
        ({"ended_at": "2026-05-04T02:59:59Z"}, "ended_at"),
        ({"state": "running"}, "state"),
        ({"state": None}, "state"),
        ({"config": []}, "config"),
        ({"config": "x"}, "config"),
        ({"error_message": 5}, "error_message"),
        ({"error_message": "a\x00b"}, "error_message"),
        ({"error_message": "x" * 10_001}, "error_message"),
        ({"results": None}, "results"),
        ({"results": []}, "results"),
        ({"results": "x"}, "results"),
        ({"results": {}}, "results"),
        ({"state": "failed", "results": 5}, "results"),
        ({"duration": 5}, "duration"),
    ],
)
async def test_upload_that_breaks_a_rule_is_invalid(
    http: httpx.AsyncClient, ann: Caller, changes: dict[str, Any], word: str
) -> None:
    agent = await cluster_agent(http, ann)
    task = await agent.joined()
    for path, results in (
        (f"{TASKS}/{task['id']}/results/quick_mark", quick_mark()),
        (f"{CURRENT}/results/cluster_network", cluster_network(2)),
    ):
        body = {**upload(results), **changes}
        invalid(await http.put(path, json=body, headers=agent.headers), word)
    assert (await seen(agent, ann))["benchmark_results"] == {}


@pytest.mark.parametrize("field", ["started_at", "ended_at", "state", "results"])
async def test_upload_without_a_required_field_is_invalid(http: httpx.AsyncClient, ann: Caller, field: str) -> None:
    agent = await cluster_agent(http, ann)
    body = {name: value for name, value in upload(cluster_network(2)).items() if name != field}
    answer = await http.put(f"{CURRENT}/results/cluster_network", json=body, headers=agent.headers)
    invalid(answer, field)


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e999", "-1", "null", '"45.2"', "true", "[1]", "{}"]
)
async def test_figure_that_is_no_finite_number_is_invalid(http: httpx.AsyncClient, ann: Caller, number: str) -> None:
    agent = await cluster_agent(http, ann)
    task = await agent.joined()
    whole = {**cluster_network(2), "avg_latency": "HERE"}
    text = json.dumps(upload(whole)).replace('"HERE"', number)
    invalid(await put(agent, f"{CURRENT}/results/cluster_network", text))
    text = json.dumps(upload(quick_mark(fp16_tflops=12345.5))).replace("12345.5", number)
    invalid(await put(agent, f"{TASKS}/{task['id']}/results/quick_mark", text))


@pytest.mark.parametrize("field", ["avg_bandwidth_gbps", "avg_latency", "min_bandwidth_gbps", "total_links_tested"])
async def test_cluster_result_needs_the_fields_of_the_example(http: httpx.AsyncClient, ann: Caller, field: str) -> None:
    agent = await cluster_agent(http, ann)
    required = {"avg_bandwidth_gbps": 45.2, "avg_latency": 0.8, "min_bandwidth_gbps": 42.1, "total_links_tested": 12}
    ok(await agent.send_cluster(required))
    invalid(await agent.send_cluster({name: required[name] for name in required if name != field}), field)


async def test_unknown_extra_fields_are_kept(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann)
    task = await agent.joined()
    results = {**quick_mark(), "driver": {"version": "570.195.03", "flags": [1, None, True]}, "ключ": "значение"}
    await agent.complete(task, results)
    job = await seen(agent, ann)
    assert job["tasks"][0]["benchmark_results"]["quick_mark"]["results"] == results


@pytest.mark.parametrize("text", ['"a\\u0000b"', '"\\ud800"', '"\\udc00x"', '{"a\\u0000": 1}'])
async def test_what_cannot_be_stored_is_invalid(http: httpx.AsyncClient, ann: Caller, text: str) -> None:
    agent = await cluster_agent(http, ann)
    body = json.dumps(upload({**cluster_network(2), "extra": "HERE"})).replace('"HERE"', text)
    invalid(await put(agent, f"{CURRENT}/results/cluster_network", body))
    body = json.dumps(upload({"extra": "HERE"}, state="failed")).replace('"HERE"', text)
    invalid(await put(agent, f"{CURRENT}/results/cluster_network", body))


@pytest.mark.parametrize("depth", [50, 70, 500, 900, 960, 985, 5000])
@pytest.mark.parametrize("state", ["completed", "failed"])
async def test_deep_result_is_invalid_before_it_is_in_anybodys_way(
    http: httpx.AsyncClient, ann: Caller, depth: int, state: str
) -> None:
    agent = await start(http, ann)
    task = await agent.joined()
    deep = '{"a":' * depth + "1" + "}" * depth
    body = json.dumps(upload({**quick_mark(), "extra": "HERE"}, state=state)).replace('"HERE"', deep)
    answer = await put(agent, f"{TASKS}/{task['id']}/results/quick_mark", body)
    if depth < 60:
        ok(answer)
    else:
        invalid(answer)
    ok(await agent.report(task, "completed"))
    await seen(agent, ann)


@pytest.mark.parametrize("depth", [50, 70, 500, 900, 960, 5000])
async def test_deep_config_is_invalid_before_it_is_in_anybodys_way(
    http: httpx.AsyncClient, ann: Caller, depth: int
) -> None:
    agent = await cluster_agent(http, ann)
    deep = '{"a":' * depth + "1" + "}" * depth
    body = json.dumps(upload(cluster_network(2), config="HERE")).replace('"HERE"', deep)
    answer = await put(agent, f"{CURRENT}/results/cluster_network", body)
    if depth < 60:
        ok(answer)
    else:
        invalid(answer)
    await seen(agent, ann)


async def test_result_under_a_key_that_the_job_does_not_have_is_not_found(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann)
    task = await agent.joined()
    not_found(await agent.send_cluster(cluster_network(2)))
    for key in ("unknown", "quick_mark:2", "quick_mark:1", "QUICK_MARK"):
        not_found(await agent.send(task, quick_mark(), key))


async def test_result_at_the_wrong_level_is_invalid(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await cluster_agent(http, ann)
    task = await agent.joined()
    invalid(await agent.send(task, cluster_network(2), "cluster_network"))
    invalid(await agent.send_cluster(quick_mark(), "quick_mark"))


async def test_largest_cluster_result_is_taken_and_served(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await cluster_agent(http, ann, 256)
    results = cluster_network(256)
    assert results["total_links_tested"] == 65_280
    ok(await agent.send_cluster(results))
    job = await seen(agent, ann)
    assert job["benchmark_results"]["cluster_network"]["results"] == results
    served = ok(await http.get(f"{JOBS}/{agent.job['id']}/results", headers=ann.headers))
    assert served["cluster_network"]["results"] == results
    one_more = {**results, "measurements": [*results["measurements"], results["measurements"][0]]}
    invalid(await agent.send_cluster(one_more), "measurements")


async def _megabytes(count: int) -> AsyncIterator[bytes]:
    yield b'{"results": {"extra": "'
    for _ in range(count):
        yield b"x" * MIB
    yield f'", {json.dumps(cluster_network(2))[1:-1]}}}, {TIMES}}}'.encode()


async def test_result_above_thirty_two_mebibytes_is_too_large(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await cluster_agent(http, ann)
    path = f"{CURRENT}/results/cluster_network"
    refused(await put(agent, path, b" " * (32 * MIB + 1)), 413, "PAYLOAD_TOO_LARGE")
    refused(await put(agent, path, _megabytes(33)), 413, "PAYLOAD_TOO_LARGE")
    ok(await put(agent, path, _megabytes(2)))
    ok(await put(agent, path, json.dumps(upload(cluster_network(2))).encode().ljust(32 * MIB)))


async def test_uploads_that_come_at_once_leave_one_of_them(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await cluster_agent(http, ann)
    task = await agent.joined()
    shares = [0.9 + number / 100 for number in range(10)]
    calls = [agent.send(task, quick_mark(share=share)) for share in shares]
    calls += [agent.send_cluster({**cluster_network(2), "avg_latency": share}) for share in shares]
    for answer in await asyncio.gather(*calls):
        ok(answer)
    job = await seen(agent, ann)
    assert job["benchmark_results"]["cluster_network"]["results"]["avg_latency"] in shares
    assert job["tasks"][0]["benchmark_results"].keys() == {"quick_mark"}


async def run(http: httpx.AsyncClient, caller: Caller, results: list[Any], **fields: Any) -> Any:
    """Live a job with one node for each result to its end; return its list row with everything included."""
    agent = await start(http, caller, node_count=len(results))
    for number, result in enumerate(results):
        task = await agent.joined(number, **fields)
        ok(await agent.send(task, result))
    for task in (await seen(agent, caller))["tasks"]:
        ok(await agent.report(task, "completed"))
    query: dict[str, Any] = {"include_results": "true", "include": ["performance", "performance_nodes"], "per_page": 1}
    row = ok(await http.get(JOBS, params=query, headers=caller.headers))["results"][0]
    assert row["id"] == agent.job["id"]
    assert (await seen(agent, caller))["scoreboard_summary"] == row["performance"]
    return row


async def test_score_is_kept_when_a_job_ends(http: httpx.AsyncClient, ann: Caller) -> None:
    row = await run(http, ann, [quick_mark(2), quick_mark(2, share=0.57)], gpu_count=2)
    performance = row["performance"]
    assert performance.keys() == {
        "benchmark_id", "status", "score", "scored_nodes", "underperforming_nodes", "groups", "reasons",
    }  # fmt: skip
    assert performance["status"] == "underperforming"
    assert performance["groups"].keys() == {"compute", "memory", "interconnect"}
    assert performance["groups"]["memory"]["status"] == "as_expected"
    assert performance["groups"]["interconnect"] == {"score": None, "status": "unknown"}
    assert (performance["scored_nodes"], performance["underperforming_nodes"]) == (2, 1)
    assert performance["score"] == pytest.approx(0.57, abs=0.06)
    assert performance["reasons"]
    good, bad = row["performance_nodes"]
    assert (good["status"], bad["status"]) == ("as_expected", "underperforming")
    metric = bad["metrics"]["bf16_tflops"]
    assert metric["value"] == round(264.4 * 0.57, 2) * 2
    assert metric["ratio"] == round(metric["value"] / metric["expected"], 4)
    assert row["gpu_models"] == ["NVIDIA A100-SXM4-80GB"]
    aggregate = row["quickmark_aggregate_results"]
    assert aggregate["bf16_tflops"] == pytest.approx(264.4 * 2 + round(264.4 * 0.57, 2) * 2)
    assert (aggregate["node_count"], aggregate["gpu_count"]) == (2, 4)
    assert aggregate["temperature_centigrade"] == 58
    assert ok(await http.get(STATS, headers=ann.headers)) == {"alert_job_count": 1}


async def test_broken_power_sensor_enters_no_sum(http: httpx.AsyncClient, ann: Caller) -> None:
    row = await run(http, ann, [quick_mark(), quick_mark(power_consumption_watts=3.2)])
    assert row["quickmark_aggregate_results"]["power_consumption_watts"] == 411.3
    alone = await run(http, ann, [quick_mark(power_consumption_watts=3.2)])
    assert alone["quickmark_aggregate_results"]["power_consumption_watts"] is None


async def test_unknown_model_is_held_against_eight_other_nodes(http: httpx.AsyncClient, ann: Caller) -> None:
    model = {"gpu_model": "Homegrown X1"}
    eight = await run(http, ann, [quick_mark()] * 8, **model)
    assert eight["performance"]["status"] == "unknown"
    assert eight["performance"]["score"] is None
    assert eight["performance"]["scored_nodes"] == 0
    nine = await run(http, ann, [quick_mark()] * 8 + [quick_mark(share=0.8)], **model)
    assert nine["performance"]["status"] == "underperforming"
    statuses = [entry["status"] for entry in nine["performance_nodes"]]
    assert statuses[8] == "underperforming"
    assert nine["performance_nodes"][8]["groups"]["compute"]["score"] == 0.8


async def test_interconnect_is_held_against_nodes_of_the_same_size(http: httpx.AsyncClient, ann: Caller) -> None:
    links = [{**quick_mark(2), "aggregate_results": {**quick_mark(2)["aggregate_results"], **figures}} for figures in
             [{"allreduce_bandwidth_gbs": 180.0, "broadcast_bandwidth_gbs": 260.0}] * 8
             + [{"allreduce_bandwidth_gbs": 90.0, "broadcast_bandwidth_gbs": 130.0}]]  # fmt: skip
    row = await run(http, ann, links, gpu_count=2)
    slow = row["performance_nodes"][8]
    assert slow["groups"]["interconnect"] == {"score": 0.5, "status": "underperforming"}
    assert slow["metrics"]["allreduce_bandwidth_gbs"] == {
        "value": 90.0, "expected": 180.0, "ratio": 0.5, "status": "underperforming",
    }  # fmt: skip
    assert row["performance"]["groups"]["interconnect"]["status"] == "underperforming"


async def test_job_without_figures_has_no_performance(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann)
    ok(await agent.report(await agent.joined(), "failed"))
    body = ok(await http.get(f"{JOBS}?include=performance&include_results=true", headers=ann.headers))
    row = body["results"][0]
    assert row["performance"] is row["quickmark_aggregate_results"] is None
    assert ok(await http.get(f"{JOBS}?has_performance_data=true", headers=ann.headers))["results"] == []
