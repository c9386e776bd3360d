"""What the tests of live pages share: a marked document, rows by name, and what counts as at once."""

import time
from collections.abc import Awaitable, Callable

from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import Visitor

ROW = '[data-testid="jobs-row"]'
BADGE = ".sm-badge[data-state]"
AT_ONCE = 15_000
"""Milliseconds in which open pages surely show what an answer to an agent has changed, also beside other work.

Nothing but the change itself brings it. That it takes less than a second is held where the best of some tries counts,
and by the benchmarks.
"""
STILL_SECONDS = 0.5


async def signed_in_at(visitor: Visitor, address: str) -> Page:
    """Sign in and mark the document: the mark goes with a reload."""
    await visitor.sign_in("root@demo.example", address)
    frame = visitor.page.get_by_test_id("navigation-open" if visitor.is_phone else "account-menu")
    await expect(frame.first).to_be_visible()
    await visitor.page.evaluate("document.documentElement.dataset.stayed = 'yes'")
    return visitor.page


async def is_same_document(page: Page) -> bool:
    """Tell whether the page was never loaded anew."""
    return bool(await page.evaluate("document.documentElement.dataset.stayed === 'yes'"))


def row_of(page: Page, name: str) -> Locator:
    """Give a job's row of the list."""
    return page.locator(ROW).filter(has=page.get_by_text(name, exact=True))


async def resting_top_of(locator: Locator) -> float:
    """Give where an element stands once it stays there: a page that loads may move its table."""
    place, since = await top_of(locator), time.monotonic()
    while time.monotonic() < since + STILL_SECONDS:
        await locator.page.wait_for_timeout(50)
        now = await top_of(locator)
        if now != place:
            place, since = now, time.monotonic()
    return place


async def top_of(locator: Locator) -> float:
    """Give where an element stands on the screen."""
    box = await locator.bounding_box()
    assert box
    return box["y"]


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something is so, at most for what counts as at once."""
    deadline = time.monotonic() + AT_ONCE / 1000
    while not await is_so():
        assert time.monotonic() < deadline, "it did not happen at once"
