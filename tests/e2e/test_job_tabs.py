"""The tabs of a job in a browser: one node marked everywhere and kept in the address, wide and on a phone."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e

FOUND = "/?benchmark_id=cluster_network&state=completed&node_count_min=4&sort_by=node_count&sort_order=desc"
NETWORK_CHARTS = [f"{of}_{kind}" for of in ("bandwidth", "latency") for kind in ("map", "distribution", "means")]
SIZES = [pytest.param((1440, 900), id="1440"), pytest.param((390, 844), id="390")]


async def open_tab(visitor: Visitor, tab: str, size: tuple[int, int]) -> None:
    """Sign in and open a tab of the largest job with a network result."""
    page = visitor.page
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await visitor.sign_in(address=FOUND)
    await expect(page.get_by_test_id("jobs-sentence")).to_contain_text("at least 4 nodes")
    address = await page.locator('[data-testid="jobs-row"] a').first.get_attribute("href")
    await visitor.open(f"{address}?tab={tab}")
    await expect(page.get_by_test_id("job-tab")).to_have_attribute("data-tab", tab)


async def drawn(page: Page, *charts: str) -> None:
    """Wait until charts are drawn."""
    for chart in charts:
        await expect(page.get_by_test_id(f"plot-{chart}")).to_have_attribute("data-state", "ready", timeout=20_000)


async def sideways(page: Page) -> float:
    """Give how many pixels the page is wider than the window."""
    wider: float = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return wider


def node_in(address: str) -> str:
    """Give the node that an address holds, empty without one."""
    return parse_qs(urlsplit(address).query).get("node", [""])[0]


async def marked(page: Page, node: str, charts: list[str]) -> None:
    """Wait until every one of the charts marks that node."""
    for chart in charts:
        layer = page.get_by_test_id(f"plot-{chart}").locator(".sm-focus-layer")
        await expect(layer).to_have_attribute("data-node", node)
        if node:
            await expect(layer.locator(".sm-focus-line")).to_have_attribute("d", re.compile(r"^M"))


async def test_hover_marks_a_node_for_as_long_as_it_lasts_and_a_click_keeps_it(visitor: Visitor) -> None:
    page = visitor.page
    await open_tab(visitor, "network", (1440, 900))
    await drawn(page, *NETWORK_CHARTS)
    name = page.locator('[data-testid="network-means"] [data-pick-node]').nth(1)
    node = await name.get_attribute("data-pick-node") or ""
    await name.hover()
    await marked(page, node, NETWORK_CHARTS)
    assert node_in(page.url) == ""
    await page.mouse.move(5, 5)
    await marked(page, "", ["bandwidth_map"])
    await name.click()
    assert node_in(page.url) == node
    await name.click()
    assert node_in(page.url) == ""
    cells = page.get_by_test_id("plot-bandwidth_map").locator(".nsewdrag").first
    await cells.scroll_into_view_if_needed()
    area = await cells.bounding_box()
    assert area is not None
    await page.mouse.click(area["x"] + area["width"] - 4, area["y"] + 4)
    first = await page.locator('[data-testid="plot-bandwidth_map"] [role=img]').evaluate("plot => plot.data[0].y[0]")
    await expect(page.get_by_test_id("node-select").locator("option:checked")).to_have_text(first)
    await marked(page, node_in(page.url), NETWORK_CHARTS)


@pytest.mark.parametrize("size", SIZES)
async def test_quickmark_shows_the_fleet_the_links_of_gpus_and_the_chosen_nodes_figures(
    visitor: Visitor, size: tuple[int, int]
) -> None:
    page = visitor.page
    await open_tab(visitor, "quickmark", size)
    await drawn(page, "metric_ratios", "fleet_ranks", "node_scores", "power_temperature", "gpu_links_simplex")
    await expect(page.get_by_test_id("quickmark-fleet")).to_contain_text(re.compile(r"\d+ runs of nodes with \d × "))
    await expect(page.locator('[data-testid="quickmark-nodes"] .sm-rank').first).to_have_text(re.compile(r"^p\d{1,2}$"))
    before = await page.locator("#gpus").inner_text()
    option = page.get_by_test_id("node-select").locator("option")
    names = [name for name in await option.all_inner_texts() if name != "None" and name not in before]
    await page.get_by_test_id("node-select").select_option(label=names[0])
    await expect(page.locator("#gpus")).to_have_text(f"GPUs of {names[0]}")
    await marked(page, node_in(page.url), ["metric_ratios", "fleet_ranks", "node_scores", "power_temperature"])
    await drawn(page, "gpu_links_simplex", "gpu_links_duplex")
    words = page.get_by_test_id("plot-gpu_links_simplex").locator("details p")
    assert f"GPU to GPU bandwidth of {names[0]}" in (await words.text_content() or "")
    assert await grave_problems(page) == []
    assert await sideways(page) <= 0
