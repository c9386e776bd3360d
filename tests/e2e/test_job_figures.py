"""Figures that need care: dead links, slow links first, a broken power sensor, best and worst of a comparison."""

import re
from itertools import pairwise
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from siliconmark_ui.db import Database
from tests.e2e.conftest import Visitor
from tests.e2e.laid import address_of, networked_job
from tests.e2e.test_job_tabs import drawn
from tests.factories import Caller, cluster_network, machine
from tests.ui.finished import finished_job

pytestmark = pytest.mark.e2e

NODES, SLOW, DEAD = 5, 3, (machine(1), machine(2))
MOST_JOBS = 8


def network_with_faults() -> dict[str, Any]:
    """Return the result of five nodes: the fourth one's links are slow, and one link is dead."""
    result = cluster_network(NODES)
    for link in result["measurements"]:
        if machine(SLOW) in (link["source"], link["target"]):
            link["bandwidth_gbps"] *= 0.4
        if (link["source"], link["target"]) == DEAD:
            link.update(bandwidth_gbps=0, latency=0, error="connection refused")
    return result


async def texts(locator: Locator) -> list[str]:
    """Give the texts of elements, also of those that an SVG holds."""
    return [text.strip() for text in await locator.all_text_contents()]


async def names_on_axis(page: Page) -> list[str]:
    """Give the nodes of the map of bandwidth as they stand on its axis."""
    return await texts(page.locator('[data-testid="plot-bandwidth_map"] .xtick text'))


