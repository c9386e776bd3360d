"""Makes the virtual environment and installs requirement files into it: `python install.py FILE...`, in the checkout.

Runs before anything is installed, so it uses the standard library alone and nothing of this package. What was
installed is remembered by the files' content: unchanged files cost nothing.
"""

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"


class InstallFailure(Exception):
    """Why the environment is not ready, in one line."""


def main(names: Sequence[str]) -> int:
    """Installs the files named; an expected failure is one line on stderr and status 1."""
    try:
        install(names)
    except InstallFailure as failure:
        sys.stderr.write(f"error: {failure}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"error: The environment {VENV.absolute()} cannot be written: {error.strerror}\n")
        return 1
    return 0


def install(names: Sequence[str]) -> None:
    """Makes the environment if need be and installs those of the files whose content is not installed yet."""
    wanted = {name: hashlib.sha256(Path(name).read_bytes()).hexdigest() for name in names}
    installed = read_stamp()
    sound = _is_sound()
    if sound and wanted.items() <= installed.items():
        return
    # Whatever happens from here, an interrupted installation is not believed complete.
    STAMP.unlink(missing_ok=True)
    if not sound:
        _say(f"Making the virtual environment {VENV} with Python {_version()}")
        failure = "The virtual environment could not be made: is the package python3-venv installed?"
        _run(failure, sys.executable, "-m", "venv", "--clear", str(VENV))
        installed = {}
    _say(f"Installing {' and '.join(names)} (a few minutes the first time)")
    files = [part for name in names for part in ("-r", name)]
    options = ("--disable-pip-version-check", "--no-input")
    _run("Not every package could be installed: see above", str(PYTHON), "-m", "pip", "install", *options, *files)
    _write_stamp(installed | wanted)


def read_stamp() -> dict[str, str]:
    """What is installed: requirement file -> SHA-256 of its content."""
    try:
        return dict(line.split() for line in STAMP.read_text().splitlines())
    except (OSError, ValueError):
        return {}


def _write_stamp(installed: dict[str, str]) -> None:
    unfinished = STAMP.with_suffix(".new")
    unfinished.write_text("".join(f"{name} {digest}\n" for name, digest in sorted(installed.items())))
    unfinished.replace(STAMP)


def _is_sound() -> bool:
    """Whether the environment was made whole, by this Python's version."""
    try:
        made_for = (VENV / "pyvenv.cfg").read_text()
    except OSError:
        return False
    if f"version = {_version()}" not in made_for.splitlines() or not PYTHON.exists():
        return False
    # Without the stamp the making itself may have been interrupted.
    return STAMP.exists() or _has_pip()


def _has_pip() -> bool:
    return subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0  # noqa: S603


def _version() -> str:
    return ".".join(str(part) for part in sys.version_info[:3])


def _run(failure: str, *command: str) -> None:
    if subprocess.run(command, stdin=subprocess.DEVNULL).returncode != 0:  # noqa: S603
        raise InstallFailure(failure)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
