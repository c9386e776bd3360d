"""What people take away of a plot: a picture, a drawing and its figures, by mouse, keyboard and phone."""

import asyncio
import io
import json
import re
import struct
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas  # type: ignore[import-untyped]
import pytest
from playwright.async_api import Page, Route, expect

from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import press

pytestmark = pytest.mark.e2e

CHART = "bandwidth_map"
EVIL = ('=HYPERLINK("http://x.example","y")', "@SUM(A1)", "-1+2", 'he said "no", twice')
INK = "words => getComputedStyle(words).fill"
DAY = r"\d{4}-\d{2}-\d{2}"


async def open_network(visitor: Visitor) -> Page:
    """Sign in and open the network tab of a job; return the page once its heat map is drawn."""
    page = visitor.page
    await visitor.sign_in(address="/?benchmark_id=cluster_network&state=completed&node_count_min=4&sort_by=node_count")
    link = page.locator('[data-testid="jobs-row"] a').first
    path = await link.get_attribute("href")
    await visitor.open(f"{path}?tab=network")
    await expect(page.get_by_test_id(f"plot-{CHART}")).to_have_attribute("data-state", "ready", timeout=20_000)
    return page


async def taken(page: Page, wanted: str, chart: str = CHART) -> tuple[str, bytes]:
    """Take a chart away; return the name and the content of the file."""
    frame = page.get_by_test_id(f"plot-{chart}")
    await frame.get_by_test_id(f"plot-menu-{chart}").click()
    async with page.expect_download() as started:
        await frame.get_by_test_id(f"plot-{wanted}").click()
    file = await started.value
    return file.suggested_filename, await asyncio.to_thread(Path(await file.path()).read_bytes)


def texts_of(svg: bytes) -> list[str]:
    """Return the texts of a drawing, those of one line joined."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own drawing.
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


async def test_a_plot_leaves_as_picture_drawing_and_figures(sized: Visitor) -> None:
    page = await open_network(sized)
    frame = page.get_by_test_id(f"plot-{CHART}")
    title, words = (
        (await frame.locator("h2").inner_text()).replace("\N{NO-BREAK SPACE}", " "),
        await frame.locator("details p").text_content(),
    )
    name, png = await taken(page, "png")
    assert re.fullmatch(rf"{CHART}_.+_{DAY}\.png", name)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    assert (width, height > 700) == (2000, True)
    assert len(png) > 10_000
    _, svg = await taken(page, "svg")
    texts = texts_of(svg)
    assert any(title[:40] in text for text in texts)
    assert any("A cross marks a dead link" in text for text in texts)
    assert {"From node", "To node", "Gbit/s"} <= set(texts)
    assert b"var(--" not in svg
    _, csv = await taken(page, "csv")
    table = pandas.read_csv(io.BytesIO(csv))
    live = re.search(r"([\d,]+) of [\d,]+ directed links live", words or "")
    assert live is not None
    assert table["Bandwidth (Gbit/s)"].count() == int(live[1].replace(",", ""))
    assert set(table["From node"]) == set(table["To node"])


async def test_a_chosen_theme_reaches_a_plot_whose_drawing_stays_light(sized: Visitor) -> None:
    page = await open_network(sized)
    words = page.get_by_test_id(f"plot-{CHART}").locator(".xtick text").first
    light = await words.evaluate(INK)
    if sized.is_phone:
        await page.get_by_role("button", name="Open navigation").click()
    await page.get_by_test_id("account-menu").locator("visible=true").click()
    await page.get_by_role("button", name="Dark").click()
    await page.wait_for_function("document.documentElement.classList.contains('dark')")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Account")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert await words.evaluate(INK) != light
    _, svg = await taken(page, "svg", "bandwidth_distribution")
    background = ElementTree.fromstring(svg).find("{http://www.w3.org/2000/svg}rect")  # noqa: S314 - our own drawing.
    assert background is not None
    assert "fill: rgb(255, 255, 255)" in background.get("style", "")
    assert b"rgb(28, 32, 36)" in svg


async def test_the_menu_is_worked_by_keyboard_and_fits_the_window(sized: Visitor) -> None:
    page = await open_network(sized)
    button = page.get_by_test_id(f"plot-menu-{CHART}")
    await expect(button).to_have_accessible_name(re.compile("^Export the chart “.+”$"))
    await press(button)
    menu = page.get_by_role("menu")
    items = menu.get_by_role("menuitem")
    await expect(items).to_have_text(["Image (PNG)", "Drawing (SVG)", "Figures (CSV)"])
    await expect(items.first).to_be_focused()
    assert await grave_problems(page, is_covered=True) == []
    box = await menu.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= sized.width
    assert await page.evaluate("document.documentElement.scrollWidth") <= sized.width
    await page.keyboard.press("ArrowUp")
    await expect(items.last).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(menu).to_have_count(0)
    await expect(button).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("End")
    async with page.expect_download() as started:
        await page.keyboard.press("Enter")
    assert (await started.value).suggested_filename.endswith(".csv")
    await expect(button).to_be_focused()
    await button.click()
    await page.locator("h1").first.click()
    await expect(menu).to_have_count(0)


async def test_figures_run_nothing_and_keep_what_they_say(visitor: Visitor) -> None:
    def odd(sheet: dict[str, Any]) -> dict[str, Any]:
        figure = sheet[CHART]["figure"]
        figure["data"] = [{"type": "bar", "x": list(EVIL), "y": [-1.5, 2, 3, 4], "customdata": ["=1+1<br>&lt;b>"] * 4}]
        figure["layout"]["yaxis"] = {"title": {"text": "Bandwidth (Gbit/s)"}}
        figure["layout"]["xaxis"] = {"title": {"text": "Node"}, "type": "category"}
        return sheet

    async def answer(route: Route) -> None:
        response = await route.fetch()
        await route.fulfill(response=response, body=json.dumps(odd(json.loads(await response.body()))))

    await visitor.page.route("**/auth/figures/jobs/*/network*", answer)
    page = await open_network(visitor)
    _, csv = await taken(page, "csv")
    assert b"=HYPER" not in csv.replace(b"'=HYPER", b"")
    table = pandas.read_csv(io.BytesIO(csv))
    assert list(table["Node"]) == [f"'{EVIL[0]}", f"'{EVIL[1]}", f"'{EVIL[2]}", EVIL[3]]
    assert list(table["Bandwidth (Gbit/s)"]) == [-1.5, 2, 3, 4]
    assert set(table["Details"]) == {"'=1+1, <b>"}
