"""A network of 256 nodes: drawn as pictures, looked at link by link, and smooth under the pointer."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from siliconmark_ui.db import Database
from tests.e2e.conftest import Visitor
from tests.e2e.laid import address_of, networked_job
from tests.e2e.test_job_tabs import NETWORK_CHARTS, drawn, marked, node_in
from tests.factories import Caller, cluster_network, machine

pytestmark = pytest.mark.e2e

NODES = 256
FRAME_MS = 34
"""Two frames of a screen that shows 60 a second: what moves that often is seen to move, not to jump."""
TRIES = 5
STEPS = 60
# The pauses between the frames of the page from now on, until it is asked for them.
WATCH_FRAMES = """() => {
    window.pauses = [];
    let last = performance.now();
    const next = (now) => {
        window.pauses.push(now - last);
        last = now;
        window.watching = requestAnimationFrame(next);
    };
    window.watching = requestAnimationFrame(next);
}"""
MEDIAN_PAUSE = """() => {
    cancelAnimationFrame(window.watching);
    return window.pauses.sort((a, b) => a - b)[Math.floor(window.pauses.length / 2)];
}"""


async def link_told(hover: Locator) -> tuple[int, int, float]:
    """Give the numbers of the two machines that a hover text names, and the bandwidth between them."""
    names, figure = await hover.locator("tspan.line").all_text_contents()
    numbers = {address_of(number): number for number in range(NODES)}
    row, column = (numbers[name] for name in names.split(" → "))
    return row, column, float(figure.removesuffix(" Gbit/s"))


async def area_of(cells: Locator) -> dict[str, Any]:
    """Bring the cells of a map into sight; give where they are."""
    await cells.scroll_into_view_if_needed()
    area = await cells.bounding_box()
    assert area
    return dict(area)


async def pause_between_frames(page: Page, area: dict[str, Any]) -> float:
    """Give the median pause between two frames in milliseconds while the pointer crosses a map."""
    await page.mouse.move(area["x"] + 2, area["y"] + 2)
    await page.evaluate(WATCH_FRAMES)
    await page.mouse.move(area["x"] + area["width"] - 2, area["y"] + area["height"] - 9, steps=STEPS)
    pause: float = await page.evaluate(MEDIAN_PAUSE)
    return pause


async def test_network_of_256_nodes_is_one_picture_a_map_and_stays_smooth_under_the_pointer(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    results = {"cluster_network": cluster_network(NODES)}
    job_id = await networked_job(db, ann, NODES, results, name="large", benchmarks=["cluster_network"])
    await own_sized.open(f"/jobs/{job_id}?tab=network")
    await drawn(page, *NETWORK_CHARTS)
    for chart in ("bandwidth_map", "latency_map"):
        plot = page.get_by_test_id(f"plot-{chart}")
        await expect(plot.locator("svg image")).to_have_count(1)
        assert await plot.locator("svg path, svg rect").count() < NODES
        assert await plot.locator("[role=img]").evaluate("plot => plot.data[0].x.length") == NODES
    await expect(page.get_by_test_id("plot-bandwidth_map").locator("details p")).to_contain_text(
        "65,280 of 65,280 directed links live"
    )
    cells = page.get_by_test_id("plot-bandwidth_map").locator(".nsewdrag").first
    area = await area_of(cells)
    spot = (area["x"] + area["width"] * 0.12, area["y"] + area["height"] * 0.78)
    await page.mouse.move(*spot)
    told = page.get_by_test_id("plot-bandwidth_map").locator(".hoverlayer")
    await expect(told).to_contain_text(" → ")
    row, column, bandwidth = await link_told(told)
    assert abs(row - 0.78 * NODES) <= 2
    assert abs(column - 0.12 * NODES) <= 2
    assert bandwidth == next(
        link["bandwidth_gbps"]
        for link in results["cluster_network"]["measurements"]
        if (link["source"], link["target"]) == (machine(row), machine(column))
    )
    await marked(page, machine(row), NETWORK_CHARTS)
    assert await area_of(cells) == area
    assert node_in(page.url) == ""
    await page.mouse.click(*spot)
    await expect(page).to_have_url(re.compile(f"node={machine(row)}"))
    await expect(page.get_by_test_id("node-words")).to_contain_text(f"{address_of(row)}: sends 9")
    # Other work on the machine may hold some tries up.
    pauses: list[float] = []
    while min(pauses, default=FRAME_MS) >= FRAME_MS and len(pauses) < TRIES:
        pauses.append(await pause_between_frames(page, area))
    assert min(pauses) < FRAME_MS, pauses
    await page.reload()
    await drawn(page, *NETWORK_CHARTS)
    await marked(page, machine(row), NETWORK_CHARTS)
