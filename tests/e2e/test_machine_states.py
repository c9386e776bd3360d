"""A machine's page where there is little to show: no such machine, nothing measured, a page past the end."""

import re

import pytest
from playwright.async_api import Page, expect

from siliconmark_ui.db import Database
from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import press, to_content
from tests.factories import Caller, machine
from tests.ui.finished import registered

pytestmark = pytest.mark.e2e

JOBS_A_PAGE, JOBS = 20, 23


async def fits(page: Page) -> bool:
    """Tell whether the page is no wider than the window."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


async def test_machine_that_is_none_says_so_and_one_without_figures_says_what_brings_them(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    await registered(db, ann.actor, 1, 1, name="still running")
    missing, history = page.get_by_test_id("machine-not-found"), page.get_by_test_id("machine-no-history")
    await own_sized.open(f"/machines/{machine(7)}")
    for _ in ("opened", "loaded anew"):
        await expect(missing).to_contain_text("There is no such machine")
        await expect(missing).to_contain_text(f"Machine with UUID {machine(7)} not found")
        await page.reload()
    await expect(missing).to_be_visible()
    assert await grave_problems(page) == []
    assert await fits(page)
    await to_content(page)
    await press(missing.get_by_role("link", name="Go to the machines"))
    await expect(page.get_by_test_id("machines-row")).to_have_count(1)
    await page.go_back()
    await expect(missing).to_be_visible()
    await page.go_forward()
    await press(page.get_by_test_id("machines-row").locator("th a"))
    await expect(history).to_contain_text("No measurements yet")
    await expect(page.get_by_test_id("machine-jobs").locator("tbody th a")).to_have_text(["still running"])
    # One job alone is compared with none.
    await expect(page.get_by_test_id("machine-compare")).to_have_count(0)
    await expect(page.get_by_role("navigation", name="Pages of jobs").get_by_role("link")).to_have_count(0)
    assert await grave_problems(page) == []
    assert await fits(page)
    await press(history.get_by_role("link", name="Go to the jobs"))
    await expect(page.get_by_test_id("jobs-row")).to_have_count(1)
    await page.go_back()
    await expect(history).to_be_visible()
    own_sized.complaints[:] = [text for text in own_sized.complaints if "404" not in text]


async def test_page_of_a_machines_jobs_past_the_end_leads_back_by_keyboard(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    for number in range(JOBS):
        await registered(db, ann.actor, 1, 1, name=f"job {number}")
    address = f"/machines/{machine(0)}"
    await own_sized.open(f"{address}?page=9")
    past, names = page.get_by_test_id("machine-past-end"), page.get_by_test_id("machine-jobs").locator("tbody th a")
    pages = page.get_by_role("navigation", name="Pages of jobs").get_by_role("link")
    await expect(past).to_contain_text("This page is past the end")
    assert await grave_problems(page) == []
    assert await fits(page)
    await expect(pages).to_have_text(["Newer jobs"])
    await to_content(page)
    # The nearest page of newer jobs is the last one that there is.
    await press(pages)
    await expect(names).to_have_text([f"job {number}" for number in reversed(range(JOBS - JOBS_A_PAGE))])
    await expect(page).to_have_url(f"{own_sized.site}{address}?page=2")
    await press(pages)
    await expect(names).to_have_count(JOBS_A_PAGE)
    await expect(page).to_have_url(f"{own_sized.site}{address}")
    await press(pages)
    await expect(page).to_have_url(f"{own_sized.site}{address}?page=2")
    await expect(names).to_have_count(JOBS - JOBS_A_PAGE)
    for _ in range(3):
        await page.go_back()
    await expect(past).to_be_visible()
    await press(past.get_by_role("link", name="Go to the first page"), back=True)
    await expect(names).to_have_count(JOBS_A_PAGE)
    await own_sized.open(f"{address}?page=none")
    failed = page.get_by_test_id("machine-failed")
    await expect(failed).to_contain_text(re.compile("page must be "))
    await expect(failed.get_by_role("button", name="Try again")).to_be_visible()
    assert await grave_problems(page) == []
