"""Machines, a machine's history and a comparison: found, drawn, changed and shared, by keyboard and on a phone."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor, api_of
from tests.e2e.keyboard import press, tab_to, to_content
from tests.factories import quick_mark

# The machine that they share takes its time: on one worker it is made once.
pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("fallen machine")]

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


@pytest.fixture(scope="module")
async def fallen_machine(site: str) -> AsyncIterator[str]:
    """The address of a machine that lost three tenths of its speed after half of its eight measurements."""
    address, jobs = "10.99.0.7", []
    async with api_of(site) as api:
        for number in range(8):
            agents = await api.start(name=f"fall {number}")
            jobs.append(agents.job)
            task = await agents.joined(9_000, machine_ip=address, gpu_model="NVIDIA A100-SXM4-80GB", gpu_count=1)
            await agents.complete(task, quick_mark(1, 1.0 if number < 4 else 0.7))
        yield address
        for job in jobs:
            await api.delete(job)


async def test_machine_with_a_changed_level_is_found_by_keyboard(sized: Visitor, fallen_machine: str) -> None:
    page = sized.page
    await sized.sign_in(address="/machines")
    rows, sentence = page.get_by_test_id("machines-row"), page.get_by_test_id("machines-sentence")
    await expect(rows).to_have_count(50)
    await to_content(page)
    await tab_to(page.get_by_test_id("machines-search"))
    await page.keyboard.type("10.99.")
    await expect(sentence).to_have_text("All machines matching “10.99.”, last seen first")
    await expect(page.get_by_test_id("machines-search")).to_be_focused()
    await press(page.get_by_test_id("machines-status"), "u")
    await expect(sentence).to_have_text("Underperforming machines matching “10.99.”, last seen first")
    if sized.is_phone:
        await press(page.get_by_test_id("machines-order"), "ArrowDown")
        order = "longest unseen first"
    else:
        await press(page.get_by_title("Sort by Address"))
        await expect(page.get_by_role("columnheader", name="Machine")).to_have_attribute("aria-sort", "ascending")
        order = "by address, ascending"
    question = f"Underperforming machines matching “10.99.”, {order}"
    await expect(sentence).to_have_text(question)
    await expect(rows).to_have_count(1)
    assert await grave_problems(page) == []
    await page.reload()
    await expect(sentence).to_have_text(question)
    await to_content(page)
    await press(rows.locator("th a"))
    fall = "BF16 fell 30 %"
    for _ in ("opened", "loaded anew"):
        await expect(page.get_by_test_id("machine-name")).to_have_text(fallen_machine)
        await expect(page.get_by_test_id("machine-changes")).to_contain_text(f"{fall}, 264")
        await drawn(page, "bf16_tflops")
        plot = page.get_by_test_id("plot-bf16_tflops")
        await expect(plot.locator(".sm-plot-title")).to_contain_text(fall)
        marks = await plot.locator("[role=img]").evaluate("plot => plot.layout.shapes.length")
        assert marks == 1
        await page.reload()
    await drawn(page, "bf16_tflops")
    assert await grave_problems(page) == []
    assert await sideways(page) == 0
    await press(page.get_by_test_id("machine-compare"))
    await expect(page.locator(JOB)).to_have_count(8)
    await drawn(page, "metric")
    assert await grave_problems(page) == []
    assert await sideways(page) == 0
    await page.go_back()
    await expect(page.get_by_test_id("machine-name")).to_have_text(fallen_machine)
    await page.go_back()
    await expect(sentence).to_have_text(question)


async def test_picked_jobs_are_compared_by_keyboard(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in(address="/?state=completed&has_performance_data=true")
    boxes = page.get_by_test_id("jobs-row").get_by_role("checkbox")
    await expect(boxes).to_have_count(20)
    await to_content(page)
    await press(boxes.nth(0), "Space")
    await press(boxes.nth(2), "Space")
    await expect(page.get_by_test_id("jobs-picked")).to_contain_text("2 selected")
    await press(page.get_by_test_id("jobs-compare"))
    await expect(page.locator(JOB)).to_have_count(2)
    await drawn(page, "metric")
    summary, toggle = page.get_by_test_id("compare-summary"), page.get_by_test_id("compare-toggle")
    await expect(summary).to_contain_text("hidden")
    few = await page.get_by_test_id("compare-row").count()
    assert await grave_problems(page) == []
    await press(toggle)
    await expect(summary).to_contain_text("All")
    await expect(toggle).to_be_focused()
    assert await page.get_by_test_id("compare-row").count() > few
    metric = page.get_by_test_id("compare-metric")
    await press(metric, "t")
    await expect(metric).to_have_value("temperature_centigrade")
    await expect(page.get_by_test_id("plot-metric").locator(".sm-plot-title")).to_contain_text("Temperature")
    await page.reload()
    await expect(summary).to_contain_text("All")
    await expect(metric).to_have_value("temperature_centigrade")
    await page.go_back()
    await expect(summary).to_contain_text("hidden")
    await press(page.get_by_test_id("compare-add"))
    await tab_to(page.get_by_test_id("compare-search"))
    await page.keyboard.type("nightly")
    found = page.locator(".sm-suggestion")
    await expect(page.get_by_text("Jobs found, newest first")).to_be_visible()
    assert await grave_problems(page, is_covered=True) == []
    await press(found.filter(has_text="nightly").first)
    await expect(page.locator(JOB)).to_have_count(3)
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await press(page.get_by_test_id("compare-remove").first)
    await expect(page.locator(JOB)).to_have_count(2)
    await page.go_back()
    await expect(page.locator(JOB)).to_have_count(3)
    assert await sideways(page) == 0


async def test_jobs_are_added_by_search_compared_and_removed_in_the_address(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in(address="/compare")
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
