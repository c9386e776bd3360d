"""The tables beside the job list, read back from each format: a job's links and figures, jobs and nodes with scores."""

import json
from collections.abc import Sequence
from typing import Any

import httpx
import msgspec
import pytest

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.accounts.service import sign_in
from siliconmark_ui.accounts.sessions import COOKIE_NAME
from siliconmark_ui.agents import bodies
from siliconmark_ui.agents import service as agents
from siliconmark_ui.alerts import service as alerts
from siliconmark_ui.benchmarks.catalogue import METRICS
from siliconmark_ui.benchmarks.cluster_network import read_cluster_network
from siliconmark_ui.benchmarks.quick_mark import POWER
from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.exports import plan
from siliconmark_ui.exports.columns import PERFORMANCE_JOBS, PERFORMANCE_NODES, Column
from siliconmark_ui.exports.job_columns import LINKS, QUICKMARK
from siliconmark_ui.exports.order import FORMATS, read_performance_order
from siliconmark_ui.exports.sending import MEDIA_TYPES
from siliconmark_ui.exports.service import export_jobs
from siliconmark_ui.instants import now
from siliconmark_ui.jobs import service as jobs
from siliconmark_ui.jobs.filters import JobQuery
from tests.api.expect import invalid, not_found, token_refused
from tests.api.paths import JOBS as LIST
from tests.api.paths import V1
from tests.exports.fleet import make_fleet
from tests.exports.reading import (
    Rows,
    as_csv_cell,
    as_typed,
    flat,
    from_csv_cell,
    from_typed,
    read_csv,
    read_parquet,
    read_xlsx,
)
from tests.factories import PASSWORD, Caller, cluster_network, machine, make_caller, make_job, node, quick_mark, upload

ERRORS = ("=cmd|' /C calc'!A0", 'he said "no",\nthen left', "漢字 🚀", "@SUM(A1)")
EVIL_GPU = '=HYPERLINK("http://x.example","y")'
JOB_TABLES = ("links", "quickmark")
FLEET_TABLES = ("performance", "performance-nodes")


async def run_job(db: Database, caller: Caller, name: str = "Nacht lauf/7", **fields: Any) -> str:
    """Return the id of an ended job of three nodes: odd errors on its links, one slow node, one broken power sensor."""
    sequence = ["quick_mark", "cluster_network", {"benchmark_id": "cluster_network", "config": {"timeout": 60}}]
    job = await make_job(db, caller.actor, name=name, node_count=3, benchmarks=sequence, **fields)
    tasks = []
    for number in range(3):
        body = node(number, gpu_count=2, machine_ip=f"10.0.0.{number}" if number else None)
        task, _ = await agents.register_node(db, job["token"], bodies.read_node(body))
        tasks.append(int(task["id"]))
    for key, nodes in (("cluster_network", 3), ("cluster_network:2", 2)):
        read = bodies.read_upload(msgspec.json.encode(upload(network(nodes))), key)
        await agents.store_cluster_result(db, job["token"], key, read)
    for number, task_id in enumerate(tasks):
        result = quick_mark(gpus=2, share=0.7 if number == 1 else 1.0)
        if number == 2:
            result = quick_mark(gpus=2, **{POWER: 3.5})
        result["test_results"][0]["gpu_id"] = EVIL_GPU
        read = bodies.read_upload(msgspec.json.encode(upload(result)), "quick_mark")
        await agents.store_task_result(db, job["token"], task_id, "quick_mark", read)
    for task_id in tasks:
        await agents.report_task(db, job["token"], task_id, bodies.read_progress({"state": "completed"}))
    return job["id"]


def network(nodes: int) -> dict[str, Any]:
    """Return a network result in which links fail with odd words, one is measured twice, and one leads to itself."""
    result = cluster_network(nodes)
    links = result["measurements"]
    for link, error in zip(links[2:], ERRORS, strict=nodes == 3):
        link |= {"bandwidth_gbps": None, "latency": None, "error": error}
    links.append({**links[0], "bandwidth_gbps": 0})
    links.append({"source": machine(0), "target": machine(0), "bandwidth_gbps": 900.0, "latency": 0.0})
    return result


@pytest.fixture
async def owner(db: Database) -> Caller:
    """A person with one job of each kind of trouble."""
    return await make_caller(db)


@pytest.fixture
async def job_id(db: Database, owner: Caller) -> str:
    """The id of the ended job of `owner`."""
    return await run_job(db, owner)


