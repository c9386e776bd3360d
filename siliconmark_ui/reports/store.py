"""Where reports are kept: a folder of this machine, or a bucket that speaks S3."""

import asyncio
import contextlib
import os
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from obstore.exceptions import BaseError
from obstore.exceptions import NotFoundError as NoSuchObject
from obstore.store import S3Store

from siliconmark_ui.identifiers import instant_of

# Uploads are tried again for this long before a report counts as failed.
_RETRY_TIMEOUT = timedelta(seconds=20)
_CONNECT_SECONDS = "5s"


class StoreFailure(Exception):
    """The store cannot be reached or refuses; the message is for the log."""


class ReportStore(Protocol):
    """A place for documents by key; every method raises StoreFailure when it cannot do its work."""

    async def put(self, key: str, document: bytes) -> None:
        """Keep a document, in place of an earlier one; a reader sees the old or the new one, never a part."""

    async def get(self, key: str) -> bytes | None:
        """Return a document, None for one that is not there."""

    async def delete(self, key: str) -> None:
        """Take a document away; one that is not there is fine."""


def key_of(job_id: int) -> str:
    """Return the key of a job's report: by the day of the job, so that no folder grows without end."""
    return f"{instant_of(job_id):%Y/%m/%d}/{job_id}.pdf"


def open_store(setting: str, data_dir: Path) -> ReportStore:
    """Return the store that the settings name: `s3://bucket/prefix`, or empty for a folder of the data directory."""
    if not setting:
        return FolderStore(data_dir / "reports")
    parts = urlsplit(setting)
    return BucketStore(parts.netloc, parts.path.strip("/"))


@dataclass(frozen=True)
class FolderStore:
    """Documents as files below `folder`, readable by the server's own account alone."""

    folder: Path

    async def put(self, key: str, document: bytes) -> None:
        """Keep a document: written beside its place, then moved into it."""
        await asyncio.to_thread(self._write, self.folder / key, document)

    async def get(self, key: str) -> bytes | None:
        """Return a document, None for one that is not there."""
        return await asyncio.to_thread(self._read, self.folder / key)

    async def delete(self, key: str) -> None:
        """Take a document away."""
        try:
            await asyncio.to_thread((self.folder / key).unlink, missing_ok=True)
        except OSError as error:
            raise StoreFailure(str(error)) from error

    @staticmethod
    def _write(path: Path, document: bytes) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(document)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(path)
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(name).unlink()
                raise
        except OSError as error:
            raise StoreFailure(str(error)) from error

    @staticmethod
    def _read(path: Path) -> bytes | None:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreFailure(str(error)) from error


class BucketStore:
    """Documents as objects below `prefix` in a bucket.

    Keys, region and endpoint come from the environment as every S3 client reads them: `AWS_ACCESS_KEY_ID`,
    `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, and `AWS_ENDPOINT_URL` for a server that is not Amazon's.
    """

    def __init__(self, bucket: str, prefix: str) -> None:
        is_plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
        self._store = S3Store(
            bucket,
            prefix=prefix or None,
            client_options={"allow_http": is_plain, "connect_timeout": _CONNECT_SECONDS},
            retry_config={"max_retries": 5, "retry_timeout": _RETRY_TIMEOUT},
        )

    async def put(self, key: str, document: bytes) -> None:
        """Keep a document."""
        try:
            await self._store.put_async(key, document, attributes={"Content-Type": "application/pdf"})
        except (BaseError, OSError) as error:
            raise StoreFailure(str(error)) from error

    async def get(self, key: str) -> bytes | None:
        """Return a document, None for one that is not there."""
        try:
            found = await self._store.get_async(key)
            return bytes(await found.bytes_async())
        except (NoSuchObject, FileNotFoundError):
            return None
        except (BaseError, OSError) as error:
            raise StoreFailure(str(error)) from error

    async def delete(self, key: str) -> None:
        """Take a document away."""
        try:
            await self._store.delete_async(key)
        except (NoSuchObject, FileNotFoundError):
            return
        except (BaseError, OSError) as error:
            raise StoreFailure(str(error)) from error
