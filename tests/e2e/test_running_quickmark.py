"""QuickMark while a job runs: each node is there once it has uploaded, and chosen where a link names it."""

import pytest
from playwright.async_api import expect

from siliconmark_ui.db import Database
from tests.e2e.conftest import Visitor
from tests.e2e.live import AT_ONCE, signed_in_at
from tests.e2e.programs import Api
from tests.e2e.test_job_tabs import PARTS, drawn, marked, node_in
from tests.factories import Caller, machine, quick_mark
from tests.ui.finished import finished_job

pytestmark = pytest.mark.e2e


async def test_nodes_of_a_running_job_are_shown_and_scored_as_they_upload(sized: Visitor, api: Api) -> None:
    agents = await api.start(node_count=2)
    kind = {"gpu_model": "NVIDIA A100-SXM4-80GB", "gpu_count": 1}
    tasks = [await agents.joined(number, machine_ip=f"10.7.0.{number}", **kind) for number in (1, 2)]
    page = await signed_in_at(sized, f"/jobs/{agents.job['id']}?tab=quickmark")
    await expect(page.get_by_text("No node has reported QuickMark figures yet")).to_be_visible()
    await agents.complete(tasks[0], quick_mark(1))
    rows = page.get_by_test_id("quickmark-nodes").locator("tbody tr")
    await expect(rows).to_have_count(1, timeout=AT_ONCE)
    await expect(rows.first).to_contain_text("As expected")
    await expect(page.get_by_test_id("quickmark-nodes")).to_contain_text("So far 1 of 2 nodes reported figures")
    await drawn(page, "metric_ratios")
    await page.get_by_role("navigation", name=PARTS).get_by_text("Overview").click()
    await expect(page.get_by_test_id("job-unscored")).to_contain_text("1 of 2 nodes has reported QuickMark figures")
    await page.go_back()
    await expect(rows).to_have_count(1)
    await agents.complete(tasks[1], quick_mark(1, 0.5))
    await expect(rows).to_have_count(2, timeout=AT_ONCE)
    await expect(rows.first).to_contain_text("Underperforming")
    await expect(page.get_by_test_id("quickmark-nodes")).not_to_contain_text("So far")


async def test_node_of_a_performance_row_is_the_chosen_one_where_its_link_leads(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    job_id = await finished_job(db, ann.actor, nodes=3)
    await own_sized.open(f"/performance?open={job_id}")
    link = page.get_by_test_id("performance-nodes").get_by_role("link").nth(1)
    name = await link.inner_text()
    await link.click()
    await expect(page.locator("#gpus")).to_have_text(f"GPUs of {name}")
    await expect(page.get_by_test_id("node-select").locator("option:checked")).to_have_text(name)
    assert node_in(page.url) in {machine(number) for number in range(3)}
    await drawn(page, "metric_ratios")
    await marked(page, node_in(page.url), ["metric_ratios"])
