"""A database that answers late: the page shows what was asked last, and its rows always answer its sentence."""

import re

import pytest
from playwright.async_api import Locator, Page, Route, expect
from sqlalchemy import text

from siliconmark_ui.agents.bodies import read_node
from siliconmark_ui.agents.service import register_node
from siliconmark_ui.db import Database
from siliconmark_ui.jobs.service import get_job
from tests.e2e.conftest import Visitor
from tests.factories import Caller, machine, make_job, node, unswept
from tests.ui.finished import finished_job, registered
from tests.ui.waiting import waiting_queries

FIGURES = "**/auth/figures/performance*"

pytestmark = pytest.mark.e2e

# How often something in the page was drawn as being about to be replaced.
NOTE_DIMMED = """() => {
    window.dimmed = 0;
    const note = () => { window.dimmed += document.querySelectorAll('.sm-busy').length; };
    const all = { subtree: true, childList: true, attributes: true };
    new MutationObserver(note).observe(document.querySelector('main'), all);
}"""

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
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    for name, nodes, benchmarks in (("alpha 1", 2, ["cluster_network"]), ("alpha 2", 1, []), ("beta", 1, [])):
        await make_job(db, ann.actor, name=name, node_count=nodes, benchmarks=benchmarks)
    await own_sized.open("/")
    await expect(page.get_by_test_id("jobs-row")).to_have_count(3)
    await page.evaluate(NOTE)
    async with unswept(db), db.session_scope() as session:
        await session.execute(text("LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE"))
        await page.get_by_test_id("jobs-search").fill("alpha")
        await expect(page).to_have_url(f"{own_sized.site}/?name=alpha")
        # The first question stands before the lock when the second one is asked.
        await waiting_queries(session, 1)
        if own_sized.is_phone:
            await page.get_by_test_id("jobs-filters").click()
        shown = page.get_by_test_id("jobs-benchmark-id").locator("visible=true")
        await shown.select_option("cluster_network")
    last = "All jobs named like “alpha” with Cluster Network, newest first"
    await expect(page.get_by_test_id("jobs-sentence")).to_have_text(last)
    await expect(page.get_by_test_id("jobs-row").locator("th a")).to_have_text(["alpha 1"])
    await page.wait_for_load_state("networkidle")
    noted = await page.evaluate("window.noted.map(JSON.parse)")
    answers = {"All jobs named like “alpha”, newest first": ["alpha 2", "alpha 1"], last: ["alpha 1"]}
    assert noted[-1] == [last, ["alpha 1"]]
    assert [said for said, _ in noted] == sorted((said for said, _ in noted), key=[*answers].index)
    assert all(rows == answers[said] for said, rows in noted)


async def test_figures_of_a_view_that_was_left_are_called_off_and_those_of_the_last_one_drawn(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    await finished_job(db, ann.actor, name="alpha")
    late: list[Route] = []

    async def answer_late(route: Route) -> None:
        late.append(route) if "name=alpha" not in route.request.url else await route.continue_()

    await page.route(FIGURES, answer_late)
    async with page.expect_event("requestfailed", lambda request: "/auth/figures/" in request.url) as called_off:
        await own_sized.open("/performance")
        await expect(page.get_by_test_id("performance-row")).to_have_count(1)
        await expect(page.get_by_test_id("plot-scores_by_model")).to_have_attribute("data-state", "waiting")
        await page.get_by_test_id("performance-search").fill("alpha")
    assert "ERR_ABORTED" in str((await called_off.value).failure)
    for plot in ("scores_by_model", "alerts_by_week"):
        await expect(page.get_by_test_id(f"plot-{plot}")).to_have_attribute("data-state", "ready", timeout=20_000)
    assert len(late) == 1
    await page.unroute_all(behavior="ignoreErrors")


async def test_words_of_a_plot_stay_under_the_finger_when_the_next_figure_orders_them_anew(
    own: Visitor, db: Database, ann: Caller
) -> None:
    page = own.page
    await finished_job(db, ann.actor, name="alpha")
    for name in ("beta 1", "beta 2"):
        await finished_job(db, ann.actor, name=name, model="NVIDIA H200")
    late: list[Route] = []

    async def answer_late(route: Route) -> None:
        late.append(route) if "name=alpha" not in route.request.url else await route.continue_()

    await page.route(FIGURES, answer_late)
    await own.open("/performance?name=alpha")
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


async def test_old_tab_of_a_job_is_dimmed_until_the_next_is_there_and_never_by_what_changes(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    job_id = await registered(db, ann.actor, 1, 2)
    token = (await get_job(db, ann.actor, int(job_id)))["token"]
    await own_sized.open(f"/jobs/{job_id}")
    shown = page.get_by_test_id("job-tab")
    await expect(page.locator(".sm-facts").first).to_contain_text("1 / 2")
    await page.evaluate(NOTE_DIMMED)
    await register_node(db, token, read_node(node(1)))
    await expect(page.locator(".sm-facts").first).to_contain_text("2 / 2")
    assert await page.evaluate("window.dimmed") == 0
    await _is_dimmed_while_late(db, page, shown, "Nodes")
    await expect(page.get_by_test_id("nodes-table")).to_be_visible()


async def test_old_jobs_of_a_machine_are_dimmed_until_the_next_are_there_and_never_by_what_changes(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    for _ in range(21):
        await finished_job(db, ann.actor)
    await own_sized.open(f"/machines/{machine(0)}")
    shown = page.get_by_test_id("machine-jobs").locator("tbody")
    await expect(shown.locator("tr")).to_have_count(20)
    await page.evaluate(NOTE_DIMMED)
    await finished_job(db, ann.actor, name="told of while it is looked at")
    await expect(shown).to_contain_text("told of while it is looked at")
    assert await page.evaluate("window.dimmed") == 0
    await _is_dimmed_while_late(db, page, shown, "Older jobs")
    await expect(shown.locator("tr")).to_have_count(2)


async def _is_dimmed_while_late(db: Database, page: Page, shown: Locator, link: str) -> None:
    """Follow a link to another view while the database answers nothing, and see the old one dimmed until it does."""
    await expect(shown).to_have_css("opacity", "1")
    async with db.session_scope() as session:
        # A report that is made now is told to the page, which would wait for the lock before it hears of the click.
        await session.execute(text("DELETE FROM reports"))
    await page.wait_for_load_state("networkidle")
    async with unswept(db), db.session_scope() as session:
        await session.execute(text("LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE"))
        await page.locator("main").get_by_role("link", name=link).click()
        await expect(shown).to_have_css("opacity", "0.5")
    await expect(shown).to_have_css("opacity", "1")
