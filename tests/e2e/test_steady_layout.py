"""Nothing moves while figures come, and the heads of long tables stay above their rows."""

import asyncio
from itertools import permutations, product
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.api.expect import ok
from tests.e2e.conftest import Visitor
from tests.e2e.live import signed_in_at
from tests.e2e.programs import Api
from tests.factories import cluster_network, quick_mark

pytestmark = pytest.mark.e2e

PLOTS = """() => [...document.querySelectorAll('.sm-plot')].map((plot) => {
    const { top, height } = plot.getBoundingClientRect();
    const menu = plot.querySelector(".sm-plot-head").lastElementChild.offsetWidth;
    return [plot.dataset.testid, Math.round(top + scrollY), Math.round(height), menu];
})"""


TO_THE_END = """() => {
    const frame = [...document.querySelectorAll('.sm-table-frame')].at(-1);
    frame.scrollTop = frame.scrollHeight;
    frame.scrollIntoView({ block: 'end', behavior: 'instant' });
}"""


# Keeps how high the panels were that stood where plots were to come.
WATCH_PANELS = """new MutationObserver(() => {
    const panels = [...document.querySelectorAll('.sm-perf-plots .sm-panel-wait')];
    if (panels.length) window.waited = panels.map((panel) => Math.round(panel.getBoundingClientRect().height));
}).observe(document, { childList: true, subtree: true })"""


async def ended_job(api: Api, name: str, nodes: int) -> str:
    """Run a job with figures of nodes and of their links; gives its id."""
    agents = await api.start(name=name, node_count=nodes, benchmarks=["quick_mark", "cluster_network"])
    tasks = [await agents.joined(index, gpu_model="NVIDIA A100-SXM4-80GB", gpu_count=1) for index in range(nodes)]
    ok(await agents.send_cluster(cluster_network(nodes)))
    for task in tasks:
        await agents.complete(task, quick_mark(1))
    return str(agents.job["id"])


async def job_of_linked_gpus(api: Api, name: str) -> str:
    """Run a job on a fleet of its own: 8 nodes of 8 linked GPUs, one node slow and one with a broken power sensor."""
    agents = await api.start(name=name, node_count=8, benchmarks=["quick_mark"])
    for index in range(8):
        task = await agents.joined(index, gpu_model="NVIDIA H100 80GB HBM3", gpu_count=8)
        result = quick_mark(8, 0.5 if index == 1 else 3.0, power_consumption_watts=3.4 if index == 2 else 411.3)
        result["aggregate_results"]["gpu_bandwidth_matrix"] = [
            {
                "source_gpu": source,
                "target_gpu": target,
                "simplex_gbs": 200.0 if source == 3 else 391.4,
                "duplex_gbs": 0.0 if source == 3 else 702.9,
                "connection_type": "nvlink_v4_18x",
            }
            for source, target in permutations(range(8), 2)
        ]
        await agents.complete(task, result)
    return str(agents.job["id"])


async def places_before_and_after(page: Page, address: str, least: int) -> tuple[Any, Any]:
    """Hold the figures of a page back; give where its plots, at least so many, stand without and with them."""
    release = asyncio.Event()

    async def hold(route: Route) -> None:
        await release.wait()
        await route.continue_()

    await page.route("**/figures/**", hold)
    await page.goto(address)
    plots = page.locator(".sm-plot")
    await expect(plots.nth(least - 1)).to_be_visible()
    await page.wait_for_timeout(300)
    before = await page.evaluate(PLOTS)
    release.set()
    await expect(page.locator('.sm-plot:not([data-state="ready"])')).to_have_count(0)
    after = await page.evaluate(PLOTS)
    await page.unroute("**/figures/**")
    return before, after


