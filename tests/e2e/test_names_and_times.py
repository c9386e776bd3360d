"""The window is named after what it shows, running jobs count on, and times are those of whoever reads them."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import press
from tests.e2e.live import AT_ONCE, row_of, signed_in_at
from tests.e2e.programs import Api
from tests.factories import quick_mark

pytestmark = pytest.mark.e2e


async def test_window_and_breadcrumbs_are_named_after_what_is_shown_and_lead_up_by_mouse_and_keyboard(
    sized: Visitor, api: Api
) -> None:
    name = f"night run 7 at {sized.width}"
    agents = await api.start(name=name)
    page = await signed_in_at(sized, f"/jobs/{agents.job['id']}")
    crumbs = page.get_by_role("navigation", name="Breadcrumbs")
    await expect(page).to_have_title(f"{name} · SiliconMark")
    await expect(crumbs.locator("[aria-current=page]")).to_have_text(name)
    await crumbs.get_by_role("link", name="Jobs").click()
    await expect(page).to_have_title("Jobs · SiliconMark")
    await page.go_back()
    await expect(page).to_have_title(f"{name} · SiliconMark")
    await page.reload()
    await expect(page).to_have_title(f"{name} · SiliconMark")
    await press(crumbs.get_by_role("link", name="Jobs"))
    await expect(page).to_have_title("Jobs · SiliconMark")
    await api.delete(agents.job)


async def test_breadcrumbs_of_a_machine_and_of_the_form_lead_to_their_lists(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in(address="/machines?search=10.20.0.1")
    link = page.locator('[data-testid="machines-row"] th a').first
    name = await link.inner_text()
    await press(link)
    crumbs = page.get_by_role("navigation", name="Breadcrumbs")
    await expect(page).to_have_title(f"{name} · SiliconMark")
    await expect(crumbs.locator("[aria-current=page]")).to_have_text(name)
    await press(crumbs.get_by_role("link", name="Machines"))
    await expect(page).to_have_title("Machines · SiliconMark")
    await sized.open("/jobs/new")
    await expect(crumbs.locator("[aria-current=page]")).to_have_text("New job")
    await press(crumbs.get_by_role("link", name="Jobs"))
    await expect(page).to_have_title("Jobs · SiliconMark")


async def test_running_job_counts_on_and_shows_what_has_been_measured(sized: Visitor, api: Api) -> None:
    agents = await api.start(name="counted", node_count=2)
    tasks = [await agents.joined(index, gpu_model="NVIDIA A100-SXM4-80GB", gpu_count=1) for index in range(2)]
    await sized.sign_in("root@demo.example", "/?name=counted")
    page = sized.page
    meter = row_of(page, "counted").get_by_role("progressbar")
    await expect(meter).to_have_attribute("aria-label", "0 of 2 measurements ended")
    await agents.complete(tasks[0], quick_mark(1))
    await expect(meter).to_have_attribute("aria-label", "1 of 2 measurements ended", timeout=AT_ONCE)
    await expect(meter).to_have_attribute("value", "50")
    await sized.open(f"/jobs/{agents.job['id']}")
    await expect(page.get_by_test_id("job-progress")).to_have_text("1 of 2 measurements ended")
    duration = page.locator(".sm-facts > div").filter(has_text="Duration").locator("dd")
    before = await duration.inner_text()
    assert re.fullmatch(r"\d+ s|\d+ min( \d+ s)?", before)
    await expect(duration).not_to_have_text(before, timeout=5000)
    assert await grave_problems(page) == []
    # A running job cannot be deleted.
    await agents.complete(tasks[1], quick_mark(1))
    await api.delete(agents.job)


async def test_times_of_filters_are_local_and_utc_in_the_address(browser: Browser, visitor: Visitor) -> None:
    context = await browser.new_context(timezone_id="Asia/Tokyo", locale="en-GB")
    page = await context.new_page()
    there = Visitor(page, visitor.site)
    await there.sign_in("root@demo.example", "/?created_after=2025-03-15T12:00:00Z")
    sentence = page.get_by_test_id("jobs-sentence")
    await expect(sentence).to_contain_text("15 Mar 2025, 21:00")
    await expect(sentence.locator("span")).to_have_attribute("title", re.compile(r"2025-03-15T12:00:00Z"))
    await page.get_by_test_id("jobs-created").click()
    after = page.get_by_label("After", exact=True)
    await expect(after).to_have_value("2025-03-15T21:00")
    await expect(after).to_have_attribute("title", "2025-03-15 12:00 UTC")
    await after.fill("2025-03-16T08:30")
    await expect(page).to_have_url(re.compile(r"created_after=2025-03-15T23%3A30|created_after=2025-03-15T23:30"))
    await context.close()
