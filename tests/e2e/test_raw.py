"""The Raw tab: folded and unfolded by keyboard, copied, and the copied line gets what the page shows."""

import json
import re
import shlex
from typing import Any

import httpx
import pytest
from playwright.async_api import expect

from siliconmark_ui.db import Database
from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import press
from tests.e2e.laid import networked_job
from tests.factories import Caller, cluster_network
from tests.ui.finished import finished_job

pytestmark = pytest.mark.e2e

CLIPBOARD = "navigator.clipboard.readText()"


async def test_raw_json_is_folded_by_keyboard_copied_and_got_again_by_the_copied_line(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    job_id = await finished_job(db, ann.actor, name="raw")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await own_sized.open(f"/jobs/{job_id}?tab=raw")
    tree = page.get_by_test_id("json-tree")
    await press(tree.get_by_role("button", name="Copy the command"))
    await expect(tree.get_by_role("status")).to_have_text("Copied")
    line = await page.evaluate(CLIPBOARD)
    await press(tree.get_by_role("button", name="Copy the JSON"))
    await page.wait_for_function(f"line => {CLIPBOARD}.then(text => text !== line)", arg=line)
    copied = json.loads(await page.evaluate(CLIPBOARD))
    # What a shell makes of the line, once somebody has put a token of theirs into TOKEN.
    program, quiet, address, flag, header = shlex.split(line)
    assert (program, quiet, flag) == ("curl", "-fsS", "-H")
    name, _, value = header.replace("$TOKEN", ann.headers["Authorization"].removeprefix("Bearer ")).partition(": ")
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(address, headers={name: value})
    assert answer.status_code == 200
    assert copied["id"] == job_id
    assert _without_report({**answer.json(), "token": copied["token"]}) == _without_report(copied)
    tasks = tree.get_by_role("button", name=re.compile("^tasks, "))
    within = tree.get_by_role("button", name=re.compile("^0, "))
    await press(tasks)
    await expect(within).to_have_attribute("aria-expanded", "false")
    await press(within, "Space")
    await expect(tree).to_contain_text("machine_uuid")
    await press(within)
    await expect(tree).not_to_contain_text("machine_uuid")
    await press(tasks, "Space", back=True)
    await expect(tasks).to_have_attribute("aria-expanded", "false")
    await expect(within).to_have_count(0)
    await expect(tasks).to_be_focused()


async def test_long_list_of_the_raw_json_is_shown_in_steps_by_keyboard_and_the_tab_comes_back(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page, nodes = own_sized.page, 16
    job_id = await networked_job(
        db, ann, nodes, {"cluster_network": cluster_network(nodes)}, benchmarks=["cluster_network"]
    )
    await own_sized.open(f"/jobs/{job_id}")
    parts = page.get_by_role("navigation", name="Parts of the job")
    tree, raw = page.get_by_test_id("json-tree"), parts.get_by_role("link", name="Raw")
    await press(raw)
    await expect(tree.locator(".sm-json-root")).to_be_visible()
    await page.go_back()
    await expect(parts.get_by_role("link", name="Overview")).to_have_attribute("aria-current", "page")
    await page.go_forward()
    await page.reload()
    await expect(raw).to_have_attribute("aria-current", "page")
    for name in ("benchmark_results", "cluster_network", "results", "measurements"):
        await press(tree.get_by_role("button", name=re.compile(f"^{name}, ")))
    links = tree.get_by_role("button", name=re.compile(r"^\d+, "))
    more = tree.get_by_role("button", name=re.compile("^Show "))
    for shown, said in ((100, "Show 100 more of 140"), (200, "Show 40 more of 40")):
        await expect(links).to_have_count(shown)
        await expect(more).to_have_text(said)
        # The Tab key leads there too, past a hundred links.
        await more.press("Enter")
    await expect(links).to_have_count(240)
    await expect(more).to_have_count(0)
    # The button has gone with the last step: the first of what it brought has the focus.
    await expect(tree.get_by_role("button", name="200, ")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(tree.get_by_role("button", name="200, ")).to_have_attribute("aria-expanded", "true")
    assert await grave_problems(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def _without_report(job: dict[str, Any]) -> dict[str, Any]:
    """Leave out where the report is: it is made meanwhile, and each answer has a link of its own."""
    return {**job, "pdf_report_url": None, "tasks": [{**task, "pdf_report_url": None} for task in job["tasks"]]}
