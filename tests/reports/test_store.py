"""Both stores keep the same promises; the bucket is that of a real S3 server."""

import stat
from pathlib import Path

import pytest

from siliconmark_ui.identifiers import make_id
from siliconmark_ui.instants import parse_instant
from siliconmark_ui.reports.store import BucketStore, FolderStore, ReportStore, StoreFailure, key_of, open_store
from tests.reports.conftest import BUCKET, S3_KEY, S3_SECRET

KEY = "2026/05/04/17.pdf"


def _credentials(monkeypatch: pytest.MonkeyPatch, address: str, secret: str = S3_SECRET) -> None:
    for name, value in (
        ("AWS_ENDPOINT_URL", address),
        ("AWS_ACCESS_KEY_ID", S3_KEY),
        ("AWS_SECRET_ACCESS_KEY", secret),
        ("AWS_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)


@pytest.fixture(params=["folder", "bucket"])
def any_store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ReportStore:
    """Each kind of store, empty, as the settings open it."""
    if request.param == "folder":
        return open_store("", tmp_path)
    _credentials(monkeypatch, request.getfixturevalue("s3_address"))
    return open_store(f"s3://{BUCKET}/{tmp_path.name}/made", tmp_path)


async def test_document_is_kept_replaced_and_taken_away(any_store: ReportStore) -> None:
    assert await any_store.get(KEY) is None
    await any_store.put(KEY, b"%PDF-one" + bytes(range(256)) * 5000)
    assert await any_store.get(KEY) == b"%PDF-one" + bytes(range(256)) * 5000
    await any_store.put(KEY, b"%PDF-two")
    assert await any_store.get(KEY) == b"%PDF-two"
    await any_store.delete(KEY)
    assert await any_store.get(KEY) is None
    await any_store.delete(KEY)


async def test_bucket_that_refuses_is_a_failure(monkeypatch: pytest.MonkeyPatch, s3_address: str) -> None:
    _credentials(monkeypatch, s3_address, secret="somebody else's secret")
    store = BucketStore(BUCKET, "")
    with pytest.raises(StoreFailure):
        await store.put(KEY, b"%PDF")
    with pytest.raises(StoreFailure):
        await store.get(KEY)


async def test_bucket_that_is_not_there_is_a_failure(monkeypatch: pytest.MonkeyPatch, s3_address: str) -> None:
    _credentials(monkeypatch, s3_address)
    with pytest.raises(StoreFailure):
        await BucketStore("nowhere", "").put(KEY, b"%PDF")


async def test_folder_that_cannot_be_written_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file is in the way")
    with pytest.raises(StoreFailure):
        await FolderStore(tmp_path / "reports").put(KEY, b"%PDF")


async def test_folder_is_for_the_server_alone_and_holds_nothing_unfinished(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "reports")
    await store.put(KEY, b"%PDF")
    path = tmp_path / "reports" / KEY
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["17.pdf"]


def test_key_tells_the_day_of_the_job() -> None:
    job_id = make_id(parse_instant("2026-05-04T23:59:59Z", "moment"), 3)
    assert key_of(job_id) == f"2026/05/04/{job_id}.pdf"
