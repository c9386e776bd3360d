"""What goes on around a page while it is photographed: it is cut off, its database is, or a job is made."""

import contextlib
import time
from collections.abc import Iterator

import httpx
from playwright.sync_api import Page, Route, expect

from tests.outage import unreachable
from tests.screenshots.scenes import Happening
from tests.screenshots.stage import API, Stages, staff_of

PATIENCE_MS = 30_000
SAID = {"no figures": "could not be read", "broken": "stopped working"}


@contextlib.contextmanager
def happening(what: Happening, page: Page, served: Stages) -> Iterator[None]:
    """Let it happen and be seen on the page; afterwards all is as before."""
    with contextlib.ExitStack() as stack:
        if what == "cut off":
            page.context.set_offline(True)
            stack.callback(page.context.set_offline, False)
            _said(page, "The connection is lost")
        if what == "unheard":
            stack.callback(_until_ready, served.full)
            stack.enter_context(unreachable(served.database))
            _said(page, "Live updates are paused")
        if what == "opened unheard":
            stack.callback(_until_ready, served.full)
            stack.enter_context(unreachable(served.database))
            page.reload()
            expect(page.get_by_role("button", name="Try again").first).to_be_visible(timeout=PATIENCE_MS)
        if what in {"no figures", "broken"}:
            page.route("**/auth/figures/**", _refuse if what == "no figures" else _answer_what_no_plot_is_made_of)
            page.reload()
            expect(page.get_by_role("alert").filter(has_text=SAID[what]).first).to_be_visible(timeout=PATIENCE_MS)
        if what == "new job":
            row = page.get_by_test_id("jobs-row").nth(8)
            row.evaluate("row => row.scrollIntoView({block: 'center'})")
            row.hover()
            stack.enter_context(_job(served.full))
            expect(page.get_by_test_id("fresh-rows")).to_be_visible(timeout=PATIENCE_MS)
        if what == "acknowledged":
            stack.enter_context(_acknowledged(page))
        yield


@contextlib.contextmanager
def _acknowledged(page: Page) -> Iterator[None]:
    page.get_by_test_id("performance-toggle").first.click()
    page.get_by_test_id("performance-note").fill("Fan replaced, measured again tonight")
    page.get_by_role("button", name="Acknowledge").click()
    reopen = page.get_by_role("button", name="Reopen")
    expect(reopen).to_be_visible(timeout=PATIENCE_MS)
    yield
    reopen.click()
    expect(page.get_by_role("button", name="Acknowledge")).to_be_visible(timeout=PATIENCE_MS)


def _refuse(route: Route) -> None:
    error = {"code": "INTERNAL_ERROR", "message": "The figures could not be read"}
    route.fulfill(status=500, json={"error": error}, headers={"X-Request-ID": "5f0c1a2b9d3e4f60"})


def _answer_what_no_plot_is_made_of(route: Route) -> None:
    plot = {"title": 7, "note": "", "alternative": "", "figure": {"data": [], "layout": {}}}
    route.fulfill(json={"scores_by_model": plot, "alerts_by_week": plot})


def _said(page: Page, words: str) -> None:
    expect(page.get_by_test_id("link-banner")).to_contain_text(words, timeout=PATIENCE_MS)


@contextlib.contextmanager
def _job(site: str) -> Iterator[None]:
    with staff_of(site) as client:
        job = client.post(f"{API}/jobs", json={"name": "made a moment ago", "benchmarks": []}).raise_for_status().json()
        yield
        client.request("DELETE", f"{API}/jobs/delete", json={"id": int(job["id"])}).raise_for_status()


def _until_ready(site: str) -> None:
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not httpx.get(f"{site}/readyz", timeout=PATIENCE_MS / 1000).is_success:
        if time.monotonic() > deadline:
            raise TimeoutError("the server did not find its database again")
        time.sleep(0.2)
