"""Hostile texts in every field that somebody writes, in every page: shown letter by letter, in charts and on hover too.

Scripts in pages may run by the policy, so a text that became markup would show itself by what it does.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from siliconmark_ui.accounts.reasons import UNKNOWN_PROBLEM
from siliconmark_ui.accounts.service import Browser as SignedIn
from siliconmark_ui.accounts.service import sign_in
from siliconmark_ui.accounts.sessions import COOKIE_NAME
from siliconmark_ui.db import Database
from tests.browser import UNFINISHED
from tests.factories import PASSWORD
from tests.security.hostile_texts import CUSTOMER, EMAIL, LINK, MARKUP, MODEL, SCRIPT, HostileWorld, make_hostile_world
from tests.server.conftest import ServerUnderTest

pytestmark = pytest.mark.e2e
# What none of our own pages holds, and each of the hostile texts would make.
TRACES = "img[src='x'], svg[onload], a[href*='evil.example'], script:text('owned'), [onerror]"
PATIENCE = 15.0
CHARTS_MAX, MARKS_MAX = 6, 12
ALL_AT_ONCE = f"'\">{MARKUP}{SCRIPT}{CUSTOMER}"


@pytest.fixture
async def world(db: Database) -> HostileWorld:
    """Every text hostile."""
    return await make_hostile_world(db)


@pytest.fixture
async def page(browser: Browser, served: ServerUnderTest, world: HostileWorld, db: Database) -> AsyncIterator[Page]:
    """A tab of the root admin; the test fails when anything ran, asked or complained in it."""
    key = await sign_in(db, EMAIL, PASSWORD, "127.0.0.1", SignedIn("127.0.0.1", SCRIPT))
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    await context.add_cookies([{"name": COOKIE_NAME, "value": key, "url": served.url}])
    tab = await context.new_page()
    problems: list[str] = []
    tab.on("pageerror", lambda error: problems.append(str(error)))
    tab.on("dialog", lambda dialog: problems.append(dialog.message))
    tab.on("request", lambda request: problems.append(request.url) if "evil.example" in request.url else None)
    yield tab
    await context.close()
    assert problems == []


async def _visit(page: Page, served: ServerUnderTest, address: str) -> None:
    """Open a page, let it settle, and hold it to showing letters alone."""
    await page.goto(served.url + address)
    await page.wait_for_load_state("networkidle")
    await expect(page.locator(UNFINISHED)).to_have_count(0)
    await _hold(page, address)


async def _hold(page: Page, address: str) -> None:
    assert await page.locator(TRACES).count() == 0, address
    assert "owned" not in (await page.title()).replace(MARKUP, ""), address


async def test_pages_show_hostile_texts_as_letters(page: Page, served: ServerUnderTest, world: HostileWorld) -> None:
    alert, network, machine = f"/jobs/{world.alert}", f"/jobs/{world.network}", f"/machines/{world.machine}"
    shown: dict[str, tuple[str, ...]] = {
        "/": (MARKUP, LINK, MODEL),
        alert: (MARKUP, SCRIPT),
        f"{alert}?tab=nodes": (MODEL,),
        f"{alert}?tab=quickmark": (),
        f"{alert}?tab=agent": (),
        network: (LINK,),
        f"{network}?tab=nodes": (MARKUP,),
        f"{network}?tab=quickmark": (),
        f"{network}?tab=network": (LINK,),
        f"/performance?open={world.alert}": (SCRIPT, MODEL),
        "/machines": (MODEL,),
        machine: (MODEL, MARKUP),
        f"/compare?job={world.alert}&job={world.network}": (MARKUP, LINK),
        f"/jobs/new?from={world.alert}": (),
        "/account": (SCRIPT, CUSTOMER),
        "/people": (MARKUP, f"b{EMAIL}", f"c{EMAIL}", CUSTOMER),
        "/audit": (SCRIPT, EMAIL),
    }
    for address, texts in shown.items():
        await _visit(page, served, address)
        assert await _missing(page, texts) == [], address


async def test_saved_views_show_hostile_names_as_letters(
    page: Page, served: ServerUnderTest, world: HostileWorld
) -> None:
    for place, address in (("jobs", "/"), ("performance", "/performance"), ("machines", "/machines")):
        await _visit(page, served, address)
        await page.get_by_test_id(f"{place}-views").click()
        await expect(page.get_by_test_id("view-open")).to_have_text(MARKUP)
        await _hold(page, address)


async def _missing(page: Page, texts: Iterable[str]) -> list[str]:
    """Return which of the texts the page does not come to show; what became markup is not among what is seen."""
    missing = list(texts)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while missing:
                seen = await _seen(page)
                missing = [text for text in missing if text not in seen]
    return missing


async def _seen(page: Page) -> str:
    """Return everything the page shows, and what its fields hold."""
    words = await page.locator("body").inner_text()
    titles = await page.locator("[title]").evaluate_all("all => all.map(one => one.getAttribute('title'))")
    fields = await page.locator("input, textarea").evaluate_all("all => all.map(one => one.value)")
    return "\n".join([words, *titles, *fields])


async def test_form_of_a_copy_holds_hostile_texts_as_values(
    page: Page, served: ServerUnderTest, world: HostileWorld
) -> None:
    await _visit(page, served, f"/jobs/new?from={world.alert}")
    assert await _missing(page, [SCRIPT]) == []


async def test_what_an_address_says_is_shown_as_letters(
    page: Page, served: ServerUnderTest, world: HostileWorld
) -> None:
    said = quote(ALL_AT_ONCE, safe="")
    for address in (
        f"/?name={said}", f"/?tags={said}", f"/?state={said}", f"/?{said}={said}", f"/performance?name={said}",
        f"/performance?open={said}", f"/performance?gpu_model={said}", f"/machines?name={said}",
        f"/machines?gpu_model={said}", f"/machines/{said}", f"/jobs/{said}", f"/jobs/{world.network}?tab={said}",
        f"/jobs/{world.network}?tab=network&order={said}&result={said}", f"/jobs/new?from={said}",
        f"/jobs/{world.alert}?tab=quickmark&node={said}", f"/compare?job={said}&job={said}&metric={said}",
        f"/audit?action={said}&person={said}",
    ):  # fmt: skip
        await _visit(page, served, address)
    await _visit(page, served, f"/account?error={said}&done={said}&wait={said}&with={said}")
    await expect(page.get_by_test_id("page-problem")).to_have_text(UNKNOWN_PROBLEM)
    await expect(page.get_by_test_id("page-done")).to_have_count(0)


async def test_doors_show_hostile_texts_as_letters(browser: Browser, served: ServerUnderTest) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    said = quote(ALL_AT_ONCE, safe="")
    for address in (
        f"/sign-in?error={said}&email={said}&next={said}", f"/sign-in?next=javascript:{said}",
        f"/forgot-password?error={said}&done={said}", f"/reset-password?key={said}&error={said}",
        f"/invitation?key={said}&error={said}", f"/{said}",
    ):  # fmt: skip
        await _visit(page, served, address)
        if "error=" in address and "key=" not in address:
            assert await _missing(page, [UNKNOWN_PROBLEM]) == [], address
        # What an address says of a problem or of what was done is never said as it stands there.
        assert "owned" not in await page.locator("body").inner_text(), address
    await context.close()


@pytest.mark.parametrize(
    "address",
    ["/performance", "/jobs/{network}?tab=network", "/jobs/{network}?tab=quickmark", "/machines/{machine}",
     "/compare?job={alert}&job={network}"],
)  # fmt: skip
async def test_charts_draw_hostile_texts_as_letters(
    page: Page, served: ServerUnderTest, world: HostileWorld, address: str
) -> None:
    names = {"network": world.network, "alert": world.alert, "machine": world.machine}
    await page.goto(served.url + address.format(**names))
    charts = page.locator(".js-plotly-plot")
    await expect(charts.first).to_be_visible(timeout=20_000)
    await page.wait_for_load_state("networkidle")
    hovered = ""
    for chart in (await charts.all())[:CHARTS_MAX]:
        hovered += await _hovered(page, chart)
    drawn = "".join(await charts.locator("svg text").all_text_contents())
    assert hovered, address
    # Nothing of the hostile markup was understood: no link, no bold, no picture; and it stands there letter by letter.
    assert await charts.locator("svg a, svg image[href='x'], svg tspan[style*='bold']").count() == 0
    if "machine" not in address and "quickmark" not in address:
        assert "<a href=" in drawn + hovered or "<img src=x" in drawn + hovered, address
    await _hold(page, address)


async def _hovered(page: Page, chart: Locator) -> str:
    """Move over the whole chart and each of its first marks, and return what it told."""
    await chart.scroll_into_view_if_needed()
    box = await chart.bounding_box()
    assert box is not None
    places = [
        (box["x"] + box["width"] * column / 10, box["y"] + box["height"] * row / 6)
        for row in range(1, 6)
        for column in range(1, 10)
    ]
    marks = (await chart.locator(".point path, path.point").all())[:MARKS_MAX]
    boxes = [found for mark in marks if (found := await mark.bounding_box())]
    places += [(found["x"] + found["width"] / 2, found["y"] + found["height"] / 2) for found in boxes]
    told = ""
    for place in places:
        await page.mouse.move(*place)
        told += "".join(await chart.locator(".hoverlayer text").all_text_contents())
        assert await chart.locator(".hoverlayer a, .hoverlayer tspan[style*='bold']").count() == 0
    return told
