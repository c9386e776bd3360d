"""Our own OpenAPI document, held against the served API by Schemathesis: every check, single requests and sequences.

The run is bounded in time; its seed is fixed, so that a failure comes again.
"""

import asyncio
import os
import sys
from pathlib import Path

import httpx

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.config import ROOT
from siliconmark_ui.db import Database
from tests.api.paths import V1
from tests.factories import bearer, make_caller, make_job
from tests.security import between_fields

SEED = "20261123"
REPLACED = """
[[operations]]
include-name = "{name}"
checks.positive_data_acceptance.enabled = false
"""


async def test_api_keeps_what_its_document_promises_to_people(
    http: httpx.AsyncClient, db: Database, api_address: str, tmp_path: Path
) -> None:
    caller = await make_caller(db, "ruth@acme.example", Role.ROOT_ADMIN)
    for number in range(3):
        await make_job(db, caller.actor, name=f"Job {number}", tags=["fuzz"])
    await _hold(api_address, caller.headers, tmp_path, "--max-time", "40")


async def test_api_keeps_what_its_document_promises_to_agents(
    http: httpx.AsyncClient, db: Database, api_address: str, tmp_path: Path
) -> None:
    caller = await make_caller(db)
    job = await make_job(db, caller.actor, node_count=200)
    await _hold(api_address, bearer(job["token"]), tmp_path, "--max-time", "12", "--include-tag", "Agents")


async def _hold(address: str, headers: dict[str, str], folder: Path, *options: str) -> None:
    """Run Schemathesis with every check as the caller of those headers; the test fails with what it says."""
    settings = folder / "schemathesis.toml"
    settings.write_text("".join(REPLACED.format(name=name) for name in between_fields.RULES))
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "run", f"{address}{V1}/openapi.json",
        "--origin", address, "--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "15", "--seed", SEED,
        "--generation-database", "none", "--workers", "1", "--header", f"Authorization: {headers['Authorization']}",
        "--continue-on-failure", "--no-color", "--suppress-health-check", "all", *options,
    ]  # fmt: skip
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.security.between_fields", "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode(errors="replace")[-60000:]
    assert b"Test cases:" in output
