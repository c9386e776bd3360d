"""The benchmarks of a new job: added, set and taken out without a mouse, and run in the order of the form."""

import re

import pytest
from playwright.async_api import Page, expect

from siliconmark_ui.db import Database
from siliconmark_ui.jobs.service import get_job
from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import press, tab_to, to_content
from tests.factories import Caller

pytestmark = pytest.mark.e2e


async def set_timeouts(page: Page, *values: str) -> None:
    """Type one timeout after the other, from the first benchmark of the form on."""
    timeouts = page.get_by_label("Timeout (s)")
    for place, value in enumerate(values):
        await tab_to(timeouts.nth(place), back=place == 0)
        await page.keyboard.type(value)


async def test_benchmarks_are_added_and_taken_out_by_keyboard_and_run_in_the_order_of_the_form(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    await own_sized.open("/jobs/new")
    timeouts, add = page.get_by_label("Timeout (s)"), page.get_by_test_id("new-job-add-cluster_network")
    removes = page.get_by_role("button", name="Remove Cluster Network")
    await add.wait_for()
    await to_content(page)
    nodes = page.get_by_label("Nodes", exact=True)
    await tab_to(nodes)
    # A field that the Tab key leads to has its text chosen: what is typed replaces it.
    await page.keyboard.type("2")
    for count in range(1, 5):
        await press(add, "Enter" if count % 2 else "Space")
        await expect(timeouts).to_have_count(count)
        await expect(add).to_be_focused()
    await set_timeouts(page, "10", "20", "30", "40")
    assert await grave_problems(page) == []
    # The next one has the focus when one goes, the one before it when the last goes; what was typed stays with its own.
    await press(removes.nth(1), back=True)
    await expect(timeouts).to_have_count(3)
    await expect(removes.nth(1)).to_be_focused()
    assert [await each.input_value() for each in await timeouts.all()] == ["10", "30", "40"]
    await press(removes.nth(2))
    await expect(timeouts).to_have_count(2)
    await expect(removes.nth(1)).to_be_focused()
    await press(add)
    await expect(timeouts).to_have_count(3)
    await tab_to(timeouts.nth(2), back=True)
    await page.keyboard.type("20")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(r"/jobs/\d+\?tab=agent$"))
    job = await get_job(db, ann.actor, int(re.findall(r"/jobs/(\d+)", page.url)[0]))
    assert [entry["config"] for entry in job["benchmark_sequence"][1:]] == [
        {"timeout": value} for value in (10, 30, 20)
    ]


async def test_last_benchmark_that_is_taken_out_leaves_the_focus_where_others_are_added(own_sized: Visitor) -> None:
    page = own_sized.page
    await own_sized.open("/jobs/new")
    add = page.get_by_test_id("new-job-add-cluster_network")
    remove = page.get_by_role("button", name="Remove Cluster Network")
    # At the second time the button is the same and the focus has to come again.
    for _ in range(2):
        await press(add)
        await press(remove, "Space", back=True)
        await expect(remove).to_have_count(0)
        await expect(add).to_be_focused()
    await page.get_by_test_id("new-job-submit").click()
    await expect(page.get_by_test_id("job-name")).to_be_visible()
