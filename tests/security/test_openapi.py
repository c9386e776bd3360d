"""Our own OpenAPI document, held against the served API by Schemathesis: every check, single requests and sequences.

The run is bounded in time; its seed is fixed, so that a failure comes again. One check is left out: that whatever the
schema allows is accepted. JSON Schema cannot say that one time must lie before another, or that a benchmark is known.
"""

import asyncio
import sys
from pathlib import Path

import httpx
import pytest

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.db import Database
from tests.api.paths import V1
from tests.factories import make_caller, make_job

SECONDS = 40
SEED = "20261123"


@pytest.mark.parametrize("role", [Role.ROOT_ADMIN])
async def test_api_keeps_what_its_document_promises(
    http: httpx.AsyncClient, db: Database, api_address: str, tmp_path: Path, role: Role
) -> None:
    caller = await make_caller(db, "ruth@acme.example", role)
    for number in range(3):
        await make_job(db, caller.actor, name=f"Job {number}", tags=["fuzz"])
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{api_address}{V1}/openapi.json",
        "--origin", api_address, "--phases", "examples,coverage,fuzzing,stateful", "--max-time", str(SECONDS),
        "--max-examples", "15", "--seed", SEED, "--generation-database", "none", "--workers", "1",
        "--exclude-checks", "positive_data_acceptance",
        "--header", f"Authorization: {caller.headers['Authorization']}", "--continue-on-failure", "--no-color",
        "--suppress-health-check", "all",
    ]  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        *command, cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode(errors="replace")[-8000:]
    assert b"Test cases:" in output or b"passed" in output
