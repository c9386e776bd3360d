"""`make`: the right Python, and an installation that is believed only when it is whole."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from siliconmark_ui.config import ROOT

# What these tests share takes its time: on one worker it is made once.
pytestmark = pytest.mark.xdist_group("made environment")

INSTALL = ROOT / "siliconmark_ui" / "server" / "install.py"


def run_install(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    """Runs the installer in `folder`."""
    command = [sys.executable, str(INSTALL), *names]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with one empty requirement file, installed; made once, because it takes its time."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "requirements.txt").write_text("# nothing\n")
    result = run_install(folder, "requirements.txt")
    assert result.returncode == 0, result.stderr
    assert "Making the virtual environment" in result.stdout
    return folder


@pytest.fixture
def installed(made: Path, tmp_path: Path) -> Path:
    """A copy of the installed checkout for one test."""
    return Path(shutil.copytree(made, tmp_path / "checkout", symlinks=True))


def test_install_when_nothing_changed_says_and_does_nothing(installed: Path) -> None:
    made = (installed / ".venv" / "pyvenv.cfg").stat().st_mtime_ns
    result = run_install(installed, "requirements.txt")
    assert (result.returncode, result.stdout) == (0, "")
    assert (installed / ".venv" / "pyvenv.cfg").stat().st_mtime_ns == made


def test_install_when_a_requirement_cannot_be_had_is_not_believed(installed: Path) -> None:
    (installed / "requirements.txt").write_text("./not-there\n")
    failed = run_install(installed, "requirements.txt")
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1].startswith("error: Not every package could be installed")
    assert not (installed / ".venv" / "installed").exists()
    (installed / "requirements.txt").write_text("# nothing\n")
    repaired = run_install(installed, "requirements.txt")
    assert repaired.returncode == 0
    assert "Making the virtual environment" not in repaired.stdout


def test_install_when_another_python_made_the_environment(installed: Path) -> None:
    configuration = installed / ".venv" / "pyvenv.cfg"
    configuration.write_text(configuration.read_text().replace("version = 3.", "version = 2."))
    assert "Making the virtual environment" in run_install(installed, "requirements.txt").stdout


def test_install_when_the_environment_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / ".venv").write_text("a file")
    result = run_install(tmp_path, "requirements.txt")
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].startswith("error: ")
    assert "Traceback" not in result.stderr


def test_stamp_when_installed_holds_the_digest(installed: Path) -> None:
    digest = hashlib.sha256(b"# nothing\n").hexdigest()
    assert (installed / ".venv" / "installed").read_text() == f"requirements.txt {digest}\n"


def test_make_when_python_is_too_old(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    environment = os.environ | {"SILICONMARK_DATA_DIR": str(tmp_path / "data")}
    command = ["make", "run", f"PYTHON={old}"]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode != 0
    assert result.stderr.splitlines()[0] == (
        "error: SiliconMark UI needs Python 3.11 or newer; name one with make PYTHON=python3.11"
    )
    assert not (tmp_path / "data").exists()
