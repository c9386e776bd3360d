"""The figure sheets over HTTP: opened by the session cookie, and by nothing else."""

from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest
from fastapi import FastAPI

from siliconmark_ui.accounts.sessions import COOKIE_NAME
from siliconmark_ui.agents import service as agents
from siliconmark_ui.agents.bodies import read_node, read_upload
from siliconmark_ui.api import figures
from siliconmark_ui.api.answers import answer_errors
from siliconmark_ui.db import Database
from tests.factories import cluster_network, make_caller, make_job, node, upload
from tests.ui.conftest import SignIn
from tests.ui.finished import finished_job


@pytest.fixture
async def client(db: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the route alone."""
    api = FastAPI()
    api.state.database = db
    answer_errors(api)
    api.include_router(figures.router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=api), base_url="http://test") as made:
        yield made


def cookie(key: str) -> dict[str, str]:
    """Give the header that a browser with this session sends."""
    return {"Cookie": f"{COOKIE_NAME}={key}"}


async def test_sheet_holds_the_charts_of_the_tab(client: httpx.AsyncClient, sign_in: SignIn, db: Database) -> None:
    actor, key = await sign_in()
    job_id = await finished_job(db, actor, nodes=3)
    network = await client.get(f"/auth/figures/jobs/{job_id}/network", headers=cookie(key))
    quickmark = await client.get(f"/auth/figures/jobs/{job_id}/quickmark", headers=cookie(key))
    assert network.status_code == 200
    assert network.json()["bandwidth_map"]["figure"]["data"][0]["y"] == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
    assert set(quickmark.json()) == {"metric_ratios", "node_scores", "power_temperature"}


async def test_sheet_is_refused_without_a_session_or_with_a_bearer_token(
    client: httpx.AsyncClient, sign_in: SignIn, db: Database
) -> None:
    actor, _ = await sign_in()
    caller = await make_caller(db, "tool@acme.example")
    job_id = await finished_job(db, actor)
    address = f"/auth/figures/jobs/{job_id}/quickmark"
    for headers in ({}, cookie("made-up"), caller.headers):
        answer = await client.get(address, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "CLIENT_TOKEN_INVALID"


async def test_sheet_of_a_job_out_of_scope_reads_as_not_found(
    client: httpx.AsyncClient, sign_in: SignIn, db: Database
) -> None:
    actor, _ = await sign_in("ann@acme.example")
    _, key = await sign_in("eve@other.example", customer="Other")
    job_id = await finished_job(db, actor, nodes=2)
    for sheet in ("network", "quickmark", "gpus"):
        answer = await client.get(f"/auth/figures/jobs/{job_id}/{sheet}", headers=cookie(key))
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "RESOURCE_NOT_FOUND")


async def test_network_sheet_of_a_job_without_a_network_result_is_empty(
    client: httpx.AsyncClient, sign_in: SignIn, db: Database
) -> None:
    actor, key = await sign_in()
    job_id = await finished_job(db, actor)
    answer = await client.get(f"/auth/figures/jobs/{job_id}/network?order=latency", headers=cookie(key))
    assert (answer.status_code, answer.json()) == (200, {})


async def test_network_sheet_is_of_the_first_result_when_the_first_entry_has_none(
    client: httpx.AsyncClient, sign_in: SignIn, db: Database
) -> None:
    actor, key = await sign_in()
    runs = ["cluster_network", {"benchmark_id": "cluster_network", "config": {"timeout": 60}}]
    job = await make_job(db, actor, node_count=2, benchmarks=runs)
    for index in range(2):
        await agents.register_node(db, job["token"], read_node(node(index)))
    results = upload(cluster_network(2), config={"timeout": 60})
    body = read_upload(msgspec.json.encode(results), "cluster_network")
    await agents.store_cluster_result(db, job["token"], "cluster_network:2", body)
    answer = await client.get(f"/auth/figures/jobs/{job['id']}/network", headers=cookie(key))
    assert answer.status_code == 200
    assert "bandwidth_map" in answer.json()


@pytest.mark.parametrize(
    ("rest", "status"),
    [
        ("network?order=size", 400),
        ("network?colour=red", 400),
        ("network?result=quick_mark", 404),
        ("network?result=cluster_network:2", 404),
        ("power", 404),
        ("gpus?node=no-such-machine", 404),
    ],
)
async def test_sheet_answers_a_wrong_question_with_an_error_of_the_contract(
    client: httpx.AsyncClient, sign_in: SignIn, db: Database, rest: str, status: int
) -> None:
    actor, key = await sign_in()
    job_id = await finished_job(db, actor, nodes=2)
    answer = await client.get(f"/auth/figures/jobs/{job_id}/{rest}", headers=cookie(key))
    assert answer.status_code == status
    assert answer.json()["error"]["message"]
