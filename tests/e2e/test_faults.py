"""What a page says when something on it fails that nobody foresaw, and the ways on from there."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, Route, WebSocketRoute, expect

from siliconmark_ui.server.postgres import attach_or_start
from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.live import ROW
from tests.e2e.programs import Api
from tests.outage import unreachable

pytestmark = pytest.mark.e2e

NOTICED = 20_000
"""Milliseconds in which the loss of the database is surely noticed: longer than anybody waits for a connection."""
FRAMEWORK = re.compile("error occurred|website administrator", re.IGNORECASE)


async def _garble_turns(page: Page) -> list[bool]:
    """Let the page's next turns of a list reach the server as nonsense while the given list holds something."""
    garbled = [True]

    def connect(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            is_turn = isinstance(message, str) and "jobs_state.turn" in message and garbled
            server.send(re.sub(r'"step":\s*-?\d+', '"step":{"no":"number"}', str(message)) if is_turn else message)

        route.on_message(pass_on)

    await page.route_web_socket("**/_event/**", connect)
    return garbled


async def test_event_that_fails_unforeseen_is_said_in_our_words_with_the_request(
    sized: Visitor, site_folder: Path
) -> None:
    page = sized.page
    garbled = await _garble_turns(page)
    await sized.sign_in()
    await expect(page.locator(ROW)).to_have_count(20)
    fault = page.get_by_test_id("fault")
    await expect(fault).to_have_text("")
    next_page = page.get_by_role("button", name="Next page")
    await next_page.click()
    await expect(fault).to_have_text(
        re.compile(r"^That failed unexpectedly\. Try again, or load the page anew\. Request [0-9a-f]{16}$")
    )
    request_id = await fault.locator("code").inner_text()
    assert f"request {request_id}" in (site_folder / "server.log").read_text()
    await expect(page.get_by_text(FRAMEWORK)).to_have_count(0)
    await expect(page.locator(ROW)).to_have_count(20)
    assert await grave_problems(page, is_covered=True) == []
    await fault.get_by_role("button", name="Dismiss").click()
    await expect(fault).to_have_text("")
    await next_page.click()
    await expect(fault).not_to_have_text("")
    garbled.clear()
    # The word covers nothing that is needed to try again.
    await next_page.click()
    # What goes well takes the word away.
    await expect(page).to_have_url(re.compile("page=2"))
    await expect(fault).to_have_text("")


async def test_deletion_without_a_database_says_so_in_its_question_and_goes_well_once_it_is_back(
    sized: Visitor, api: Api, site_folder: Path
) -> None:
    page = sized.page
    name = "deleted at the second try"
    await api.start(name=name)
    await sized.sign_in(address=f"/?name={name.replace(' ', '+')}")
    await expect(page.locator(ROW)).to_have_count(1)
    await page.locator(ROW).get_by_test_id("job-actions").click()
    await page.get_by_role("menuitem", name="Delete").click()
    dialog = page.get_by_test_id("deletion-dialog")
    with unreachable(attach_or_start(site_folder / "data").url):
        await page.get_by_test_id("deletion-confirm").click()
        await expect(dialog.get_by_test_id("deletion-problems")).to_have_text(
            re.compile(r"^The deletion could not begin\. Request [0-9a-f]{16}: try again\.$"), timeout=NOTICED
        )
        await expect(dialog).to_contain_text(f"Delete the job “{name}”?")
        await expect(page.get_by_text(FRAMEWORK)).to_have_count(0)
        assert await grave_problems(page) == []
    await expect(page.get_by_test_id("link-banner")).to_have_text("", timeout=NOTICED)
    await dialog.get_by_role("button", name="Try again").click()
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_test_id("jobs-no-match")).to_be_visible()


async def test_json_that_could_not_be_read_is_read_at_the_second_try(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in(address="/?state=completed&has_performance_data=true")
    job = await page.locator(f"{ROW} a").first.get_attribute("href")

    async def refuse(route: Route) -> None:
        await route.fulfill(status=502, body="<html>Bad gateway</html>", headers={"X-Request-ID": "0123abcd"})

    await page.route("**/auth/jobs/**", refuse)
    await sized.open(f"{job}?tab=raw")
    tree = page.get_by_test_id("json-tree")
    problem = tree.get_by_role("alert")
    await expect(problem).to_contain_text("The server answered 502. (request 0123abcd)")
    assert await grave_problems(page) == []
    await page.unroute("**/auth/jobs/**")
    await problem.get_by_role("button", name="Try again").click()
    await expect(tree.locator(".sm-json-root")).to_be_visible()
    await expect(problem).to_have_count(0)
    sized.complaints[:] = [text for text in sized.complaints if "502" not in text]


async def test_page_that_cannot_be_drawn_says_so_and_both_ways_out_of_it_work(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in()

    async def answer_what_no_plot_is_made_of(route: Route) -> None:
        plot: dict[str, Any] = {"title": 7, "note": "", "alternative": "", "figure": {"data": [], "layout": {}}}
        await route.fulfill(json={"scores_by_model": plot, "alerts_by_week": plot})

    figures = "**/auth/figures/performance**"
    for way, shown in (("Load the page anew", "plot-alerts_by_week"), ("Go to the jobs", "jobs-row")):
        await page.route(figures, answer_what_no_plot_is_made_of)
        await sized.open("/performance")
        broken = page.get_by_role("alert").filter(has_text="This page has stopped working")
        await expect(broken).to_contain_text("Your data is safe")
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            await expect(page.locator("html")).to_have_class(re.compile(scheme))
            assert await grave_problems(page) == [], scheme
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        await page.unroute(figures)
        await broken.get_by_role("link", name=way).press("Enter")
        await expect(page.get_by_test_id(shown).first).to_be_visible()
        await expect(broken).to_have_count(0)
    assert any("is not a function" in text for text in sized.complaints)
    sized.complaints[:] = [text for text in sized.complaints if not _is_of_the_broken_page(text)]


def _is_of_the_broken_page(text: str) -> bool:
    return "is not a function" in text or "error boundary" in text.lower()
