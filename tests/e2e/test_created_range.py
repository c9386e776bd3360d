"""The created range typed by hand, on the lists of jobs and of performance, wide and on a phone."""

import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import Locator, expect

from siliconmark_ui.db import Database
from siliconmark_ui.instants import at
from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.factories import Caller
from tests.ui.finished import finished_job

pytestmark = pytest.mark.e2e

MADE = {"first": datetime(2025, 1, 15, 12, tzinfo=UTC), "second": datetime(2025, 2, 15, 12, tzinfo=UTC)}
REVERSED = "created_after must be before created_before"
# A browser writes a day in its own order.
AFTER, BEFORE = re.compile("^Created after .*Feb.* 2025"), re.compile("^Created before .*Mar.* 2025")


async def open_range(visitor: Visitor, place: str) -> None:
    """Open what holds the two moments: a panel of their own, on a phone the sheet of all filters."""
    opener = "filters" if visitor.is_phone else "created"
    await visitor.page.get_by_test_id(f"{place}-{opener}").locator("visible=true").click()
    await expect(visitor.page.get_by_label("After", exact=True)).to_be_visible()


async def refuse_reversed(before: Locator, rows: Locator) -> None:
    """Type an end before the beginning: that is said of this field, which keeps it, and the rows stay."""
    page = before.page
    said = page.get_by_role("dialog").get_by_role("alert")
    await before.fill("2025-01-01T00:00")
    await expect(said).to_have_text(REVERSED)
    await expect(before).to_have_accessible_description(REVERSED)
    await expect(before).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_label("After", exact=True)).to_have_attribute("aria-invalid", "false")
    field, line = await before.bounding_box(), await said.bounding_box()
    assert field
    assert line
    assert 0 <= line["y"] - (field["y"] + field["height"]) < field["height"]
    await expect(before).to_have_value("2025-01-01T00:00")
    await expect(rows).to_have_text(["third", "second"])
    assert await grave_problems(page, is_covered=True) == []


@pytest.mark.parametrize(("place", "address"), [("jobs", "/"), ("performance", "/performance?sort_by=created_at")])
async def test_range_is_typed_refused_when_reversed_and_stays_in_the_address(
    own_sized: Visitor, db: Database, ann: Caller, place: str, address: str
) -> None:
    page = own_sized.page
    for name, moment in MADE.items():
        with at(moment):
            await finished_job(db, ann.actor, name=name)
    await finished_job(db, ann.actor, name="third")
    await own_sized.open(address)
    rows, chips = page.get_by_test_id(f"{place}-row").locator("th a"), page.get_by_test_id(f"{place}-chip")
    await expect(rows).to_have_text(["third", "second", "first"])
    await open_range(own_sized, place)
    after, before = page.get_by_label("After", exact=True), page.get_by_label("Before", exact=True)
    await after.fill("2025-02-01T00:00")
    await expect(rows).to_have_text(["third", "second"])
    await refuse_reversed(before, rows)
    await before.fill("2025-03-01T00:00")
    await expect(rows).to_have_text(["second"])
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_have_count(0)
    await expect(page).to_have_url(re.compile(r"created_after=2025-0.*&created_before=2025-0"))
    await page.keyboard.press("Escape")
    await expect(chips).to_have_text([AFTER, BEFORE])
    sentence = page.get_by_test_id(f"{place}-sentence")
    await expect(sentence).to_contain_text(re.compile("created after .*Feb.* 2025.* and before .*Mar.* 2025"))
    await page.reload()
    await expect(chips).to_have_text([AFTER, BEFORE])
    await expect(rows).to_have_text(["second"])
    await open_range(own_sized, place)
    await expect(after).to_have_value("2025-02-01T00:00")
    await expect(before).to_have_value("2025-03-01T00:00")
    await page.keyboard.press("Escape")
    await page.go_back()
    await expect(chips).to_have_text([AFTER])
    await expect(rows).to_have_text(["third", "second"])
    await page.go_back()
    await expect(chips).to_have_count(0)
    await expect(rows).to_have_text(["third", "second", "first"])
