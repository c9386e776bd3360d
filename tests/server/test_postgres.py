"""The embedded PostgreSQL: started, stopped, killed and found again, each time on real files and processes."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from siliconmark_ui.config import ROOT
from siliconmark_ui.db import psycopg_url
from siliconmark_ui.server import postgres
from siliconmark_ui.server.failures import StartFailure
from siliconmark_ui.server.folder import FolderInUse

OWNER = """
import sys
from pathlib import Path
from siliconmark_ui.server import postgres
server = postgres.start(Path(sys.argv[1]), durable=False)
print(server.pid, flush=True)
sys.stdin.read()
"""


def answer(url: str, statement: bytes) -> object:
    """The first value that `statement` returns."""
    with psycopg.connect(psycopg_url(url), autocommit=True) as connection:
        row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0]


def start_owner(data_dir: Path) -> tuple[subprocess.Popen[str], int]:
    """Another process that owns a running server; also the server's process id."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(data_dir)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    return owner, int(owner.stdout.readline())


def close(owner: subprocess.Popen[str]) -> None:
    """Closes the pipes of an ended process."""
    for pipe in (owner.stdin, owner.stdout):
        if pipe is not None:
            pipe.close()


def test_data_when_stopped_and_started_again(tmp_path: Path) -> None:
    with postgres.start(tmp_path, durable=False) as first:
        with psycopg.connect(psycopg_url(first.url), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (n) AS VALUES (42)")
        pid = first.pid
    assert pid is not None
    assert not psutil.pid_exists(pid)
    with postgres.start(tmp_path, durable=False) as second:
        assert answer(second.url, b"SELECT n FROM kept") == 42


def test_settings_when_started_for_real_use(tmp_path: Path) -> None:
    with postgres.start(tmp_path) as server:
        for name, value in postgres.SETTINGS.items():
            assert answer(server.url, f"SHOW {name}".encode()) == value
        assert answer(server.url, b"SHOW server_version_num") >= "180000"  # type: ignore[operator]
        assert answer(server.url, "SELECT lower('ÄÉΣ')".encode()) == "äéσ"
        assert answer(server.url, b"SELECT 'a' > 'B' AND 'Z' < 'a'") is True


def test_server_when_its_owner_was_killed(tmp_path: Path) -> None:
    owner, left_running = start_owner(tmp_path)
    owner.kill()
    owner.wait()
    close(owner)
    assert psutil.pid_exists(left_running)
    with postgres.start(tmp_path, durable=False) as server:
        assert server.pid != left_running
        assert not psutil.pid_exists(left_running)
        assert answer(server.url, b"SELECT 1") == 1


def test_server_when_it_was_killed_with_its_owner(tmp_path: Path) -> None:
    owner, left_running = start_owner(tmp_path)
    owner.kill()
    os.kill(left_running, signal.SIGKILL)
    owner.wait()
    close(owner)
    assert (tmp_path / "postgres" / "postmaster.pid").exists()
    with postgres.start(tmp_path, durable=False) as server:
        assert answer(server.url, b"SELECT 1") == 1


def test_server_when_the_pid_file_names_another_program(tmp_path: Path) -> None:
    with postgres.start(tmp_path, durable=False):
        lines = (tmp_path / "postgres" / "postmaster.pid").read_text().splitlines()
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        stale = "\n".join([str(bystander.pid), *lines[1:]]) + "\n"
        (tmp_path / "postgres" / "postmaster.pid").write_text(stale)
        with postgres.start(tmp_path, durable=False) as server:
            assert answer(server.url, b"SELECT 1") == 1
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_folder_when_another_process_owns_it(tmp_path: Path) -> None:
    owner, _ = start_owner(tmp_path)
    try:
        with pytest.raises(FolderInUse, match=f"in use by another SiliconMark UI .process {owner.pid}."):
            postgres.start(tmp_path)
        attached = postgres.attach_or_start(tmp_path)
        assert attached.pid is None
        attached.stop()
        assert answer(attached.url, b"SELECT 1") == 1
    finally:
        owner.kill()
        owner.wait()
        close(owner)
        with postgres.start(tmp_path, durable=False):
            pass


def test_socket_when_the_path_is_longer_than_the_kernel_takes(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    with postgres.start(deep, durable=False) as server:
        assert answer(server.url, b"SELECT 1") == 1
        (socket_folder,) = (part for part in answer_folders(server.url))
        assert socket_folder.stat().st_mode & 0o077 == 0
    assert not socket_folder.exists()


def answer_folders(url: str) -> list[Path]:
    """The folders that the server listens in."""
    return [Path(part) for part in str(answer(url, b"SHOW unix_socket_directories")).split(",")]


def test_cluster_when_its_making_was_interrupted(tmp_path: Path) -> None:
    unfinished = tmp_path / "postgres.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with postgres.start(tmp_path, durable=False) as server:
        assert answer(server.url, b"SELECT 1") == 1


def test_cluster_when_made_by_another_version(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(StartFailure, match="made by PostgreSQL 16"):
        postgres.start(tmp_path)


def test_folder_when_it_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartFailure, match="cannot be written"):
        postgres.start(tmp_path / "file" / "data")


def test_failure_when_the_server_does_not_start_names_its_reason(tmp_path: Path) -> None:
    with postgres.start(tmp_path, durable=False):
        pass
    (tmp_path / "postgres" / "global" / "pg_control").unlink()
    with pytest.raises(StartFailure, match=r"PostgreSQL did not start: .*pg_control"):
        postgres.start(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="needs root to become another user")
def test_server_when_another_user_tries_its_socket(tmp_path: Path) -> None:
    probe = "import psycopg, sys; psycopg.connect(host=sys.argv[1], user='postgres', dbname='postgres')"
    with postgres.start(tmp_path, durable=False) as server:
        (folder,) = answer_folders(server.url)
        opened = [folder, *folder.parents]
        modes = {path: path.stat().st_mode for path in opened}
        assert modes[folder] & 0o077 == 0
        stranger = ["setpriv", "--reuid", "2", "--regid", "2", "--clear-groups", "--inh-caps", "+dac_override"]
        stranger += ["--ambient-caps", "+dac_override", "--", sys.executable, "-c", probe, str(folder)]
        result = subprocess.run(stranger, capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert "Peer authentication failed" in result.stderr


def test_stop_when_a_session_is_open_takes_a_moment(tmp_path: Path) -> None:
    server = postgres.start(tmp_path, durable=False)
    with psycopg.connect(psycopg_url(server.url)) as session:
        session.execute("SELECT 1")
        started = time.monotonic()
        server.stop()
        assert time.monotonic() - started < postgres.STOP_SECONDS
        with pytest.raises(psycopg.OperationalError):
            session.execute("SELECT 1")
        session.close()
    server.stop()
