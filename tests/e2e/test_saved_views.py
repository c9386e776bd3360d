"""Saved views with the keyboard alone, wide and on a phone, and the menus of lists for everybody."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from siliconmark_ui.db import Database
from siliconmark_ui.saved_views.service import save_view
from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import press, tab_to, to_content
from tests.factories import Caller
from tests.ui.finished import finished_job

pytestmark = pytest.mark.e2e

ROW = '[data-testid="jobs-row"]'
TAKEN, NAMELESS = "You have a view named “Mine” already", "name must be 1 to 60 characters long after trimming"
WITHOUT_ROWS = {
    "/?name=no+such+job": "jobs-no-match",
    "/?node_count_min=many": "jobs-failed",
    "/performance?name=no+such+job": "performance-no-match",
    "/performance?review=perhaps": "performance-failed",
    "/performance?page=900": "performance-past-end",
    "/machines?search=9.9.9.9": "machines-no-match",
    "/machines?page=900": "machines-past-end",
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


async def open_menu(page: Page, place: str) -> None:
    """Open the menu of views of a page that has just been loaded, without a mouse."""
    await to_content(page)
    await press(page.get_by_test_id(f"{place}-views"))
    await expect(page.get_by_test_id(f"{place}-view-name")).to_be_visible()


async def test_view_is_replaced_under_its_name_and_no_longer_opened_with_by_keyboard(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    await save_view(db, ann.actor, "jobs", "Mine", "state=failed")
    await own_sized.open("/?name=alpha")
    said, sentence = page.get_by_test_id("jobs-view-said"), page.get_by_test_id("jobs-sentence")
    await open_menu(page, "jobs")
    replacing = page.get_by_role("button", name="Save what you see as Mine")
    await press(replacing)
    await expect(said).to_have_text("“Mine” is now what you see")
    await expect(page.get_by_test_id("jobs-views")).to_contain_text("Mine")
    await expect(page.get_by_test_id("view-row")).to_have_count(1)
    await expect(replacing).to_have_count(0)
    await press(page.get_by_role("button", name="Open the page with Mine"), back=True)
    await expect(said).to_have_text("The page opens with “Mine” from now on")
    await own_sized.open("/")
    await expect(page).to_have_url(f"{own_sized.site}/?name=alpha")
    await expect(sentence).to_have_text("All jobs named like “alpha”, newest first")
    await open_menu(page, "jobs")
    await press(page.get_by_role("button", name="No longer open the page with Mine"))
    await expect(said).to_have_text("The page opens with everything from now on")
    await expect(page.get_by_role("button", name="Open the page with Mine", exact=True)).to_be_focused()
    await own_sized.open("/")
    await expect(sentence).to_have_text("All jobs, newest first")
    await expect(page).to_have_url(f"{own_sized.site}/")


async def refused(field: Locator, problem: str, typed: str) -> None:
    """Wait until a name is refused right below its field, which keeps what was typed and is told about it."""
    said = field.page.get_by_test_id("jobs-view-problem")
    await expect(said).to_have_text(problem)
    await expect(field).to_have_value(typed)
    await expect(field).to_have_accessible_description(problem)
    box, line = await field.bounding_box(), await said.bounding_box()
    assert box
    assert line
    assert 0 <= line["y"] - (box["y"] + box["height"]) < box["height"]


async def test_name_of_a_view_is_refused_beside_its_field_and_mended_by_keyboard(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    for name in ("Aside", "Mine"):
        await save_view(db, ann.actor, "jobs", name, f"name={name}")
    await own_sized.open("/?state=failed")
    views, problem = page.get_by_test_id("view-open"), page.get_by_test_id("jobs-view-problem")
    await open_menu(page, "jobs")
    field = page.get_by_test_id("jobs-view-name")
    await tab_to(field)
    await page.keyboard.press("Enter")
    await refused(field, NAMELESS, "")
    await page.keyboard.type("Mine")
    await page.keyboard.press("Enter")
    await refused(field, TAKEN, "Mine")
    assert await grave_problems(page, is_covered=True) == []
    await page.keyboard.type(" too")
    await page.keyboard.press("Enter")
    await expect(views).to_have_text(["Aside", "Mine", "Mine too"])
    await expect(problem).to_have_count(0)
    await press(page.get_by_role("button", name="Rename Aside"), back=True)
    renaming = page.get_by_label("New name")
    await expect(renaming).to_be_focused()
    await page.keyboard.press("Control+a")
    await page.keyboard.type("Mine")
    await page.keyboard.press("Enter")
    await refused(renaming, TAKEN, "Mine")
    await expect(renaming).to_be_focused()
    assert await grave_problems(page, is_covered=True) == []
    await page.keyboard.press("End")
    await page.keyboard.type(" as well")
    await page.keyboard.press("Enter")
    await expect(views).to_have_text(["Mine", "Mine as well", "Mine too"])
    await expect(problem).to_have_count(0)


@pytest.mark.parametrize(
    ("place", "asked", "kept"),
    [("performance", "gpu_model=NVIDIA+H200", ["fast"]), ("machines", "search=A100", ["10.0.0.2"])],
)
async def test_view_of_other_lists_is_saved_opened_and_deleted_by_keyboard(
    own_sized: Visitor, db: Database, ann: Caller, place: str, asked: str, kept: list[str]
) -> None:
    page = own_sized.page
    # The first machine has other GPUs by the time of its second job.
    await finished_job(db, ann.actor, 2, name="plain")
    await finished_job(db, ann.actor, name="fast", model="NVIDIA H200")
    rows, said = page.get_by_test_id(f"{place}-row").locator("th a"), page.get_by_test_id(f"{place}-view-said")
    await own_sized.open(f"/{place}?{asked}")
    await expect(rows).to_have_text(kept)
    await open_menu(page, place)
    await tab_to(page.get_by_test_id(f"{place}-view-name"))
    await page.keyboard.type("Mine")
    await page.keyboard.press("Enter")
    await expect(said).to_have_text("Saved “Mine”")
    assert await grave_problems(page, is_covered=True) == []
    await press(page.get_by_test_id("view-everything"), back=True)
    await expect(page).to_have_url(f"{own_sized.site}/{place}")
    await expect(rows).to_have_count(2)
    # The views were read with the page: a page loaded anew has them, too.
    await page.reload()
    await open_menu(page, place)
    await press(page.get_by_test_id("view-open"))
    await expect(page).to_have_url(f"{own_sized.site}/{place}?{asked}")
    await expect(rows).to_have_text(kept)
    await expect(page.get_by_test_id(f"{place}-views")).to_contain_text("Mine")
    await page.go_back()
    await expect(rows).to_have_count(2)
    await page.go_forward()
    await expect(rows).to_have_text(kept)
    await page.reload()
    await open_menu(page, place)
    await press(page.get_by_role("button", name="Delete Mine"))
    await expect(said).to_have_text("Deleted “Mine”")
    await expect(page.get_by_test_id("view-row")).to_have_count(0)
    await expect(rows).to_have_text(kept)


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
    assert await grave_problems(page) == []
    for address, shown in WITHOUT_ROWS.items():
        await sized.open(address)
        await expect(page.get_by_test_id(shown)).to_be_visible()
        assert await grave_problems(page) == [], address
        assert await page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, address
    await to_content(page)
    await press(page.get_by_test_id("machines-failed").get_by_role("button", name="Clear filters"))
    await expect(page.get_by_test_id("machines-row")).to_have_count(50)
