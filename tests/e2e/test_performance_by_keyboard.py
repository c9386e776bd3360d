"""Alerts without a mouse, wide and on a phone: opened, acknowledged, reopened, and chosen by the words of plots."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import press, tab_to, to_content
from tests.e2e.test_performance import drawn, not_reviewed

pytestmark = pytest.mark.e2e

ROW = '[data-testid="performance-row"]'
NAMES = f"{ROW} th a"


async def says(page: Page, sentence: str) -> None:
    """Wait until the page says its question in that sentence."""
    await expect(page.get_by_test_id("performance-sentence")).to_have_text(sentence)


async def test_alert_is_acknowledged_and_reopened_by_keyboard(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in(address="/performance?state=completed")
    await expect(page.locator(f'{ROW}[data-status="underperforming"]').first).to_be_visible()
    waiting = await not_reviewed(page)
    await to_content(page)
    await press(page.get_by_test_id("performance-review-open"))
    await says(page, "Completed jobs, only alerts that nobody has acknowledged, alerts first")
    await expect(page.get_by_test_id("performance-review-open")).to_be_focused()
    name = await page.locator(NAMES).first.inner_text()
    toggle = page.get_by_test_id("performance-toggle").first
    await press(toggle)
    opened = page.get_by_test_id("performance-open")
    await expect(opened.get_by_test_id("performance-nodes").locator("tbody tr").first).to_be_visible()
    await expect(toggle).to_have_attribute("aria-expanded", "true")
    await expect(toggle).to_be_focused()
    assert await grave_problems(page) == []
    await tab_to(opened.get_by_test_id("performance-note"))
    await page.keyboard.type("Seen by hand")
    await press(opened.get_by_test_id("performance-review"))
    # The view has the row no more: the page says so, and whoever acknowledged it is there.
    said = page.get_by_test_id("performance-said")
    await expect(said).to_have_text(f"“{name}” is acknowledged and has left this view.")
    await expect(said).to_be_focused()
    await expect(page.get_by_test_id("performance-alerts")).to_contain_text(f", {waiting - 1} not reviewed")
    await press(page.get_by_test_id("performance-review-done"), back=True)
    await says(page, "Completed jobs, only acknowledged alerts, alerts first")
    await expect(page.locator(NAMES)).to_have_text([name])
    await expect(said).to_be_empty()
    await press(page.get_by_test_id("performance-toggle"))
    history = page.get_by_test_id("performance-history")
    await expect(history).to_contain_text("Robin Aalto acknowledged it")
    await expect(history).to_contain_text("Seen by hand")
    await press(page.get_by_test_id("performance-review-all"), back=True)
    await says(page, "Completed jobs, alerts first")
    row = page.locator(ROW).filter(has=page.get_by_role("link", name=name, exact=True))
    await press(row.locator("th a"))
    await expect(page.get_by_test_id("job-name")).to_have_text(name)
    await page.go_back()
    await says(page, "Completed jobs, alerts first")
    await to_content(page)
    await press(row.get_by_test_id("performance-toggle"))
    await expect(history).to_contain_text("Seen by hand")
    await page.reload()
    await expect(history).to_contain_text("Seen by hand")
    await to_content(page)
    await press(page.get_by_role("button", name="Reopen"))
    # The view still has the row: whoever reopened it stays in it.
    await expect(history).to_contain_text("Robin Aalto reopened it")
    await expect(page.get_by_role("region", name="Review")).to_be_focused()
    await expect(page.get_by_test_id("performance-alerts")).to_contain_text(f", {waiting:,} not reviewed")
    await press(opened.get_by_test_id("performance-review"))
    await expect(opened.get_by_test_id("performance-note")).to_be_focused()


async def test_bars_of_plots_are_chosen_in_words_by_keyboard(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in(address="/performance")
    await expect(page.locator(ROW)).to_have_count(20)
    total = page.get_by_test_id("performance-total")
    everything = await total.inner_text()
    for chart in ("scores_by_model", "alerts_by_week"):
        await drawn(page, chart)
    assert await grave_problems(page) == []
    await to_content(page)
    models, weeks = page.get_by_test_id("plot-scores_by_model"), page.get_by_test_id("plot-alerts_by_week")
    await press(models.locator("summary"))
    words, _, _ = (await models.locator(".sm-plot-pick").nth(1).inner_text()).partition(":")
    model = models.locator(".sm-plot-pick", has_text=words)
    await press(model, "Space")
    chips = page.get_by_test_id("performance-chip")
    await expect(chips).to_have_text([words])
    await expect(model).to_have_attribute("aria-pressed", "true")
    await expect(model).to_be_focused()
    await press(weeks.locator("summary"))
    words_of_week, _, _ = (await weeks.locator(".sm-plot-pick").first.inner_text()).partition(":")
    week = weeks.locator(".sm-plot-pick", has_text=words_of_week)
    await press(week)
    await expect(chips).to_have_text([words, words_of_week])
    await expect(week).to_have_attribute("aria-pressed", "true")
    await expect(week).to_be_focused()
    assert await grave_problems(page) == []
    narrowed = await total.inner_text()
    assert narrowed != everything
    await page.reload()
    await expect(chips).to_have_text([words, words_of_week])
    await expect(total).to_have_text(narrowed)
    await drawn(page, "alerts_by_week")
    await press(weeks.locator("summary"))
    await press(week)
    await expect(chips).to_have_text([words])
    await press(models.locator("summary"), back=True)
    await press(model)
    await expect(chips).to_have_count(0)
    await expect(total).to_have_text(everything)
