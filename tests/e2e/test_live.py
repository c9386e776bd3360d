"""Open pages keep themselves current: an agent's upload over HTTP reaches them, and what people did on them stays."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.api.agent import Agent
from tests.api.expect import ok
from tests.e2e.conftest import Visitor
from tests.e2e.live import AT_ONCE, BADGE, ROW, is_same_document, resting_top_of, row_of, signed_in_at, top_of, until
from tests.e2e.programs import Api
from tests.e2e.test_main_flow import drawn
from tests.factories import cluster_network, quick_mark

pytestmark = pytest.mark.e2e


def badge_of(page: Page) -> Locator:
    """Give the number in the badge: in the navigation, or in a phone's bar."""
    return page.get_by_test_id("alert-badge").filter(visible=True).locator("[aria-hidden]")


async def test_list_follows_a_job_from_its_creation_to_its_end(sized: Visitor, api: Api) -> None:
    page = await signed_in_at(sized, "/")
    await expect(page.locator(ROW)).to_have_count(20)
    total = page.get_by_test_id("jobs-total")
    before = await total.inner_text()
    badge = badge_of(page)
    alerts = int(await badge.inner_text())
    agents = await api.start(name="live from start to end", node_count=2)
    row = row_of(page, "live from start to end")
    await expect(row).to_be_visible(timeout=AT_ONCE)
    await expect(total).not_to_have_text(before, timeout=AT_ONCE)
    await expect(row.locator(BADGE)).to_have_attribute("data-state", "created")
    tasks = [await agents.joined(0, gpu_model="NVIDIA A100-SXM4-80GB", gpu_count=1)]
    await expect(row.locator(BADGE)).to_have_attribute("data-state", "starting", timeout=AT_ONCE)
    await expect(row.locator('[data-cell="nodes"]')).to_contain_text("1 / 2", timeout=AT_ONCE)
    tasks.append(await agents.joined(1, gpu_model="NVIDIA A100-SXM4-80GB", gpu_count=1))
    await expect(row.locator(BADGE)).to_have_attribute("data-state", "running", timeout=AT_ONCE)
    for task in tasks:
        await agents.complete(task, quick_mark(1, 0.5))
    await expect(row.locator(BADGE)).to_have_attribute("data-state", "completed", timeout=AT_ONCE)
    await expect(row).to_contain_text("Underperforming", timeout=AT_ONCE)
    await expect(badge).to_have_text(str(alerts + 1), timeout=AT_ONCE)
    await api.delete(agents.job)
    await expect(row).to_have_count(0, timeout=AT_ONCE)
    await expect(badge).to_have_text(str(alerts), timeout=AT_ONCE)
    assert await is_same_document(page)


async def test_scroll_selection_focus_and_typed_text_stay_when_rows_come_and_go(sized: Visitor, api: Api) -> None:
    page = await signed_in_at(sized, "/?per_page=50")
    await expect(page.locator(ROW)).to_have_count(50)
    frame = page.get_by_role("region", name="Job list")
    await frame.evaluate("frame => frame.scrollTop = 400")
    picked = page.locator(ROW).nth(22)
    name = await picked.locator("a").first.inner_text()
    await picked.get_by_role("checkbox").click()
    await expect(picked.get_by_role("checkbox")).to_be_checked()
    place = await resting_top_of(row_of(page, name))
    total = page.get_by_test_id("jobs-total")
    before = await total.inner_text()
    agents = await api.start(name="live above the fold")
    await expect(total).not_to_have_text(before, timeout=AT_ONCE)
    assert abs(await top_of(row_of(page, name)) - place) <= 1
    await expect(row_of(page, name).get_by_role("checkbox")).to_be_checked()
    await expect(row_of(page, name).get_by_role("checkbox")).to_be_focused()
    await page.get_by_test_id("jobs-search").fill("live ab")
    await expect(page.locator(ROW)).to_have_count(1)
    await page.get_by_test_id("jobs-search").press_sequentially("ove")
    await agents.joined(0)
    state = row_of(page, "live above the fold").locator(BADGE)
    await expect(state).to_have_attribute("data-state", "running", timeout=AT_ONCE)
    await expect(page.get_by_test_id("jobs-search")).to_be_focused()
    await expect(page.get_by_test_id("jobs-search")).to_have_value("live above")
    assert await is_same_document(page)


