"""A page that hears of nothing says so quietly, keeps what it shows, and catches up by itself."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from siliconmark_ui.server.postgres import attach_or_start
from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.live import AT_ONCE, ROW, row_of, signed_in_at
from tests.e2e.programs import Api
from tests.outage import unreachable

pytestmark = pytest.mark.e2e

NOTICED = 20_000
"""Milliseconds in which a loss is said and a return is seen, also beside other work."""


class Wire:
    """The websockets of a page, which can be cut."""

    def __init__(self) -> None:
        self.open: list[tuple[WebSocketRoute, WebSocketRoute]] = []

    async def lay(self, page: Page) -> None:
        """Stand between the page and its server from its next connection on."""
        await page.route_web_socket("**/_event/**", self._connect)

    def _connect(self, route: WebSocketRoute) -> None:
        self.open.append((route, route.connect_to_server()))

    async def cut(self) -> None:
        """End every connection."""
        ended, self.open = self.open, []
        for sides in ended:
            for side in sides:
                await side.close(code=1001)


async def test_connection_that_is_back_at_once_is_not_worth_a_word(visitor: Visitor, api: Api) -> None:
    wire = Wire()
    await wire.lay(visitor.page)
    page = await signed_in_at(visitor, "/")
    await expect(page.locator(ROW)).to_have_count(20)
    await page.get_by_test_id("link-banner").evaluate(
        """region => {
            window.said = [];
            new MutationObserver(() => window.said.push(region.textContent)).observe(region, {childList: true});
        }"""
    )
    await wire.cut()
    agents = await api.start(name="after a moment without a wire")
    await expect(row_of(page, "after a moment without a wire")).to_be_visible(timeout=NOTICED)
    assert await page.evaluate("window.said") == []
    assert len(wire.open) == 1
    await api.delete(agents.job)


async def test_lost_database_is_said_and_every_page_catches_up_when_it_is_back(
    sized: Visitor, api: Api, site_folder: Path
) -> None:
    page = await signed_in_at(sized, "/")
    await expect(page.locator(ROW)).to_have_count(20)
    banner = page.get_by_test_id("link-banner")
    with unreachable(attach_or_start(site_folder / "data").url):
        await expect(banner).to_have_text(
            "Live updates are paused. They go on by themselves, and this page then catches up.", timeout=NOTICED
        )
        await expect(page.locator(ROW)).to_have_count(20)
        assert await grave_problems(page) == []
        # Whoever comes now is told as well.
        if sized.is_phone:
            await page.get_by_test_id("navigation-open").click()
        navigation = page.get_by_role("navigation", name="Main").filter(visible=True)
        await navigation.get_by_role("link", name="Machines").click()
        await expect(page.get_by_test_id("machines-failed")).to_be_visible(timeout=NOTICED)
        await expect(banner).to_contain_text("Live updates are paused")
    await expect(banner).to_have_text("", timeout=NOTICED)
    await expect(page.get_by_test_id("machines-row").first).to_be_visible(timeout=NOTICED)
    await sized.open("/")
    await expect(page.locator(ROW)).to_have_count(20)
    name = f"after the database was back {sized.width}"
    agents = await api.start(name=name)
    await expect(row_of(page, name)).to_be_visible(timeout=AT_ONCE)
    await api.delete(agents.job)


async def test_page_opened_while_the_database_is_lost_says_so_and_shows_itself_once_it_is_back(
    sized: Visitor, site_folder: Path
) -> None:
    page = await signed_in_at(sized, "/machines")
    machine = await page.locator('[data-testid="machines-row"] th a').first.get_attribute("href")
    await sized.open("/")
    job = await page.locator(f"{ROW} a").first.get_attribute("href")
    signs = {
        "/jobs/new": ("new-job-failed", "new-job-form"),
        str(job): ("job-failed", "job-name"),
        str(machine): ("machine-failed", "machine-name"),
        f"/compare?job={str(job).rpartition('/')[2]}": ("compare-failed", "compare-table"),
        "/account": ("page-failed", "account-end-others"),
        "/people": ("people-failed", "people-row"),
        "/audit": ("audit-failed", "audit-row"),
    }
    tabs = {address: await page.context.new_page() for address in signs}
    if page.viewport_size:
        await asyncio.gather(*(tab.set_viewport_size(page.viewport_size) for tab in tabs.values()))
    with unreachable(attach_or_start(site_folder / "data").url):
        await asyncio.gather(*(tab.goto(f"{sized.site}{address}") for address, tab in tabs.items()))
        for address, tab in tabs.items():
            await expect(tab.get_by_test_id(signs[address][0])).to_be_visible(timeout=NOTICED)
            await expect(tab.get_by_role("button", name="Try again")).to_be_visible()
            # There are none.
            await expect(tab.get_by_role("button", name="Clear filters")).to_have_count(0)
            assert await grave_problems(tab) == []
    for address, tab in tabs.items():
        await expect(tab.get_by_test_id(signs[address][1]).first).to_be_visible(timeout=NOTICED)
        await expect(tab.get_by_test_id("link-banner")).to_have_text("", timeout=NOTICED)
        await tab.close()
