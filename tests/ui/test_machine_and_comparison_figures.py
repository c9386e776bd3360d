"""The sheets of machines and comparisons over HTTP: opened by the session cookie, within the caller's scope."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from siliconmark_ui.api import side_figures
from siliconmark_ui.api.answers import answer_errors
from siliconmark_ui.db import Database
from tests.factories import machine
from tests.ui.conftest import SignIn
from tests.ui.finished import finished_job
from tests.ui.test_figures_route import cookie


@pytest.fixture
async def client(db: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the routes alone."""
    api = FastAPI()
    api.state.database = db
    answer_errors(api)
    api.include_router(side_figures.router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=api), base_url="http://test") as made:
        yield made


async def test_machine_sheet_holds_a_chart_a_measured_metric(
    client: httpx.AsyncClient, sign_in: SignIn, db: Database
) -> None:
    actor, key = await sign_in()
    await finished_job(db, actor)
    answer = await client.get(f"/auth/figures/machines/{machine(0)}", headers=cookie(key))
    assert answer.status_code == 200
    assert {"bf16_tflops", "memory_bandwidth_gbs"} <= set(answer.json())
    assert "allreduce_bandwidth_gbs" not in answer.json()


async def test_sheets_of_foreign_jobs_and_machines_stay_closed(
    client: httpx.AsyncClient, sign_in: SignIn, db: Database
) -> None:
    actor, _ = await sign_in("ann@acme.example")
    _, key = await sign_in("eve@other.example", customer="Other")
    job_id = await finished_job(db, actor, nodes=2)
    assert (await client.get(f"/auth/figures/machines/{machine(0)}", headers=cookie(key))).status_code == 404
    answer = await client.get(f"/auth/figures/comparison?job={job_id}", headers=cookie(key))
    assert (answer.status_code, answer.json()) == (200, {})
    for address in (f"machines/{machine(0)}", f"comparison?job={job_id}"):
        assert (await client.get(f"/auth/figures/{address}")).status_code == 401


async def test_comparison_sheet_draws_the_asked_metric_and_refuses_unknown_options(
    client: httpx.AsyncClient, sign_in: SignIn, db: Database
) -> None:
    actor, key = await sign_in()
    ids = [await finished_job(db, actor, nodes=2), await finished_job(db, actor, nodes=2)]
    jobs = f"job={ids[0]}&job={ids[1]}"
    sheet = (await client.get(f"/auth/figures/comparison?{jobs}&metric=fp16_tflops", headers=cookie(key))).json()
    assert {chart for chart in sheet if not chart.endswith("/curves")} == {"metric", "bandwidth", "latency"}
    assert sheet["metric"]["figure"]["layout"]["xaxis"]["title"]["text"] == "FP16 (TFLOPS)"
    for query in (f"{jobs}&metric=a&metric=b", f"{jobs}&order=mean"):
        assert (await client.get(f"/auth/figures/comparison?{query}", headers=cookie(key))).status_code == 400
