"""Rows of tables: as high before their figures as with them, and two lines on a phone, with what decides."""

from typing import Any

import pytest
from playwright.async_api import Locator, Page, WebSocketRoute, expect

from siliconmark_ui.db import Database
from tests.e2e.conftest import Visitor
from tests.e2e.test_job_tabs import sideways
from tests.factories import Caller
from tests.ui.finished import finished_job

pytestmark = pytest.mark.e2e

HEAD, ROW = 32, 36
PHONE_ROWS = {"jobs": 73, "performance": 71, "machines": 68}
LISTS = {"/": "jobs", "/performance": "performance", "/machines": "machines"}
# Where the table begins, and how high its head and its first rows are.
PLACES = """(table) => {
    const boxes = (rows) => [...table.querySelectorAll(rows)].slice(0, 12).map((row) => row.getBoundingClientRect());
    const heights = (rows) => boxes(rows).map((box) => box.height);
    return { top: table.getBoundingClientRect().top, head: heights("thead tr"), rows: heights("tbody tr") };
}"""
# The cells of a row that are shown, by the line they stand on.
LINES = """(row) => {
    const lines = [];
    for (const cell of row.children) {
        const { top, height } = cell.getBoundingClientRect();
        if (!height) continue;
        const line = lines.find((each) => Math.abs(each.middle - top - height / 2) < 9);
        if (line) line.cells.push(cell.dataset.cell ?? "name");
        else lines.push({ middle: top + height / 2, cells: [cell.dataset.cell ?? "name"] });
    }
    return lines.sort((a, b) => a.middle - b.middle).map((line) => line.cells.sort());
}"""


class Line:
    """The connection of a page to the server, on which answers can be held back."""

    def __init__(self) -> None:
        self.is_held = True
        self._kept: list[tuple[WebSocketRoute, str | bytes]] = []

    def connect(self, page_end: WebSocketRoute) -> None:
        """Stand between a page and the server."""
        server_end = page_end.connect_to_server()
        server_end.on_message(lambda message: self._answer(page_end, message))

    def _answer(self, page_end: WebSocketRoute, message: str | bytes) -> None:
        if self.is_held:
            self._kept.append((page_end, message))
        else:
            page_end.send(message)

    def release(self) -> None:
        """Let everything that was held back arrive."""
        self.is_held = False
        for page_end, message in self._kept:
            page_end.send(message)
        self._kept.clear()


async def places_of(table: Locator) -> dict[str, Any]:
    """Give where a table begins, and how high its head and its rows are."""
    return dict(await table.evaluate(PLACES))


async def lines_of(row: Locator) -> list[list[str]]:
    """Give the names of a row's cells, line by line."""
    return list(await row.evaluate(LINES))


async def test_rows_stand_as_high_and_where_their_skeletons_stood(sized: Visitor) -> None:
    page, line = sized.page, Line()
    await page.route_web_socket("**/_event/**", line.connect)
    await sized.sign_in()
    for address, name in LISTS.items():
        line.is_held = True
        await sized.open(address)
        table = page.get_by_test_id(f"{name}-table")
        await expect(table.locator(".sm-bone").first).to_be_visible()
        waiting = await places_of(table)
        line.release()
        await expect(page.get_by_test_id(f"{name}-row").nth(12)).to_be_visible()
        await expect(page.locator(".sm-bone, [aria-busy=true]")).to_have_count(0)
        ready = await places_of(table)
        assert waiting == ready, address
        # A phone has no room for heads; its rows have two lines, and are all as high as each other.
        expected = (0, PHONE_ROWS[name]) if sized.is_phone else (HEAD, ROW)
        assert (ready["head"], set(ready["rows"])) == ([expected[0]], {expected[1]}), address


async def test_row_of_a_list_wraps_once_on_a_phone(visitor: Visitor) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": 390, "height": 844})
    wanted = {
        "/?has_performance_data=true": [["name"], ["created", "nodes", "performance", "state"]],
        "/performance?state=completed&review=open": [["created", "name"], ["nodes", "performance", "review", "state"]],
        "/machines": [["name", "state"], ["created", "nodes", "performance"]],
    }
    await visitor.sign_in()
    for address, lines in wanted.items():
        name = LISTS[address.partition("?")[0]]
        await visitor.open(address)
        rows = page.get_by_test_id(f"{name}-row")
        await expect(rows.nth(5)).to_be_visible()
        for place in range(6):
            assert await lines_of(rows.nth(place)) == lines, (address, place)
        assert await sideways(page) <= 0, address


async def test_row_of_a_node_wraps_once_on_a_phone_and_says_its_failure_below(
    own: Visitor, db: Database, ann: Caller
) -> None:
    page: Page = own.page
    message = "CUDA error: an illegal memory access was encountered on GPU 0 while running the matrix multiplication"
    job_id = await finished_job(db, ann.actor, nodes=2, failed={1: message})
    await own.open(f"/jobs/{job_id}?tab=nodes")
    rows = page.get_by_test_id("nodes-table").locator("tbody tr")
    await expect(rows.locator('[data-cell="message"]').first).to_have_text(message)
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(rows.first).to_contain_text("10.0.0.2")
    lines = [["name", "state"], ["created", "nodes"]]
    assert await lines_of(rows.first) == [*lines, ["message"]]
    assert await lines_of(rows.nth(1)) == lines
    await expect(rows.first.locator("[data-state]")).to_have_text("Failed")
    await expect(rows.first.locator('[data-cell="nodes"]')).to_have_text("1 × NVIDIA A100-SXM4-80GB")
    frame = page.get_by_role("region", name="Nodes")
    assert await frame.evaluate("frame => frame.scrollWidth - frame.clientWidth") <= 0
    box = await rows.first.locator('[data-cell="message"]').bounding_box()
    assert box
    assert box["x"] + box["width"] <= 390
    assert await sideways(page) <= 0
