"""What people take away of tables, and how they learn what became of it: columns, progress, cancel, errors, reports."""

import asyncio
import csv
import io
import re
from pathlib import Path

import psycopg
import pytest
from playwright.async_api import Download, Page, Route, expect

from siliconmark_ui.db import psycopg_url
from siliconmark_ui.server.postgres import attach_or_start
from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e

ROW = '[data-testid="jobs-row"]'
DAY = r"\d{4}-\d\d-\d\d"


async def download(page: Page, menu: str, wanted: str = "csv", choice: str = "") -> tuple[str, list[dict[str, str]]]:
    """Take a CSV away; return its name and its rows."""
    await page.get_by_test_id(menu).click()
    if choice:
        await page.get_by_test_id(f"export-choice-{choice}").check()
    async with page.expect_download() as waiting:
        await page.get_by_test_id(f"export-{wanted}").click()
    return await read_download(await waiting.value)


async def read_download(file: Download) -> tuple[str, list[dict[str, str]]]:
    """Return the name and the rows of a CSV that was taken away."""
    content = await asyncio.to_thread(Path(await file.path()).read_bytes)
    return file.suggested_filename, list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def forget_refusals(visitor: Visitor) -> None:
    """Leave out what the browser itself says of an answer that the test had refused."""
    own = [words for words in visitor.complaints if not words.startswith("Failed to load resource")]
    visitor.complaints[:] = own