async def test_open_menu_and_dialog_stay_while_rows_change(sized: Visitor, api: Api) -> None:
    name = f"live with a menu {sized.width}"
    agents = await api.start(name=name, node_count=2)
    page = await signed_in_at(sized, f"/?name={name}")
    row = row_of(page, name)
    await row.get_by_test_id("job-actions").click()
    await expect(page.get_by_role("menuitem", name="Delete")).to_be_visible()
    await agents.joined(0)
    await expect(row.locator(BADGE)).to_have_attribute("data-state", "starting", timeout=AT_ONCE)
    await page.get_by_role("menuitem", name="Delete").click(timeout=AT_ONCE)
    await expect(page.get_by_test_id("deletion-cancel")).to_be_focused()
    await agents.joined(1)
    await expect(row.locator(BADGE)).to_have_attribute("data-state", "running", timeout=AT_ONCE)
    await expect(page.get_by_test_id("deletion-cancel")).to_be_focused()


async def test_rows_never_turn_into_skeletons_while_they_are_refreshed(sized: Visitor, api: Api) -> None:
    page = await signed_in_at(sized, "/")
    await expect(page.locator(ROW)).to_have_count(20)
    await page.evaluate(
        """() => {
            window.waits = [];
            const note = () => {
                const table = document.querySelector('[data-testid=jobs-table]');
                if (table.ariaBusy === 'true' || table.querySelector('.sm-bone')) window.waits.push(performance.now());
            };
            const all = { subtree: true, childList: true, attributes: true };
            new MutationObserver(note).observe(document.querySelector('#content'), all);
        }"""
    )
    name = f"live without bones {sized.width}"
    agents = await api.start(name=name)
    await expect(row_of(page, name)).to_be_visible(timeout=AT_ONCE)
    await agents.joined(0)
    await expect(row_of(page, name)).to_contain_text("Running", timeout=AT_ONCE)
    assert await page.evaluate("window.waits") == []


async def test_job_page_draws_a_result_as_it_is_uploaded_and_again_when_it_is_replaced(
    sized: Visitor, api: Api
) -> None:
    name = f"live charts {sized.width}"
    agents = await api.start(name=name, node_count=3, benchmarks=["quick_mark", "cluster_network"])
    page = await signed_in_at(sized, f"/jobs/{agents.job['id']}")
    await expect(page.locator(".sm-page-head").locator(BADGE)).to_have_attribute("data-state", "created")
    for number in range(3):
        await agents.joined(number, machine_ip=f"10.0.0.{number + 1}")
    await expect(page.locator(".sm-page-head").locator(BADGE)).to_have_attribute(
        "data-state", "running", timeout=AT_ONCE
    )
    await expect(page.locator(".sm-facts")).to_contain_text("3 / 3", timeout=AT_ONCE)
    await page.get_by_role("navigation", name="Parts of the job").get_by_text("Network").click()
    await expect(page.get_by_test_id("plot-bandwidth_map")).to_have_count(0)
    ok(await agents.send_cluster(cluster_network(3)))
    await expect(page.get_by_test_id("plot-bandwidth_map")).to_be_visible(timeout=AT_ONCE)
    await drawn(page, "bandwidth_map")
    figures = "() => JSON.stringify(document.querySelector('[data-testid=plot-bandwidth_map] [role=img]').data[0].z)"
    first = await page.evaluate(figures)
    await page.evaluate("document.querySelector('#content').closest('html').scrollTop = 120")
    scroll = await page.evaluate("document.documentElement.scrollTop")
    faster = cluster_network(3)
    for link in faster["measurements"]:
        link["bandwidth_gbps"] *= 0.5
    ok(await agents.send_cluster(faster))
    await until(lambda: differs(page, figures, first))
    assert await page.evaluate("document.documentElement.scrollTop") == scroll
    assert await is_same_document(page)


