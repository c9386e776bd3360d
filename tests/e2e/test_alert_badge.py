"""The count of alerts beside Performance: nothing at zero, both figures as they change, and nothing again."""

import pytest
from playwright.async_api import expect

from siliconmark_ui.alerts.service import acknowledge
from siliconmark_ui.db import Database
from siliconmark_ui.jobs.service import delete_job
from tests.e2e.conftest import Visitor
from tests.e2e.live import AT_ONCE
from tests.factories import Caller
from tests.ui.finished import finished_job

pytestmark = pytest.mark.e2e


async def test_badge_is_hidden_at_zero_and_counts_what_is_not_reviewed(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    await finished_job(db, ann.actor, name="as expected")
    await own_sized.open("/performance")
    badge, figures = page.get_by_test_id("alert-badge").first, page.get_by_test_id("performance-alerts")
    await expect(page.get_by_test_id("performance-row")).to_have_count(1)
    await expect(badge).to_have_count(0)
    await expect(figures).to_have_count(0)
    ids = [await finished_job(db, ann.actor, name=f"slow {number}", odd={0: {"share": 0.5}}) for number in range(2)]
    await expect(badge.locator("[aria-hidden]")).to_have_text("2", timeout=AT_ONCE)
    await expect(badge).to_have_attribute("title", "2 alerts, 2 not reviewed")
    await expect(figures).to_have_text("2 alerts, 2 not reviewed")
    await acknowledge(db, ann.actor, int(ids[0]), "Seen, the fan is on order")
    await expect(figures).to_have_text("2 alerts, 1 not reviewed", timeout=AT_ONCE)
    await expect(badge).to_have_attribute("title", "2 alerts, 1 not reviewed")
    await expect(badge.locator("[aria-hidden]")).to_have_text("2")
    for left, job_id in ((1, ids[0]), (0, ids[1])):
        await delete_job(db, ann.actor, int(job_id))
        await expect(page.get_by_test_id("performance-row")).to_have_count(1 + left, timeout=AT_ONCE)
        if left:
            await expect(badge).to_have_attribute("title", "1 alert, 1 not reviewed", timeout=AT_ONCE)
    await expect(badge).to_have_count(0, timeout=AT_ONCE)
    await expect(figures).to_have_count(0)
    await own_sized.open("/machines")
    await expect(page.get_by_test_id("machines-row")).to_have_count(1)
    await expect(badge).to_have_count(0)
