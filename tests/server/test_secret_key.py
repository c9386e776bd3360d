"""The generated key: one, private, and lasting."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from siliconmark_ui.config import SHORTEST_SECRET
from siliconmark_ui.server.failures import StartFailure
from siliconmark_ui.server.secret_key import secret_key_in


def test_secret_key_when_asked_for_again(tmp_path: Path) -> None:
    key = secret_key_in(tmp_path)
    assert len(key) >= SHORTEST_SECRET
    assert secret_key_in(tmp_path) == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_secret_key_when_two_folders_differ(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    assert secret_key_in(folders[0]) != secret_key_in(folders[1])


def test_secret_key_when_many_start_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: secret_key_in(tmp_path), range(64)))
    assert len(keys) == 1


@pytest.mark.parametrize("content", ["", "short\n"])
def test_secret_key_when_damaged(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret_key").write_text(content)
    with pytest.raises(StartFailure, match="damaged"):
        secret_key_in(tmp_path)


def test_secret_key_when_the_folder_is_missing(tmp_path: Path) -> None:
    with pytest.raises(StartFailure, match="cannot be read or written"):
        secret_key_in(tmp_path / "missing")
