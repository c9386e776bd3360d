"""What somebody is at stays where it is while rows come, go and change around it."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.api.expect import ok
from tests.e2e.conftest import Visitor
from tests.e2e.live import AT_ONCE, BADGE, ROW, resting_top_of, row_of, signed_in_at, top_of, until
from tests.e2e.programs import Api
from tests.e2e.test_main_flow import drawn
from tests.factories import cluster_network, quick_mark

pytestmark = pytest.mark.e2e

ALERT = quick_mark(1, 0.5)
GPU = {"gpu_model": "NVIDIA A100-SXM4-80GB", "gpu_count": 1}
LIT = """table => {
  window.lit = [];
  const note = changes => changes.forEach(({target}) => target.matches('[data-flash]') && window.lit.push(target));
  new MutationObserver(note).observe(table, {subtree: true, attributes: true, attributeFilter: ['data-flash']});
  window.begun = 0;
  table.addEventListener('animationstart', ({animationName}) => { window.begun += animationName === 'sm-flash'; });
}"""


def fresh(page: Page) -> Locator:
    """Give the word that rows are new above."""
    return page.get_by_test_id("fresh-rows")


async def stays(locator: Locator, place: float) -> None:
    """Expect an element where it stood."""
    assert abs(await top_of(locator) - place) <= 1


async def test_row_under_the_pointer_stays_and_the_list_goes_back_to_its_top_afterwards(
    sized: Visitor, api: Api
) -> None:
    page = await signed_in_at(sized, "/")
    third = page.locator(ROW).nth(2)
    name = await third.locator("a").first.inner_text()
    place = await resting_top_of(row_of(page, name))
    await row_of(page, name).hover()
    made = await api.start(name="above the pointer")
    await comes_above(sized, "above the pointer", "1 new job")
    await stays(row_of(page, name), place)
    also = await api.start(name="above the pointer too")
    await comes_above(sized, "above the pointer too", "2 new jobs")
    await stays(row_of(page, name), place)
    await page.mouse.move(5, 5)
    await expect(row_of(page, "above the pointer too")).to_be_in_viewport()
    await expect(fresh(page)).to_have_count(0)
    await until(lambda: is_at_top(page))
    for agents in (made, also):
        await api.delete(agents.job)


async def comes_above(visitor: Visitor, name: str, said: str) -> None:
    """Wait for a new job above the rows in sight, which a wide window says; a phone's rows have room to show it."""
    page = visitor.page
    if visitor.is_phone:
        await expect(row_of(page, name)).to_be_visible(timeout=AT_ONCE)
        return
    await expect(fresh(page)).to_have_text(said, timeout=AT_ONCE)
    await expect(page.get_by_role("status").filter(has_text=f"{said} above")).to_have_count(1)


async def is_at_top(page: Page) -> bool:
    """Tell whether the job list stands at its top: within its frame, or on a phone within the window."""
    tops = "frame => [frame.scrollTop, document.scrollingElement.scrollTop]"
    return bool(await page.get_by_role("region", name="Job list").evaluate(tops) == [0, 0])


async def test_row_with_the_keyboard_stays_until_the_new_ones_are_asked_for(sized: Visitor, api: Api) -> None:
    page = await signed_in_at(sized, "/")
    row = page.locator(ROW).nth(1)
    name = await row.locator("a").first.inner_text()
    await row.get_by_role("checkbox").focus()
    place = await resting_top_of(row)
    agents = await api.start(name="above the keyboard")
    await comes_above(sized, "above the keyboard", "1 new job")
    await stays(row_of(page, name), place)
    await expect(row_of(page, name).get_by_role("checkbox")).to_be_focused()
    if not sized.is_phone:
        await fresh(page).press("Enter")
        await expect(page.get_by_role("region", name="Job list")).to_be_focused()
    await expect(row_of(page, "above the keyboard")).to_be_in_viewport()
    await expect(fresh(page)).to_have_count(0)
    await api.delete(agents.job)


