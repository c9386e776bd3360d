"""What a PostgreSQL server leaves when its owner was killed: a running process, a pid file, a socket."""

import contextlib
import shutil
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil

from siliconmark_ui.server.failures import StartFailure
from siliconmark_ui.server.pg_binaries import Runner

# The kernel takes socket paths of at most 107 bytes; on macOS of 103.
LONGEST_SOCKET_PATH = 100
SOCKET = ".s.PGSQL.5432"
SOCKET_FOLDER_PREFIX = "siliconmark-pg-"


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What a cluster's `postmaster.pid` says: the process, and the folder of its socket (None while it starts)."""

    pid: int
    socket_folder: Path | None


def read_postmaster(data: Path) -> Postmaster | None:
    """Reads the pid file of the cluster; None when there is none or it is not readable as one."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        socket_folder = Path(lines[4].strip()) if len(lines) > 4 and lines[4].strip() else None
        return Postmaster(int(lines[0]), socket_folder)
    except (OSError, ValueError, IndexError):
        return None


def clear_leftovers(data: Path, seconds: float) -> None:
    """Stops a server that outlived its owner and removes its traces. The caller owns the data folder.

    A pid file whose process is not this cluster's server (the number went to another program) is just removed:
    PostgreSQL itself would refuse to start then.
    """
    postmaster = read_postmaster(data)
    if postmaster is not None:
        process = _server_process(postmaster.pid, data)
        if process is not None and not signal_and_wait(process, seconds):
            raise StartFailure(f"A PostgreSQL of an earlier run (process {postmaster.pid}) on {data} does not stop")
        if postmaster.socket_folder is not None:
            remove_socket_folder(postmaster.socket_folder, data)
    for name in ("postmaster.pid", SOCKET, f"{SOCKET}.lock"):
        (data / name).unlink(missing_ok=True)


def signal_and_wait(process: psutil.Process, seconds: float) -> bool:
    """Asks a PostgreSQL server for a fast, then an immediate stop; False if it still runs after `seconds` each."""
    for number in (signal.SIGINT, signal.SIGQUIT):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)
        try:
            process.wait(seconds)
        except psutil.TimeoutExpired:
            continue
        return True
    return False


def make_socket_folder(data: Path, runner: Runner) -> Path:
    """The cluster's own folder when the socket's path fits there, else a short private folder of its own."""
    if len(str(data / SOCKET).encode()) <= LONGEST_SOCKET_PATH:
        return data
    folder = Path(tempfile.mkdtemp(prefix=SOCKET_FOLDER_PREFIX, dir="/tmp"))
    runner.give(folder)
    return folder


def remove_socket_folder(folder: Path, data: Path) -> None:
    """Removes a folder that `make_socket_folder` made; never the cluster itself."""
    if folder != data and folder.name.startswith(SOCKET_FOLDER_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)


def _server_process(pid: int, data: Path) -> psutil.Process | None:
    """The live server process `pid` if it serves `data`, told by its command line or its working folder."""
    try:
        process = psutil.Process(pid)
        if process.name() != "postgres" or process.status() == psutil.STATUS_ZOMBIE:
            return None
        return process if str(data) in process.cmdline() or _works_in(process, data) else None
    except psutil.NoSuchProcess:
        return None


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()) == folder
    except psutil.AccessDenied:
        return False
