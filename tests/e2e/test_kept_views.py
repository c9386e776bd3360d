"""Views live in the address: all rows of a job, the chosen result, a further page, a row that stands open."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import expect

from siliconmark_ui.db import Database
from siliconmark_ui.instants import at, now
from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.laid import address_of, networked_job
from tests.e2e.test_job_tabs import drawn
from tests.factories import Caller, cluster_network, machine, make_job
from tests.ui.finished import finished_job, registered

pytestmark = pytest.mark.e2e

ROWS_SHOWN, NODES = 64, 66
TWICE = ["cluster_network", {"benchmark_id": "cluster_network", "config": {"timeout": 60}}]
JOBS_A_PAGE, JOBS = 20, 23
MACHINES_A_PAGE, MACHINES = 20, 22
LOW = {0: {"share": 0.5}}
"""What makes a job an alert: its node is half as fast as it should be."""


async def test_all_rows_and_the_chosen_result_of_a_job_survive_reload_and_back(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    second = cluster_network(NODES)
    for link in second["measurements"]:
        link["bandwidth_gbps"] *= 0.5
    results = {"cluster_network": cluster_network(NODES), "cluster_network:2": second}
    job_id = await networked_job(db, ann, NODES, results, has_figures=True, benchmarks=TWICE)
    await own_sized.open(f"/jobs/{job_id}?tab=quickmark")
    rows = page.get_by_test_id("quickmark-nodes").locator("tbody tr")
    await expect(rows).to_have_count(ROWS_SHOWN)
    await expect(page.get_by_test_id("quickmark-nodes")).to_contain_text("The 64 lowest of 66 nodes")
    await page.get_by_role("link", name="Show all nodes").click()
    await expect(page).to_have_url(re.compile(r"rows=all"))
    await expect(rows).to_have_count(NODES)
    await page.reload()
    await expect(rows).to_have_count(NODES)
    await page.get_by_role("navigation", name="Parts of the job").get_by_text("Network").click()
    title = page.get_by_test_id("plot-bandwidth_map").locator(".sm-plot-title")
    await drawn(page, "bandwidth_map")
    await expect(title).to_contain_text(re.compile(r"the median \(9\d"))
    await page.get_by_role("group", name="Result").get_by_role("link", name="cluster_network:2").click()
    await expect(page).to_have_url(re.compile(r"result=cluster_network(:|%3A)2"))
    await expect(title).to_contain_text(re.compile(r"the median \(4\d"))
    await page.reload()
    await drawn(page, "bandwidth_map")
    await expect(title).to_contain_text(re.compile(r"the median \(4\d"))
    await page.go_back()
    await expect(title).to_contain_text(re.compile(r"the median \(9\d"))
    await page.go_back()
    await expect(rows).to_have_count(NODES)
    await page.go_back()
    await expect(rows).to_have_count(ROWS_SHOWN)


async def test_order_of_nodes_by_mean_latency_survives_reload_and_back(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page, late = own_sized.page, 2
    result = cluster_network(4)
    for link in result["measurements"]:
        link["latency"] *= 3 if machine(late) in (link["source"], link["target"]) else 1
    job_id = await networked_job(db, ann, 4, {"cluster_network": result}, benchmarks=["cluster_network"])
    await own_sized.open(f"/jobs/{job_id}?tab=network")
    first = page.get_by_test_id("network-means").locator("tbody th").first
    order = page.get_by_role("group", name="Order of nodes").get_by_role("link")
    await expect(first).to_have_text(address_of(0))
    await order.filter(has_text="By mean latency").click()
    await expect(page).to_have_url(re.compile(r"order=latency$"))
    for _ in ("chosen", "loaded anew"):
        await expect(first).to_have_text(address_of(late))
        await expect(order.and_(page.locator("[aria-current=true]"))).to_have_text(["By mean latency"])
        await expect(page.get_by_test_id("plot-bandwidth_map").locator(".xtick text").first).to_have_text(
            address_of(late)
        )
        await page.reload()
    await page.go_back()
    await expect(first).to_have_text(address_of(0))
    await page.go_forward()
    await expect(first).to_have_text(address_of(late))


async def test_jobs_of_a_machine_are_turned_by_link_and_by_back(own_sized: Visitor, db: Database, ann: Caller) -> None:
    page = own_sized.page
    for number in range(JOBS):
        await registered(db, ann.actor, 1, 1, name=f"job {number}")
    await own_sized.open(f"/machines/{machine(0)}")
    names = page.get_by_test_id("machine-jobs").locator("tbody th a")
    newest = [f"job {number}" for number in reversed(range(JOBS))]
    pages = page.get_by_role("navigation", name="Pages of jobs").get_by_role("link")
    section = page.locator(".sm-section").filter(has=page.get_by_test_id("machine-jobs"))
    await expect(names).to_have_text(newest[:JOBS_A_PAGE])
    await expect(section).to_contain_text(f"1–{JOBS_A_PAGE} of {JOBS} jobs")
    await expect(pages).to_have_text(["Older jobs"])
    await pages.click()
    await expect(names).to_have_text(newest[JOBS_A_PAGE:])
    await expect(section).to_contain_text(f"{JOBS_A_PAGE + 1}–{JOBS} of {JOBS} jobs")
    await expect(pages).to_have_text(["Newer jobs"])
    await page.reload()
    await expect(names).to_have_text(newest[JOBS_A_PAGE:])
    await page.go_back()
    await expect(names).to_have_text(newest[:JOBS_A_PAGE])
    await page.go_forward()
    await expect(names).to_have_text(newest[JOBS_A_PAGE:])


async def test_machines_are_turned_and_their_page_survives_reload_and_back(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    await registered(db, ann.actor, MACHINES, MACHINES)
    await own_sized.open("/machines?sort_by=address&sort_order=asc")
    names, summary = page.get_by_test_id("machines-row").locator("th a"), page.get_by_test_id("machines-summary")
    await expect(names).to_have_count(MACHINES)
    await page.get_by_label("Rows per page").select_option(str(MACHINES_A_PAGE))
    await expect(names).to_have_count(MACHINES_A_PAGE)
    await page.get_by_role("button", name="Next page").click()
    last = ["10.0.0.21", "10.0.0.22"]
    for _ in ("turned", "loaded anew"):
        await expect(names).to_have_text(last)
        await expect(summary).to_have_text(f"{MACHINES_A_PAGE + 1}–{MACHINES} of {MACHINES}")
        await page.reload()
    assert await grave_problems(page) == []
    await names.first.click()
    await expect(page.get_by_test_id("machine-name")).to_have_text(last[0])
    await page.go_back()
    await expect(names).to_have_text(last)
    await page.go_back()
    await expect(names).to_have_count(MACHINES_A_PAGE)
    await expect(names.first).to_have_text("10.0.0.1")
    await page.go_back()
    await expect(names).to_have_count(MACHINES)


async def test_picked_model_and_week_and_the_open_row_survive_reload_and_back(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    with at(now() - timedelta(days=14)):
        await finished_job(db, ann.actor, name="earlier", odd=LOW)
    await finished_job(db, ann.actor, name="other", odd=LOW, model="NVIDIA H200")
    await finished_job(db, ann.actor, name="asked", odd=LOW)
    await own_sized.open("/performance")
    rows, chips = page.get_by_test_id("performance-row").locator("th a"), page.get_by_test_id("performance-chip")
    opened = page.get_by_test_id("performance-open")
    models, weeks = page.get_by_test_id("plot-scores_by_model"), page.get_by_test_id("plot-alerts_by_week")
    await drawn(page, "scores_by_model")
    await models.locator("summary").click()
    await models.locator(".sm-plot-pick", has_text="A100-SXM4-80GB").click()
    await expect(chips).to_have_text(["A100-SXM4-80GB"])
    await expect(rows).to_have_count(2)
    await drawn(page, "alerts_by_week")
    await weeks.locator("summary").click()
    await weeks.locator(".sm-plot-pick").first.click()
    picked: list[str | re.Pattern[str]] = ["A100-SXM4-80GB", re.compile("^Week of ")]
    await expect(chips).to_have_text(picked)
    await expect(rows).to_have_text(["asked"])
    await page.get_by_test_id("performance-toggle").click()
    await expect(opened).to_be_visible()
    await page.reload()
    for _ in ("loaded anew", "come back"):
        await expect(chips).to_have_text(picked)
        await expect(rows).to_have_text(["asked"])
        await expect(opened.get_by_test_id("performance-nodes").locator("tbody tr")).to_have_count(1)
        await rows.click()
        await expect(page.get_by_test_id("job-name")).to_have_text("asked")
        await page.go_back()
    await expect(opened).to_be_visible()
    # The row was opened in the view of both choices: back takes the later one away and closes it.
    await page.go_back()
    await expect(chips).to_have_text(picked[:1])
    await expect(rows).to_have_count(2)
    await expect(opened).to_have_count(0)
    await page.go_back()
    await expect(chips).to_have_count(0)
    await expect(rows).to_have_count(3)


async def test_filters_are_undone_by_back_and_done_again_by_forward(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    await make_job(db, ann.actor, name="alpha", node_count=2, benchmarks=["cluster_network"])
    await make_job(db, ann.actor, name="beta")
    await own_sized.open("/")
    sentence, rows = page.get_by_test_id("jobs-sentence"), page.get_by_test_id("jobs-row")
    await expect(sentence).to_have_text("All jobs, newest first")
    # What is typed on replaces what was typed before: each letter is no view of its own.
    search = page.get_by_test_id("jobs-search")
    for text in ("al", "alpha"):
        await search.fill(text)
        await expect(page).to_have_url(f"{own_sized.site}/?name={text}")
    if own_sized.is_phone:
        await page.get_by_test_id("jobs-filters").click()
    await page.get_by_test_id("jobs-benchmark-id").locator("visible=true").select_option("cluster_network")
    await expect(sentence).to_have_text("All jobs named like “alpha” with Cluster Network, newest first")
    if own_sized.is_phone:
        await page.keyboard.press("Escape")
    await page.get_by_test_id("jobs-chip").first.click()
    await expect(page).to_have_url(f"{own_sized.site}/?benchmark_id=cluster_network")
    await expect(sentence).to_have_text("All jobs with Cluster Network, newest first")
    for said, count in ((" named like “alpha” with Cluster Network", 1), (" named like “alpha”", 1), ("", 2)):
        await page.go_back()
        await expect(sentence).to_have_text(f"All jobs{said}, newest first")
        await expect(rows).to_have_count(count)
    await expect(search).to_have_value("")
    await page.go_forward()
    await expect(sentence).to_have_text("All jobs named like “alpha”, newest first")
    await expect(search).to_have_value("alpha")
