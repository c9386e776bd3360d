"""What a job's page reads from addresses of its own (the JSON, the commands, the report) follows the job by itself."""

import pytest
from playwright.async_api import Page, Request, expect

from tests.api.expect import ok
from tests.e2e.conftest import Visitor
from tests.e2e.live import AT_ONCE, is_same_document, resting_top_of, signed_in_at, top_of
from tests.e2e.programs import Api
from tests.factories import quick_mark

pytestmark = pytest.mark.e2e

MAKING = 60_000
"""Milliseconds in which a report is surely made, also beside other work."""


def asked(page: Page, part: str) -> list[str]:
    """Note the requests of a page whose address has a part, from now on."""
    found: list[str] = []

    def note(request: Request) -> None:
        if part in request.url:
            found.append(f"{request.method} {request.url}")

    page.on("request", note)
    return found


async def test_raw_follows_the_job_and_keeps_what_is_open_focused_and_in_sight(sized: Visitor, api: Api) -> None:
    agents = await api.start(name=f"raw and live {sized.width}", node_count=2)
    first = await agents.joined(0, machine_ip="10.0.0.1")
    page = await signed_in_at(sized, f"/jobs/{agents.job['id']}?tab=raw")
    await page.set_viewport_size({"width": sized.width, "height": 500})
    tree = page.get_by_test_id("json-tree")
    await tree.get_by_role("button", name="tasks, ").click()
    await tree.get_by_role("button", name="0, ").click()
    fold = tree.get_by_role("button", name="benchmark_sequence, ")
    await fold.focus()
    state = tree.locator(".sm-json-root > li > ul > li").filter(has_text="state:").locator(".sm-json-value").first
    await expect(state).to_have_text('"starting"')
    place = await resting_top_of(fold)
    await agents.joined(1, machine_ip="10.0.0.2")
    await expect(state).to_have_text('"running"', timeout=AT_ONCE)
    await expect(tree.get_by_role("button", name="tasks, […] 2 entries")).to_have_attribute("aria-expanded", "true")
    await expect(tree.locator(".sm-json-value", has_text=first["machine_uuid"])).to_be_visible()
    await expect(fold).to_be_focused()
    assert abs(await top_of(fold) - place) <= 1
    assert await is_same_document(page)


async def test_raw_asks_for_nothing_while_nobody_looks_at_it(visitor: Visitor, api: Api) -> None:
    agents = await api.start(name="raw and hidden", node_count=2)
    page = await signed_in_at(visitor, f"/jobs/{agents.job['id']}?tab=raw")
    await expect(page.get_by_test_id("json-tree").locator(".sm-json-root")).to_be_visible()
    readings = asked(page, "/raw")
    await hide(page, is_hidden=True)
    await agents.joined(0)
    # The head of the page has changed, and so the tree has been told.
    await expect(page.locator(".sm-facts")).to_contain_text("1 / 2", timeout=AT_ONCE)
    assert readings == []
    await hide(page, is_hidden=False)
    await expect(page.get_by_test_id("json-tree")).to_contain_text('"starting"', timeout=AT_ONCE)
    assert len(readings) == 1


async def hide(page: Page, *, is_hidden: bool) -> None:
    """Let the page believe that its window is hidden, or is not any more."""
    await page.evaluate(
        """isHidden => {
            Object.defineProperty(document, 'hidden', {configurable: true, get: () => isHidden});
            document.dispatchEvent(new Event('visibilitychange'));
        }""",
        is_hidden,
    )


async def test_commands_stay_shown_while_nodes_register_and_go_when_the_job_takes_no_more(
    sized: Visitor, api: Api
) -> None:
    agents = await api.start(name=f"agents and live {sized.width}", node_count=2)
    page = await signed_in_at(sized, f"/jobs/{agents.job['id']}?tab=agent")
    commands = page.get_by_test_id("agent-command")
    readings = asked(page, f"/{agents.job['id']}/agent")
    await agents.joined(0)
    await expect(page.get_by_test_id("job-tab")).to_contain_text("1 / 2", timeout=AT_ONCE)
    assert readings == []
    await commands.get_by_role("button", name="Show them").click()
    await expect(commands.locator("pre")).to_contain_text(agents.job["token"])
    await commands.get_by_role("button", name="Hide them").focus()
    tasks = [ok(await agents.register(0)), await agents.joined(1)]
    await expect(page.get_by_test_id("job-tab")).to_contain_text("2 / 2", timeout=AT_ONCE)
    await expect(commands.locator("pre")).to_contain_text(agents.job["token"])
    await expect(commands.get_by_role("button", name="Hide them")).to_be_focused()
    for task in tasks:
        await agents.complete(task, quick_mark())
    await expect(page.get_by_test_id("job-tab")).to_have_attribute("data-tab", "overview", timeout=AT_ONCE)
    await expect(commands).to_have_count(0)
    # The commands may have been asked for while the job was ending: the browser notes the refusal.
    sized.complaints[:] = [text for text in sized.complaints if "409" not in text]


async def test_report_that_is_made_elsewhere_is_told_and_never_asked_for(sized: Visitor, api: Api) -> None:
    agents = await api.start(name=f"report and live {sized.width}")
    page = await signed_in_at(sized, f"/jobs/{agents.job['id']}")
    report = page.get_by_test_id("job-report")
    await expect(report.get_by_test_id("report-make")).to_be_visible()
    requests = asked(page, "/report")
    # A report is ordered when a job ends.
    await agents.complete(await agents.joined(0), quick_mark())
    await expect(report).to_have_attribute("data-state", "ready", timeout=MAKING)
    await expect(report.get_by_test_id("report-open")).to_be_visible()
    await expect(report.get_by_role("status")).to_have_text("The report is ready")
    assert requests == []


async def test_order_shows_at_once_and_its_end_is_told(visitor: Visitor, api: Api) -> None:
    agents = await api.start(name="report on request", node_count=2)
    await agents.joined(0)
    page = await signed_in_at(visitor, f"/jobs/{agents.job['id']}")
    report = page.get_by_test_id("job-report")
    requests = asked(page, "/report")
    await report.get_by_test_id("report-make").click()
    await expect(report.get_by_test_id("report-open")).to_be_visible(timeout=MAKING)
    # The job has not ended, so that there may be more to tell.
    await expect(report.get_by_test_id("report-make")).to_have_text("Make anew")
    assert requests == [f"POST {visitor.site}/auth/jobs/{agents.job['id']}/report"]
