"""The key that signs tokens and links: made once, kept in the data folder, readable by its owner alone."""

import os
import secrets
import tempfile
from pathlib import Path

from siliconmark_ui.config import SHORTEST_SECRET
from siliconmark_ui.server.failures import StartFailure

FILE_NAME = "secret_key"


def secret_key_in(data_dir: Path) -> str:
    """The key in `data_dir`, made on first use; of several that race, one wins. Raises StartFailure if unusable."""
    path = data_dir / FILE_NAME
    try:
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48))
        key = path.read_text().strip()
    except OSError as error:
        raise StartFailure(f"The secret key {path} cannot be read or written: {error.strerror}") from None
    if len(key) < SHORTEST_SECRET:
        raise StartFailure(f"The secret key {path} is damaged: remove the file, and everybody signs in anew")
    return key


def _write_once(path: Path, key: str) -> None:
    """Writes beside and links into place, so that nobody reads half a key or replaces another's."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{FILE_NAME}.")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(f"{key}\n")
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(name)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()
