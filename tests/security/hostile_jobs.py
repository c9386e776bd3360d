"""Jobs and people whose every text is of one hostile kind, so that each export can be asked for each kind by name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import msgspec

from siliconmark_ui.accounts.customers import add_customer, rename_customer
from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.agents import service as agents
from siliconmark_ui.agents.bodies import read_node, read_progress, read_upload
from siliconmark_ui.db import Database
from siliconmark_ui.instants import at, now
from tests.api.paths import TOKEN, V1
from tests.factories import Caller, cluster_network, machine, make_caller, make_job, node, quick_mark, upload
from tests.security.hostile_texts import MARKUP, SCRIPT

TURNED = "turned around"
# Eight, because a comparison takes eight jobs; each fits every field but a tag, of which the letters are few.
KINDS: Mapping[str, str] = {
    "script": SCRIPT,
    "markup": MARKUP,
    "formula with =": '=HYPERLINK("https://evil.example","x")',
    "formula with +": "+1+cmd|' /C calc'!A0",
    "formula with -": "-2+3+cmd|' /C calc'!A0",
    "formula with @": "@SUM(1+1)*cmd|' /C calc'!A0",
    TURNED: "\u202egpj.exe\u2066 \u05e9\u05dc\u05d5\u05dd \u200f\u2067",
    "end of the cell": '";=1+1;"a,=2+2\n=3+3\t=4',
}
# What makes a spreadsheet run a cell that begins with it.
RUNNABLE = ("=", "+", "-", "@", "\t", "\r")
TAGS = ("+1+1", "-2+3", "@SUM", "\u05e9\u05dc\u05d5\u05dd")
HALF = "\ud800"
CONTROLS = ("\x00", "\x07", "\x08", "\x0b", "\r", "\x1b[31m", "\x7f", "\x85", "\x9b2J", HALF)


@dataclass(frozen=True)
class HostileJobs:
    """Who sees them (a root admin), the job of each kind, and one whose nodes, GPUs and links are of all kinds."""

    root: Caller
    of_kind: tuple[str, ...]
    of_all: str


async def make_hostile_jobs(db: Database) -> HostileJobs:
    """Fill an empty database by the doors that strangers have."""
    root = await make_caller(db, "ruth@acme.example", Role.ROOT_ADMIN)
    jobs = [await _job(db, root, text, [text], TAGS[place % len(TAGS)]) for place, text in enumerate(KINDS.values())]
    of_all = await _job(db, root, "all kinds", list(KINDS.values()), "all")
    return HostileJobs(root, tuple(jobs), of_all)


async def _job(db: Database, root: Caller, text: str, models: list[str], tag: str) -> str:
    """Return the id of an ended job with a node for each of the models."""
    several = len(models) > 1
    with at(now() - timedelta(hours=2)):
        job = await make_job(
            db, root.actor, name=text, description=text, tags=[tag, "b"], node_count=len(models),
            benchmarks=["cluster_network"] if several else [],
        )  # fmt: skip
        tasks = []
        for number, model in enumerate(models):
            body = node(number, gpu_model=model, gpu_count=2, inventory={text: text})
            task, _ = await agents.register_node(db, job["token"], read_node(body))
            tasks.append(int(task["id"]))
        if several:
            network = read_upload(msgspec.json.encode(upload(_network(len(models)))), "cluster_network")
            await agents.store_cluster_result(db, job["token"], "cluster_network", network)
        for task_id, model in zip(tasks, models, strict=True):
            content = upload(_quick_mark(model), error_message=model, config={model: model})
            result = read_upload(msgspec.json.encode(content), "quick_mark")
            await agents.store_task_result(db, job["token"], task_id, "quick_mark", result)
            await agents.report_task(db, job["token"], task_id, read_progress({"state": "completed"}))
    return job["id"]


def _quick_mark(text: str) -> dict[str, Any]:
    result = quick_mark(2)
    for test in result["test_results"]:
        test |= {"gpu_id": text, "gpu_model": text, text: text}
    return result


def _network(nodes: int) -> dict[str, Any]:
    """Return a result in which a link fails with each text, and nodes are called by each."""
    result = cluster_network(nodes)
    for number, text in enumerate(KINDS.values()):
        ends = {"source": text, "target": machine(number)}
        turned = {"source": machine(number), "target": text}
        result["measurements"] += [
            {**ends, "bandwidth_gbps": 80.0, "latency": 0.02},
            {**turned, "bandwidth_gbps": None, "latency": None, "error": text},
        ]
    return result


async def make_hostile_acts(http: httpx.AsyncClient, db: Database, jobs: HostileJobs) -> None:
    """Leave every kind of text in the audit log: as who signs in, as what is acted on, as whose, and in the details."""
    for text in KINDS.values():
        await http.post(TOKEN, data={"username": text, "password": "not the password"})
        body = {"name": text, "scope": "read"}
        await http.post(f"{V1}/account/tokens", json=body, headers=jobs.root.headers)
        made = await add_customer(db, jobs.root.actor, f"Once called {len(text)} {text[:3]}")
        await rename_customer(db, jobs.root.actor, int(made["id"]), text)


def harmless(cell: str) -> str | float:
    """Return the number of a CSV cell, or its text without the apostrophe; fails for a cell that would run."""
    if re.fullmatch(r"-?\d+(\.\d+)?(e[-+]?\d+)?", cell):
        return float(cell)
    assert not cell.startswith(RUNNABLE), cell
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(RUNNABLE) else cell