async def fetched(http: httpx.AsyncClient, caller: Caller, path: str, **query: str) -> bytes:
    """Return the file at a path below the list's."""
    answer = await http.get(f"{LIST}/{path}", params=query, headers=caller.headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPES[query.get("format", "csv")]
    return answer.content


def found_in(content: bytes, wanted: str, columns: Sequence[Column]) -> Rows:
    """Return the rows of a file in the types of their columns."""
    if wanted == "json":
        return flat(json.loads(content), columns)
    of = {column.name: column for column in columns}
    if wanted == "csv":
        return [{name: from_csv_cell(cell, of[name]) for name, cell in row.items()} for row in read_csv(content)]
    cells = read_xlsx(content, columns) if wanted == "xlsx" else read_parquet(content)
    return [{name: from_typed(value, of[name]) for name, value in row.items()} for row in cells]


def expected_in(rows: Rows, wanted: str, columns: Sequence[Column]) -> Rows:
    """Return flat rows as `found_in` gives them from a file of that format."""
    if wanted == "json":
        return rows
    of = {column.name: column for column in columns}
    shown = as_csv_cell if wanted == "csv" else as_typed
    cells = [{name: shown(value, of[name]) for name, value in row.items()} for row in rows]
    return [{name: None if wanted == "xlsx" and value == "" else value for name, value in row.items()} for row in cells]


async def detail_of(db: Database, caller: Caller, job_id: str) -> Any:
    """Return the job's detail as its API gives it."""
    return json.loads(msgspec.json.encode(await jobs.get_job(db, caller.actor, int(job_id))))


@pytest.mark.parametrize("wanted", FORMATS)
async def test_links_read_back_are_those_that_the_charts_read(
    http: httpx.AsyncClient, db: Database, owner: Caller, job_id: str, wanted: str
) -> None:
    content = await fetched(http, owner, f"{job_id}/export/links", format=wanted)
    detail = await detail_of(db, owner, job_id)
    document = detail["benchmark_results"]["cluster_network"]["results"]
    addresses = {task["machine_uuid"]: task["machine_ip"] for task in detail["tasks"]}
    latest = {(link["source"], link["target"]): link for link in document["measurements"]}
    dead = {(link.source, link.target) for link in read_cluster_network(document).dead}
    rows: Rows = [
        {
            "source": source,
            "target": target,
            "source_machine_ip": addresses[source],
            "target_machine_ip": addresses[target],
            "state": "dead" if (source, target) in dead else "live",
            "bandwidth_gbps": link["bandwidth_gbps"],
            "latency": link["latency"],
            "error": link.get("error"),
        }
        for (source, target), link in latest.items()
        if source != target
    ]
    assert (len(rows), len(dead)) == (6, 5)
    assert found_in(content, wanted, LINKS.columns) == expected_in(rows, wanted, LINKS.columns)


async def test_links_of_the_second_run_are_asked_for_by_its_key(
    http: httpx.AsyncClient, owner: Caller, job_id: str
) -> None:
    first = read_csv(await fetched(http, owner, f"{job_id}/export/links"))
    second = read_csv(await fetched(http, owner, f"{job_id}/export/links", result="cluster_network:2"))
    assert (len(first), len(second)) == (6, 2)
    assert {row["source"] for row in second} == {machine(0), machine(1)}


@pytest.mark.parametrize("wanted", FORMATS)
async def test_quickmark_figures_read_back_are_those_of_the_uploads(
    http: httpx.AsyncClient, db: Database, owner: Caller, job_id: str, wanted: str
) -> None:
    content = await fetched(http, owner, f"{job_id}/export/quickmark", format=wanted)
    detail = await detail_of(db, owner, job_id)
    page = await jobs.list_jobs(db, owner.actor, JobQuery(include=("performance", "performance_nodes")))
    nodes: Any = page["results"][0]["performance_nodes"]
    rows: Rows = []
    for task, scored in zip(detail["tasks"], nodes, strict=True):
        result = task["benchmark_results"]["quick_mark"]["results"]
        is_node_broken = any(test[POWER] < 20 for test in result["test_results"])
        head = {name: task[name] for name in ("machine_uuid", "machine_ip", "gpu_model", "gpu_count")}
        head |= {"task_id": task["id"]}
        tests = [(None, result["aggregate_results"]), *enumerate(result["test_results"])]
        for index, figures in tests:
            row = dict.fromkeys((column.name for column in QUICKMARK.columns), None) | head
            row |= {name: value for name, value in figures.items() if name in METRICS}
            row |= {"scope": "node" if index is None else "gpu", "gpu_index": index}
            row["gpu_id"] = None if index is None else figures["gpu_id"]
            broken = is_node_broken if index is None else figures[POWER] < 20
            row |= {"power_sensor": "broken", POWER: None} if broken else {"power_sensor": "sound"}
            for metric, score in scored["metrics"].items() if index is None else ():
                row |= {f"expected.{metric}": score["expected"], f"ratio.{metric}": score["ratio"]}
            rows.append(row)
    assert len(rows) == 9
    assert any(row["ratio.bf16_tflops"] and row["ratio.bf16_tflops"] < 0.9 for row in rows)
    assert found_in(content, wanted, QUICKMARK.columns) == expected_in(rows, wanted, QUICKMARK.columns)


async def test_quickmark_of_a_job_that_has_not_run_is_a_header(http: httpx.AsyncClient, db: Database) -> None:
    caller = await make_caller(db)
    job = await make_job(db, caller.actor)
    content = await fetched(http, caller, f"{job['id']}/export/quickmark", columns="task_id")
    assert content == b"task_id\r\n"
    assert json.loads(await fetched(http, caller, f"{job['id']}/export/quickmark", format="json")) == []
    not_found(await http.get(f"{LIST}/{job['id']}/export/links", headers=caller.headers))


@pytest.mark.parametrize("wanted", FORMATS)
async def test_performance_jobs_read_back_are_the_lists(http: httpx.AsyncClient, db: Database, wanted: str) -> None:
    fleet = await make_fleet(db)
    query = JobQuery(per_page=300, has_performance_data=True, include=("performance",), include_results=True)
    content = await fetched(http, fleet.owner, "export/performance", format=wanted, sort_by="created_at")
    rows = [dict(row) for row in (await jobs.list_jobs(db, fleet.owner.actor, query))["results"]]
    columns = PERFORMANCE_JOBS.columns
    assert len(rows) > 5
    assert found_in(content, wanted, columns) == expected_in(flat(rows, columns), wanted, columns)


@pytest.mark.parametrize("wanted", FORMATS)
async def test_performance_nodes_read_back_are_the_lists(http: httpx.AsyncClient, db: Database, wanted: str) -> None:
    fleet = await make_fleet(db)
    expansions = ("performance", "performance_nodes")
    query = JobQuery(per_page=300, has_performance_data=True, include=expansions)
    content = await fetched(http, fleet.owner, "export/performance-nodes", format=wanted, sort_by="created_at")
    rows: Rows = []
    for job in (await jobs.list_jobs(db, fleet.owner.actor, query))["results"]:
        own: Any = job
        head = {f"job_{name}": own[name] for name in ("id", "name", "state", "created_at", "ended_at")}
        rows += [head | one for one in own["performance_nodes"]]
    columns = PERFORMANCE_NODES.columns
    every = [{column.name: _found(row, column.name.split(".")) for column in columns} for row in rows]
    assert len(rows) > 10
    assert found_in(content, wanted, columns) == expected_in(every, wanted, columns)


def _found(value: Any, steps: list[str]) -> Any:
    for step in steps:
        value = value.get(step) if value is not None else None
    return value


async def test_performance_tables_take_the_pages_own_filters_and_order(http: httpx.AsyncClient, db: Database) -> None:
    chief = await make_caller(db, "chief@acme.example", Role.CUSTOMER_ADMIN)
    seen, open_alert = await run_job(db, chief, "seen"), await run_job(db, chief, "open")
    await make_job(db, chief.actor, name="without figures")
    await alerts.acknowledge(db, chief.actor, int(seen), "a fan")

    async def ids(table: str, **query: str) -> list[str]:
        column = "id" if table == "performance" else "job_id"
        rows = read_csv(await fetched(http, chief, f"export/{table}", **query))
        return [row[column] for row in rows]

    assert await ids("performance") == [open_alert, seen]
    assert await ids("performance", review="done") == [seen]
    assert await ids("performance-nodes", review="open") == [open_alert] * 3
    assert await ids("performance", gpu_model="NVIDIA H100") == []
    assert await ids("performance-nodes", gpu_model="NVIDIA A100-SXM4-80GB", name="SEE") == [seen] * 3


@pytest.mark.parametrize("table", [*JOB_TABLES, *FLEET_TABLES])
async def test_nobody_exports_what_they_do_not_see(
    http: httpx.AsyncClient, db: Database, owner: Caller, job_id: str, table: str
) -> None:
    stranger = await make_caller(db, "zoe@else.example", customer="Elsewhere")
    path = f"{job_id}/export/{table}" if table in JOB_TABLES else f"export/{table}"
    if table in JOB_TABLES:
        not_found(await http.get(f"{LIST}/{path}", headers=stranger.headers))
    else:
        assert read_csv(await fetched(http, stranger, path)) == []
    token_refused(await http.get(f"{LIST}/{path}"))
    key = await sign_in(db, owner.actor.email, PASSWORD, "127.0.0.1")
    answer = await http.get(f"{LIST}/{path}", headers={"Cookie": f"{COOKIE_NAME}={key}"})
    assert len(read_csv(answer.content)) > 0


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("{job}/export/links?reslut=x", ("Unknown query parameter 'reslut'", "result")),
        ("{job}/export/links?result=quick_mark", ("result", "cluster_network")),
        ("{job}/export/links?result=", ("result", "empty")),
        ("{job}/export/links?format=xls", ("format",)),
        ("{job}/export/links?columns=token", ("columns", "bandwidth_gbps")),
        ("{job}/export/quickmark?result=quick_mark", ("Unknown query parameter 'result'",)),
        ("x/export/quickmark", ("job_id",)),
        ("export/performance?include=performance", ("Unknown query parameter 'include'",)),
        ("export/performance?review=maybe", ("review", "open", "done")),
        ("export/performance-nodes?page=2", ("page",)),
        ("export/performance-nodes?columns=id", ("columns", "job_id")),
    ],
)
async def test_a_wrong_question_is_refused(
    http: httpx.AsyncClient, owner: Caller, job_id: str, path: str, words: tuple[str, ...]
) -> None:
    invalid(await http.get(f"{LIST}/{path.format(job=job_id)}", headers=owner.headers), *words)


