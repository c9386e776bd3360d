"""Servers under test: the real command line in a process of its own, all from one front-end build."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from siliconmark_ui.config import ROOT
from siliconmark_ui.server.front_end import build_front_end

READY = "SiliconMark UI is ready: "
# Nothing that the person who runs the tests has set may reach a server under test.
OWN_VARIABLES = ("DATABASE_URL", "REDIS_URL", "PORT", "HOST", "SILICONMARK_", "REFLEX_", "__REFLEX_")


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without the program's variables, and with `settings`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OWN_VARIABLES)}
    return kept | {"SILICONMARK_DEMO": "0"} | dict(settings)


def run_command(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs `python -m siliconmark_ui ARGUMENTS` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "siliconmark_ui", *arguments],
        cwd=ROOT,
        env=environment(settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@dataclass
class ServerUnderTest:
    """A started `serve`; its output goes to `log`."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        """The address as its last line prints it."""
        return f"http://localhost:{self.port}"

    def wait_until_ready(self, seconds: float = 120) -> None:
        """Returns when the line with the address is out; fails with the output when it will not come."""
        deadline = time.monotonic() + seconds
        while READY not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Status, headers and body of a GET; nothing is decoded and no redirect followed."""
        connection = http.client.HTTPConnection("localhost", self.port, timeout=10)
        with contextlib.closing(connection):
            connection.request("GET", path, headers=dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Sends the signal and returns the exit status."""
        self.process.send_signal(number)
        return self.process.wait(30)


def serving(log: Path, port: int, **settings: str) -> Iterator[ServerUnderTest]:
    """Yields a server that runs until the test is over."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "siliconmark_ui", "serve"],
            cwd=ROOT,
            env=environment({"PORT": str(port)} | settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = ServerUnderTest(process, port, log)
    try:
        server.wait_until_ready()
        yield server
    finally:
        if process.poll() is None:
            server.stop()


StartServer = Callable[..., ServerUnderTest]


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def front_end() -> Path:
    """The front-end build, made once for the run, or found made."""
    return build_front_end()


@pytest.fixture
def start_server(front_end: Path, tmp_path: Path, free_port: int) -> Iterator[StartServer]:
    """Starts servers on one port and one data folder, one after the other; the last is stopped at the end."""
    servers: list[ServerUnderTest] = []

    def start(**settings: str) -> ServerUnderTest:
        log = tmp_path / f"server-{len(servers)}.log"
        defaults = {"PORT": str(free_port), "SILICONMARK_DATA_DIR": str(tmp_path / "data")}
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "siliconmark_ui", "serve"],
                cwd=ROOT,
                env=environment(defaults | settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        servers.append(ServerUnderTest(process, free_port, log))
        servers[-1].wait_until_ready()
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.stop()
