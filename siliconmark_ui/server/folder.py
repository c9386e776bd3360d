"""The data folder: made, probed and owned by one process at a time."""

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from siliconmark_ui.server.failures import StartFailure


class FolderInUse(StartFailure):
    """Another running SiliconMark UI owns the data folder."""


def prepare_folder(folder: Path) -> None:
    """Makes `folder` and proves that files can be written in it; raises StartFailure with the reason if not.

    As root the folder is passable, because the database inside it belongs to another user; else it is private.
    """
    try:
        if not folder.is_dir():
            folder.mkdir(parents=True)
            folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise StartFailure(f"The data directory {folder} cannot be written: {error.strerror}") from None


@contextlib.contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Owns `folder` while the block runs; the kernel frees it however the process ends. Raises FolderInUse."""
    path = folder / "owner.lock"
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise FolderInUse(
                f"The data directory {folder} is in use by another SiliconMark UI (process {lock.read().strip()})"
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield
