"""What a reviewer does: follow the badge, open the first alert, acknowledge it, find it again, take it back."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.live import until

pytestmark = pytest.mark.e2e

ROW = '[data-testid="performance-row"]'
PLOTS = ("scores_by_model", "alerts_by_week")
# Whether the rows come before the plots: in the document, as the Tab key and screen readers go, and on the screen.
ROWS_FIRST = """() => {
    const [plots, rows] = [".sm-perf-plots", ".sm-perf-table"].map((name) => document.querySelector(name));
    const isRead = Boolean(rows.compareDocumentPosition(plots) & Node.DOCUMENT_POSITION_FOLLOWING);
    return [isRead, rows.getBoundingClientRect().top < plots.getBoundingClientRect().top];
}"""


async def drawn(page: Page, chart: str) -> None:
    """Wait until a plot is drawn."""
    frame = page.get_by_test_id(f"plot-{chart}")
    await expect(frame).to_have_attribute("data-state", "ready", timeout=20_000)
    await expect(frame.locator("svg.main-svg").first).to_be_visible()


async def not_reviewed(page: Page) -> int:
    """Give the second figure beside the badge's."""
    figures = page.get_by_test_id("performance-alerts")
    await expect(figures).to_have_text(re.compile(r"^[\d,]+ alerts?, [\d,]+ not reviewed$"))
    return int((await figures.inner_text()).split(", ")[1].split(" ")[0].replace(",", ""))


