"""What the pictures are taken of: a server with demonstration data, one without jobs, and the ids of telling jobs."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from siliconmark_ui.config import ROOT
from siliconmark_ui.demo.wording import CUSTOMERS
from siliconmark_ui.server.postgres import attach_or_start
from tests.api.serving import free_port
from tests.server.conftest import environment, serving

API = "/api/silicon-mark/v1"
PASSWORD = "a quiet river under stones"
KEEPER = "keeper@empty.example"
STAFF = "root@demo.example"
DEMO_PASSWORD = "silicon-demo"


@dataclass(frozen=True)
class Stages:
    """The addresses of the two servers, of the full one's database, and what the names in scenes' paths stand for."""

    full: str
    empty: str
    database: str
    names: dict[str, str]


@contextlib.contextmanager
def stages(folder: Path) -> Iterator[Stages]:
    """Serve both from databases in `folder` while the block runs."""
    with contextlib.ExitStack() as stack:
        full = stack.enter_context(_server(folder / "full", SILICONMARK_DEMO="1"))
        empty = stack.enter_context(_server(folder / "empty"))
        names = telling_names(full) | _working_links({"SILICONMARK_DATA_DIR": str(folder / "full" / "data")})
        yield Stages(full, empty, attach_or_start(folder / "full" / "data").url, names)


@contextlib.contextmanager
def _server(folder: Path, **settings: str) -> Iterator[str]:
    folder.mkdir(parents=True)
    settings |= {"SILICONMARK_DATA_DIR": str(folder / "data")}
    if "SILICONMARK_DEMO" not in settings:
        _add_keeper(settings)
    server = contextlib.contextmanager(serving)(folder / "server.log", free_port(), **settings)
    with server as started:
        # A browser that goes offline keeps its connections to localhost.
        yield started.url.replace("localhost", "127.0.0.1")


def _add_keeper(settings: dict[str, str]) -> None:
    command = ["user", "add", KEEPER, "--customer", "Empty", "--role", "root_admin", "--password-stdin"]
    _told(settings, *command)


def _working_links(settings: dict[str, str]) -> dict[str, str]:
    reset = _told(settings, "user", "reset-password", "maya@demo.example")
    invited = _told(settings, "user", "invite", "new.colleague@example.com", "--customer", CUSTOMERS[0])
    return {"reset": _path_in(reset), "invited": _path_in(invited)}


def _path_in(words: str) -> str:
    address = urlsplit(words.split()[-1])
    return f"{address.path}?{address.query}"


def _told(settings: dict[str, str], *command: str) -> str:
    """Return what the command line answers; it reads the password of the keeper where it asks for one."""
    ended = subprocess.run(
        [sys.executable, "-m", "siliconmark_ui", *command],
        cwd=ROOT,
        env=environment(settings),
        input=f"{PASSWORD}\n",
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout


@contextlib.contextmanager
def staff_of(site: str) -> Iterator[httpx.Client]:
    """Yield a client that calls the API of a server with demonstration data as staff."""
    with httpx.Client(base_url=site, timeout=60) as client:
        token = client.post("/api/user/login", json={"email": STAFF, "password": DEMO_PASSWORD}).json()["id_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def telling_names(site: str) -> dict[str, str]:
    """Return the ids of demonstration jobs that show much, by the names that scenes use."""
    with staff_of(site) as client:
        networked = _jobs(client, benchmark_id="cluster_network", state="completed", sort_by="node_count")
        eight = next((job for job in networked if job["node_count"] <= 8), networked[0])
        waiting, running, failed = (_jobs(client, state=state) for state in ("created", "running", "failed"))
        detail = client.get(f"{API}/jobs/{eight['id']}").raise_for_status().json()
    return {
        "job": eight["id"],
        "large": networked[0]["id"],
        "failed": _first(failed, networked),
        "waiting": _first(waiting, networked),
        "running": _first(running, waiting, networked),
        "machine": detail["tasks"][0]["machine_uuid"],
        "pair": "&".join(f"job={job['id']}" for job in networked[:3]),
    }


def _jobs(client: httpx.Client, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"{API}/jobs", params=query).raise_for_status().json()["results"]
    return found


def _first(*lists: Sequence[dict[str, Any]]) -> str:
    return str(next(jobs[0]["id"] for jobs in lists if jobs))
