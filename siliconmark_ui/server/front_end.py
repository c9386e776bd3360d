"""The front-end build: made when its sources have changed, whole or not at all, and then only served.

A finished build is a folder `.build/<fingerprint>`, which appears by one rename. Its name is the fingerprint of all
that goes into it, so that a build which is believed complete is complete, and belongs to the sources that serve it.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from siliconmark_ui.config import ROOT
from siliconmark_ui.server.failures import StartFailure
from siliconmark_ui.server.reflex_environment import prepare_build

BUILDS = ".build"
WORK = ".web"
# The running server may still serve the build before.
BUILDS_KEPT = 2
# What the pages are made of. Rooms that no page can show (tests, migrations, benchmarks) are left out.
SOURCES = ("siliconmark_ui", "assets", "rxconfig.py", "requirements.txt")
LOCK_FILES = ("reflex.lock",)
# Rooms whose code runs on the server alone.
SERVER_ROOMS = ("siliconmark_ui/server/postgres.py", "siliconmark_ui/demo", "siliconmark_ui/api")


def build_front_end(root: Path = ROOT, say: Callable[[str], None] = lambda _: None) -> Path:
    """The finished build of the sources under `root`, made now if there is none; returns its folder.

    `say` receives progress, a line at a time. Raises StartFailure when the build fails.
    """
    finished = _finished(root, fingerprint(root))
    if finished is not None:
        return finished
    builds = root / BUILDS
    with _exclusive(builds):
        finished = _finished(root, fingerprint(root))
        if finished is None:
            say("Building the front end (about a minute the first time)")
            finished = _build(root, say)
            _remove_old(builds, finished)
        return finished


def fingerprint(root: Path = ROOT) -> str:
    """32 hexadecimal digits of all that goes into a build: sources, assets, packages, their locks, Python's version."""
    return _combined(_digest(root, SOURCES), _digest(root, LOCK_FILES))


def _combined(sources: str, locks: str) -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return hashlib.sha256(f"{version} {sources} {locks}".encode()).hexdigest()[:32]


def _digest(root: Path, names: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for path in sorted(_files(root, names)):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def _files(root: Path, names: Iterable[str]) -> Iterator[Path]:
    for name in names:
        place = root / name
        if place.is_file():
            yield place
        for path in place.rglob("*") if place.is_dir() else ():
            if path.is_file() and "__pycache__" not in path.parts and not _server_only(path.relative_to(root)):
                yield path


def _server_only(path: Path) -> bool:
    return any(path.is_relative_to(room) for room in SERVER_ROOMS)


def _finished(root: Path, name: str) -> Path | None:
    build = root / BUILDS / name
    return build if build.is_dir() else None


def _build(root: Path, say: Callable[[str], None]) -> Path:
    """Runs Reflex's export in its work folder and moves a copy of the outcome into place."""
    sources = _digest(root, SOURCES)
    work = root / WORK
    _export(root, work, say)
    # npm may have completed the lock files meanwhile; sources that changed meanwhile are built again at the next start.
    finished = root / BUILDS / _combined(sources, _digest(root, LOCK_FILES))
    if finished.is_dir():
        return finished
    unfinished = root / BUILDS / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    shutil.copytree(work / "build" / "client", unfinished / "build" / "client")
    shutil.copytree(work / "backend", unfinished / "backend")
    shutil.copy2(work / "reflex.json", unfinished / "reflex.json")
    unfinished.replace(finished)
    return finished


def _export(root: Path, work: Path, say: Callable[[str], None]) -> None:
    environ = dict(os.environ)
    prepare_build(environ, work)
    environ.setdefault("NPM_CONFIG_REGISTRY", _registry(environ, root))
    status, lines = _follow(
        [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"], root, environ, say
    )
    if status != 0 or not (work / "build" / "client" / "index.html").is_file():
        for line in lines:
            say(f"  {line}")
        raise StartFailure(f"The front end could not be built (status {status}); its output is above")


def _follow(
    command: list[str], folder: Path, environ: dict[str, str], say: Callable[[str], None]
) -> tuple[int, list[str]]:
    """Runs `command`, says its lines of note as they come, and returns its status and all it printed."""
    lines: list[str] = []
    with subprocess.Popen(  # noqa: S603
        command,
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            for line in process.stdout or ():
                lines.append(line.rstrip())
                if _worth_saying(line):
                    say(f"  {line.rstrip()}")
        except BaseException:
            process.terminate()
            raise
    return process.returncode, lines


def _worth_saying(line: str) -> bool:
    return line.startswith(("Compiling:", "Creating Production Build", "Installing", "Error", "Warning"))


def _registry(environ: dict[str, str], root: Path) -> str:
    """The npm registry that this machine is set up for; left to itself, Reflex would measure which one is nearest."""
    asked = subprocess.run(
        ["npm", "config", "get", "registry"],  # noqa: S607 - the one beside this Python stands first in PATH.
        cwd=root,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip()


@contextlib.contextmanager
def _exclusive(builds: Path) -> Iterator[None]:
    """One build at a time in a checkout; a second start waits for the first one's."""
    try:
        builds.mkdir(parents=True, exist_ok=True)
        lock = (builds / "lock").open("w")
    except OSError as error:
        raise StartFailure(f"The folder {builds} cannot be written: {error.strerror}") from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _remove_old(builds: Path, newest: Path) -> None:
    others = [path for path in builds.iterdir() if path.is_dir() and path != newest]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[BUILDS_KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
