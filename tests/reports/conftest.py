"""A store for each test, a database that no served process looks into, and a real S3 server for the run."""

import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from siliconmark_ui.db import Database
from siliconmark_ui.reports.store import FolderStore
from siliconmark_ui.server.database import migrate

S3_KEY, S3_SECRET, BUCKET = "AKIDTESTS", "the secret of the tests' bucket", "bench"
START_SECONDS = 20.0


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """An empty folder for reports."""
    return FolderStore(tmp_path / "reports")


@pytest.fixture(scope="session")
async def quiet_database(open_database: Database) -> AsyncIterator[Database]:
    """A migrated database of its own: the API that the run serves would take the orders of the other one."""
    name = "reports_alone"
    maker = create_engine(open_database.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with maker.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(open_database.url).set(database=name).render_as_string(hide_password=False)
    migrate(url)
    database = Database(url, pool_size=8)
    await database.open()
    yield database
    await database.close()


@pytest.fixture(scope="session")
def s3_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an S3 server with one bucket, which checks signatures."""
    folder = tmp_path_factory.mktemp("s3")
    (folder / "data" / BUCKET).mkdir(parents=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{probe.getsockname()[1]}"
    program = str(Path(sys.executable).with_name("rclone"))
    command = [program, "serve", "s3", "--auth-key", f"{S3_KEY},{S3_SECRET}", "--addr", place]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "--config", str(folder / "none.conf"), str(folder / "data")], stdout=log, stderr=log
        )
    try:
        _wait_until_open(server, place)
        yield f"http://{place}"
    finally:
        server.terminate()
        server.wait(10)


def _wait_until_open(server: "subprocess.Popen[bytes]", place: str) -> None:
    host, _, port = place.partition(":")
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the S3 server did not start")