async def test_shown_columns_or_all_of_them_leave_by_keyboard(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in(address="/?state=completed&sort_by=name&sort_order=asc")
    await expect(page.locator(ROW)).to_have_count(20)
    await page.get_by_test_id("jobs-columns").click()
    await page.get_by_role("dialog", name="Columns").get_by_label("Performance").click()
    await expect(page.get_by_role("columnheader", name="Performance")).to_have_count(0)
    await page.keyboard.press("Escape")
    # It gives the focus back as it goes, which closes what was opened meanwhile.
    await expect(page.get_by_role("dialog", name="Columns")).to_have_count(0)
    name, rows = await download(page, "jobs-export")
    assert re.fullmatch(rf"jobs_completed_{DAY}\.csv", name)
    assert "performance.score" not in rows[0]
    assert {"id", "name", "state", "gpu_models", "tags"} <= set(rows[0])
    assert "description" not in rows[0]
    await expect(page.get_by_test_id("export-file").last).to_contain_text("Saved")
    menu = page.get_by_test_id("jobs-export")
    await menu.focus()
    await page.keyboard.press("Enter")
    await page.get_by_test_id("export-choice-shown").focus()
    await page.keyboard.press("ArrowDown")
    await page.get_by_test_id("export-bom").focus()
    await page.keyboard.press("Space")
    await page.get_by_test_id("export-csv").focus()
    async with page.expect_download() as waiting:
        await page.keyboard.press("Enter")
    content = await asyncio.to_thread(Path(await (await waiting.value).path()).read_bytes)
    assert content.startswith(b"\xef\xbb\xbfid,name,description,")
    assert content.count(b"\r\n") > len(rows)
    await expect(menu).to_be_focused()


async def test_performance_leaves_as_nodes_and_compare_as_it_stands(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in(address="/performance?sort_by=created_at")
    name, rows = await download(page, "performance-export", choice="nodes")
    assert re.fullmatch(rf"performance-nodes_{DAY}\.csv", name)
    assert len({row["job_id"] for row in rows}) > 20
    await sized.open("/?state=completed&has_performance_data=true&per_page=20")
    links = page.locator(f"{ROW} a")
    await expect(page.locator(ROW)).to_have_count(20)
    paths = list(dict.fromkeys([await link.get_attribute("href") for link in await links.all()]))
    ids = [path.removeprefix("/jobs/") for path in paths if path][:2]
    await sized.open(f"/compare?job={ids[0]}&job={ids[1]}")
    shown = await page.get_by_test_id("compare-row").count() or await _count(page)
    name, rows = await download(page, "compare-export")
    assert re.fullmatch(rf"comparison_differences_.+_{DAY}\.csv", name)
    assert ([row["id"] for row in rows], len(rows[0])) == (ids, 4 + shown)


async def _count(page: Page) -> int:
    rows = page.get_by_test_id("compare-row")
    await expect(rows.first).to_be_visible()
    return await rows.count()


async def test_a_long_export_shows_how_far_it_is_and_is_cancelled_from_another_page(sized: Visitor) -> None:
    page = sized.page

    async def never(_route: Route) -> None:
        await asyncio.sleep(30)

    async def half(route: Route) -> None:
        await route.fulfill(json={"rows": 200, "is_waiting": False})

    await sized.sign_in()
    await expect(page.locator(ROW)).to_have_count(20)
    total = (await page.get_by_test_id("jobs-total").inner_text()).split()[0]
    await page.route("**/jobs/export?*", never)
    await page.route("**/auth/exports/*", half)
    await page.get_by_test_id("jobs-export").click()
    await page.get_by_test_id("export-xlsx").click()
    file = page.get_by_test_id("export-file")
    await expect(file).to_contain_text(f"200 of {total} rows")
    assert await grave_problems(page, is_covered=True) == []
    meter = file.get_by_role("progressbar")
    assert (await meter.get_attribute("value"), await meter.get_attribute("max")) == ("200", total)
    if sized.is_phone:
        await page.get_by_role("button", name="Open navigation").click()
    machines = page.get_by_role("navigation", name="Main").get_by_role("link", name="Machines")
    await machines.locator("visible=true").click()
    await expect(page.locator("h1.sm-title")).to_have_text("Machines")
    await expect(file).to_contain_text(f"200 of {total} rows")
    async with page.expect_event("requestfailed", lambda request: "/jobs/export?" in request.url):
        await page.get_by_test_id("export-cancel").click()
    await expect(file).to_contain_text("Cancelled; nothing was saved")
    await page.unroute_all(behavior="ignoreErrors")


async def test_an_export_that_fails_says_why_and_is_tried_again(sized: Visitor) -> None:
    page = sized.page
    words = "format=xlsx holds at most 1,048,575 rows and 1,200,000 match: narrow the filters"

    async def refuse(route: Route) -> None:
        await route.fulfill(status=400, json={"error": {"code": "PARAMETER_INCORRECT_VALUE", "message": words}})

    async def break_off(route: Route) -> None:
        await route.abort("connectionreset")

    await sized.sign_in()
    await expect(page.locator(ROW)).to_have_count(20)
    file = page.get_by_test_id("export-file")
    await page.route("**/jobs/export?*", refuse)
    await page.get_by_test_id("jobs-export").click()
    await page.get_by_test_id("export-xlsx").click()
    await expect(file).to_contain_text(words)
    await expect(file).to_have_attribute("role", "alert")
    assert await grave_problems(page, is_covered=True) == []
    await file.get_by_role("button", name="Dismiss").click()
    await expect(file).to_have_count(0)
    await page.unroute_all()
    await page.route("**/jobs/export?*", break_off)
    await page.get_by_test_id("jobs-export").click()
    await page.get_by_test_id("export-csv").click()
    await expect(file).to_contain_text("The server could not be reached")
    await page.unroute_all()
    async with page.expect_download() as waiting:
        await file.get_by_role("button", name="Try again").click()
    assert (await waiting.value).suggested_filename.endswith(".csv")
    await page.context.clear_cookies()
    await page.get_by_test_id("jobs-export").click()
    await page.get_by_test_id("export-json").click()
    await expect(file.last).to_contain_text("Your session has ended")
    await file.last.get_by_role("link", name="Sign in").click()
    await expect(page.get_by_test_id("sign-in-submit")).to_be_visible()
    forget_refusals(sized)


async def test_a_report_is_made_on_the_page_opened_and_tried_again_after_a_failure(
    sized: Visitor, site_folder: Path
) -> None:
    page = sized.page
    await sized.sign_in(address="/?state=completed&sort_by=name&sort_order=asc")
    # At each width another job: a report that was made before would be shown at once.
    await page.locator(f"{ROW} th a").nth(int(sized.is_phone)).click()
    report = page.get_by_test_id("job-report")
    await report.get_by_test_id("report-make").click()
    link = report.get_by_test_id("report-open")
    await expect(link).to_be_visible(timeout=30_000)
    await expect(link).to_have_attribute("title", re.compile("^PDF, [0-9,]+ kB, made "))
    address = sized.site + (await link.get_attribute("href") or "")
    document = await page.context.request.get(address)
    assert (document.headers["content-type"], (await document.body())[:5]) == ("application/pdf", b"%PDF-")
    reason = "The report took longer than 120 seconds"
    with psycopg.connect(psycopg_url(attach_or_start(site_folder / "data").url), autocommit=True) as connection:
        connection.execute(
            "UPDATE reports SET state = 'failed', error = %s WHERE job_id = %s", (reason, address.split("/")[-3])
        )
    await report.get_by_test_id("report-problem").click()
    await expect(page.get_by_role("alert").filter(has_text=reason)).to_be_visible()
    await page.get_by_test_id("report-again").click()
    await expect(report).to_have_attribute("data-state", "ready", timeout=30_000)
    await expect(link).to_be_visible()