async def test_row_stays_when_others_above_go_and_the_gap_closes_when_it_is_left(sized: Visitor, api: Api) -> None:
    goes = [await api.start(name=f"goes away {number}") for number in range(3)]
    page = await signed_in_at(sized, "/?name=goes+away")
    first = row_of(page, "goes away 0")
    await expect(first).to_be_visible()
    place = await resting_top_of(first)
    await first.hover()
    await api.delete(goes[2].job)
    await expect(page.locator(ROW)).to_have_count(2, timeout=AT_ONCE)
    await stays(first, place)
    # A list of few rows cannot scroll by itself.
    more = [await api.start(name=f"goes away {number}") for number in (3, 4, 5)]
    await expect(page.locator(ROW)).to_have_count(5, timeout=AT_ONCE)
    await stays(first, place)
    if not sized.is_phone:
        await expect(fresh(page)).to_have_text("2 new jobs")
    await page.mouse.move(5, 5)
    await expect(row_of(page, "goes away 5")).to_be_in_viewport()
    await expect(fresh(page)).to_have_count(0)
    for agents in (*goes[:2], *more):
        await api.delete(agents.job)


async def test_focus_goes_to_the_table_when_its_row_goes(sized: Visitor, api: Api) -> None:
    agents = [await api.start(name=f"loses the focus {number}") for number in range(2)]
    page = await signed_in_at(sized, "/?name=loses+the+focus")
    await row_of(page, "loses the focus 1").locator("a").first.focus()
    await api.delete(agents[1].job)
    await expect(page.locator(ROW)).to_have_count(1, timeout=AT_ONCE)
    await expect(page.get_by_role("region", name="Job list")).to_be_focused()
    await api.delete(agents[0].job)


async def test_another_page_of_rows_begins_at_its_top(visitor: Visitor) -> None:
    page = await signed_in_at(visitor, "/")
    frame = page.get_by_role("region", name="Job list")
    await page.set_viewport_size({"width": 1440, "height": 500})
    await expect(page.locator(ROW)).to_have_count(20)
    await frame.evaluate("frame => frame.scrollTop = 200")
    await page.get_by_role("button", name="Next page").click()
    await expect(page.get_by_test_id("jobs-summary")).to_contain_text("21–40")
    assert await frame.evaluate("frame => frame.scrollTop") == 0
    await expect(fresh(page)).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 390])
async def test_node_with_the_keyboard_stays_while_others_register(visitor: Visitor, api: Api, width: int) -> None:
    agents = await api.start(node_count=60)
    for number in range(10, 50, 2):
        await agents.joined(number, machine_ip=f"10.0.0.{number}")
    page = await signed_in_at(visitor, f"/jobs/{agents.job['id']}?tab=nodes")
    await page.set_viewport_size({"width": width, "height": 500})
    rows = page.get_by_test_id("nodes-table").locator("tbody tr")
    await expect(rows).to_have_count(20)
    row = rows.filter(has_text="10.0.0.30")
    await row.get_by_role("link").focus()
    place = await resting_top_of(row)
    await agents.joined(1, machine_ip="10.0.0.1")
    await agents.joined(11, machine_ip="10.0.0.11")
    await expect(rows).to_have_count(22, timeout=AT_ONCE)
    await stays(row, place)
    await expect(row.get_by_role("link")).to_be_focused()


async def test_rows_of_performance_and_machines_stay_under_the_pointer(sized: Visitor, api: Api) -> None:
    page = await signed_in_at(sized, "/performance")
    row = page.get_by_test_id("performance-row").nth(1)
    name = await row.locator("a").first.inner_text()
    kept = page.get_by_test_id("performance-row").filter(has=page.get_by_text(name, exact=True))
    # Until its plots are drawn, the page itself moves its table.
    await drawn(page, "alerts_by_week")
    await kept.hover()
    place = await resting_top_of(kept)
    total = page.get_by_test_id("performance-total")
    before = await total.inner_text()
    agents = await api.start(name="above in performance")
    await agents.complete(await agents.joined(70, **GPU), quick_mark(1, 0.01))
    await expect(total).not_to_have_text(before, timeout=AT_ONCE)
    await stays(kept, place)
    await sized.open("/machines")
    kept = page.get_by_test_id("machines-row").nth(3)
    name = await kept.locator("a").first.inner_text()
    kept = page.get_by_test_id("machines-row").filter(has=page.get_by_text(name, exact=True))
    await kept.hover()
    place = await resting_top_of(kept)
    other = await api.start(node_count=2)
    await other.joined(71, machine_ip="10.9.9.9")
    await expect(page.get_by_test_id("machines-row").filter(has_text="10.9.9.9")).to_have_count(1, timeout=AT_ONCE)
    if not sized.is_phone:
        await expect(fresh(page)).to_have_text("1 new machine")
    await stays(kept, place)
    await api.delete(agents.job)
    await api.delete(other.job)


