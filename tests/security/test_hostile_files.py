"""Hostile texts in what people download: files hold them unchanged and harmless, reports as letters."""

import csv
import io
import json
import re
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]
from pyarrow import parquet

from siliconmark_ui.db import Database
from tests.api.expect import ok
from tests.api.paths import JOBS, V1
from tests.reports.reading import ReadReport
from tests.security.hostile_texts import EMAIL, FORMULA, LINK, MARKUP, MODEL, SCRIPT, HostileWorld, make_hostile_world

RUNNABLE = ("=", "+", "-", "@", "\t", "\r")
WIDE = "include_results=true&include=performance&include=performance_nodes"


@pytest.fixture(scope="module")
async def world(module_db: Database) -> HostileWorld:
    """Every text hostile."""
    return await make_hostile_world(module_db)


def files(world: HostileWorld) -> dict[str, set[str]]:
    """Return the address of each export with the hostile texts that its rows hold."""
    return {
        f"{JOBS}/export?{WIDE}": {MARKUP, FORMULA, LINK, f"{SCRIPT}\n{FORMULA}"},
        f"{JOBS}/export/performance?state=completed": {MARKUP, FORMULA, MODEL},
        f"{JOBS}/export/performance-nodes?state=completed": {MARKUP, FORMULA, MODEL},
        f"{JOBS}/{world.network}/export/links?": {LINK, f"{LINK}{SCRIPT}"},
        f"{JOBS}/{world.network}/export/quickmark?": {MODEL, f"{LINK}0", f"{LINK}1"},
    }


def read(content: bytes, kind: str) -> list[list[Any]]:
    """Return the cells of a file, row by row, without its header."""
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))[1:]
    if kind == "json":
        return [list(leaves(row)) for row in json.loads(content)]
    if kind == "parquet":
        return [list(row.values()) for row in parquet.read_table(io.BytesIO(content)).to_pylist()]
    sheet = load_workbook(io.BytesIO(content)).active
    # What is no text of its own but a formula or a link would be seen here.
    for row in sheet.iter_rows(min_row=2):
        assert {cell.data_type for cell in row} <= {"s", "n", "d", "inlineStr", "b"}
        assert not any(cell.hyperlink for cell in row)
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


def leaves(value: Any) -> Any:
    """Yield every value within JSON that holds no other."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)
    else:
        yield value


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "json"])
async def test_exports_hold_hostile_texts_unchanged_and_run_none(
    http_client: httpx.AsyncClient, world: HostileWorld, kind: str
) -> None:
    for address, texts in files(world).items():
        answer = await http_client.get(f"{address}&format={kind}", headers=world.root.headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert re.fullmatch(r"[\x20-\x7e]+", answer.headers["content-disposition"])
        cells = [cell for row in read(answer.content, kind) for cell in row if isinstance(cell, str)]
        assert cells
        if kind == "csv":
            assert [cell for cell in cells if cell.startswith(RUNNABLE) and not _is_number(cell)] == [], address
            texts = {f"'{text}" if text.startswith(RUNNABLE) else text for text in texts}
        assert {text for text in texts if not any(text == cell or text in cell for cell in cells)} == set(), address


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?(e[-+]?\d+)?", text) is not None


async def test_audit_files_hold_hostile_texts_unchanged_and_run_none(
    http_client: httpx.AsyncClient, world: HostileWorld
) -> None:
    answer = await http_client.get(f"{V1}/audit/export?format=json", headers=world.root.headers)
    said = list(leaves(ok(answer)))
    assert {EMAIL, SCRIPT, MARKUP, f"c{EMAIL}"} <= set(said)
    answer = await http_client.get(f"{V1}/audit/export?format=csv", headers=world.root.headers)
    cells = [cell for row in read(answer.content, "csv") for cell in row]
    assert {EMAIL, SCRIPT, MARKUP} <= set(cells)
    assert not any(cell.startswith(RUNNABLE) for cell in cells)


async def test_reports_hold_hostile_texts_as_letters_and_nothing_that_acts(
    http_client: httpx.AsyncClient, world: HostileWorld
) -> None:
    for job, name in ((world.alert, MARKUP), (world.network, LINK)):
        made = await http_client.post(f"{JOBS}/{job}/generate-report", headers=world.root.headers)
        answer = await http_client.get(ok(made)["pdf_report_url"])
        assert answer.headers["content-type"] == "application/pdf"
        report = ReadReport(answer.content)
        for text in (name, SCRIPT):
            assert re.sub(r"\s", "", text) in report.letters
        assert "owned" not in str(report.reader.metadata.title if report.reader.metadata else "").replace(name, "")
        for forbidden in ("/OpenAction", "/AA", "/Names"):
            assert forbidden not in report.catalogue or not _acts(report.catalogue[forbidden])
        for page in report.reader.pages:
            for note in page.get("/Annots", []):
                assert "evil.example" not in str(note.get_object())
        assert b"/JavaScript" not in answer.content
        assert b"/Launch" not in answer.content


def _acts(value: Any) -> bool:
    return "JavaScript" in str(value) or "/JS" in str(value)


async def test_answers_of_the_api_are_never_taken_for_pages(
    http_client: httpx.AsyncClient, world: HostileWorld
) -> None:
    for path in (JOBS, f"{JOBS}/{world.network}", f"{V1}/people", f"{V1}/audit", f"{JOBS}/{MARKUP}", f"/api/{SCRIPT}"):
        answer = await http_client.get(path, headers=world.root.headers)
        assert answer.headers["content-type"] == "application/json"