async def test_reviewer_follows_the_badge_and_acknowledges_an_alert(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in()
    badge = page.get_by_test_id("alert-badge").first
    await expect(badge).to_be_visible()
    await page.get_by_role("navigation", name="Main").get_by_role("link", name="Performance").first.click()
    await expect(page.locator(ROW)).to_have_count(20)
    for chart in PLOTS:
        await drawn(page, chart)
    await visitor.open("/performance?state=completed&review=open")
    await expect(page.locator(f'{ROW}[data-status="underperforming"]').first).to_be_visible()
    before = await not_reviewed(page)
    name = await page.locator(f"{ROW} th a").first.inner_text()
    await page.get_by_test_id("performance-toggle").first.focus()
    await page.keyboard.press("Enter")
    opened = page.get_by_test_id("performance-open")
    await expect(opened.get_by_test_id("performance-nodes").locator("tbody tr").first).to_be_visible()
    await expect(page).to_have_url(re.compile(r"[?&]open=\d+$"))
    await opened.get_by_test_id("performance-note").fill("Seen, the fan is on order")
    await opened.get_by_test_id("performance-review").click()
    # The row leaves the filter, and both figures tell of it.
    await expect(page.get_by_test_id("performance-alerts")).to_contain_text(f", {before - 1:,} not reviewed")
    await expect(page.locator(f"{ROW} th a").first).not_to_have_text(name)
    await page.get_by_test_id("performance-review-done").click()
    await expect(page.get_by_test_id("performance-sentence")).to_have_text(
        "Completed jobs, only acknowledged alerts, alerts first"
    )
    await expect(page.locator(f"{ROW} th a")).to_have_text([name])
    await page.get_by_test_id("performance-toggle").first.click()
    await expect(page.get_by_test_id("performance-history")).to_contain_text("Seen, the fan is on order")
    await page.reload()
    await page.get_by_test_id("performance-open").get_by_role("button", name="Reopen").click()
    await expect(page.get_by_test_id("performance-no-match")).to_be_visible()
    # The figures come after the rows.
    await expect(page.get_by_test_id("performance-alerts")).to_contain_text(f", {before:,} not reviewed")


async def acknowledged(page: Page) -> int:
    """Give how many alerts the trend's words call acknowledged."""
    words = page.get_by_test_id("plot-alerts_by_week").locator(".sm-plot-words p")
    return sum(int(count) for count in re.findall(r"(\d+) acknowledged", await words.text_content() or ""))


async def says_acknowledged(page: Page, count: int) -> bool:
    """Tell whether the trend's words call that many alerts acknowledged."""
    return await acknowledged(page) == count


async def test_trend_follows_a_review_where_it_was_made_and_on_a_page_that_looks_on(
    sized: Visitor, browser: Browser
) -> None:
    await sized.sign_in(address="/performance")
    context = await browser.new_context()
    reviewer = Visitor(await context.new_page(), sized.site)
    await reviewer.sign_in(address="/performance?state=completed")
    for page in (sized.page, reviewer.page):
        await drawn(page, "alerts_by_week")
    looking_on, own = await acknowledged(sized.page), await acknowledged(reviewer.page)
    waiting = reviewer.page.locator(ROW).filter(has=reviewer.page.locator('[data-cell="review"] .sm-tone-amber'))
    await waiting.first.get_by_test_id("performance-toggle").click()
    opened = reviewer.page.get_by_test_id("performance-open")
    await opened.get_by_test_id("performance-note").fill("Seen, the fan is on order")
    await opened.get_by_test_id("performance-review").click()
    await until(lambda: says_acknowledged(reviewer.page, own + 1))
    await until(lambda: says_acknowledged(sized.page, looking_on + 1))
    await opened.get_by_role("button", name="Reopen").click()
    await until(lambda: says_acknowledged(reviewer.page, own))
    await until(lambda: says_acknowledged(sized.page, looking_on))
    await context.close()


async def test_bar_of_a_plot_filters_the_table_and_back_restores_it(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in(address="/performance")
    await drawn(page, "alerts_by_week")
    total = await page.get_by_test_id("performance-total").inner_text()
    bars = page.get_by_test_id("plot-alerts_by_week").locator(".bars .point path")
    sizes = await bars.evaluate_all("paths => paths.map(path => path.getBoundingClientRect().height)")
    await bars.nth(max(range(len(sizes)), key=sizes.__getitem__)).click(force=True)
    chip = page.get_by_test_id("performance-chip")
    await expect(chip).to_have_text(re.compile(r"^Week of \d+ \w+ \d{4}$"))
    await expect(page.get_by_test_id("performance-total")).not_to_have_text(total)
    await page.reload()
    await expect(chip).to_have_count(1)
    await chip.click()
    await expect(page.get_by_test_id("performance-total")).to_have_text(total)
    await drawn(page, "scores_by_model")
    await page.get_by_test_id("plot-scores_by_model").locator(".bars .point path").first.click(force=True)
    await expect(page.get_by_test_id("performance-gpu-model").first).not_to_have_value("")
    await expect(page.get_by_test_id("performance-chip")).to_have_count(1)


async def test_user_of_a_customer_reads_alerts_and_reviews_none(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in("maya@demo.example", "/performance?review=open")
    await expect(page.locator(ROW).first).to_be_visible()
    await page.get_by_test_id("performance-toggle").first.click()
    await expect(page.get_by_test_id("performance-nodes")).to_be_visible()
    review = page.get_by_role("region", name="Review")
    await expect(review).to_contain_text("Nobody has acknowledged this alert. Customer admins and staff do.")
    await expect(review.locator("textarea, button")).to_have_count(0)
    await expect(page.get_by_test_id("performance-note")).to_have_count(0)
    await expect(page.get_by_test_id("performance-review")).to_have_count(0)
    assert await grave_problems(page) == []


async def test_phone_shows_alerts_before_plots_and_opens_a_row(visitor: Visitor) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": 390, "height": 844})
    await visitor.sign_in(address="/performance")
    await page.get_by_test_id("performance-toggle").first.click()
    await expect(page.get_by_test_id("performance-nodes")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.get_by_test_id("performance-filters").click()
    await page.get_by_role("dialog").get_by_role("checkbox", name="Completed with warnings").click()
    await page.get_by_role("dialog").get_by_role("button", name=re.compile(r"^Show \d+ jobs?$")).click()
    await expect(page.get_by_test_id("performance-sentence")).to_contain_text("Completed with warnings")


async def test_rows_say_how_the_job_went_and_come_before_the_plots_on_a_phone_for_everybody(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in(address="/performance")
    row = page.get_by_test_id("performance-row").first
    state = row.locator('[data-cell="state"]')
    await expect(state).to_have_text("Completed")
    await expect(state.locator("svg")).to_be_visible()
    await expect(page.locator(".sm-perf-plots .sm-plot")).to_have_count(2)
    assert await page.evaluate(ROWS_FIRST) == [sized.is_phone, sized.is_phone]
    await page.set_viewport_size({"width": 1440 if sized.is_phone else 390, "height": 844})

    async def is_turned() -> bool:
        return bool(await page.evaluate(ROWS_FIRST) == [sized.is_phone, sized.is_phone])

    await until(is_turned)
