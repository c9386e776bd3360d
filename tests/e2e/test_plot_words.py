"""The words in a drawing can be read at every width: none lies over another, none is cut off."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e

JOB = '[data-testid="jobs-row"] a'

# Gives one line for each word that cannot be read: over another label, over the ticks of its axis, or beyond the edge.
UNREADABLE = """drawing => {
  const room = drawing.querySelector('.main-svg').getBoundingClientRect();
  const boxes = selector => [...drawing.querySelectorAll(selector)]
    .filter(node => getComputedStyle(node).visibility !== 'hidden')
    .map(node => [node.textContent, node.getBoundingClientRect()])
    .filter(([text, box]) => text.trim() && box.width);
  const said = [];
  const labels = boxes('.annotation text');
  labels.forEach(([text, box], place) => {
    for (const [other, over] of labels.slice(place + 1))
      if (box.left < over.right && over.left < box.right && box.top < over.bottom && over.top < box.bottom)
        said.push(`'${text}' and '${other}' lie over each other`);
  });
  const titles = boxes('.xtitle, .ytitle');
  for (const [text, box] of [...labels, ...titles])
    if (box.left < room.left - 1 || box.right > room.right + 1) said.push(`'${text}' is cut off`);
  const lowest = Math.max(...boxes('.xtick text').map(([, box]) => box.bottom));
  for (const [text, box] of boxes('.xtitle'))
    if (box.top < lowest - 3) said.push(`'${text}' lies ${Math.round(lowest - box.top)} px over the words of its axis`);
  return said;
}"""


async def drawn(page: Page, least: int) -> list[Locator]:
    """Return every plot of the page once at least so many are drawn."""
    plots = page.locator(".sm-plot")
    await expect(plots.nth(least - 1)).to_be_visible()
    found = await plots.all()
    for plot in found:
        await plot.scroll_into_view_if_needed()
        await expect(plot).to_have_attribute("data-state", "ready", timeout=20_000)
    return found


async def unreadable(page: Page, least: int) -> dict[str, list[str]]:
    """Return what cannot be read, by the plot's name; empty when all can."""
    said = {
        str(await plot.get_attribute("data-testid")): await plot.evaluate(UNREADABLE)
        for plot in await drawn(page, least)
    }
    return {name: lines for name, lines in said.items() if lines}


async def test_words_of_plots_can_be_read_when_performance_and_a_job_are_shown(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in(address="/performance")
    assert await unreadable(page, 2) == {}
    await sized.open("/?benchmark_id=cluster_network&state=completed&node_count_min=4&sort_by=node_count")
    path = await page.locator(JOB).first.get_attribute("href")
    await sized.open(f"{path}?tab=network")
    assert await unreadable(page, 6) == {}
    await sized.open(f"{path}?tab=quickmark")
    assert await unreadable(page, 4) == {}


async def test_words_of_plots_can_be_read_when_jobs_are_compared_and_a_machine_is_shown(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in(address="/?benchmark_id=cluster_network&state=completed&sort_by=node_count")
    await expect(page.locator(JOB).first).to_be_visible()
    paths = [str(await link.get_attribute("href")) for link in (await page.locator(JOB).all())[:3]]
    await sized.open("/compare?" + "&".join(f"job={path.rsplit('/', 1)[-1]}" for path in paths))
    assert await unreadable(page, 6) == {}
    await sized.open("/machines?sort_by=jobs")
    path = await page.locator('[data-testid="machines-row"] a').first.get_attribute("href")
    await sized.open(str(path))
    assert await unreadable(page, 4) == {}
