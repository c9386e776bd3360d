"""What a newcomer does: sign in with a demonstration account, filter, open a job, read its charts, leave."""

import re

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import press, to_content
from tests.e2e.programs import Api

pytestmark = pytest.mark.e2e

ROW = '[data-testid="jobs-row"]'
NETWORKED = "/?benchmark_id=cluster_network&state=completed&node_count_min=4&sort_by=node_count"
NETWORK_CHARTS = (
    "bandwidth_map",
    "latency_map",
    "bandwidth_distribution",
    "latency_distribution",
    "bandwidth_means",
    "latency_means",
)


async def drawn(page: Page, chart: str) -> None:
    """Wait until a chart is drawn: its frame says so, and the drawing is there."""
    frame = page.get_by_test_id(f"plot-{chart}")
    await expect(frame).to_have_attribute("data-state", "ready", timeout=20_000)
    await expect(frame.locator("svg.main-svg").first).to_be_visible()


async def open_network_job(visitor: Visitor) -> None:
    """Sign in and open the network tab of the first job that has one."""
    await visitor.sign_in(address=NETWORKED)
    await visitor.page.locator(f"{ROW} a").first.click()
    await visitor.page.get_by_role("navigation", name="Parts of the job").get_by_text("Network").click()


async def test_newcomer_signs_in_filters_opens_a_job_and_sees_its_charts(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in_by_form()
    await expect(page.locator(ROW)).to_have_count(20)
    await page.get_by_test_id("jobs-state").click()
    await page.get_by_role("checkbox", name="Completed", exact=True).click()
    await expect(page.get_by_test_id("jobs-sentence")).to_have_text("Completed jobs, newest first")
    await expect(page).to_have_url(re.compile(r"\?state=completed$"))
    await expect(page.locator(f'{ROW} [data-state="completed"]')).to_have_count(20)
    await visitor.open("/?benchmark_id=cluster_network&state=completed&node_count_min=4")
    # The rows of the view before stay, dimmed, until the new ones come, and the sentence with them.
    await expect(page.get_by_test_id("jobs-sentence")).to_contain_text("at least 4 nodes")
    name = await page.locator(f"{ROW} a").first.inner_text()
    await page.locator(f"{ROW} a").first.click()
    await expect(page.get_by_test_id("job-name")).to_have_text(name)
    await page.get_by_role("navigation", name="Parts of the job").get_by_text("Network").click()
    for chart in NETWORK_CHARTS:
        await drawn(page, chart)
    await expect(page.get_by_test_id("network-slowest").locator("tbody tr").first).to_be_visible()
    await page.get_by_role("navigation", name="Parts of the job").get_by_text("QuickMark").click()
    await drawn(page, "metric_ratios")
    await expect(page.get_by_test_id("quickmark-gpus").locator("tbody tr").first).to_be_visible()


async def test_heat_map_has_a_cell_per_link_and_its_words_say_how_many(visitor: Visitor) -> None:
    await open_network_job(visitor)
    await drawn(visitor.page, "bandwidth_map")
    frame = visitor.page.get_by_test_id("plot-bandwidth_map")
    nodes = await frame.locator(".js-plotly-plot, [role=img]").first.evaluate("plot => plot.data[0].x.length")
    words = await frame.locator("details p").text_content()
    assert f"between {nodes} nodes" in (words or "")
    assert f"of {nodes * (nodes - 1):,} directed links" in (words or "")


async def test_theme_reaches_the_plots_without_loading_the_page_anew(visitor: Visitor) -> None:
    await open_network_job(visitor)
    page = visitor.page
    await drawn(page, "bandwidth_distribution")
    ink = "() => document.querySelector('[data-testid=plot-bandwidth_distribution] .xtick text').style.fill"
    light = await page.evaluate(ink)
    await page.get_by_test_id("account-menu").first.click()
    await page.get_by_role("button", name="Dark").click()
    await page.wait_for_function(f"before => ({ink})() !== before", arg=light)
    assert await page.evaluate("document.documentElement.classList.contains('dark')")


async def test_typing_a_name_filters_and_the_chip_clears_it(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in()
    await expect(page.locator(ROW)).to_have_count(20)
    everything = await page.get_by_test_id("jobs-total").inner_text()
    await page.get_by_test_id("jobs-search").press_sequentially("nightly", delay=20)
    await expect(page.get_by_test_id("jobs-chip")).to_have_text("Name has “nightly”")
    await expect(page).to_have_url(re.compile(r"\?name=nightly$"))
    await expect(page.get_by_test_id("jobs-search")).to_be_focused()
    await page.get_by_test_id("jobs-chip").click()
    await expect(page.get_by_test_id("jobs-total")).to_have_text(everything)
    await expect(page.get_by_test_id("jobs-search")).to_have_value("")


async def test_wrong_password_says_so_and_keeps_the_way_back(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.open("/?state=failed")
    await page.get_by_label("E-mail").fill("root@demo.example")
    await page.get_by_label("Password").fill("not the password")
    await page.get_by_test_id("sign-in-submit").click()
    await expect(page.get_by_test_id("sign-in-problem")).to_have_text("Incorrect e-mail or password")
    await expect(page.get_by_label("E-mail")).to_have_value("root@demo.example")
    await page.get_by_label("Password").fill("silicon-demo")
    await page.get_by_test_id("sign-in-submit").click()
    await expect(page.get_by_test_id("jobs-sentence")).to_have_text("Failed jobs, newest first")


async def test_sign_in_works_before_any_script_runs(visitor: Visitor) -> None:
    browser = visitor.page.context.browser
    assert browser is not None
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{visitor.site}/sign-in")
    await page.get_by_label("E-mail").fill("root@demo.example")
    await page.get_by_label("Password").fill("silicon-demo")
    await page.get_by_test_id("sign-in-submit").click()
    cookies = await context.cookies()
    await context.close()
    assert [(cookie.get("httpOnly"), cookie.get("sameSite")) for cookie in cookies] == [(True, "Lax")]


async def test_scripts_never_see_the_session(visitor: Visitor) -> None:
    page = visitor.page
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    await visitor.sign_in()
    await expect(page.locator(ROW)).to_have_count(20)
    (key,) = [cookie["value"] for cookie in await page.context.cookies() if cookie.get("httpOnly")]
    assert frames
    assert key not in "".join(frames)
    assert key not in await page.evaluate("document.cookie + JSON.stringify({...localStorage, ...sessionStorage})")
    assert "eyJ" not in "".join(frames)


async def test_signing_out_ends_the_session_for_every_page(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in()
    await expect(page.locator(ROW)).to_have_count(20)
    await page.get_by_test_id("account-menu").first.click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page).to_have_url(re.compile(r"/sign-in$"))
    await visitor.open("/?state=failed")
    await expect(page).to_have_url(re.compile(r"/sign-in\?next="))


async def gzip_size(http: httpx.AsyncClient, address: str) -> int:
    """Give how many bytes a file takes on its way to a browser that knows gzip alone; small files go as they are."""
    async with http.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
        assert (answer.status_code, answer.headers.get("content-encoding", "gzip")) == (200, "gzip"), address
        return len(b"".join([part async for part in answer.aiter_raw()]))


async def test_list_loads_no_plot_program_and_less_than_350_kib_of_scripts(visitor: Visitor, api: Api) -> None:
    page = visitor.page
    await visitor.sign_in()
    await expect(page.locator(ROW)).to_have_count(20)
    scripts = await page.evaluate(
        "() => performance.getEntriesByType('resource').map(entry => entry.name).filter(name => /\\.js/.test(name))"
    )
    assert scripts
    assert not [name for name in scripts if "plotly" in name]
    assert sum([await gzip_size(api.http, name) for name in set(scripts)]) < 350 * 1024


async def test_pages_without_plots_load_no_plot_code(visitor: Visitor) -> None:
    page = visitor.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "plot" in request.url else None)
    await visitor.sign_in(address=NETWORKED)
    await expect(page.locator(ROW).first).to_be_visible()
    job = await page.locator(f"{ROW} a").first.get_attribute("href")
    plotless = {
        "/jobs/new": "new-job-form",
        "/machines": "machines-row",
        "/account": "account-sessions",
        "/people": "people-row",
        "/audit": "audit-row",
    }
    for address, shown in plotless.items():
        await visitor.open(address)
        await expect(page.get_by_test_id(shown).first).to_be_visible()
    assert asked == []
    # Pages that may show plots have the small part that asks for the large one, once there is something to draw.
    for address, shown in {
        "/compare": "compare-empty",
        f"{job}?tab=nodes": "nodes-table",
        f"{job}?tab=raw": "json-tree",
    }.items():
        await visitor.open(address)
        await expect(page.get_by_test_id(shown).first).to_be_visible()
    assert not [url for url in asked if "plotly" in url]
    await page.get_by_role("navigation", name="Parts of the job").get_by_text("Network").click()
    await drawn(page, "bandwidth_map")
    assert [url for url in asked if "plotly" in url]


async def test_unknown_addresses_have_a_page_of_our_own(sized: Visitor) -> None:
    page = sized.page
    await sized.open("/nowhere")
    await expect(page.get_by_test_id("not-found")).to_contain_text("There is no such page")
    assert await grave_problems(page) == []
    await sized.sign_in(address="/jobs/12")
    await expect(page.get_by_test_id("job-not-found")).to_contain_text("Job with id 12 not found")
    assert await grave_problems(page) == []
    await to_content(page)
    await press(page.get_by_role("link", name="Go to the jobs"))
    await expect(page.locator(ROW)).to_have_count(20)
    sized.complaints[:] = [text for text in sized.complaints if "404" not in text]


async def test_phone_filters_in_a_sheet_and_navigates_in_a_drawer(visitor: Visitor) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": 390, "height": 844})
    await visitor.sign_in()
    await expect(page.locator(ROW)).to_have_count(20)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.get_by_test_id("jobs-filters").click()
    await page.get_by_role("dialog").get_by_role("checkbox", name="Failed", exact=True).click()
    await page.get_by_role("dialog").get_by_role("button", name=re.compile(r"^Show \d+ jobs?$")).click()
    await expect(page.get_by_test_id("jobs-sentence")).to_have_text("Failed jobs, newest first")
    await expect(page.get_by_test_id("jobs-filters")).to_contain_text("1")
    await page.get_by_role("button", name="Open navigation").click()
    await page.get_by_role("dialog").get_by_role("link", name="Jobs").click()
    await expect(page.get_by_test_id("jobs-sentence")).to_have_text("All jobs, newest first")