async def test_plots_of_a_job_stand_where_they_will_be_while_their_figures_come(sized: Visitor, api: Api) -> None:
    page, size = sized.page, "phone" if sized.is_phone else "desk"
    await sized.sign_in()
    jobs = [await ended_job(api, f"steady {nodes} {size}", nodes) for nodes in (2, 6)]
    linked = await job_of_linked_gpus(api, f"steady links {size}")
    for job_id, tab in [*product(jobs, ("network", "quickmark")), (linked, "quickmark")]:
        before, after = await places_before_and_after(page, f"{sized.site}/jobs/{job_id}?tab={tab}", 3)
        assert before == after
    assert {"plot-fleet_ranks", "plot-power_temperature", "plot-gpu_links_duplex"} <= {name for name, *_ in after}


async def test_plots_of_jobs_side_by_side_stand_where_they_will_be(sized: Visitor, api: Api) -> None:
    ids = [await ended_job(api, f"steady beside {nodes}", nodes) for nodes in (2, 3, 10)]
    # A job without figures has no row in any plot.
    waiting = await api.start(name="steady without figures", node_count=1, benchmarks=["quick_mark"])
    page = await signed_in_at(sized, "/")
    asked = "&".join(f"job={job_id}" for job_id in [*ids, waiting.job["id"]])
    before, after = await places_before_and_after(page, f"{sized.site}/compare?{asked}", 6)
    assert before == after


async def test_row_of_a_comparison_stays_itself_when_a_live_change_adds_one_above_it(
    visitor: Visitor, api: Api
) -> None:
    jobs = [
        await api.start(name=f"steady rows {tag}", node_count=2, tags=[tag], benchmarks=["quick_mark"])
        for tag in ("one", "other")
    ]
    page = await signed_in_at(visitor, f"/compare?job={jobs[0].job['id']}&job={jobs[1].job['id']}")
    rows = page.get_by_test_id("compare-row")
    tags = rows.filter(has=page.get_by_role("rowheader", name="Tags", exact=True))
    await expect(tags).to_have_count(1)
    await tags.evaluate("row => (row.dataset.known = 'yes')")
    await jobs[0].joined(0)
    await expect(rows.filter(has=page.get_by_role("rowheader", name="Nodes registered"))).to_have_count(1)
    assert await page.locator("[data-known] th").all_text_contents() == ["Tags"]


async def test_plots_of_a_machine_stand_where_they_will_be(sized: Visitor) -> None:
    page = await signed_in_at(sized, "/machines?sort_by=jobs")
    place = await page.locator('[data-testid="machines-row"] th a').first.get_attribute("href")
    before, after = await places_before_and_after(page, f"{sized.site}{place}", 4)
    assert before == after


async def test_plots_of_performance_are_as_high_as_what_waits_for_them(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in()
    await page.add_init_script(WATCH_PANELS)
    before, after = await places_before_and_after(page, f"{sized.site}/performance", 2)
    assert before == after
    assert await page.evaluate("window.waited") == [height for _, _, height, _ in after]


@pytest.mark.parametrize("place", ["/performance", "compare", "machine"])
async def test_head_of_a_long_table_stays_above_its_rows(visitor: Visitor, place: str) -> None:
    page = await signed_in_at(visitor, "/machines")
    if place == "machine":
        place = str(await page.locator('[data-testid="machines-row"] th a').first.get_attribute("href"))
    if place == "compare":
        await visitor.open("/?state=completed")
        rows = page.locator('[data-testid="jobs-row"] th a')
        ids = [str(await rows.nth(index).get_attribute("href")).rpartition("/")[2] for index in range(2)]
        place = f"/compare?job={ids[0]}&job={ids[1]}&all=1"
    await page.set_viewport_size({"width": 1440, "height": 420})
    await visitor.open(place)
    await expect(page.locator(".sm-bone, [aria-busy=true]")).to_have_count(0)
    table = page.locator(".sm-table-frame table").last
    await expect(table.locator("tbody tr").last).to_be_visible()
    await page.evaluate(TO_THE_END)
    last = table.locator("tbody tr").last
    head, row = await table.locator("thead th").first.bounding_box(), await last.bounding_box()
    assert head
    assert row
    assert 0 <= head["y"] < row["y"] < 420, (head, row)
