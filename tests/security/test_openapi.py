"""Our own OpenAPI document, held against the served API by Schemathesis: every check, single requests and sequences.

Every operation is held by every check. The amount of requests is bounded, not the time, and the seed is fixed: a busy
machine tests as much as an idle one, and a failure comes again.
"""

import asyncio
import os
import re
import sys
from collections import Counter
from pathlib import Path

import httpx

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.config import ROOT
from siliconmark_ui.db import Database
from tests.api.paths import JOBS, V1
from tests.factories import bearer, make_caller, make_job
from tests.security import between_fields

SEED = "20261123"
AGENTS = "Agents"
RULES_OF_AGENTS = {label for label in between_fields.RULES if f" {V1}/tasks" in label or f" {JOBS}/current/" in label}
# How many requests of each operation are drawn at random, beside those that cover its schema.
FUZZED = 8
SETTINGS = """
[phases.fuzzing.generation]
max-examples = {fuzzing}
[phases.stateful.generation]
max-examples = {stateful}
"""
TESTED = re.compile(rb"Selected: (\d+)/\d+\s+Tested: (\d+)")


async def test_api_keeps_what_its_document_promises_to_people(
    http: httpx.AsyncClient, db: Database, api_address: str, tmp_path: Path
) -> None:
    caller = await make_caller(db, "ruth@acme.example", Role.ROOT_ADMIN)
    for number in range(3):
        await make_job(db, caller.actor, name=f"Job {number}", tags=["fuzz"])
    counted = await _hold(api_address, caller.headers, tmp_path, 60, "--exclude-tag", AGENTS)
    assert {label for kind, label in counted if kind == "kept"} == between_fields.RULES.keys() - RULES_OF_AGENTS


async def test_api_keeps_what_its_document_promises_to_agents(
    http: httpx.AsyncClient, db: Database, api_address: str, tmp_path: Path
) -> None:
    caller = await make_caller(db)
    job = await make_job(db, caller.actor, node_count=200)
    counted = await _hold(api_address, bearer(job["token"]), tmp_path, 8, "--include-tag", AGENTS)
    assert {label for kind, label in counted if kind == "kept"} == RULES_OF_AGENTS


async def _hold(
    address: str, headers: dict[str, str], folder: Path, scenarios: int, *options: str
) -> Counter[tuple[str, str]]:
    """Run Schemathesis with every check as the caller of those headers; the test fails with what it says.

    `scenarios` is how many sequences of requests are tried, in which an answer gives the next request its values.

    Returns how many requests kept, and how many broke, the rules between fields of each operation that has some.
    """
    settings = folder / "schemathesis.toml"
    settings.write_text(SETTINGS.format(fuzzing=FUZZED, stateful=scenarios))
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "run", f"{address}{V1}/openapi.json",
        "--origin", address, "--phases", "examples,coverage,fuzzing,stateful", "--checks", "all",
        "--seed", SEED,
        "--generation-database", "none", "--workers", "1", "--header", f"Authorization: {headers['Authorization']}",
        "--continue-on-failure", "--no-color", "--suppress-health-check", "all", *options,
    ]  # fmt: skip
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.security.between_fields", "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode(errors="replace")[-60000:]
    tested = TESTED.search(output)
    assert tested is not None
    assert tested[1] == tested[2]
    counted = Counter(between_fields.read_counted(folder))
    for (kind, label), number in sorted(counted.items()):
        print(f"{label}: {number} requests {kind} the rules between its fields")  # noqa: T201 - shown when it fails.
    return counted
