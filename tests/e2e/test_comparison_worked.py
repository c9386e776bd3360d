"""A comparison as its reader works it: another baseline, jobs taken out, jobs that do not differ, ids that are none."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Locator, Page, expect

from siliconmark_ui.db import Database
from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import press, to_content
from tests.factories import Caller, make_job
from tests.ui.finished import finished_job

pytestmark = pytest.mark.e2e

ALIKE = "These jobs do not differ"


def asked_jobs(page: Page) -> list[str]:
    """Give the jobs that the address compares, in its order."""
    return parse_qs(urlsplit(page.url).query).get("job", [])


def figure_cells(page: Page, label: str) -> Locator:
    """Give the cells of a row of figures per GPU."""
    section = page.get_by_test_id("compare-section").filter(has_text="QuickMark per GPU")
    return section.get_by_test_id("compare-row").filter(has_text=label).locator("td")


def says(job: str) -> list[str]:
    """Give what stands in the row of BF16 when that job is the baseline: slow reaches 200, fast 250."""
    return {"slow": ["200 worst", "250 +25 % best"], "fast": ["250 best", "200 -20 % worst"]}[job]


async def shows(page: Page, first: str, second: str) -> None:
    """Wait until the first job is the baseline and the row of BF16 is held against it."""
    heads = page.get_by_test_id("compare-job")
    await expect(heads.locator(".sm-compare-name a:first-child")).to_have_text([first, second])
    await expect(heads.nth(0)).to_contain_text("Baseline")
    await expect(heads.nth(1)).to_contain_text("Make baseline")
    wanted = [re.compile(r"\s*".join(map(re.escape, text.split())), re.IGNORECASE) for text in says(first)]
    await expect(figure_cells(page, "BF16 (TFLOPS)")).to_have_text(wanted)


async def test_other_baseline_turns_the_changes_stays_in_the_address_and_comes_back(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    slow = await finished_job(db, ann.actor, name="slow", odd={0: {"bf16_tflops": 200.0}})
    fast = await finished_job(db, ann.actor, name="fast", odd={0: {"bf16_tflops": 250.0}})
    await own_sized.open(f"/compare?job={slow}&job={fast}")
    await shows(page, "slow", "fast")
    await to_content(page)
    await press(page.get_by_role("link", name="Make baseline"))
    await shows(page, "fast", "slow")
    assert asked_jobs(page) == [fast, slow]
    await page.reload()
    await shows(page, "fast", "slow")
    await page.go_back()
    await shows(page, "slow", "fast")
    assert asked_jobs(page) == [slow, fast]
    await page.go_forward()
    await shows(page, "fast", "slow")
    # Without the baseline the other job is the first, and is held against none.
    await press(page.get_by_role("link", name="Remove fast"))
    await expect(page.get_by_test_id("compare-second")).to_be_visible()
    assert asked_jobs(page) == [slow]
    await expect(page.get_by_test_id("compare-job")).to_contain_text(["slow"])
    await expect(figure_cells(page, "BF16 (TFLOPS)")).to_have_text("200")
    assert await grave_problems(page) == []
    await page.go_back()
    await shows(page, "fast", "slow")


async def test_jobs_that_do_not_differ_say_so_until_all_rows_are_asked_for(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    ids = [(await make_job(db, ann.actor, name=f"twin {number}"))["id"] for number in range(3)]
    await own_sized.open("/compare?" + "&".join(f"job={job_id}" for job_id in ids))
    alike, rows = page.get_by_test_id("compare-alike"), page.get_by_test_id("compare-row")
    await expect(alike).to_contain_text(ALIKE)
    await expect(rows).to_have_count(0)
    hidden = re.compile(r"^0 differences, \d+ equal rows hidden$")
    await expect(page.get_by_test_id("compare-summary")).to_have_text(hidden)
    assert await grave_problems(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await to_content(page)
    await press(page.get_by_test_id("compare-toggle"))
    await expect(rows.filter(has_text="Nodes expected").locator("td")).to_have_text(["1"] * 3)
    await expect(alike).to_have_count(0)
    await page.reload()
    await expect(rows.first).to_be_visible()
    await expect(alike).to_have_count(0)
    await press(page.get_by_role("link", name="Remove twin 1"))
    await expect(page.get_by_test_id("compare-job")).to_have_count(2)
    assert asked_jobs(page) == [ids[0], ids[2]]
    # All rows stay asked for while jobs go and come.
    await expect(rows.first).to_be_visible()
    await page.go_back()
    await expect(page.get_by_test_id("compare-job")).to_have_count(3)
    await page.go_back()
    await expect(alike).to_contain_text(ALIKE)


async def test_addresses_that_name_no_job_say_which_and_lead_on(own_sized: Visitor, db: Database, ann: Caller) -> None:
    page = own_sized.page
    job_id = (await make_job(db, ann.actor, name="the one there is"))["id"]
    await own_sized.open(f"/compare?job=123&job=none+such&job={job_id}")
    refused = page.get_by_test_id("compare-refused")
    unknown = ["Job with id 123 not found", "Job with id none such not found"]
    await expect(refused.locator("span")).to_have_text(unknown)
    await expect(page.get_by_test_id("compare-job")).to_have_count(1)
    assert await grave_problems(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await press(refused.first.get_by_role("link", name="Remove"))
    await expect(refused.locator("span")).to_have_text(unknown[1:])
    assert asked_jobs(page) == ["none such", job_id]
    await press(page.get_by_role("link", name="Remove the one there is"))
    await expect(page.get_by_test_id("compare-empty")).to_be_visible()
    await expect(refused.locator("span")).to_have_text(unknown[1:])
    await page.reload()
    await expect(refused.locator("span")).to_have_text(unknown[1:])
    await page.go_back()
    await expect(page.get_by_test_id("compare-job")).to_have_count(1)
    await own_sized.open(f"/compare?job={job_id}&order=none")
    failed = page.get_by_test_id("compare-failed")
    await expect(failed).to_contain_text("Unknown query parameter 'order'; allowed are: job, all, metric")
    assert await grave_problems(page) == []
    await press(failed.get_by_role("button", name="Begin anew"))
    await expect(page.get_by_test_id("compare-empty")).to_be_visible()
    await expect(page).to_have_url(f"{own_sized.site}/compare")
    assert await grave_problems(page) == []