async def differs(page: Page, script: str, before: str) -> bool:
    """Tell whether a script gives something else than before."""
    return bool(await page.evaluate(script) != before)


async def test_badge_is_there_on_every_page_and_follows(sized: Visitor, api: Api) -> None:
    page = await signed_in_at(sized, "/machines")
    badge = badge_of(page)
    made: list[Agent] = []
    for address in ("/machines", "/compare", "/account", "/performance", "/jobs/new"):
        await sized.open(address)
        await expect(badge).to_be_visible()
        before = int(await badge.inner_text())
        agents = await api.start()
        await agents.complete(
            await agents.joined(0, gpu_model="NVIDIA A100-SXM4-80GB", gpu_count=1), quick_mark(1, 0.5)
        )
        await expect(badge).to_have_text(str(before + 1), timeout=AT_ONCE)
        made.append(agents)
    for agents in made:
        await api.delete(agents.job)
    await expect(badge).to_have_text(str(before + 1 - len(made)))


async def test_lost_connection_says_so_quietly_heals_and_catches_up(sized: Visitor, api: Api) -> None:
    # A browser that goes offline keeps its connections to localhost.
    sized.site = sized.site.replace("localhost", "127.0.0.1")
    page = await signed_in_at(sized, "/")
    await expect(page.locator(ROW)).to_have_count(20)
    banner = page.get_by_test_id("link-banner")
    await expect(banner).to_have_text("")
    first = page.locator(ROW).first.get_by_role("checkbox")
    await first.click()
    await expect(first).to_be_checked()
    box = await first.bounding_box()
    await page.context.set_offline(True)
    await expect(banner).to_have_text("The connection is lost. This page tries again and then catches up.")
    await expect(first).to_be_focused()
    assert await first.bounding_box() == box
    name = f"live after all {sized.width}"
    agents = await api.start(name=name)
    await expect(row_of(page, name)).to_have_count(0)
    await page.context.set_offline(False)
    await expect(row_of(page, name)).to_be_visible()
    await expect(banner).to_have_text("")
    await expect(page.locator(ROW).nth(1).get_by_role("checkbox")).to_be_checked()
    await agents.joined(0)
    await expect(row_of(page, name)).to_contain_text("Running", timeout=AT_ONCE)
    assert await is_same_document(page)
    # The browser itself notes each connection that it could not make.
    sized.complaints[:] = [text for text in sized.complaints if not re.search("ERR_INTERNET_DISCONNECTED", text)]


async def test_another_customer_is_sent_nothing(sized: Visitor, api: Api) -> None:
    page = sized.page
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    await sized.sign_in("research-admin@demo.example")
    await expect(page.locator(ROW).first).to_be_visible()
    await page.wait_for_timeout(500)
    seen = len(frames)
    for number in range(3):
        agents = await api.start(name=f"live for Acme alone {number} at {sized.width}")
        await agents.joined(0)
        await page.wait_for_timeout(400)
    assert [frame for frame in frames[seen:] if len(frame) > 3] == []


async def test_idle_page_is_silent(sized: Visitor) -> None:
    page = sized.page
    said: list[str] = []
    asked: list[str] = []

    def follow(socket: Any) -> None:
        for direction in ("framereceived", "framesent"):
            socket.on(direction, lambda frame: said.append(str(frame)))

    page.on("websocket", follow)
    await sized.sign_in("research-admin@demo.example", "/performance")
    await drawn(page, "scores_by_model")
    await page.wait_for_timeout(500)
    said.clear()
    page.on("request", lambda request: asked.append(request.url))
    await page.wait_for_timeout(3000)
    # 2 and 3 are the websocket's own ping and pong.
    assert [frame for frame in said if frame not in {"2", "3"}] == []
    assert asked == []
