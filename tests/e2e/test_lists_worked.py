"""Lists at work, wide and on a phone: a page picked, taken away and let go; filters of performance; empty lists."""

import re

import pytest
from playwright.async_api import Locator, expect

from siliconmark_ui.db import Database
from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.test_exports import download
from tests.factories import Caller, make_job
from tests.ui.finished import finished_job

pytestmark = pytest.mark.e2e

JOBS_A_PAGE, JOBS = 20, 22


async def test_page_of_jobs_is_picked_taken_away_and_let_go(own_sized: Visitor, db: Database, ann: Caller) -> None:
    page = own_sized.page
    names = ["alpha", "beta", "gamma"]
    for name in names:
        await make_job(db, ann.actor, name=name)
    await own_sized.open("/?sort_by=name&sort_order=asc")
    picked = page.get_by_test_id("jobs-picked")
    await page.get_by_role("checkbox", name="Select beta").click()
    await expect(picked).to_contain_text("1 selected")
    await picked.get_by_role("button", name="Select this page").click()
    await expect(picked).to_contain_text("3 selected")
    await expect(picked.get_by_role("button", name="Select this page")).to_have_count(0)
    if not own_sized.is_phone:
        every = page.get_by_role("checkbox", name="Select every job of this page")
        await every.click()
        await expect(picked).to_have_count(0)
        await every.click()
        await expect(picked).to_contain_text("3 selected")
    _, rows = await download(page, "jobs-export-picked")
    assert [row["name"] for row in rows] == names
    await page.get_by_test_id("jobs-export-picked").click()
    await expect(page.get_by_test_id("export-csv")).to_be_visible()
    assert await grave_problems(page, is_covered=True) == []
    await page.keyboard.press("Escape")
    await picked.get_by_role("button", name="Clear selection").click()
    await expect(picked).to_have_count(0)
    await expect(page.get_by_role("checkbox", name="Select beta")).not_to_be_checked()


async def test_empty_lists_say_what_fills_them(own_sized: Visitor) -> None:
    page = own_sized.page
    said = {"jobs": ("/", "No jobs yet"), "performance": ("/performance", "No job has performance data yet")}
    for place, (address, words) in {**said, "machines": ("/machines", "No machines yet")}.items():
        await own_sized.open(address)
        await expect(page.get_by_test_id(f"{place}-empty")).to_contain_text(words)
        await expect(page.get_by_test_id(f"{place}-empty").locator("a").first).to_be_visible()
        assert await grave_problems(page) == [], address


async def test_performance_is_filtered_ordered_turned_and_stays_so(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    for number in range(JOBS):
        await finished_job(db, ann.actor, name=f"run {number:02}")
    await finished_job(db, ann.actor, name="other", model="NVIDIA H200")
    await own_sized.open("/performance")
    sentence, rows = page.get_by_test_id("performance-sentence"), page.get_by_test_id("performance-row")
    await expect(rows).to_have_count(JOBS_A_PAGE)

    def shown(name: str) -> Locator:
        return page.get_by_test_id(f"performance-{name}").locator("visible=true")

    if own_sized.is_phone:
        await shown("filters").click()
    await shown("gpu-model").select_option("NVIDIA A100-SXM4-80GB")
    await expect(page).to_have_url(re.compile("gpu_model=NVIDIA"))
    await shown("order").select_option("By name")
    await expect(page).to_have_url(re.compile("sort_by=name"))
    if own_sized.is_phone:
        await page.get_by_role("dialog").get_by_role("button", name=f"Show {JOBS} jobs").click()
    await expect(sentence).to_contain_text(re.compile("on A100-SXM4-80GB, .*name"))
    said = await sentence.inner_text()
    await page.get_by_role("button", name="Next page").click()
    last = [f"run {number:02}" for number in range(JOBS_A_PAGE, JOBS)]
    await expect(rows.locator("th a")).to_have_text(last)
    await page.reload()
    await expect(rows.locator("th a")).to_have_text(last)
    await expect(sentence).to_have_text(said)
    await page.get_by_role("button", name="Previous page").click()
    await expect(rows).to_have_count(JOBS_A_PAGE)
    await page.go_back()
    await expect(rows.locator("th a")).to_have_text(last)
    await own_sized.open("/performance?sort_by=name&sort_order=asc&page=9")
    await page.get_by_test_id("performance-past-end").get_by_role("button", name="Go to the last page").click()
    await expect(rows).to_have_count(JOBS + 1 - JOBS_A_PAGE)
