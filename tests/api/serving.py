"""Starting the API for tests as a process of its own, on a free port of the loopback."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

from siliconmark_ui.config import ROOT

START_SECONDS = 60.0
STOP_SECONDS = 10.0
_OPTIONS = (
    "--interface",
    "asgi",
    "--factory",
    "--workers",
    "1",
    "--runtime-threads",
    "1",
    "--no-ws",
    "--no-access-log",
)


def free_port() -> int:
    """Return a port of the loopback that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextlib.contextmanager
def served_api(database_url: str, secret: str, log: Path, **environment: str) -> Iterator[str]:
    """Serve `tests.api.served` while the block runs and yield its address; what it says goes to `log`."""
    port = free_port()
    own = {"DATABASE_URL": database_url, "SILICONMARK_SECRET_KEY": secret, "SILICONMARK_DATA_DIR": str(log.parent)}
    environ = {**os.environ, **own, **environment}
    command = [sys.executable, "-m", "granian", *_OPTIONS, "--port", str(port), "tests.api.served:serve"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=output, stderr=output)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(process, address, log)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), urlopen(f"{address}/readyz", timeout=5) as answer:  # noqa: S310
            if answer.status == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"The API did not start: {log.read_text(errors='replace')}")
