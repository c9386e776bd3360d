"""The port to serve on: free before anything is started, and answering before anybody is told."""

import errno
import http.client
import socket
import time
from collections.abc import Callable

from siliconmark_ui.server.failures import StartFailure

PROBE_SECONDS = 5.0
LEAVING_SECONDS = 1.5
ANY_HOST = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - names, not listened on here.


def check_free(host: str, port: int) -> None:
    """Raises StartFailure unless this process may listen on `host`:`port`.

    A taken port is asked again for a moment: the workers of a killed server are about to leave it.
    """
    deadline = time.monotonic() + LEAVING_SECONDS
    while (error := _error_of_listening(host, port)) is not None:
        if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
            raise StartFailure(_reason(host, port, error))
        time.sleep(0.1)


def _error_of_listening(host: str, port: int) -> OSError | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            return error
    return None


def _reason(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program: stop it, or choose another with PORT"
    if error.errno == errno.EACCES:
        return f"Port {port} is reserved: choose one from 1024 with PORT"
    return f"Cannot listen on {host}:{port} (HOST, PORT): {error.strerror or error}"


def wait_until_ready(host: str, port: int, seconds: float, stopped: Callable[[], bool]) -> bool:
    """Asks `/readyz` until it answers 200; False after `seconds`, or when `stopped` says that nobody will."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not stopped():
        if _is_ready(ANY_HOST.get(host, host), port):
            return True
        time.sleep(0.1)
    return False


def _is_ready(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
