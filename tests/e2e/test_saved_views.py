"""Several states at once and saved views, with the mouse and with the keyboard alone, wide and on a phone."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e

ROW = '[data-testid="jobs-row"]'
BOTH = "Completed or failed jobs, newest first"


async def choose_by_keyboard(page: Page, name: str) -> None:
    """Go to a checkbox of the open panel with the tab key and check it."""
    box = page.get_by_role("checkbox", name=name, exact=True)
    for _ in range(12):
        if await box.evaluate("box => box === document.activeElement"):
            break
        await page.keyboard.press("Tab")
    await page.keyboard.press("Space")


async def test_states_are_chosen_by_keyboard_and_survive_reload_and_back(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in()
    await expect(page.locator(ROW)).to_have_count(20)
    await page.get_by_test_id("jobs-state").focus()
    await page.keyboard.press("Enter")
    await choose_by_keyboard(page, "Completed")
    await expect(page.get_by_test_id("jobs-sentence")).to_have_text("Completed jobs, newest first")
    await choose_by_keyboard(page, "Failed")
    await expect(page.get_by_test_id("jobs-sentence")).to_have_text(BOTH)
    assert await grave_problems(page) == []
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("jobs-chip")).to_have_text(["Completed", "Failed"])
    await expect(page).to_have_url(re.compile(r"\?state=completed&state=failed$"))
    total = await page.get_by_test_id("jobs-total").inner_text()
    await page.reload()
    await expect(page.get_by_test_id("jobs-sentence")).to_have_text(BOTH)
    await expect(page.get_by_test_id("jobs-total")).to_have_text(total)
    await page.get_by_role("button", name="Next page").click()
    await expect(page).to_have_url(re.compile(r"page=2"))
    await page.go_back()
    await expect(page.get_by_test_id("jobs-summary")).to_have_text(re.compile("^1–20 of"))
    await page.get_by_role("button", name="Remove filter: Completed").press("Enter")
    await expect(page.get_by_test_id("jobs-sentence")).to_have_text("Failed jobs, newest first")


async def test_view_is_saved_made_default_renamed_and_deleted_by_keyboard(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in("maya@demo.example", "/?state=failed&state=completed")
    await expect(page.locator(ROW).first).to_be_visible()
    await page.get_by_test_id("jobs-views").press("Enter")
    await page.get_by_test_id("jobs-view-name").focus()
    await page.keyboard.type("What failed")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("jobs-view-said")).to_have_text("Saved “What failed”")
    await expect(page.get_by_test_id("jobs-views")).to_contain_text("What failed")
    await page.get_by_role("button", name="Open the page with What failed").press("Enter")
    await expect(page.get_by_test_id("jobs-view-said")).to_contain_text("The page opens with “What failed”")
    assert await grave_problems(page) == []
    # The plain address is the default view now, and the menu leads to everything.
    await visitor.open("/")
    await expect(page).to_have_url(re.compile(r"\?state=failed&state=completed$"))
    await page.get_by_test_id("jobs-views").press("Enter")
    await page.get_by_test_id("view-everything").press("Enter")
    await expect(page.get_by_test_id("jobs-sentence")).to_have_text("All jobs, newest first")
    await expect(page).to_have_url(re.compile(r"\?view=all$"))
    await page.reload()
    await expect(page.get_by_test_id("jobs-sentence")).to_have_text("All jobs, newest first")
    await page.get_by_test_id("jobs-views").press("Enter")
    await page.get_by_test_id("view-open").press("Enter")
    await expect(page.get_by_test_id("jobs-sentence")).to_have_text("Failed or completed jobs, newest first")
    if not await page.get_by_test_id("view-row").count():
        await page.get_by_test_id("jobs-views").press("Enter")
    await page.get_by_role("button", name="Rename What failed").press("Enter")
    await expect(page.get_by_label("New name")).to_be_focused()
    await page.get_by_label("New name").fill("Ended")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("view-open")).to_have_text("Ended")
    await page.get_by_role("button", name="Delete Ended").press("Enter")
    await expect(page.get_by_test_id("view-row")).to_have_count(0)
    await visitor.open("/")
    await expect(page.get_by_test_id("jobs-sentence")).to_have_text("All jobs, newest first")


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


async def test_rows_are_those_of_the_last_letter_when_somebody_types(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in()
    await expect(page.locator(ROW)).to_have_count(20)
    await page.get_by_test_id("jobs-search").press_sequentially("nightly", delay=280)
    await expect(page.get_by_test_id("jobs-sentence")).to_have_text("All jobs named like “nightly”, newest first")
    await expect(page.get_by_test_id("jobs-search")).to_have_value("nightly")
    await page.wait_for_timeout(600)
    total = await page.get_by_test_id("jobs-total").inner_text()
    names = await page.locator(f"{ROW} th a").all_inner_texts()
    await page.reload()
    await expect(page.get_by_test_id("jobs-sentence")).to_have_text("All jobs named like “nightly”, newest first")
    await expect(page.get_by_test_id("jobs-total")).to_have_text(total)
    assert await page.locator(f"{ROW} th a").all_inner_texts() == names
    assert all("nightly" in name for name in names)
