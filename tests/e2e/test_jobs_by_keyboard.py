"""The job list without a mouse, wide and on a phone: every filter, every order, columns, pages, picking, row menus."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Locator, Page, expect

from siliconmark_ui.ui.pages.jobs.view import SORT_NAMES
from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import burst, press, tab_to, to_content

pytestmark = pytest.mark.e2e

ROW = '[data-testid="jobs-row"]'
WIDE_ORDER = ("state", "benchmark", "tags", "created", "node-range", "performance")
SHEET_ORDER = ("state", "benchmark", "performance", "node-range", "created", "tags")
HEADS = ("name", "state", "current_nodes", "node_count", "created_at", "started_at", "ended_at", "expires_at")
"""The fields that the heads of the table sort by, in the order of the heads."""
CHOSEN = {
    "Completed",
    "Failed",
    "Cluster Network",
    "Has performance data",
    "At least 2 nodes",
    "At most 32 nodes",
    "Tag: production",
    "Tag: team:training",
}


async def chips_of(page: Page) -> set[str]:
    """Give the texts of the active filters, without the one that holds a moment."""
    chips = await page.get_by_test_id("jobs-chip").all_inner_texts()
    return {text for text in chips if not text.startswith("Created after ")}


async def says(page: Page, part: str) -> None:
    """Wait until the sentence of the question has that part."""
    await expect(page.get_by_test_id("jobs-sentence")).to_contain_text(part)


async def choose(page: Page, place: Locator, name: str) -> None:
    """Set one filter to what is asked for, by its control in `place`."""
    if name == "state":
        await press(place.get_by_role("checkbox", name="Completed", exact=True), "Space")
        await says(page, "Completed jobs")
        await press(place.get_by_role("checkbox", name="Failed", exact=True), "Space")
        await says(page, "ompleted or failed jobs")
    elif name == "benchmark":
        await press(place.get_by_test_id("jobs-benchmark-id"), "c")
        await says(page, "with Cluster Network")
    elif name == "performance":
        await press(place.get_by_role("button", name="Has performance data"), "Space")
        await says(page, "that have performance data")
    elif name == "created":
        await press(place.get_by_role("button", name="Last 90 days"))
        await says(page, "created after")
    elif name == "node-range":
        least = place.get_by_label("Nodes, at least")
        await tab_to(least)
        await page.keyboard.type("2")
        await says(page, "with at least 2 nodes")
        # What comes back does not throw out whoever types.
        await expect(least).to_be_focused()
        await page.keyboard.press("Tab")
        await page.keyboard.type("32")
        await says(page, "with 2 to 32 nodes")
    else:
        await choose_tags(page, place)


async def choose_tags(page: Page, place: Locator) -> None:
    """Demand two tags, each found by a part of it."""
    find = place.get_by_label("Find a tag")
    options = place.locator(".sm-options label")
    await tab_to(find)
    await burst(find, "train")
    await expect(options).to_have_text(["team:training"])
    await press(place.get_by_role("checkbox", name="team:training"), "Space")
    await says(page, "tagged team:training")
    await tab_to(find, back=True)
    await burst(find, "produc")
    # The chosen one stands first, whatever is looked for.
    await expect(options).to_have_text(["team:training", "production"])
    assert await grave_problems(page) == []
    await press(place.get_by_role("checkbox", name="production"), "Space")
    await says(page, "tagged team:training and production")


async def test_tag_that_moves_to_the_front_when_chosen_takes_the_focus_along(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in()
    await to_content(page)
    await press(page.get_by_test_id("jobs-tags"))
    options = page.get_by_role("dialog").locator(".sm-options label")
    name = await options.nth(2).inner_text()
    tag = page.get_by_role("dialog").get_by_role("checkbox", name=name, exact=True)
    await press(tag, "Space")
    await says(page, f"tagged {name}")
    await expect(options.first).to_have_text(name)
    await expect(tag).to_be_focused()
    await page.keyboard.press("Space")
    await expect(page.get_by_test_id("jobs-chip")).to_have_count(0)


async def test_every_filter_is_chosen_by_keyboard_and_comes_back(sized: Visitor) -> None:
    page = sized.page
    events: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: events.append(str(frame))))
    await sized.sign_in()
    await expect(page.locator(ROW)).to_have_count(20)
    await to_content(page)
    dialog = page.get_by_role("dialog")
    if sized.is_phone:
        await press(page.get_by_test_id("jobs-filters"))
        for name in SHEET_ORDER:
            await choose(page, dialog, name)
        await press(dialog.get_by_role("button", name=re.compile(r"^Show \d+ jobs?$")))
        await expect(page.get_by_test_id("jobs-filters")).to_be_focused()
    else:
        for name in WIDE_ORDER:
            opener = page.get_by_test_id(f"jobs-{name}")
            if name in {"benchmark", "performance"}:
                await choose(page, page.get_by_role("search"), name)
                continue
            await press(opener)
            await choose(page, dialog, name)
            await page.keyboard.press("Escape")
            await expect(opener).to_be_focused()
    await expect(dialog).to_have_count(0)
    # However many letters there were, the server was asked for tags once a pause.
    assert len([frame for frame in events if "find_tags" in frame]) == 2
    assert await chips_of(page) == CHOSEN
    asked = parse_qs(urlsplit(page.url).query)
    assert (asked["state"], set(asked["tags"])) == (["completed", "failed"], {"production", "team:training"})
    found = await page.locator(f"{ROW} th a").all_inner_texts()
    assert found
    for hint in await page.locator(f"{ROW} td:has(.sm-tags)").evaluate_all("cells => cells.map(cell => cell.title)"):
        assert {"production", "team:training"} <= set(hint.split(", "))
    assert await grave_problems(page) == []
    await page.reload()
    await expect(page.locator(f"{ROW} th a")).to_have_text(found)
    assert await chips_of(page) == CHOSEN
    if sized.is_phone:
        await press(page.get_by_role("button", name="Open navigation"))
    await press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Machines"))
    await expect(page.get_by_role("heading", name="Machines", level=1)).to_be_visible()
    await page.go_back()
    await expect(page.locator(f"{ROW} th a")).to_have_text(found)
    assert await chips_of(page) == CHOSEN
    await press(page.get_by_role("button", name="Remove filter: Failed"))
    await expect(page.get_by_test_id("jobs-sentence")).to_contain_text(re.compile("^Completed jobs tagged"))
    await press(page.get_by_role("button", name="Clear filters"))
    await expect(page.get_by_test_id("jobs-sentence")).to_have_text("All jobs, newest first")


async def sorted_heads(page: Page) -> list[str]:
    """Give the fields by whose heads the table says that it is sorted."""
    heads = page.locator("th:is([aria-sort=ascending], [aria-sort=descending]) .sm-sort[data-sorted=true]")
    titles: list[str] = await heads.evaluate_all("heads => heads.map(head => head.title)")
    return titles


async def test_every_order_is_chosen_by_keyboard(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in(address="/?state=completed")
    await expect(page.locator(ROW)).to_have_count(20)
    await to_content(page)
    if sized.is_phone:
        await press(page.get_by_test_id("jobs-filters"))
        field = page.get_by_label("Sort by")
        await tab_to(field)
        for name in list(SORT_NAMES)[1:]:
            await page.keyboard.press("ArrowDown")
            await expect(page).to_have_url(re.compile(f"sort_by={name}"))
            await expect(field).to_have_value(name)
        await press(page.get_by_label("Direction"), "a")
        await expect(page.get_by_label("Direction")).to_have_value("asc")
        await expect(page).to_have_url(re.compile("sort_order=asc"))
        await page.keyboard.press("Escape")
        sentence = "Completed jobs, fewest registered nodes first"
    else:
        for name in HEADS:
            title = f"Sort by {SORT_NAMES[name].lower()}"
            await press(page.get_by_title(title, exact=True))
            await expect(page).to_have_url(
                re.compile(f"sort_by={name}" if name != "created_at" else "state=completed$")
            )
            await expect(page.get_by_title(title, exact=True)).to_have_attribute("data-sorted", "true")
            assert await sorted_heads(page) == [title]
        await page.keyboard.press("Enter")
        await expect(page).to_have_url(re.compile("sort_by=expires_at"))
        await expect(page.get_by_role("columnheader", name="Expires")).to_have_attribute("aria-sort", "descending")
        sentence = "Completed jobs, last to expire first"
    await expect(page.get_by_test_id("jobs-sentence")).to_have_text(sentence)
    names = await page.locator(f"{ROW} th a").all_inner_texts()
    await page.reload()
    await expect(page.get_by_test_id("jobs-sentence")).to_have_text(sentence)
    await expect(page.locator(f"{ROW} th a")).to_have_text(names)


async def test_pages_are_sized_and_turned_by_keyboard(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in()
    await expect(page.locator(ROW)).to_have_count(20)
    # The foot is what the way back from the top leads to first.
    await press(page.get_by_label("Rows per page"), "5", back=True)
    await expect(page.locator(ROW)).to_have_count(50)
    summary = page.get_by_test_id("jobs-summary")
    await expect(summary).to_have_text(re.compile("^1–50 of "))
    first = await page.locator(f"{ROW} th a").first.inner_text()
    await press(page.get_by_role("button", name="Next page"))
    await expect(summary).to_have_text(re.compile("^51–100 of "))
    await page.reload()
    await expect(summary).to_have_text(re.compile("^51–100 of "))
    await expect(page.locator(ROW)).to_have_count(50)
    await page.go_back()
    await expect(summary).to_have_text(re.compile("^1–50 of "))
    await expect(page.locator(f"{ROW} th a").first).to_have_text(first)


async def test_columns_are_hidden_by_keyboard_and_stay_hidden(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in()
    await expect(page.locator(ROW)).to_have_count(20)
    await to_content(page)
    chooser = page.get_by_test_id("jobs-columns")
    await press(chooser)
    dialog = page.get_by_role("dialog")
    for word in ("GPU models", "Started"):
        await press(dialog.get_by_label(word), "Space")
        await expect(page.get_by_role("columnheader", name=word, include_hidden=True)).to_be_hidden()
    assert await grave_problems(page) == []
    await page.keyboard.press("Escape")
    await expect(chooser).to_be_focused()
    await page.reload()
    await expect(page.locator(ROW)).to_have_count(20)
    heads = page.get_by_role("columnheader")
    await expect(heads.filter(has_text="GPU models")).to_have_count(0)
    await expect(heads.filter(has_text="Started")).to_have_count(0)
    await expect(heads.filter(has_text="Benchmarks")).to_have_count(1)
    await press(chooser)
    await press(dialog.get_by_role("button", name="Show all"))
    await expect(heads.filter(has_text="GPU models")).to_have_count(1)
    await expect(heads.filter(has_text="Started")).to_have_count(1)


async def test_actions_of_a_row_are_chosen_by_keyboard(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in(address="/?state=completed&name=nightly")
    row = page.locator(ROW).first
    name = await row.locator("th a").inner_text()
    await to_content(page)
    menu = row.get_by_test_id("job-actions")
    await press(menu)
    items = page.get_by_role("menuitem")
    await expect(items).to_have_text(["Open", "Duplicate", "Delete…"])
    await expect(items.first).to_be_focused()
    assert await grave_problems(page, is_covered=True) == []
    await page.keyboard.press("End")
    await expect(items.last).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(items).to_have_count(0)
    await expect(menu).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(items.first).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(items.nth(1)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(r"/jobs/new\?from=\d+$"))
    await expect(page.get_by_label("Name", exact=True)).to_have_value(f"{name} copy")
    await page.reload()
    await expect(page.get_by_label("Name", exact=True)).to_have_value(f"{name} copy")
    await page.go_back()
    await expect(row.locator("th a")).to_have_text(name)
