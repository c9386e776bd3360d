"""Every export in every format under hostile texts: each column that others write holds each kind unchanged, none runs.

The exports are those of the API's own description and the columns those of the files: an export, a format or a column
of texts that is new and not held here makes a test fail.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]
from openpyxl.utils.escape import unescape  # type: ignore[import-untyped]
from pyarrow import parquet

from siliconmark_ui.api.app import create_api
from siliconmark_ui.config import load_settings
from siliconmark_ui.db import Database
from siliconmark_ui.exports.columns import SEPARATOR
from tests.api.expect import ok
from tests.api.paths import JOBS, V1
from tests.security.hostile_jobs import KINDS, TAGS, HostileJobs, harmless, make_hostile_acts, make_hostile_jobs

KIND_TEXTS = frozenset(KINDS.values())
WIDE = "include_results=true&include=performance&include=performance_nodes"
# What can be no text of others: words and sentences of ours, ids, times, and addresses whose form is checked.
OURS = {
    "id", "job_id", "task_id", "state", "job_state", "status", "scope", "power_sensor", "source_machine_ip",
    "target_machine_ip", "machine_uuid", "machine_ip", "benchmark_sequence", "benchmarks", "configuration.benchmarks",
    "configuration.gpus_per_node", "performance.reasons", "performance.benchmark_id", "recorded_at", "action",
    "outcome", "address",
}  # fmt: skip
OUR_ENDINGS = re.compile(r".*(_at|\.status)")


@dataclass(frozen=True)
class Export:
    """One export: how it is asked for (`{of_all}`, `{compared}`), and which columns hold which texts."""

    query: str
    holds: Mapping[str, frozenset[str]]


def _every_kind(*columns: str) -> dict[str, frozenset[str]]:
    return dict.fromkeys(columns, KIND_TEXTS)


EXPORTS = {
    f"{JOBS}/export": Export(
        WIDE, {**_every_kind("name", "description", "gpu_models", "performance_nodes"), "tags": frozenset(TAGS)}
    ),
    f"{JOBS}/export/performance": Export("", {**_every_kind("name", "gpu_models"), "tags": frozenset(TAGS)}),
    f"{JOBS}/export/performance-nodes": Export("", _every_kind("job_name", "gpu_model")),
    f"{JOBS}/export/comparison": Export(
        "all=true&{compared}",
        {
            **_every_kind("name", "configuration.description", "configuration.gpu_models"),
            "configuration.tags": frozenset(TAGS),
        },
    ),
    f"{JOBS}/{{job_id}}/export/links": Export("", _every_kind("source", "target", "error")),
    f"{JOBS}/{{job_id}}/export/quickmark": Export("", _every_kind("gpu_model", "gpu_id")),
    # An e-mail is kept in lower case.
    f"{V1}/audit/export": Export(
        "", {**_every_kind("target", "customer", "details"), "person": frozenset(text.lower() for text in KIND_TEXTS)}
    ),
}
FORMATS = ("csv", "xlsx", "parquet", "json")
CASES = [
    (path, kind) for path in EXPORTS for kind in FORMATS if "audit" not in path or kind in ("csv", "json")
]  # fmt: skip


@pytest.fixture(scope="module")
async def jobs(module_db: Database, http_client: httpx.AsyncClient) -> HostileJobs:
    """Every kind of hostile text in every field that others write."""
    made = await make_hostile_jobs(module_db)
    await make_hostile_acts(http_client, module_db, made)
    return made


def test_every_export_of_the_api_is_held_in_each_of_its_formats() -> None:
    described = create_api(load_settings({"DATABASE_URL": "postgresql://unused/x"})).openapi()["paths"]
    found = set()
    for path, methods in described.items():
        types = {
            name
            for answer in methods.get("get", {}).get("responses", {}).values()
            for name in answer.get("content", ())
        }
        if "export" in path or types - {"application/json", "application/pdf"}:
            (kinds,) = [each["schema"]["enum"] for each in methods["get"]["parameters"] if each["name"] == "format"]
            found |= {(path, kind) for kind in kinds}
    assert found == set(CASES)


@pytest.mark.parametrize(("path", "kind"), CASES)
async def test_export_holds_every_hostile_text_unchanged_and_runs_none(
    http_client: httpx.AsyncClient, jobs: HostileJobs, path: str, kind: str
) -> None:
    wanted = EXPORTS[path]
    query = wanted.query.format(compared="&".join(f"job={one}" for one in jobs.of_kind))
    address = f"{path.format(job_id=jobs.of_all)}?{query}&format={kind}".replace("?&", "?")
    answer = await http_client.get(address, headers=jobs.root.headers)
    assert answer.status_code == 200, answer.text
    assert re.fullmatch(r'attachment; filename="[\x20-\x7e]+', answer.headers["content-disposition"])
    rows = read(answer.content, kind)
    texts = texts_of(rows)
    assert set(texts) - OURS - {name for name in texts if OUR_ENDINGS.fullmatch(name)} == set(wanted.holds)
    for column, held in wanted.holds.items():
        assert held - texts[column] == set(), column


async def test_reading_back_finds_what_it_looks_for(http_client: httpx.AsyncClient, jobs: HostileJobs) -> None:
    """What would be a cell that runs, or a text that is missing, is seen by the test above."""
    with pytest.raises(AssertionError, match="=1"):
        read(b"name\r\n=1\r\n", "csv")
    assert texts_of(read(b"name,n\r\n'=1,-5\r\nb,\r\n", "csv")) == {"name": {"=1", "b"}}
    listed = ok(await http_client.get(f"{JOBS}?per_page=300", headers=jobs.root.headers))["results"]
    assert {row["name"] for row in listed} == {*KIND_TEXTS, "all kinds"}


def read(content: bytes, kind: str) -> list[dict[str, Any]]:
    """Return the rows of a file by column, dotted where JSON nests; fails for a cell that a spreadsheet would run."""
    if kind == "csv":
        return [{name: harmless(cell) for name, cell in row.items()} for row in _lines(content)]
    if kind == "json":
        return [dict(_flat("", row)) for row in json.loads(content)]
    if kind == "parquet":
        return list(parquet.read_table(io.BytesIO(content)).to_pylist())
    head, *rows = load_workbook(io.BytesIO(content)).active.iter_rows()
    for row in rows:
        # A formula has a type of its own, and so would be seen here.
        assert {cell.data_type for cell in row} <= {"s", "n", "d", "inlineStr", "b"}
        assert not any(cell.hyperlink for cell in row)
    names = [str(cell.value).partition(" (")[0] for cell in head]
    values = [[unescape(cell.value) if isinstance(cell.value, str) else cell.value for cell in row] for row in rows]
    return [dict(zip(names, row, strict=True)) for row in values]


def _lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict) or name == "details":
        yield name, value
        return
    for key, inner in value.items():
        yield from _flat(f"{name}.{key}" if name else key, inner)


def texts_of(rows: list[dict[str, Any]]) -> dict[str, set[str]]:
    """Return, by column, every text in it: of lists the parts, of JSON what it holds."""
    found: dict[str, set[str]] = {}
    for row in rows:
        for column, value in row.items():
            texts = {text for text in _leaves(value) if text}
            if texts:
                found.setdefault(column, set()).update(texts)
    return found


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _leaves(inner)
    elif isinstance(value, str) and value.startswith(("[{", "{")):
        yield from _leaves(json.loads(value))
    elif isinstance(value, str):
        yield from (value, *value.split(SEPARATOR))
