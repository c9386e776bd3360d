"""A machine's history and a comparison, in a browser: found, drawn, changed, shared by address, and on a phone."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e

JOB = '[data-testid="compare-job"]'


async def drawn(page: Page, chart: str) -> None:
    """Wait until a chart is drawn."""
    frame = page.get_by_test_id(f"plot-{chart}")
    await expect(frame).to_have_attribute("data-state", "ready", timeout=20_000)
    await expect(frame.locator("svg.main-svg").first).to_be_visible()


async def sideways(page: Page) -> float:
    """Give how many pixels the page is wider than the window."""
    wider: float = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return wider


async def test_machine_is_found_its_history_drawn_and_its_newest_jobs_compared(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in(address="/machines?sort_by=jobs")
    rows = page.get_by_test_id("machines-row")
    await expect(rows).to_have_count(50)
    name = await rows.first.locator("th a").inner_text()
    await page.get_by_test_id("machines-search").fill(name)
    await expect(page).to_have_url(re.compile(rf"search={re.escape(name)}"))
    await expect(page.get_by_test_id("machines-sentence")).to_contain_text(f"matching “{name}”")
    await page.reload()
    await expect(page.get_by_test_id("machines-search")).to_have_value(name)
    await rows.first.locator("th a").click()
    await expect(page.get_by_test_id("machine-name")).to_have_text(name)
    await drawn(page, "memory_bandwidth_gbs")
    await drawn(page, "bf16_tflops")
    await page.get_by_test_id("machine-compare").click()
    await expect(page).to_have_url(re.compile(r"/compare\?job=\d+&job=\d+"))
    await expect(page.get_by_test_id("compare-table")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_test_id("machine-name")).to_have_text(name)


async def test_jobs_are_added_by_search_compared_and_removed_in_the_address(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in(address="/compare")
    await expect(page.get_by_test_id("compare-empty")).to_be_visible()
    for count in (1, 2):
        await page.get_by_test_id("compare-add").click()
        await page.get_by_test_id("compare-search").fill("nightly")
        found = page.locator(".sm-suggestion", has_text="nightly").filter(has_text="Completed")
        await found.first.click()
        await expect(page.locator(JOB)).to_have_count(count)
    await drawn(page, "metric")
    await expect(page.get_by_test_id("compare-summary")).to_contain_text("hidden")
    few = await page.get_by_test_id("compare-row").count()
    await page.get_by_test_id("compare-toggle").click()
    await expect(page).to_have_url(re.compile(r"all=1"))
    await expect(page.get_by_test_id("compare-summary")).to_contain_text("All")
    assert await page.get_by_test_id("compare-row").count() > few
    await page.get_by_test_id("compare-metric").select_option("temperature_centigrade")
    await expect(page.get_by_test_id("plot-metric").locator(".sm-plot-title")).to_contain_text("Temperature")
    await page.get_by_test_id("compare-remove").first.click()
    await expect(page.locator(JOB)).to_have_count(1)
    await expect(page.get_by_test_id("compare-second")).to_be_visible()


async def test_unknown_job_is_refused_and_the_rest_fits_a_phone(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in(address="/machines?sort_by=jobs")
    await page.get_by_test_id("machines-row").first.locator("th a").click()
    await page.get_by_test_id("machine-compare").wait_for()
    address = await page.get_by_test_id("machine-compare").get_attribute("href")
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await sideways(page) == 0
    two_jobs = "&".join((address or "").split("&")[:2])
    await visitor.open(f"{two_jobs}&job=123")
    await expect(page.get_by_test_id("compare-refused")).to_contain_text("Job with id 123 not found")
    await expect(page.locator(JOB).first).to_be_visible()
    assert await sideways(page) == 0
    await page.get_by_test_id("compare-refused").get_by_text("Remove").click()
    await expect(page.get_by_test_id("compare-refused")).to_have_count(0)
    await visitor.open("/machines?status=underperforming")
    await expect(page.get_by_test_id("machines-row").first).to_be_visible()
    assert await sideways(page) == 0


@pytest.mark.parametrize("size", [pytest.param((1440, 900), id="1440"), pytest.param((390, 844), id="390")])
async def test_machines_a_machine_and_a_comparison_are_for_everybody(visitor: Visitor, size: tuple[int, int]) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await visitor.sign_in(address="/machines?sort_by=jobs&search=10.20.0.1")
    name = page.get_by_test_id("machines-row").first.locator("th a")
    await expect(name).to_be_visible()
    assert await grave_problems(page) == []
    await name.focus()
    await page.keyboard.press("Enter")
    await drawn(page, "bf16_tflops")
    assert await grave_problems(page) == []
    assert await sideways(page) == 0
    await page.get_by_test_id("machine-compare").focus()
    await page.keyboard.press("Enter")
    await drawn(page, "metric")
    assert await grave_problems(page) == []
    assert await sideways(page) == 0