async def test_a_result_that_the_job_has_not_is_not_found(http: httpx.AsyncClient, owner: Caller, job_id: str) -> None:
    answer = await http.get(f"{LIST}/{job_id}/export/links?result=cluster_network:3", headers=owner.headers)
    assert "cluster_network:3" in not_found(answer)


async def test_file_names_say_which_job_or_filters_they_hold(
    http: httpx.AsyncClient, owner: Caller, job_id: str
) -> None:
    day = now().date()
    names = {
        f"{job_id}/export/links": f"links_Nacht-lauf-7_cluster_network_{job_id}_{day}.csv",
        f"{job_id}/export/quickmark?format=json": f"quickmark_Nacht-lauf-7_{job_id}_{day}.json",
        "export/performance?review=open": f"performance_alerts-open_{day}.csv",
        "export/performance-nodes?gpu_model=A/B": f"performance-nodes_A-B_{day}.csv",
    }
    for path, name in names.items():
        answer = await http.get(f"{LIST}/{path}", headers=owner.headers)
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'


async def test_workbooks_of_nodes_are_refused_by_the_number_of_nodes(
    db: Database, owner: Caller, job_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert job_id
    monkeypatch.setattr(plan, "XLSX_ROWS", 2)
    order = read_performance_order(PERFORMANCE_NODES, [("format", "xlsx")])
    with pytest.raises(InvalidInput, match="at most 2 rows and 3 match"):
        await export_jobs(db, owner.actor, order)


async def test_the_description_names_every_table_with_its_parameters_and_errors(http: httpx.AsyncClient) -> None:
    paths = (await http.get(f"{V1}/openapi.json")).json()["paths"]
    own = {
        f"{LIST}/export/performance": {"review", "gpu_model", "tags", "sort_by"},
        f"{LIST}/export/performance-nodes": {"review", "gpu_model", "tags", "sort_by"},
        f"{LIST}/{{job_id}}/export/links": {"result", "job_id"},
        f"{LIST}/{{job_id}}/export/quickmark": {"job_id"},
    }
    for path, expected in own.items():
        described = paths[path]["get"]
        names = {parameter["name"] for parameter in described["parameters"]}
        assert names >= expected | {"format", "columns", "bom"}
        assert not names & {"page", "per_page", "include"}
        assert {"400", "401", "500"} <= set(described["responses"])
        assert ("404" in described["responses"]) == ("job_id" in names)