async def test_link_under_the_pointer_stays_when_a_result_is_replaced(sized: Visitor, api: Api) -> None:
    agents = await api.start(node_count=8, benchmarks=["quick_mark", "cluster_network"])
    for number in range(8):
        await agents.joined(number, machine_ip=f"10.0.0.{number + 1}")
    network = cluster_network(8)
    ok(await agents.send_cluster(network))
    page = await signed_in_at(sized, "/")
    await sized.open(f"/jobs/{agents.job['id']}?tab=network")
    rows = page.get_by_test_id("network-slowest").locator("tbody tr")
    await expect(rows).to_have_count(20)
    frame = page.get_by_test_id("network-slowest").get_by_role("region")
    await frame.evaluate("frame => frame.scrollTop = 100")
    kept = rows.nth(12)
    ends = [await kept.get_attribute(name) for name in ("data-source", "data-target")]
    kept = page.get_by_test_id("network-slowest").locator(f'[data-source="{ends[0]}"][data-target="{ends[1]}"]')
    await kept.hover()
    place = await resting_top_of(kept)
    fastest = max(network["measurements"], key=lambda link: link.get("bandwidth_gbps") or 0)
    fastest["bandwidth_gbps"] = 0.001
    ok(await agents.send_cluster(network))
    slow = f'[data-source="{fastest["source"]}"][data-target="{fastest["target"]}"]'
    await expect(page.get_by_test_id("network-slowest").locator(slow)).to_have_count(1, timeout=AT_ONCE)
    await stays(kept, place)


async def test_what_has_changed_lights_up_and_moves_nothing(sized: Visitor, api: Api) -> None:
    await sized.page.emulate_media(reduced_motion="no-preference")
    name = f"lights up {sized.width}"
    agents = await api.start(name=name, node_count=2)
    page = await signed_in_at(sized, f"/?name={name}")
    row = row_of(page, name)
    await expect(row).to_be_visible()
    boxes = "row => JSON.stringify(Array.from(row.cells, cell => cell.getBoundingClientRect()))"
    before = await row.evaluate(boxes)
    await page.get_by_test_id("jobs-table").evaluate(LIT)
    await agents.joined(0)
    await expect(row.locator(BADGE)).to_have_attribute("data-state", "starting", timeout=AT_ONCE)
    # GPUs and the start are told as well, by cells without a name.
    await until(lambda: has_lit(page, ["another", "nodes", "state"]))
    assert await row.evaluate(boxes) == before
    await expect(row.locator("[data-flash]")).to_have_count(0)
    begun = await page.evaluate("window.begun")
    assert begun > 0
    await page.emulate_media(reduced_motion="reduce")
    other = await api.start(name=f"{name} too")
    await expect(row_of(page, f"{name} too")).to_be_visible(timeout=AT_ONCE)
    await until(lambda: has_lit(page, ["another", "nodes", "row", "state"]))
    await expect(page.get_by_test_id("jobs-table").locator("[data-flash]")).to_have_count(0)
    assert await page.evaluate("window.begun") == begun
    for job in (agents.job, other.job):
        await api.delete(job)


async def has_lit(page: Page, parts: list[str]) -> bool:
    """Tell whether these parts of rows have lit up so far, and no other."""
    name = "one => one.tagName === 'TR' ? 'row' : one.dataset.cell ?? 'another'"
    return bool(await page.evaluate(f"[...new Set(window.lit.map({name}))].sort().join()") == ",".join(parts))


async def test_sorting_and_filtering_light_nothing_up(visitor: Visitor) -> None:
    page = await signed_in_at(visitor, "/")
    await expect(page.locator(ROW)).to_have_count(20)
    await page.get_by_test_id("jobs-table").evaluate(LIT)
    await page.locator("thead").get_by_role("button", name="Name", exact=True).click()
    await expect(page.get_by_test_id("jobs-sentence")).to_contain_text("name")
    await page.get_by_role("button", name="Next page").click()
    await expect(page.get_by_test_id("jobs-summary")).to_contain_text("21–40")
    assert await page.evaluate("window.lit.length") == 0
