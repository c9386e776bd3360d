"""The words in a drawing can be read at every width: none lies over or touches another, none is cut off."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.api.expect import ok
from tests.e2e.conftest import Visitor
from tests.e2e.programs import Api
from tests.factories import cluster_network

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
  // The corners of a tick's name as it is drawn, tilted or not, without the empty space above and below its letters.
  const corners = node => {
    const { x, y, width, height } = node.getBBox();
    const turn = node.getScreenCTM();
    return [[x, y + 2], [x + width, y + 2], [x + width, y + height - 2], [x, y + height - 2]]
      .map(([left, top]) => new DOMPoint(left, top).matrixTransform(turn));
  };
  // Two such shapes lie apart when a line along a side of one parts them.
  const isParted = (one, other) => [one, other].some(shape => [0, 1].some(side => {
    const [from, to] = [shape[side], shape[side + 1]];
    const along = points => points.map(point => (to.x - from.x) * point.x + (to.y - from.y) * point.y);
    const [mine, its] = [along(one), along(other)];
    return Math.max(...mine) <= Math.min(...its) + 1e-6 || Math.max(...its) <= Math.min(...mine) + 1e-6;
  }));
  for (const ticks of ['.xtick text', '.ytick text']) {
    const names = [...drawing.querySelectorAll(ticks)].filter(node => node.textContent.trim());
    const shapes = names.map(corners);
    shapes.forEach((shape, place) => shapes.slice(place + 1).forEach((other, more) => {
      if (!isParted(shape, other))
        said.push(`'${names[place].textContent}' and '${names[place + 1 + more].textContent}' touch`);
    }));
  }
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


# Gives where the middle of a cell is on the screen.
PLACE = """(drawing, [column, row]) => {
  const { xaxis, yaxis } = drawing._fullLayout;
  const { left, top } = drawing.getBoundingClientRect();
  return [left + xaxis._offset + xaxis.l2p(column), top + yaxis._offset + yaxis.l2p(row)];
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


async def test_names_of_many_nodes_can_be_read_when_a_network_is_shown(sized: Visitor, api: Api) -> None:
    page, nodes = sized.page, 32
    size = "phone" if sized.is_phone else "desk"
    agents = await api.start(name=f"words of many {size}", node_count=nodes, benchmarks=["cluster_network"])
    for index in range(nodes):
        await agents.joined(index, machine_ip=f"192.168.117.{100 + index}")
    ok(await agents.send_cluster(cluster_network(nodes)))
    await sized.sign_in(address=f"/jobs/{agents.job['id']}?tab=network")
    assert await unreadable(page, 6) == {}
    names = page.locator('[data-testid="plot-bandwidth_means"] .xtick text')
    assert 5 <= await names.count() < nodes


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


async def test_hover_says_of_many_dead_links_what_was_reported_and_of_others_their_bandwidth(
    visitor: Visitor, api: Api
) -> None:
    page, nodes = visitor.page, 20
    agents = await api.start(name="words of the dead", node_count=nodes, benchmarks=["cluster_network"])
    for index in range(nodes):
        await agents.joined(index, machine_ip=f"10.117.0.{1 + index}")
    result = cluster_network(nodes)
    dead = {"bandwidth_gbps": 0, "latency": None, "error": "no route"}
    for place, link in enumerate(result["measurements"]):
        # All but what the first node sends.
        result["measurements"][place] = link | (dead if place >= nodes - 1 else {})
    ok(await agents.send_cluster(result))
    await visitor.sign_in(address=f"/jobs/{agents.job['id']}?tab=network")
    plot = (await drawn(page, 6))[0]
    drawing = plot.locator("[role=img]")
    await drawing.scroll_into_view_if_needed()
    for row, said in ((10, "10.117.0.11 → 10.117.0.6dead: no route"), (0, "10.117.0.1 → 10.117.0.691.5 Gbit/s")):
        x, y = await drawing.evaluate(PLACE, [5, row])
        await page.mouse.move(x, y)
        await expect(drawing.locator(".hoverlayer")).to_have_text(said)
