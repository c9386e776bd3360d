"""What a pointer reads on hover is there for the keyboard too: a cut name whole, a time in UTC."""

import re

import pytest
from playwright.async_api import expect

from siliconmark_ui.db import Database
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import tab_to, to_content
from tests.factories import Caller, make_job

pytestmark = pytest.mark.e2e

LONG = "nightly fabric acceptance of hall 2, rack 14, new switches"
PAUSE_MS = 1000
"""Longer than the page waits before it says what the focus is on."""


async def test_cut_name_and_time_are_read_by_keyboard_and_what_fits_is_not_said_again(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    await make_job(db, ann.actor, name=LONG)
    await make_job(db, ann.actor, name="short")
    await page.clock.install()
    await own_sized.open("/?sort_by=name&sort_order=asc")
    hint = page.get_by_test_id("focus-hint")
    await to_content(page)
    cut = page.get_by_role("link", name=LONG)
    await tab_to(cut)
    await page.clock.fast_forward(PAUSE_MS)
    await expect(hint).to_have_text(LONG)
    await page.keyboard.press("Escape")
    await expect(hint).to_have_count(0)
    await expect(cut).to_be_focused()
    await tab_to(page.get_by_role("link", name="short"))
    await page.clock.fast_forward(PAUSE_MS)
    await expect(hint).to_have_count(0)
    await tab_to(cut, back=True)
    await page.clock.fast_forward(PAUSE_MS)
    await expect(hint).to_have_text(LONG)
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("job-name")).to_have_text(LONG)
    created = page.locator(".sm-facts > div").filter(has_text="Created").locator("time")
    await tab_to(created)
    await page.clock.fast_forward(PAUSE_MS)
    await expect(hint).to_have_text(re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$"))
