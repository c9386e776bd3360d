"""A database that answers late: the page shows what was asked last, and its rows always answer its sentence."""

import re

import pytest
from playwright.async_api import Browser, Page, Route, expect
from sqlalchemy import text

from siliconmark_ui.accounts.service import Browser as SignedIn
from siliconmark_ui.accounts.service import sign_in
from siliconmark_ui.accounts.sessions import COOKIE_NAME
from siliconmark_ui.db import Database
from tests.factories import PASSWORD, make_caller, make_job, unswept
from tests.server.conftest import ServerUnderTest
from tests.ui.finished import finished_job
from tests.ui.waiting import waiting_queries

FIGURES = "**/auth/figures/performance*"

pytestmark = pytest.mark.e2e

# What the page says and shows, noted down at each change.
NOTE = """() => {
    const main = document.querySelector("main");
    const text = (place) => place.textContent.trim();
    window.noted = [];
    const note = () => {
        const rows = [...main.querySelectorAll('[data-testid="jobs-row"] th a')].map(text);
        const now = JSON.stringify([text(main.querySelector('[data-testid="jobs-sentence"]')), rows]);
        if (window.noted.at(-1) !== now) window.noted.push(now);
    };
    new MutationObserver(note).observe(main, { subtree: true, childList: true, characterData: true });
}"""


async def test_last_question_is_answered_when_an_earlier_answer_is_late(
    browser: Browser, served: ServerUnderTest, db: Database
) -> None:
    caller = await make_caller(db)
    for name, nodes, benchmarks in (("alpha 1", 2, ["cluster_network"]), ("alpha 2", 1, []), ("beta", 1, [])):
        await make_job(db, caller.actor, name=name, node_count=nodes, benchmarks=benchmarks)
    key = await sign_in(db, caller.actor.email, PASSWORD, "127.0.0.1", SignedIn("127.0.0.1", ""))
    page = await _tab_of(browser, served, key)
    await page.goto(served.url)
    await expect(page.get_by_test_id("jobs-row")).to_have_count(3)
    await page.evaluate(NOTE)
    async with unswept(db), db.session_scope() as session:
        await session.execute(text("LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE"))
        await page.get_by_test_id("jobs-search").fill("alpha")
        await expect(page).to_have_url(f"{served.url}/?name=alpha")
        # The first question stands before the lock when the second one is asked.
        await waiting_queries(session, 1)
        await page.get_by_test_id("jobs-benchmark-id").select_option("cluster_network")
    last = "All jobs named like “alpha” with Cluster Network, newest first"
    await expect(page.get_by_test_id("jobs-sentence")).to_have_text(last)
    await expect(page.get_by_test_id("jobs-row").locator("th a")).to_have_text(["alpha 1"])
    await page.wait_for_load_state("networkidle")
    noted = await page.evaluate("window.noted.map(JSON.parse)")
    await page.context.close()
    answers = {"All jobs named like “alpha”, newest first": ["alpha 2", "alpha 1"], last: ["alpha 1"]}
    assert noted[-1] == [last, ["alpha 1"]]
    assert [said for said, _ in noted] == sorted((said for said, _ in noted), key=[*answers].index)
    assert all(rows == answers[said] for said, rows in noted)


async def test_figures_of_a_view_that_was_left_are_called_off_and_those_of_the_last_one_drawn(
    browser: Browser, served: ServerUnderTest, db: Database
) -> None:
    caller = await make_caller(db)
    await finished_job(db, caller.actor, name="alpha")
    key = await sign_in(db, caller.actor.email, PASSWORD, "127.0.0.1", SignedIn("127.0.0.1", ""))
    page = await _tab_of(browser, served, key)
    late: list[Route] = []

    async def answer_late(route: Route) -> None:
        late.append(route) if "name=alpha" not in route.request.url else await route.continue_()

    await page.route(FIGURES, answer_late)
    async with page.expect_event("requestfailed", lambda request: "/auth/figures/" in request.url) as called_off:
        await page.goto(f"{served.url}/performance")
        await expect(page.get_by_test_id("performance-row")).to_have_count(1)
        await expect(page.get_by_test_id("plot-scores_by_model")).to_have_attribute("data-state", "waiting")
        await page.get_by_test_id("performance-search").fill("alpha")
    assert "ERR_ABORTED" in str((await called_off.value).failure)
    for plot in ("scores_by_model", "alerts_by_week"):
        await expect(page.get_by_test_id(f"plot-{plot}")).to_have_attribute("data-state", "ready", timeout=20_000)
    assert len(late) == 1
    await page.unroute_all(behavior="ignoreErrors")
    await page.context.close()


async def test_words_of_a_plot_stay_under_the_finger_when_the_next_figure_orders_them_anew(
    browser: Browser, served: ServerUnderTest, db: Database
) -> None:
    caller = await make_caller(db)
    await finished_job(db, caller.actor, name="alpha")
    for name in ("beta 1", "beta 2"):
        await finished_job(db, caller.actor, name=name, model="NVIDIA H200")
    key = await sign_in(db, caller.actor.email, PASSWORD, "127.0.0.1", SignedIn("127.0.0.1", ""))
    page = await _tab_of(browser, served, key)
    late: list[Route] = []

    async def answer_late(route: Route) -> None:
        late.append(route) if "name=alpha" not in route.request.url else await route.continue_()

    await page.route(FIGURES, answer_late)
    await page.goto(f"{served.url}/performance?name=alpha")
    plot = page.get_by_test_id("plot-scores_by_model")
    words = plot.locator(".sm-plot-pick")
    await plot.locator("summary").click()
    await expect(words).to_have_text([re.compile("A100")])
    await page.get_by_test_id("performance-search").fill("")
    await expect(page.get_by_test_id("performance-row")).to_have_count(3)
    await words.focus()
    await late[0].continue_()
    await expect(words).to_have_text([re.compile("H200"), re.compile("A100")])
    await expect(words.nth(1)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("performance-chip")).to_have_text([re.compile("A100")])
    await page.unroute_all(behavior="ignoreErrors")
    await page.context.close()


async def _tab_of(browser: Browser, served: ServerUnderTest, key: str) -> Page:
    """Give a tab of the person with that session."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    await context.add_cookies([{"name": COOKIE_NAME, "value": key, "url": served.url}])
    return await context.new_page()
