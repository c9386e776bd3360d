"""What is measured: the API served as in production, on an embedded database of so many jobs."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import psycopg
from fastapi import FastAPI

from benchmarks.client import LeanClient
from siliconmark_ui.accounts.tokens import TokenSigner
from siliconmark_ui.api.app import create_api
from siliconmark_ui.api.schema import PREFIX
from siliconmark_ui.config import load_settings
from siliconmark_ui.db import psycopg_url
from siliconmark_ui.demo.bulk import load_jobs
from siliconmark_ui.instants import now
from siliconmark_ui.server import postgres
from siliconmark_ui.server.database import migrate

SEED = 20
SECRET = "the secret of the benchmarks, made of 32 characters and more"
START_SECONDS = 30.0
BIGGEST_CUSTOMER = """
    SELECT scope_id FROM job_counts WHERE scope_kind = 'customer' GROUP BY scope_id ORDER BY sum(jobs) DESC LIMIT 1"""
PERSON = "SELECT id FROM users WHERE role = ANY(%s) AND (%s::bigint IS NULL OR customer_id = %s) ORDER BY id LIMIT 1"


@dataclass(frozen=True)
class Stand:
    """A served database: `connection` asks it directly, `client` over HTTP with the tokens of two people.

    `server` is the process that serves it, on `port`.
    """

    jobs: int
    connection: psycopg.Connection[tuple[object, ...]]
    client: LeanClient
    customer_id: int
    staff_token: str
    customer_token: str
    server: psutil.Process
    port: int
    url: str
    staff_id: int
    admin_id: int

    def floor(self) -> None:
        """Make the request that costs nothing but HTTP."""
        self.client.get("/healthz")

    def get(self, path: str, token: str) -> bytes:
        """Return the body of a request with a bearer token; raises AssertionError unless it answers 200."""
        return self.client.get(path, token)

    def list(self, query: str, token: str) -> bytes:
        """Return the body of the list with that query string."""
        return self.get(f"{PREFIX}/jobs?{query}" if query else f"{PREFIX}/jobs", token)


def application() -> FastAPI:
    """Return the API of the environment's settings, for the server process."""
    return create_api(load_settings(os.environ))


@contextmanager
def stand(folder: Path, jobs: int) -> Iterator[Stand]:
    """Serve a database of `jobs` jobs kept in `folder`; it is loaded when it is not there yet."""
    with postgres.start(folder / str(jobs)) as server:
        migrate(server.url)
        _load_once(server.url, folder / str(jobs), jobs)
        with (
            psycopg.connect(psycopg_url(server.url), autocommit=True) as connection,
            _served(server.url, folder) as (port, process),
        ):
            customer_id = _number(connection, BIGGEST_CUSTOMER)
            signer = TokenSigner(SECRET)
            staff_id = person_of(connection, ["staff", "root_admin"], None)
            admin_id = person_of(connection, ["customer_admin"], customer_id)
            yield Stand(
                jobs,
                connection,
                LeanClient(port),
                customer_id,
                signer.user_token(staff_id),
                signer.user_token(admin_id),
                process,
                port,
                server.url,
                staff_id,
                admin_id,
            )


def _load_once(url: str, folder: Path, jobs: int) -> None:
    loaded = folder / "loaded"
    if not loaded.exists():
        settings = load_settings({"DATABASE_URL": url, "SILICONMARK_DATA_DIR": str(folder)})
        load_jobs(replace(settings, database_url=url), jobs, SEED, now(), print)
        loaded.touch()


def _number(connection: psycopg.Connection[tuple[object, ...]], statement: str) -> int:
    row = connection.execute(statement.encode()).fetchone()
    assert row is not None, "the database holds no demonstration jobs"
    return int(str(row[0]))


def person_of(connection: psycopg.Connection[tuple[object, ...]], roles: list[str], customer_id: int | None) -> int:
    """Return the first person with one of the roles, of any customer or that one, who may sign in from now on."""
    row = connection.execute(PERSON, (roles, customer_id, customer_id)).fetchone()
    assert row is not None, f"nobody has the role {roles}"
    connection.execute("UPDATE users SET is_active = true WHERE id = %s", (row[0],))
    return int(str(row[0]))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _served(url: str, folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "SILICONMARK_SECRET_KEY": SECRET,
        "SILICONMARK_DATA_DIR": str(folder),
    }
    options = ["--interface", "asgi", "--factory", "--host", "127.0.0.1", "--port", str(port), "--no-ws"]
    command = [sys.executable, "-m", "granian", *options, "--log-level", "error", "benchmarks.stand:application"]
    process = subprocess.Popen(command, env=environment)
    try:
        _wait(port)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        client = http.client.HTTPConnection("127.0.0.1", port)
        try:
            client.request("GET", "/readyz")
            if client.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            client.close()
    raise TimeoutError("the API did not become ready")
