"""An agent's upload is on the page within a second: rows, states, progress, badge and charts, wide and on a phone."""

import statistics
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.api.agent import Agent
from tests.api.expect import ok
from tests.e2e.conftest import Visitor
from tests.e2e.live import AT_ONCE, ROW, is_same_document, signed_in_at
from tests.e2e.programs import Api
from tests.e2e.test_main_flow import drawn
from tests.factories import cluster_network, quick_mark

pytestmark = pytest.mark.e2e

BOUND_SECONDS = 1.0
FEWEST_ROUNDS, MOST_ROUNDS = 5, 15
"""Other work on the machine may hold some rounds up; most have to keep the bound, and more are run until most do."""
NAMED = "[...document.querySelectorAll('[data-testid=jobs-row]')].find(row => row.innerText.includes(name))"
HAS_ROW = f"name => {NAMED}"
HAS_STATE = f"([name, state]) => {NAMED}?.querySelector('.sm-badge')?.dataset.state === state"
HAS_PROGRESS = f"name => {NAMED}?.querySelector('progress')?.value === 50"
COUNTS = "alerts => document.querySelector('[data-testid=alert-badge] [aria-hidden]')?.textContent === alerts"
SHOWS = """share => {
    const drawing = document.querySelector('[data-testid=plot-bandwidth_map] [role=img]');
    return Math.abs((drawing?.data?.[0]?.zmax ?? 0) - share) < 0.01 * share;
}"""

Times = dict[str, list[float]]


async def timed(times: Times, page: Page, what: str, shown: str, arg: Any) -> None:
    """Note the seconds until the page shows something, which its next frame tells."""
    began = time.monotonic()
    await page.wait_for_function(shown, arg=arg, polling="raf", timeout=AT_ONCE)
    times[what].append(time.monotonic() - began)


def are_fast(times: Times) -> bool:
    """Tell whether of everything that was timed most came within the bound."""
    return bool(times) and all(statistics.median(each) < BOUND_SECONDS for each in times.values())


async def held(a_round: Callable[[int, Times], Awaitable[None]]) -> None:
    """Run rounds until most of what they time keeps the bound."""
    times: Times = defaultdict(list)
    for number in range(MOST_ROUNDS):
        await a_round(number, times)
        if number + 1 >= FEWEST_ROUNDS and are_fast(times):
            return
    raise AssertionError(f"slower than {BOUND_SECONDS} s at the median: {dict(times)}")


async def test_rows_states_progress_and_badge_follow_uploads_within_a_second(sized: Visitor, api: Api) -> None:
    page = await signed_in_at(sized, "/")
    await expect(page.locator(ROW)).to_have_count(20)
    badge = page.get_by_test_id("alert-badge").filter(visible=True).locator("[aria-hidden]")
    made: list[Agent] = []

    async def a_round(number: int, times: Times) -> None:
        name, alerts = f"timed {number}", str(int(await badge.inner_text()) + 1)
        agents = await api.start(name=name, node_count=2)
        made.append(agents)
        await timed(times, page, "row", HAS_ROW, name)
        tasks = [await agents.joined(each, gpu_model="NVIDIA A100-SXM4-80GB", gpu_count=1) for each in range(2)]
        await timed(times, page, "state", HAS_STATE, [name, "running"])
        await agents.complete(tasks[0], quick_mark(1))
        await timed(times, page, "progress", HAS_PROGRESS, name)
        await agents.complete(tasks[1], quick_mark(1, 0.5))
        await timed(times, page, "badge", COUNTS, alerts)

    await held(a_round)
    assert await is_same_document(page)
    for agents in made:
        await api.delete(agents.job)


async def test_charts_follow_uploads_within_a_second(sized: Visitor, api: Api) -> None:
    name = f"timed charts {sized.width}"
    agents = await api.start(name=name, node_count=2, benchmarks=["quick_mark", "cluster_network"])
    for number in range(2):
        await agents.joined(number)
    ok(await agents.send_cluster(network(100)))
    page = await signed_in_at(sized, f"/jobs/{agents.job['id']}?tab=network")
    await drawn(page, "bandwidth_map")

    async def a_round(number: int, times: Times) -> None:
        ok(await agents.send_cluster(network(200 + 100 * number)))
        await timed(times, page, "chart", SHOWS, 200 + 100 * number)

    await held(a_round)
    assert await is_same_document(page)


def network(gbps: float) -> dict[str, Any]:
    """Give a result of two nodes whose faster link has that bandwidth."""
    result = cluster_network(2)
    for share, link in zip((0.9, 1.0), result["measurements"], strict=True):
        link["bandwidth_gbps"] = gbps * share
    return result
