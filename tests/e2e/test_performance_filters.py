"""Filters of performance without a mouse, wide and on a phone: each narrows the rows, stays, and goes again by back."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Locator, Page, expect

from siliconmark_ui.db import Database
from siliconmark_ui.instants import at, now
from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import press, tab_to, to_content
from tests.factories import Caller
from tests.ui.finished import finished_job

pytestmark = pytest.mark.e2e

STEPS = ("state", "benchmark", "node-range", "created", "tags")
"""The filters in the order in which they are chosen, which is the one of the phone's sheet."""
ROWS = {
    "": ["asked", "other tag", "large", "no network", "warned", "old"],
    "state": ["asked", "other tag", "large", "no network", "old"],
    "benchmark": ["asked", "other tag", "large", "old"],
    "node-range": ["asked", "other tag", "old"],
    "created": ["asked", "other tag"],
    "tags": ["asked"],
}
"""The rows that are left after each choice: it takes one away."""
SAID = {
    "state": "Completed jobs, ",
    "benchmark": "Completed jobs with Cluster Network, ",
    "node-range": "Completed jobs with Cluster Network with 2 to 3 nodes, ",
    "created": "Completed jobs with Cluster Network with 2 to 3 nodes created after ",
    "tags": "Completed jobs tagged blue with Cluster Network with 2 to 3 nodes created after ",
}
CHIPS = ["Completed", "Cluster Network", "At least 2 nodes", "At most 3 nodes", "Tag: blue"]


async def lay(db: Database, ann: Caller) -> None:
    """Make the jobs, each but the first with one thing that a filter does not ask for."""
    await finished_job(db, ann.actor, 2, failed={1: "no power"}, name="warned", tags=["blue"])
    await finished_job(db, ann.actor, 1, name="no network", tags=["blue"])
    await finished_job(db, ann.actor, 4, name="large", tags=["blue"])
    with at(now() - timedelta(days=20)):
        await finished_job(db, ann.actor, 2, name="old", tags=["blue"])
    await finished_job(db, ann.actor, 2, name="other tag", tags=["red"])
    await finished_job(db, ann.actor, 2, name="asked", tags=["blue"])


async def choose(place: Locator, name: str) -> None:
    """Set one filter by its control in a place."""
    keyboard = place.page.keyboard
    if name == "state":
        await press(place.get_by_role("checkbox", name="Completed", exact=True), "Space")
    elif name == "benchmark":
        await press(place.get_by_test_id("performance-benchmark-id"), "c")
    elif name == "created":
        await press(place.get_by_role("button", name="Last 7 days"))
    elif name == "node-range":
        await tab_to(place.get_by_label("Nodes, at least"))
        await keyboard.type("2")
        await expect(place.page).to_have_url(re.compile("node_count_min=2"))
        await keyboard.press("Tab")
        await keyboard.type("3")
    else:
        await press(place.get_by_role("checkbox", name="blue"), "Space")


async def shows(page: Page, name: str) -> None:
    """Wait until sentence and rows are those of the filters up to this one."""
    await expect(page.get_by_test_id("performance-sentence")).to_contain_text(SAID[name])
    await expect(page.get_by_test_id("performance-row").locator("th a")).to_have_text(ROWS[name])


async def walk(visitor: Visitor) -> None:
    """Set every filter, one after the other."""
    page, dialog = visitor.page, visitor.page.get_by_role("dialog")
    if visitor.is_phone:
        await press(page.get_by_test_id("performance-filters"))
    for name in STEPS:
        opener = page.get_by_test_id(f"performance-{name}")
        has_panel = not visitor.is_phone and name != "benchmark"
        if has_panel:
            await press(opener, back=name == "state")
        await choose(dialog if has_panel or visitor.is_phone else page.get_by_role("search"), name)
        await shows(page, name)
        if has_panel:
            await page.keyboard.press("Escape")
            await expect(opener).to_be_focused()
    if visitor.is_phone:
        assert await grave_problems(page) == []
        await press(dialog.get_by_role("button", name="Show 1 job"))
    await expect(dialog).to_have_count(0)


async def test_each_filter_of_performance_narrows_stays_and_goes_by_back(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    await lay(db, ann)
    # One order keeps the rows in their places while filters come and go.
    await own_sized.open("/performance?sort_by=created_at&sort_order=desc")
    rows, chips = page.get_by_test_id("performance-row").locator("th a"), page.get_by_test_id("performance-chip")
    await expect(rows).to_have_count(len(ROWS[""]))
    await to_content(page)
    await walk(own_sized)
    await expect(chips).to_have_count(len(CHIPS) + 1)
    await expect(chips.filter(has_text=re.compile("^Created after "))).to_have_count(1)
    assert [text for text in await chips.all_inner_texts() if not text.startswith("Created")] == CHIPS
    for part in ("state=completed", "benchmark_id=cluster_network", "created_after=", "node_count_max=3", "tags=blue"):
        assert part in page.url
    await page.reload()
    await shows(page, "tags")
    await expect(chips).to_have_count(len(CHIPS) + 1)
    for name in ("created", "node-range"):
        await page.go_back()
        await shows(page, name)
    # Each end of a range is a view of its own.
    await page.go_back()
    await expect(page.get_by_test_id("performance-sentence")).to_contain_text("with at least 2 nodes")
    for name in ("benchmark", "state"):
        await page.go_back()
        await shows(page, name)
    await page.go_back()
    await expect(chips).to_have_count(0)
    await expect(rows).to_have_count(len(ROWS[""]))
    await page.go_forward()
    await shows(page, "state")
