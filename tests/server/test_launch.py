"""The whole server in a process of its own: one line for each failure, a clean stop, and recovery after a kill."""

import os
import re
import signal
import socket
import time
from pathlib import Path

import psutil
import pytest

from tests.server.conftest import READY, StartServer, run_command


def only_line(stderr: str) -> str:
    """The one line that a failure may print."""
    (line,) = stderr.splitlines()
    return line


def test_serve_when_the_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run_command("serve", PORT=str(port), SILICONMARK_DATA_DIR=str(tmp_path / "data"))
    assert result.returncode == 1
    assert only_line(result.stderr) == (
        f"error: Port {port} is taken by another program: stop it, or choose another with PORT"
    )
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("value", ["three thousand", "0", "99999"])
def test_serve_when_the_port_is_none(value: str) -> None:
    result = run_command("serve", PORT=value)
    assert result.returncode == 1
    assert only_line(result.stderr) == f"error: PORT must be a whole number from 1 to 65535, not '{value}'"


def test_serve_when_the_database_does_not_answer(tmp_path: Path, free_port: int) -> None:
    result = run_command(
        "serve",
        PORT=str(free_port),
        DATABASE_URL="postgres://ann:hidden-word@127.0.0.1:1/bench",
        SILICONMARK_DATA_DIR=str(tmp_path),
    )
    assert result.returncode == 1
    line = only_line(result.stderr)
    assert line.startswith("error: The database at 127.0.0.1:1/bench (DATABASE_URL) cannot be reached: ")
    assert "hidden-word" not in result.stdout + result.stderr


def test_serve_when_the_data_folder_cannot_be_written(tmp_path: Path, free_port: int) -> None:
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "data"
    result = run_command("serve", PORT=str(free_port), SILICONMARK_DATA_DIR=str(folder))
    assert result.returncode == 1
    assert only_line(result.stderr) == f"error: The data directory {folder} cannot be written: Not a directory"


def test_server_when_stopped_and_started_again(start_server: StartServer, tmp_path: Path) -> None:
    first = start_server()
    assert first.log.read_text().splitlines()[-1] == f"{READY}{first.url}"
    assert first.get("/readyz")[0] == 200
    children = psutil.Process(first.process.pid).children(recursive=True)
    assert {child.name() for child in children} >= {"postgres"}
    key = (tmp_path / "data" / "secret_key").read_text()
    assert first.stop(signal.SIGTERM) == 0
    assert [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []
    assert not (tmp_path / "data" / "postgres" / "postmaster.pid").exists()
    started = time.monotonic()
    second = start_server()
    assert time.monotonic() - started < 30
    assert "Building" not in second.log.read_text()
    assert (tmp_path / "data" / "secret_key").read_text() == key
    assert second.stop(signal.SIGINT) == 0
    assert "Traceback" not in first.log.read_text() + second.log.read_text()


def test_server_when_killed_is_started_again(start_server: StartServer) -> None:
    first = start_server()
    children = psutil.Process(first.process.pid).children(recursive=True)
    assert first.stop(signal.SIGKILL) == -signal.SIGKILL
    second = start_server()
    assert second.get("/readyz")[0] == 200
    assert [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []
    assert second.stop() == 0


def test_server_when_its_data_folder_is_in_use(start_server: StartServer, tmp_path: Path) -> None:
    server = start_server()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        other = probe.getsockname()[1]
    result = run_command("serve", PORT=str(other), SILICONMARK_DATA_DIR=str(tmp_path / "data"))
    assert result.returncode == 1
    assert f"in use by another SiliconMark UI (process {server.process.pid})" in only_line(result.stderr)
    assert server.get("/readyz")[0] == 200


def test_server_when_the_database_is_elsewhere(start_server: StartServer, database_url: str, tmp_path: Path) -> None:
    server = start_server(DATABASE_URL=database_url)
    assert not (tmp_path / "data" / "postgres").exists()
    assert server.get("/readyz")[0] == 200
    assert server.stop() == 0


def test_pages_when_served_are_compressed_and_lasting(start_server: StartServer) -> None:
    server = start_server()
    status, headers, body = server.get("/")
    assert (status, headers["cache-control"]) == (200, "no-cache")
    script = re.search(rb'/assets/entry\.client-[^"]+\.js', body)
    assert script is not None
    status, headers, _ = server.get(script.group().decode(), {"Accept-Encoding": "br"})
    assert (status, headers["content-encoding"]) == (200, "br")
    assert "immutable" in headers["cache-control"]
    assert server.get("/", {"Origin": "http://evil.example"})[1].get("access-control-allow-origin") is None
    assert handshake(server.port, f"http://localhost:{server.port}").startswith(b"HTTP/1.1 101")
    assert handshake(server.port, "http://evil.example").startswith(b"HTTP/1.1 403")
    assert handshake(server.port, "null").startswith(b"HTTP/1.1 403")


def handshake(port: int, origin: str) -> bytes:
    """The first line that the server answers to a page of `origin` that opens the event websocket."""
    lines = (
        "GET /_event/?EIO=4&transport=websocket&token=t HTTP/1.1",
        f"Host: localhost:{port}",
        f"Origin: {origin}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )
    with socket.create_connection(("localhost", port), timeout=10) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        return connection.recv(4096).splitlines()[0]


def test_build_command_when_the_build_is_there(front_end: Path) -> None:
    result = run_command("build")
    assert result.returncode == 0
    assert result.stdout == f"The front end is in {front_end}\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_serve_when_the_data_folder_belongs_to_another(free_port: int) -> None:
    result = run_command("serve", PORT=str(free_port), SILICONMARK_DATA_DIR="/etc/siliconmark")
    assert result.returncode == 1
    assert only_line(result.stderr).startswith("error: The data directory /etc/siliconmark cannot be written: ")
