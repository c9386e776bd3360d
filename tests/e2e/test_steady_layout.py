"""Nothing moves while figures come, and the heads of long tables stay above their rows."""

import asyncio
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


async def ended_job(api: Api, name: str, nodes: int) -> str:
    """Run a job with figures of nodes and of their links; gives its id."""
    agents = await api.start(name=name, node_count=nodes, benchmarks=["quick_mark", "cluster_network"])
    tasks = [await agents.joined(index, gpu_model="NVIDIA A100-SXM4-80GB", gpu_count=1) for index in range(nodes)]
    ok(await agents.send_cluster(cluster_network(nodes)))
    for task in tasks:
        await agents.complete(task, quick_mark(1))
    return str(agents.job["id"])


async def places_before_and_after(page: Page, address: str) -> tuple[Any, Any]:
    """Hold the figures of a page back; give where its plots stand without and with them."""
    release = asyncio.Event()

    async def hold(route: Route) -> None:
        await release.wait()
        await route.continue_()

    await page.route("**/figures/**", hold)
    await page.goto(address)
    plots = page.locator(".sm-plot")
    await expect(plots.first).to_be_visible()
    await page.wait_for_timeout(300)
    before = await page.evaluate(PLOTS)
    release.set()
    await expect(page.locator('.sm-plot:not([data-state="ready"])')).to_have_count(0)
    after = await page.evaluate(PLOTS)
    await page.unroute("**/figures/**")
    return before, after


async def test_plots_stand_where_they_will_be_while_their_figures_come(visitor: Visitor, api: Api) -> None:
    ids = [await ended_job(api, f"steady {nodes}", nodes) for nodes in (2, 6)]
    page = await signed_in_at(visitor, "/")
    for job_id in ids:
        for tab in ("network", "quickmark"):
            before, after = await places_before_and_after(page, f"{visitor.site}/jobs/{job_id}?tab={tab}")
            assert before == after
    before, after = await places_before_and_after(page, f"{visitor.site}/compare?job={ids[0]}&job={ids[1]}")
    assert before[0] == after[0]


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
