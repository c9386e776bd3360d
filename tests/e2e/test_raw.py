"""The Raw tab: folded and unfolded by keyboard, copied, and the copied line gets what the page shows."""

import json
import re
import shlex
from typing import Any

import httpx
import pytest
from playwright.async_api import expect

from siliconmark_ui.db import Database
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import press
from tests.factories import Caller
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


def _without_report(job: dict[str, Any]) -> dict[str, Any]:
    """Leave out where the report is: it is made meanwhile, and each answer has a link of its own."""
    return {**job, "pdf_report_url": None, "tasks": [{**task, "pdf_report_url": None} for task in job["tasks"]]}
