"""Hostile texts in what people download: files hold them unchanged and harmless, reports as letters."""

import re
from typing import Any

import httpx
import pytest

from siliconmark_ui.db import Database
from tests.api.expect import ok
from tests.api.paths import JOBS, V1
from tests.reports.reading import ReadReport
from tests.security.hostile_jobs import KINDS, TURNED, make_hostile_jobs
from tests.security.hostile_texts import LINK, MARKUP, SCRIPT, HostileWorld, make_hostile_world


@pytest.fixture(scope="module")
async def world(module_db: Database) -> HostileWorld:
    """Every text hostile."""
    return await make_hostile_world(module_db)


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


async def test_report_holds_each_kind_of_hostile_text_as_letters(
    http_client: httpx.AsyncClient, module_db: Database
) -> None:
    jobs = await make_hostile_jobs(module_db)
    made = await http_client.post(f"{JOBS}/{jobs.of_all}/generate-report", headers=jobs.root.headers)
    report = ReadReport((await http_client.get(ok(made)["pdf_report_url"])).content)
    # What is turned around stands on paper as it is read.
    for text in {**KINDS, TURNED: "exe.jpg"}.values():
        assert re.sub(r"\s", "", text) in report.letters
    assert "/URI" not in str([page.get("/Annots", []) for page in report.reader.pages])


def _acts(value: Any) -> bool:
    return "JavaScript" in str(value) or "/JS" in str(value)


async def test_answers_of_the_api_are_never_taken_for_pages(
    http_client: httpx.AsyncClient, world: HostileWorld
) -> None:
    for path in (JOBS, f"{JOBS}/{world.network}", f"{V1}/people", f"{V1}/audit", f"{JOBS}/{MARKUP}", f"/api/{SCRIPT}"):
        answer = await http_client.get(path, headers=world.root.headers)
        assert answer.headers["content-type"] == "application/json"
