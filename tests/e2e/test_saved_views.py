"""Saved views with the keyboard alone, wide and on a phone, and the menus of lists for everybody."""

import re

import pytest
from playwright.async_api import expect

from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import press, tab_to, to_content

pytestmark = pytest.mark.e2e

ROW = '[data-testid="jobs-row"]'
WITHOUT_ROWS = {
    "/?name=no+such+job": "jobs-no-match",
    "/?node_count_min=many": "jobs-failed",
    "/performance?name=no+such+job": "performance-no-match",
    "/performance?review=perhaps": "performance-failed",
    "/machines?search=9.9.9.9": "machines-no-match",
    "/machines?status=well": "machines-failed",
}


async def test_view_is_saved_made_default_renamed_and_deleted_by_keyboard(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in("maya@demo.example", "/?state=failed&state=completed")
    await expect(page.locator(ROW).first).to_be_visible()
    await to_content(page)
    menu, said = page.get_by_test_id("jobs-views"), page.get_by_test_id("jobs-view-said")
    sentence, rows = page.get_by_test_id("jobs-sentence"), page.get_by_test_id("view-row")
    await press(menu)
    await tab_to(page.get_by_test_id("jobs-view-name"))
    await page.keyboard.type("What failed")
    await page.keyboard.press("Enter")
    await expect(said).to_have_text("Saved “What failed”")
    await expect(menu).to_contain_text("What failed")
    await press(page.get_by_role("button", name="Open the page with What failed"))
    await expect(said).to_contain_text("The page opens with “What failed”")
    assert await grave_problems(page, is_covered=True) == []
    # The plain address is the default view now, and the menu leads to everything.
    await sized.open("/")
    await expect(page).to_have_url(re.compile(r"\?state=failed&state=completed$"))
    await to_content(page)
    await press(menu)
    await press(page.get_by_test_id("view-everything"))
    await expect(sentence).to_have_text("All jobs, newest first")
    await expect(page).to_have_url(re.compile(r"\?view=all$"))
    await page.reload()
    await expect(sentence).to_have_text("All jobs, newest first")
    await to_content(page)
    await press(menu)
    await press(page.get_by_test_id("view-open"))
    await expect(sentence).to_have_text("Failed or completed jobs, newest first")
    await page.keyboard.press("Escape")
    await expect(rows).to_have_count(0)
    await press(menu)
    await press(page.get_by_role("button", name="Rename What failed"))
    name = page.get_by_label("New name")
    await expect(name).to_be_focused()
    await page.keyboard.press("Control+a")
    await page.keyboard.type("Ended")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("view-open")).to_have_text("Ended")
    await press(page.get_by_role("button", name="Delete Ended"))
    await expect(rows).to_have_count(0)
    await expect(said).to_have_text("Deleted “Ended”")
    await sized.open("/")
    await expect(sentence).to_have_text("All jobs, newest first")


@pytest.mark.parametrize("address", ["/", "/performance", "/machines"])
async def test_lists_with_their_menus_have_no_grave_problem_on_a_phone(visitor: Visitor, address: str) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": 390, "height": 844})
    await visitor.sign_in(address=address)
    place = address.strip("/") or "jobs"
    await expect(page.get_by_test_id(f"{place}-sentence")).not_to_be_empty()
    assert await grave_problems(page) == []
    await page.get_by_test_id(f"{place}-views").click()
    await expect(page.get_by_test_id(f"{place}-view-name")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    assert await grave_problems(page) == []
    if place != "machines":
        await page.keyboard.press("Escape")
        await page.get_by_test_id(f"{place}-filters").click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await grave_problems(page) == []


async def test_lists_without_rows_say_why_to_everybody(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in(address="/?page=900")
    await expect(page.get_by_test_id("jobs-past-end")).to_be_visible()
    for address, shown in WITHOUT_ROWS.items():
        await sized.open(address)
        await expect(page.get_by_test_id(shown)).to_be_visible()
        assert await grave_problems(page) == [], address
        assert await page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, address
    await to_content(page)
    await press(page.get_by_test_id("machines-failed").get_by_role("button", name="Clear filters"))
    await expect(page.get_by_test_id("machines-row")).to_have_count(50)
