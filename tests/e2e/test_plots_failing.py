"""Plots whose figures do not come: each says so and why, offers to try again, and is drawn when they do."""

import re

import pytest
from playwright.async_api import Page, Route, expect

from siliconmark_ui.db import Database
from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import press
from tests.e2e.test_job_tabs import drawn, marked
from tests.factories import Caller, machine
from tests.ui.finished import finished_job

pytestmark = pytest.mark.e2e

FIGURES = "**/auth/figures/**"
NOT_DRAWN = "This plot could not be drawn"


async def refuse(route: Route) -> None:
    """Answer as a server does that failed unforeseen."""
    error = {"code": "INTERNAL_ERROR", "message": "Something went wrong on the server"}
    await route.fulfill(status=500, json={"error": error}, headers={"X-Request-ID": "0123abcd"})


async def break_off(route: Route) -> None:
    """Answer nothing, as a server that cannot be reached."""
    await route.abort("connectionreset")


async def failed(page: Page, chart: str, said: str) -> None:
    """Wait until a chart says why it is not drawn."""
    plot = page.get_by_test_id(f"plot-{chart}")
    await expect(plot).to_have_attribute("data-state", "failed")
    await expect(plot.locator(".sm-plot-title")).to_have_text(NOT_DRAWN)
    await expect(plot.get_by_role("alert").locator("p")).to_have_text(said)
    await expect(plot.locator("svg.main-svg")).to_have_count(0)


def forget_failures(visitor: Visitor) -> None:
    """Leave out what the browser itself says of the answers that the test had fail."""
    own = [text for text in visitor.complaints if not re.match("Failed to load resource: .*(500|ERR_CONN)", text)]
    assert len(own) < len(visitor.complaints)
    visitor.complaints[:] = own


async def test_plots_say_why_they_are_not_drawn_and_are_when_tried_again_by_keyboard(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    await finished_job(db, ann.actor)
    address = f"/machines/{machine(0)}"
    await page.route(FIGURES, refuse)
    await own_sized.open(address)
    charts = page.get_by_test_id("machine-charts").locator(".sm-plot")
    await expect(charts.first).to_have_attribute("data-state", "failed")
    assert await charts.count() > 3
    await failed(page, "bf16_tflops", "Something went wrong on the server (request 0123abcd)")
    # The rest of the page is none the worse.
    await expect(page.get_by_test_id("machine-jobs").locator("tbody tr")).to_have_count(1)
    assert await grave_problems(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    again = page.get_by_test_id("plot-bf16_tflops").get_by_role("button", name="Try again")
    await page.unroute(FIGURES)
    await page.route(FIGURES, break_off)
    await press(again)
    await failed(page, "bf16_tflops", "The server could not be reached.")
    await page.unroute(FIGURES)
    await press(again)
    await drawn(page, "bf16_tflops")
    await expect(page.get_by_test_id("plot-bf16_tflops").locator("svg.main-svg").first).to_be_visible()
    await expect(page.get_by_test_id("plot-bf16_tflops").locator(".sm-plot-title")).not_to_have_text(NOT_DRAWN)
    forget_failures(own_sized)


async def test_network_that_failed_to_come_is_drawn_at_the_second_try_and_chosen_from(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    job_id = await finished_job(db, ann.actor, nodes=3)
    await page.route(FIGURES, break_off)
    await own_sized.open(f"/jobs/{job_id}?tab=network")
    await failed(page, "bandwidth_map", "The server could not be reached.")
    await expect(page.get_by_test_id("network-slowest").locator("tbody tr")).to_have_count(6)
    await page.unroute(FIGURES)
    await page.get_by_test_id("plot-bandwidth_map").get_by_role("button", name="Try again").click()
    await drawn(page, "bandwidth_map")
    # What has come serves the page as if nothing had been: a node can be chosen and is marked.
    select = page.get_by_test_id("node-select")
    await expect(select.locator("option")).to_have_count(4)
    await select.select_option(machine(1))
    await marked(page, machine(1), ["bandwidth_map"])
    forget_failures(own_sized)
