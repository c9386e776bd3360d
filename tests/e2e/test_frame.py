"""The frame of every page: navigation, account menu and theme, by keyboard, wide and in a phone's drawer."""

import re

import pytest
from playwright.async_api import Locator, expect

from siliconmark_ui.ui.theme import PRODUCT
from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import press, to_content

pytestmark = pytest.mark.e2e

PAGES = {"Jobs": "jobs-row", "Performance": "performance-row", "Machines": "machines-row", "Compare": "compare-empty"}
"""The entries of the navigation, and what their pages show."""


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


async def to_frame(sized: Visitor) -> Locator:
    """Give where navigation and account stand: beside the page or, opened by keyboard, in the phone's drawer."""
    page = sized.page
    if not sized.is_phone:
        return page.locator(".sm-nav")
    await press(page.get_by_role("button", name="Open navigation"))
    drawer = page.get_by_role("dialog", name="Navigation")
    await expect(drawer).to_be_visible()
    return drawer


async def test_navigation_leads_everywhere_by_keyboard(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in()
    await expect(page.get_by_test_id("jobs-row")).to_have_count(20)
    for name in [*list(PAGES)[1:], "Jobs"]:
        frame = await to_frame(sized)
        navigation = frame.get_by_role("navigation", name="Main")
        await expect(navigation.get_by_test_id("alert-badge")).to_be_visible()
        if sized.is_phone and name == "Performance":
            assert await grave_problems(page) == []
            await page.keyboard.press("Escape")
            await expect(page.get_by_role("button", name="Open navigation")).to_be_focused()
            await page.keyboard.press("Enter")
        await press(navigation.get_by_role("link", name=name))
        await expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
        await expect(page).to_have_title(f"{name} · {PRODUCT}")
        await expect(page.get_by_test_id(PAGES[name]).first).to_be_visible()
        await expect(page.get_by_role("dialog")).to_have_count(0)
        current = page.locator('.sm-nav [aria-current="page"]')
        await expect(current).to_have_attribute("title", name)
    await expect(page.get_by_text("Built with")).to_have_count(0)
    for name in reversed(list(PAGES)[1:]):
        await page.go_back()
        await expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    await page.reload()
    await to_content(page)
    await expect(page.get_by_role("main")).to_be_focused()


async def test_account_and_theme_are_reached_by_keyboard(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in("admin@demo.example", "/machines?search=10.20.0.1")
    await expect(page.get_by_test_id("machines-row").first).to_be_visible()
    await press((await to_frame(sized)).get_by_test_id("account-menu"))
    menu = page.get_by_role("dialog", name="Account")
    await expect(menu).to_contain_text("Customer admin · Demo: Northgate Compute")
    assert await grave_problems(page, is_covered=True) == []
    root = page.locator("html")
    await press(menu.get_by_role("button", name="Dark"))
    await expect(root).to_have_class(re.compile("dark"))
    await expect(menu.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    assert await grave_problems(page, is_covered=True) == []
    await page.reload()
    await expect(page.get_by_test_id("machines-row").first).to_be_visible()
    await expect(root).to_have_class(re.compile("dark"))
    await press((await to_frame(sized)).get_by_test_id("account-menu"))
    await press(menu.get_by_role("button", name="System"))
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await expect(root).to_have_class(re.compile(scheme))
    await expect(menu.get_by_role("link", name="API docs")).to_have_attribute("href", "/api/silicon-mark/v1/docs")
    await press(menu.get_by_role("button", name="Sign out"))
    await expect(page).to_have_url(re.compile("/sign-in$"))


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
    # The bars above and below lie over rows, which then are too low to be targets; in a window as high as the page
    # nothing lies over anything, and every target has to be large enough.
    await page.set_viewport_size({"width": 390, "height": 2600})
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
