"""What links begin with, and the setting that names the store."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from siliconmark_ui.api.address import public_address
from siliconmark_ui.config import load_settings
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.reports.store import BucketStore, FolderStore, open_store


def asked(headers: dict[str, str], **settings: Any) -> str:
    app = SimpleNamespace(state=SimpleNamespace(settings=replace(load_settings({}), **settings)))
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "scheme": "http", "path": "/", "query_string": b"", "headers": raw, "app": app}
    return public_address(Request({**scope, "server": ("10.0.0.1", 3000)}))


FORWARDED = {"Host": "inner:3000", "X-Forwarded-Host": "evil.example, bench.example", "X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(
    ("headers", "settings", "address"),
    [
        ({"Host": "bench.example:3000"}, {}, "http://bench.example:3000"),
        ({"Host": "[::1]:3000"}, {}, "http://[::1]:3000"),
        ({"Host": "bench.example"}, {"public_url": "https://gpu.example"}, "https://gpu.example"),
        (FORWARDED, {}, "http://inner:3000"),
        (FORWARDED, {"trusted_proxy_hops": 1}, "https://bench.example"),
        (
            {"Host": "bench.example", "X-Forwarded-Proto": "javascript"},
            {"trusted_proxy_hops": 1},
            "http://bench.example",
        ),
        ({"Host": "bench.example/evil?"}, {}, ""),
        ({}, {}, ""),
    ],
)
def test_links_begin_with_the_address_that_callers_know(
    headers: dict[str, str], settings: dict[str, Any], address: str
) -> None:
    assert asked(headers, **settings) == address


@pytest.mark.parametrize("value", ["/var/reports", "s3://", "https://bucket.example/x", "s3://bucket?x=1", "bucket"])
def test_store_that_is_no_bucket_is_refused(value: str) -> None:
    with pytest.raises(InvalidInput, match="SILICONMARK_REPORT_STORE"):
        load_settings({"SILICONMARK_REPORT_STORE": value})


def test_setting_chooses_the_store(tmp_path: Path) -> None:
    assert open_store(load_settings({}).report_store, tmp_path) == FolderStore(tmp_path / "reports")
    named = load_settings({"SILICONMARK_REPORT_STORE": "s3://bucket/some/prefix"}).report_store
    assert isinstance(open_store(named, tmp_path), BucketStore)