async def test_dead_and_slow_links_are_said_crossed_and_listed_and_the_order_by_mean_stays(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    results = {"cluster_network": network_with_faults()}
    job_id = await networked_job(db, ann, NODES, results, benchmarks=["cluster_network"])
    await own_sized.open(f"/jobs/{job_id}?tab=network")
    await drawn(page, "bandwidth_map", "bandwidth_distribution", "latency_distribution")
    plot = page.get_by_test_id("plot-bandwidth_map")
    await expect(plot.locator(".sm-plot-title")).to_have_text(re.compile(r"^1 dead link; 8 of 19 links below 0.90\s× "))
    await expect(plot.locator(".sm-plot-note")).to_contain_text("A cross marks a dead link")
    crosses = plot.locator(".scatterlayer path.point")
    await expect(crosses).to_have_count(1)
    cross = await crosses.bounding_box()
    assert cross
    await page.mouse.move(cross["x"] + cross["width"] / 2, cross["y"] + cross["height"] / 2)
    await expect(plot.locator(".hoverlayer")).to_contain_text(f"{address_of(1)} → {address_of(2)}")
    await expect(plot.locator(".hoverlayer")).to_contain_text("dead: connection refused")
    dead = page.get_by_test_id("network-dead")
    await expect(dead.locator("h2")).to_have_text("1 dead link")
    await expect(dead.locator("tbody td")).to_have_text([address_of(1), address_of(2), "connection refused"])
    for chart, unit in (("bandwidth_distribution", "Gbit/s"), ("latency_distribution", "ms")):
        labels = await texts(page.get_by_test_id(f"plot-{chart}").locator(".annotation-text"))
        assert [re.sub(r"[\d.]+", "#", label) for label in labels] == [
            f"median # {unit}",
            f"p# # {unit}",
            f"min # {unit}",
        ]
    rows = page.get_by_test_id("network-slowest").locator("tbody tr")
    await expect(rows).to_have_count(NODES * (NODES - 1) - 1)
    figures = [float(text) for text in await texts(rows.locator("td:nth-child(3)"))]
    assert all(slower <= faster for slower, faster in pairwise(figures))
    assert figures[0] < 40 < 90 < figures[-1]
    by_name = [address_of(number) for number in range(NODES)]
    assert await names_on_axis(page) == by_name
    await page.get_by_role("link", name="By mean bandwidth").click()
    await expect(page).to_have_url(re.compile(r"order=mean"))
    await expect(page.locator('[data-testid="network-means"] tbody th').first).to_have_text(address_of(SLOW))
    for _ in ("chosen", "loaded anew"):
        await drawn(page, "bandwidth_map")
        await expect(page.locator('[data-testid="plot-bandwidth_map"] .xtick text').first).to_have_text(
            address_of(SLOW)
        )
        shown = await names_on_axis(page)
        assert shown != by_name
        assert sorted(shown) == by_name
        await page.reload()


async def test_broken_power_sensor_is_marked_and_its_power_enters_no_sum(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    broken = {"power_consumption_watts": 3.0}
    mixed = await finished_job(db, ann.actor, nodes=3, name="one broken", odd={1: broken})
    alone = await finished_job(db, ann.actor, name="broken alone", odd={0: broken})
    await own_sized.open(f"/jobs/{mixed}?tab=quickmark")
    rows = page.get_by_test_id("quickmark-nodes").locator("tbody tr")
    await expect(rows).to_have_count(3)
    heads = await texts(page.locator('[data-testid="quickmark-nodes"] thead th'))
    power = heads.index("Power (W)")
    cells = {
        await row.get_attribute("data-node"): await row.locator("td").nth(power - 1).inner_text()
        for row in await rows.all()
    }
    assert cells[machine(1)] == "sensor?"
    assert [cells[machine(number)].split()[0] for number in (0, 2)] == ["411", "411"]
    cell = page.locator(f'[data-testid="quickmark-nodes"] tr[data-node="{machine(1)}"] td').nth(power - 1)
    await expect(cell).to_have_attribute("title", re.compile("power sensor reports under 20 W per GPU"))
    await drawn(page, "power_temperature")
    plot = page.get_by_test_id("plot-power_temperature")
    await expect(plot.locator(".scatterlayer path.point")).to_have_count(2)
    await expect(plot.locator(".sm-plot-note")).to_have_text("sensor? 1 GPU with a broken power sensor left out.")
    await own_sized.open(f"/compare?job={mixed}&job={alone}&all=1")
    section = page.get_by_test_id("compare-section").filter(has_text="QuickMark of the whole job")
    sum_of_power = section.get_by_test_id("compare-row").filter(has_text="Power (W)")
    await expect(sum_of_power.locator(".sm-compare-value")).to_have_text(["823", "sensor?"])
    await expect(section).to_contain_text("of power over those with a sound sensor")
    left_out = "sensor? 1 node with a broken power sensor left out"
    await expect(sum_of_power.locator(f'[title="{left_out}"]')).to_have_count(1)


async def test_comparison_marks_best_and_worst_shows_differences_and_takes_no_ninth_job(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    odd = {2: {"bf16_tflops": 300.0}, 5: {"bf16_tflops": 200.0}, 3: {"temperature_centigrade": 41.0}}
    ids = [
        await finished_job(db, ann.actor, name=f"job {number}", odd={0: odd.get(number, {})})
        for number in range(MOST_JOBS + 1)
    ]
    asked = "&".join(f"job={job_id}" for job_id in ids)
    await own_sized.open(f"/compare?{asked}")
    await expect(page.get_by_test_id("compare-refused")).to_contain_text(
        f"At most 8 jobs are compared; {ids[-1]} is left out"
    )
    await expect(page.get_by_test_id("compare-job")).to_have_count(MOST_JOBS)
    add = page.get_by_test_id("compare-add")
    await expect(add).to_be_disabled()
    await expect(add).to_have_attribute("title", "At most 8 jobs are compared: remove one first")
    section = page.get_by_test_id("compare-section").filter(has_text="QuickMark per GPU")
    rows = section.get_by_test_id("compare-row")
    marks = {
        "BF16 (TFLOPS)": {2: "best", 5: "worst"},
        "Temperature (°C)": {3: "best"},
    }
    for label, wanted in marks.items():
        cells = rows.filter(has_text=label).locator("td")
        await expect(cells).to_have_count(MOST_JOBS)
        found = [await cell.get_attribute("data-mark") or "" for cell in await cells.all()]
        assert {place: mark for place, mark in enumerate(found) if mark} == wanted
        for place, mark in wanted.items():
            await expect(cells.nth(place).locator(".sm-compare-mark")).to_have_text(mark)
    alike = rows.filter(has_text="Memory bandwidth (GB/s)")
    await expect(alike).to_have_count(0)
    await page.get_by_test_id("compare-toggle").click()
    await expect(alike.locator(".sm-compare-value")).to_have_text(["1,742"] * MOST_JOBS)
    await expect(alike.locator(".sm-compare-mark")).to_have_count(0)
    await page.get_by_test_id("compare-refused").get_by_text("Remove").click()
    await expect(page.get_by_test_id("compare-refused")).to_have_count(0)
    await expect(add).to_be_disabled()
    await page.get_by_test_id("compare-remove").first.click()
    await expect(page.get_by_test_id("compare-job")).to_have_count(MOST_JOBS - 1)
    await expect(add).to_be_enabled()
