"""The tabs of a job in a browser: one node marked everywhere and kept in the address, wide and on a phone."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import press, tab_to, to_content

pytestmark = pytest.mark.e2e

FOUND = "/?benchmark_id=cluster_network&state=completed&node_count_min=4&sort_by=node_count"
NETWORK_CHARTS = [f"{of}_{kind}" for of in ("bandwidth", "latency") for kind in ("map", "distribution", "means")]
PARTS = "Parts of the job"
PLACES = "() => [...document.querySelectorAll('.sm-plot')].map(plot => plot.getBoundingClientRect().top + scrollY)"
ALONE = "/?state=completed&node_count_max=1&has_performance_data=true"


async def open_tab(visitor: Visitor, tab: str, order: str = "asc") -> None:
    """Sign in and open a tab of the smallest job with a network result; of the largest in the order `desc`."""
    page = visitor.page
    await visitor.sign_in(address=f"{FOUND}&sort_order={order}")
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


async def test_chosen_node_is_marked_everywhere_and_stays_in_the_address(sized: Visitor) -> None:
    page = sized.page
    await open_tab(sized, "network")
    await drawn(page, *NETWORK_CHARTS)
    plot = page.locator('[data-testid="plot-bandwidth_map"] [role=img]')
    scale = await plot.evaluate("plot => plot.data[0].colorbar.orientation ?? 'v'")
    assert scale == ("h" if sized.is_phone else "v")
    places = await page.evaluate(PLACES)
    select = page.get_by_test_id("node-select")
    await select.focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    node = await select.input_value()
    assert node
    assert node_in(page.url) == node
    await marked(page, node, NETWORK_CHARTS)
    await expect(page.get_by_test_id("node-words")).to_contain_text("receives")
    # What is said of the node has its room before it is said: a hovered cell stays under the pointer.
    assert await page.evaluate(PLACES) == places
    row = page.locator(f'[data-testid="network-means"] tr[data-node="{node}"] > th')
    await expect(row).to_have_css("box-shadow", re.compile("inset"))
    assert await grave_problems(page) == []
    assert await sideways(page) <= 0
    await page.reload()
    await drawn(page, *NETWORK_CHARTS)
    await marked(page, node, NETWORK_CHARTS)
    await page.get_by_role("link", name="By mean latency").click()
    await expect(page).to_have_url(re.compile("order=latency"))
    assert node_in(page.url) == node
    await drawn(page, *NETWORK_CHARTS)
    await marked(page, node, NETWORK_CHARTS)
    await page.get_by_role("navigation", name=PARTS).get_by_text("QuickMark").click()
    await expect(page.get_by_test_id("quickmark-gpus")).to_be_visible()
    assert node_in(page.url) == node
    await expect(page.locator(f'[data-testid="quickmark-nodes"] tr[data-node="{node}"]')).to_have_attribute(
        "data-chosen", "true"
    )
    await page.go_back()
    await drawn(page, "bandwidth_map")
    await marked(page, node, ["bandwidth_map"])


async def test_hover_marks_a_node_for_as_long_as_it_lasts_and_a_click_keeps_it(sized: Visitor) -> None:
    page = sized.page
    await open_tab(sized, "network")
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


async def test_quickmark_shows_the_fleet_the_links_of_gpus_and_the_chosen_nodes_figures(sized: Visitor) -> None:
    page = sized.page
    await open_tab(sized, "quickmark")
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
    # The link of a node in the table chooses it as the list does, also after a reload.
    other = page.get_by_test_id("quickmark-nodes").get_by_role("link", name=names[1], exact=True)
    await other.click()
    await expect(page.locator("#gpus")).to_have_text(f"GPUs of {names[1]}")
    for _ in range(2):
        await expect(page.get_by_test_id("node-select").locator("option:checked")).to_have_text(names[1])
        await marked(page, node_in(page.url), ["metric_ratios", "fleet_ranks"])
        await page.reload()
    await page.get_by_test_id("node-select").select_option(label=names[0])
    await expect(page.locator("#gpus")).to_have_text(f"GPUs of {names[0]}")
    await drawn(page, "gpu_links_simplex", "gpu_links_duplex")
    assert f"GPU to GPU bandwidth of {names[0]}" in (await words.text_content() or "")
    assert await grave_problems(page) == []
    assert await sideways(page) <= 0


async def test_parts_of_a_job_are_walked_through_by_keyboard_and_come_back(sized: Visitor) -> None:
    page = sized.page
    await open_tab(sized, "nodes")
    actions = await page.locator(".sm-job-head").bounding_box()
    tags = await page.locator(".sm-job-head ~ .sm-tags").bounding_box()
    assert actions is not None
    assert tags is not None
    assert tags["y"] - (actions["y"] + actions["height"]) >= 4
    machine = page.get_by_test_id("nodes-table").locator("tbody th a").first
    parts = page.get_by_role("navigation", name=PARTS)
    whats = {
        "Raw": page.locator("pre, code").filter(has_text="curl -fsS").first,
        "Overview": page.get_by_text("Job score"),
        "Network": page.locator('[data-testid="plot-bandwidth_map"] svg.main-svg').first,
        "QuickMark": page.locator('[data-testid="plot-metric_ratios"] svg.main-svg').first,
        "Nodes": machine,
    }
    await to_content(page)
    for part, what in whats.items():
        tab = parts.get_by_role("link", name=part)
        # The tabs stand above what they show: the way there is back.
        await press(tab, back=part in {"Overview", "Network"})
        await expect(what).to_be_visible()
        await expect(tab).to_have_attribute("aria-current", "page")
        await expect(tab).to_be_focused()
        if part in {"Raw", "Overview", "Nodes"}:
            assert await grave_problems(page) == []
        assert await sideways(page) <= 0
    await page.reload()
    for part, what in reversed(whats.items()):
        await expect(what).to_be_visible()
        await expect(parts.get_by_role("link", name=part)).to_have_attribute("aria-current", "page")
        await page.go_back()
    await expect(machine).to_be_visible()
    name = await machine.inner_text()
    await press(machine)
    await expect(page.get_by_test_id("machine-name")).to_have_text(name)


async def test_node_is_highlighted_by_keyboard_from_a_table(sized: Visitor) -> None:
    page = sized.page
    await open_tab(sized, "network")
    await drawn(page, "bandwidth_map", "bandwidth_means")
    name = page.locator('[data-testid="network-means"] [data-pick-node]').last
    node = await name.get_attribute("data-pick-node") or ""
    # Being there shows the node, Enter keeps it, Enter again lets it go.
    await tab_to(name, back=True)
    await marked(page, node, ["bandwidth_map", "bandwidth_means"])
    assert node_in(page.url) == ""
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(f"node={node}"))
    await page.reload()
    await drawn(page, "bandwidth_map", "bandwidth_means")
    await marked(page, node, ["bandwidth_map", "bandwidth_means"])
    await press(name, back=True)
    await expect(page).not_to_have_url(re.compile("node="))


async def test_page_loaded_anew_asks_for_the_sheets_of_its_view_alone_and_once(visitor: Visitor) -> None:
    page = visitor.page
    await open_tab(visitor, "network")
    await drawn(page, *NETWORK_CHARTS)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/auth/figures/" in request.url else None)
    views = {f"{page.url}&order=mean": "bandwidth_map", page.url.replace("network", "quickmark"): "metric_ratios"}
    for address, chart in views.items():
        asked.clear()
        await page.goto(address)
        await drawn(page, chart)
        sheets = [url.partition("/auth/figures/jobs/")[2].partition("/")[2] for url in asked]
        wanted = ["network?order=mean"] if chart == "bandwidth_map" else ["quickmark"]
        assert [sheet for sheet in sheets if not sheet.startswith("gpus?")] == wanted


async def test_network_link_to_a_job_without_a_network_result_leads_to_its_overview(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in(address=ALONE)
    address = await page.locator('[data-testid="jobs-row"] a').first.get_attribute("href")
    async with page.expect_response("**/auth/figures/jobs/*/network") as answered:
        await visitor.open(f"{address}?tab=network")
    assert (await answered.value).status == 200
    await expect(page.get_by_test_id("job-tab")).to_have_attribute("data-tab", "overview")
    await expect(page.get_by_text("Job score")).to_be_visible()
