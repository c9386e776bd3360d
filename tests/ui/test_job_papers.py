"""The agent's commands and the API's JSON of a job, which a page shows on request: opened by the session cookie."""

import os
import subprocess
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import httpx
import msgspec
import pytest
from fastapi import FastAPI

from siliconmark_ui.accounts.sessions import COOKIE_NAME
from siliconmark_ui.accounts.tokens import get_signer
from siliconmark_ui.agents.bodies import read_node
from siliconmark_ui.api import job_papers
from siliconmark_ui.api.answers import answer_errors
from siliconmark_ui.db import Database
from siliconmark_ui.instants import now
from siliconmark_ui.jobs import service
from tests.factories import make_job
from tests.ui.conftest import SignIn
from tests.ui.finished import finished_job


@pytest.fixture
async def client(db: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the routes alone."""
    api = FastAPI()
    api.state.database = db
    api.state.settings = SimpleNamespace(public_url="https://bench.example", trusted_proxy_hops=0)
    answer_errors(api)
    api.include_router(job_papers.router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=api), base_url="http://test") as made:
        yield made


def cookie(key: str) -> dict[str, str]:
    """Give the header that a browser with this session sends."""
    return {"Cookie": f"{COOKIE_NAME}={key}"}


async def test_commands_carry_a_token_that_opens_this_job(
    client: httpx.AsyncClient, sign_in: SignIn, db: Database
) -> None:
    actor, key = await sign_in()
    job = await make_job(db, actor)
    answer = await client.get(f"/auth/jobs/{job['id']}/agent", headers=cookie(key))
    assert answer.headers["content-type"].startswith("text/plain")
    lines = dict(line.removeprefix("export ").split("=", 1) for line in answer.text.splitlines()[:2])
    assert lines["API"] == "'https://bench.example/api/silicon-mark/v1'"
    assert get_signer().subject(lines["JOB_TOKEN"].strip("'"), "job") == int(job["id"])


@pytest.mark.skipif(not Path("/etc/machine-id").exists(), reason="the machine has no id")
def test_commands_register_the_machine_with_its_gpus(tmp_path: Path) -> None:
    for name, body in {"nvidia-smi": "echo 'NVIDIA H100'; echo 'NVIDIA H100'", "curl": 'echo "$8"'}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    script = job_papers.agent_commands("https://bench.example", "token")
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["/bin/sh", "-e"], input=script, text=True, check=True, capture_output=True, env=path)
    node = read_node(msgspec.json.decode(done.stdout.splitlines()[-1]))
    assert (node.gpu_count, node.gpu_model) == (2, "NVIDIA H100")
    assert node.machine_uuid.replace("-", "") == Path("/etc/machine-id").read_text().strip()


async def test_commands_are_refused_for_a_job_that_takes_no_agents(
    client: httpx.AsyncClient, sign_in: SignIn, db: Database
) -> None:
    actor, key = await sign_in()
    expired = await make_job(db, actor, at=now() - timedelta(hours=25))
    for job_id in (expired["id"], await finished_job(db, actor)):
        answer = await client.get(f"/auth/jobs/{job_id}/agent", headers=cookie(key))
        assert answer.status_code == 409
        assert "eyJ" not in answer.text


async def test_raw_job_is_what_the_api_answers_but_for_the_token(
    client: httpx.AsyncClient, sign_in: SignIn, db: Database
) -> None:
    actor, key = await sign_in()
    job_id = await finished_job(db, actor, nodes=2)
    shown = (await client.get(f"/auth/jobs/{job_id}/raw", headers=cookie(key))).json()
    told = await service.get_job(db, actor, int(job_id))
    assert shown.keys() == told.keys()
    assert (shown["id"], shown["token"]) == (job_id, job_papers.HIDDEN_TOKEN)
    assert shown["tasks"][0]["benchmark_results"]["quick_mark"]["results"]["test_results"]


@pytest.mark.parametrize("paper", ["agent", "raw"])
async def test_papers_are_for_those_who_see_the_job(
    client: httpx.AsyncClient, sign_in: SignIn, db: Database, paper: str
) -> None:
    actor, _ = await sign_in("ann@acme.example")
    _, foreign = await sign_in("eve@other.example", customer="Other")
    job = await make_job(db, actor)
    address = f"/auth/jobs/{job['id']}/{paper}"
    bearer = {"Authorization": f"Bearer {job['token']}"}
    assert (await client.get(address, headers=cookie(foreign))).status_code == 404
    assert [(await client.get(address, headers=headers)).status_code for headers in ({}, bearer)] == [401, 401]
