"""What a job's page says of jobs that went wrong or cannot be judged, and of one that is deleted while agents wait."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from siliconmark_ui.agents.sweep import sweep
from siliconmark_ui.db import Database
from siliconmark_ui.instants import now
from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import press, to_content
from tests.factories import Caller, make_job
from tests.ui.finished import finished_job, registered

pytestmark = pytest.mark.e2e

SLOW = dict.fromkeys(("bf16_tflops", "fp16_tflops", "fp32_tflops", "mixed_precision_tflops"), 120.0)
MANY, SAID = 10, 8
PARTS = "Parts of the job"


async def fits(page: Page) -> bool:
    """Tell whether the page is no wider than the window."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


async def test_overview_says_what_failed_which_part_is_slow_and_how_many_more_there_are(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    hung = "the driver hung"
    job_id = await finished_job(db, ann.actor, nodes=3, odd={0: SLOW}, failed={1: hung})
    lost = await finished_job(db, ann.actor, nodes=MANY, failed=dict.fromkeys(range(MANY), hung))
    late = (await make_job(db, ann.actor, node_count=3, at=now() - timedelta(hours=30)))["id"]
    await sweep(db)
    problems, reasons = page.get_by_test_id("job-problems"), page.get_by_test_id("job-reasons")
    await own_sized.open(f"/jobs/{job_id}")
    for _ in ("opened", "loaded anew"):
        await expect(problems.locator("li")).to_have_text([f"Node 10.0.0.2 failed: {hung}"])
        await expect(page.get_by_text("1 of 2 nodes is below what is expected")).to_be_visible()
        # The worst figure of the slow part alone is named, with what was expected of it.
        await expect(reasons.locator("li")).to_have_text(
            [re.compile(r" of 10\.0\.0\.1 is 0\.\d\d × of expected \(120\b")]
        )
        await expect(page.get_by_test_id("job-tab").get_by_text("Cluster Network")).to_be_visible()
        await page.reload()
    await expect(problems).to_be_visible()
    assert await grave_problems(page) == []
    assert await fits(page)
    await own_sized.open(f"/jobs/{lost}")
    said = problems.locator("li")
    await expect(said).to_have_count(SAID + 1)
    await expect(said.first).to_have_text(f"Node 10.0.0.1 failed: {hung}")
    await expect(said.last).to_have_text(f"And {MANY - SAID} more: see the table of nodes")
    await expect(page.get_by_test_id("job-unscored")).to_contain_text("No node reported QuickMark figures")
    await own_sized.open(f"/jobs/{late}")
    await expect(said).to_have_text(["3 nodes of 3 never registered before the job expired"])
    await expect(page.get_by_test_id("job-unscored")).to_be_visible()
    await expect(page.get_by_role("link", name="How to start its agents")).to_have_count(0)
    assert await fits(page)


async def test_gpus_without_an_expectation_and_unmeasured_links_are_said_in_place_of_their_plots(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    model = "NVIDIA Unheard-of 9000"
    job_id = await finished_job(db, ann.actor, gpus=2, model=model)
    alone = await finished_job(db, ann.actor, gpus=1, model=model)
    # A job without a network benchmark has no such tab: a link to it leads to the overview.
    await own_sized.open(f"/jobs/{job_id}?tab=network")
    await expect(page.get_by_test_id("job-tab")).to_have_attribute("data-tab", "overview")
    parts = page.get_by_role("navigation", name=PARTS)
    await expect(parts.get_by_role("link", name="Network")).to_have_count(0)
    await expect(page.get_by_text("There is no expectation for these GPUs yet, so nothing is judged")).to_be_visible()
    await to_content(page)
    await press(parts.get_by_role("link", name="QuickMark"))
    unknown, links = page.get_by_test_id("quickmark-unknown"), page.get_by_test_id("quickmark-no-links")
    for _ in ("opened", "loaded anew"):
        await expect(unknown).to_contain_text("No expectation for these GPUs")
        await expect(links).to_have_text("The links between the GPUs of this node were not measured.")
        await expect(page.get_by_test_id("quickmark-gpus").locator("tbody th")).to_have_text(["GPU 0", "GPU 1"])
        await page.reload()
    await expect(unknown).to_be_visible()
    await expect(page.get_by_test_id("plot-metric_ratios")).to_have_count(0)
    assert await grave_problems(page) == []
    assert await fits(page)
    await page.go_back()
    await expect(page.get_by_test_id("job-tab")).to_have_attribute("data-tab", "overview")
    await own_sized.open(f"/jobs/{alone}?tab=quickmark")
    await expect(links).to_have_text("This node has one GPU, so there are no links between GPUs.")


async def test_deletion_of_jobs_with_agents_says_which_agents_to_stop(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    await make_job(db, ann.actor, name="nobody there")
    await registered(db, ann.actor, 1, 2, name="half there")
    job_id = await registered(db, ann.actor, 1, 2, name="half there too")
    await own_sized.open(f"/jobs/{job_id}")
    dialog, rows = page.get_by_test_id("deletion-dialog"), page.get_by_test_id("jobs-row")
    await to_content(page)
    await press(page.get_by_test_id("job-actions"))
    await page.get_by_role("menuitem", name="Delete").press("Enter")
    await press(page.get_by_test_id("deletion-confirm"))
    await expect(dialog.get_by_role("heading")).to_have_text("Deleted: stop the agents")
    await expect(dialog.locator("li")).to_have_text(["half there too"])
    await expect(page.get_by_test_id("deletion-confirm")).to_have_count(0)
    assert await grave_problems(page) == []
    assert await fits(page)
    await press(dialog.get_by_role("button", name="Close"))
    await expect(page).to_have_url(f"{own_sized.site}/")
    await expect(rows.locator("th a")).to_have_text(["half there", "nobody there"])
    for name in ("half there", "nobody there"):
        await press(page.get_by_role("checkbox", name=f"Select {name}"), "Space")
        await expect(page.get_by_role("checkbox", name=f"Select {name}")).to_be_checked()
    await press(page.get_by_test_id("jobs-delete-picked"))
    await press(page.get_by_test_id("deletion-confirm"))
    # Of what had no agents yet there is nothing to stop.
    await expect(dialog.locator("li")).to_have_text(["half there"])
    await expect(dialog).to_contain_text("Agents had registered")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(rows).to_have_count(0)
