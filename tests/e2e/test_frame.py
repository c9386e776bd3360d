"""The frame of every page: the navigation folds to its icons and keeps its names."""

import re

import pytest
from playwright.async_api import expect

from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e


async def test_navigation_folds_by_keyboard_stays_folded_and_keeps_its_names(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in()
    main = page.get_by_role("main")
    await expect(page.get_by_test_id("jobs-row")).to_have_count(20)
    wide = await main.evaluate("main => main.getBoundingClientRect().left")
    await page.get_by_test_id("navigation-fold").first.press("Enter")
    await expect(page.get_by_role("button", name="Unfold the navigation").first).to_be_focused()
    assert await main.evaluate("main => main.getBoundingClientRect().left") < wide
    assert await grave_problems(page) == []
    await page.reload()
    await expect(page.get_by_role("button", name="Unfold the navigation").first).to_be_visible()
    await page.get_by_role("navigation", name="Main").get_by_role("link", name="Machines").first.press("Enter")
    await expect(page.get_by_role("heading", name="Machines", level=1)).to_be_visible()
    await page.get_by_role("button", name="Unfold the navigation").first.press("Enter")
    await page.set_viewport_size({"width": 900, "height": 800})
    left = await main.evaluate("main => main.getBoundingClientRect().left")
    assert left < 80
    assert await grave_problems(page) == []


async def test_picked_rows_lead_to_their_comparison_and_export_on_a_phone(visitor: Visitor) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": 390, "height": 844})
    await visitor.sign_in(address="/?state=completed&has_performance_data=true")
    boxes = page.get_by_test_id("jobs-row").get_by_role("checkbox")
    await expect(boxes).to_have_count(20)
    await boxes.nth(0).click()
    await boxes.nth(2).click()
    bar = page.get_by_test_id("jobs-picked")
    await expect(bar).to_contain_text("2 selected")
    await expect(bar).to_be_in_viewport()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    # Elsewhere the bar lies over rows, which then are too low to be targets; they scroll out from under it.
    await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert await grave_problems(page) == []
    await bar.get_by_test_id("jobs-export-picked").click()
    await expect(page.get_by_text("2 jobs", exact=False).last).to_be_visible()
    link = page.get_by_test_id("export-csv")
    assert "ids=" in (await link.get_attribute("href") or "")
    await page.keyboard.press("Escape")
    await expect(link).to_be_hidden()
    await bar.get_by_test_id("jobs-compare").click()
    await expect(page).to_have_url(re.compile(r"/compare\?job=\d+&job=\d+$"))
    await expect(page.get_by_role("heading", name="Compare", level=1)).to_be_visible()
