"""The dark theme, as the system asks for it: nothing serious or critical on any page of figures."""

import pytest
from playwright.async_api import Page, expect

from tests.browser import UNFINISHED
from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.programs import Api
from tests.e2e.test_job_tabs import FOUND

pytestmark = pytest.mark.e2e

FIRST = '[data-testid="{}-row"] th a'


async def first_address(page: Page, rows: str, at: int = 0) -> str:
    """Give where the name in a row of a list leads."""
    link = page.locator(FIRST.format(rows)).nth(at)
    return str(await link.get_attribute("href"))


async def test_pages_have_no_grave_problem_in_the_dark(sized: Visitor, api: Api) -> None:
    page = sized.page
    waiting = await api.start(name=f"waits in the dark {sized.width}")
    await page.emulate_media(color_scheme="dark")
    await sized.sign_in(address=f"{FOUND}&sort_order=asc")
    await expect(page.locator(UNFINISHED)).to_have_count(0)
    assert await page.evaluate("document.documentElement.classList.contains('dark')")
    job, other = [await first_address(page, "jobs", at) for at in (0, 1)]
    ids = "&".join(f"job={address.rpartition('/')[2]}" for address in (job, other))
    await sized.open("/machines")
    machine = await first_address(page, "machines")
    shown = {
        "/?per_page=10": "jobs-row",
        "/performance?state=completed&review=open&per_page=10": "performance-row",
        **{f"{job}?tab={tab}": "job-tab" for tab in ("overview", "network", "quickmark", "nodes", "raw")},
        f"/jobs/{waiting.job['id']}?tab=agent": "job-tab",
        f"/compare?{ids}": "compare-row",
        "/machines?per_page=10": "machines-row",
        machine: "machine-charts",
        "/jobs/new": "new-job-form",
    }
    for address, what in shown.items():
        await sized.open(address)
        await expect(page.get_by_test_id(what).first).to_be_visible()
        if what == "performance-row":
            await page.get_by_test_id("performance-toggle").first.click()
            await expect(page.get_by_test_id("performance-nodes")).to_be_visible()
        await expect(page.locator(UNFINISHED)).to_have_count(0)
        assert await grave_problems(page) == [], address
    await api.delete(waiting.job)
