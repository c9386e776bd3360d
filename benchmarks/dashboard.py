"""The dashboard as a person has it: the production build in a browser, held against the bars of its pages.

A change is measured inside the page, from the click or the choice to the frame that shows the new rows.
"""

import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import psutil
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from benchmarks.measure import Row
from benchmarks.stand import SECRET, Stand, free_port
from siliconmark_ui.accounts.sessions import COOKIE_NAME, hash_of
from tests.browser import ARGUMENTS, require_browser

ROUNDS = 5
WARM_LOADS = 7
TABS = 12
CHANGE_P50, CHANGE_P95, LOAD_BAR = 150.0, 400.0, 1500.0
SCRIPTS_KIB, SESSION_KIB = 350.0, 1024.0
MEBIBYTE = 1024 * 1024
START_SECONDS = 120.0
WINDOW = {"width": 1440, "height": 900}
SESSION = "INSERT INTO browser_sessions (key_hash, user_id, expires_at) VALUES (%s, %s, now() + interval '1 day')"
# Notes when somebody acts, when rows first stand, and when the table shows the rows of another question on the screen.
# What the question is stands in its sentence and its place among all rows, which arrive with the rows.
CLOCK = """
(() => {
  const times = (window.smTimes = {acted: 0, shown: 0, first: 0});
  const question = () => [...document.querySelectorAll("[data-testid$='-sentence'], [data-testid$='-summary']")]
    .map(part => part.textContent).join("|");
  let before = "";
  for (const kind of ["click", "change"]) {
    document.addEventListener(kind, () => {
      before = question();
      times.acted = performance.now();
      times.shown = 0;
    }, true);
  }
  new MutationObserver(() => {
    if (!times.first && document.querySelector("tbody tr[data-testid$='-row']")) times.first = performance.now();
    if (!times.acted || times.shown || question() === before) return;
    if (document.querySelector("table[data-testid$='-table'][aria-busy='true']")) return;
    times.shown = -1;
    requestAnimationFrame(() => setTimeout(() => { times.shown = performance.now(); }, 0));
  }).observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
})();
"""
SCRIPTS = """() => performance.getEntriesByType("resource").filter(entry => /\\.js($|\\?)/.test(entry.name))
    .map(entry => [entry.name, entry.encodedBodySize])"""


@dataclass(frozen=True)
class Change:
    """One thing that a person does to a list, and the words that name it."""

    what: str
    act: Callable[[Page], None]


def dashboard(stand: Stand) -> list[Row]:
    """Return what a person waits for and what a page costs, with `stand`'s database behind the whole product."""
    with _served(stand.url) as (port, worker), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require_browser(), args=list(ARGUMENTS))
        site = f"http://localhost:{port}"
        rows = _session_cost(_context(browser, stand, site, stand.staff_id), site, worker)
        for who, person in (("everything", stand.staff_id), ("big customer", stand.admin_id)):
            context = _context(browser, stand, site, person)
            rows += _loads(context, site, who)
            rows += _changes(context, site, "/", who, JOB_CHANGES)
            rows += _changes(context, site, "/performance", who, PERFORMANCE_CHANGES)
            rows += _changes(context, site, "/machines", who, MACHINE_CHANGES)
        rows += _scripts(browser, stand, site)
        browser.close()
        return rows


def _click(test_id: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_test_id(test_id).first.click()


def _role(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("button", name=name, exact=True).first.click()


def _head(name: str) -> Callable[[Page], None]:
    return lambda page: page.locator("thead").get_by_role("button", name=name, exact=True).first.click()


def _choose(test_id: str, value: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.get_by_test_id(test_id).first.select_option(value)

    return act


def _check(panel: str, name: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.get_by_test_id(panel).first.click()
        page.get_by_role("checkbox", name=name, exact=True).first.click()

    return act


def _uncheck(name: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.get_by_role("checkbox", name=name, exact=True).first.click()
        page.keyboard.press("Escape")

    return act


JOB_CHANGES = (
    Change("state completed", _check("jobs-state", "Completed")),
    Change("and failed", lambda page: page.get_by_role("checkbox", name="Failed", exact=True).first.click()),
    Change("failed alone", _uncheck("Completed")),
    Change("next page", _role("Next page")),
    Change("sorted by name", _head("Name")),
    Change("with the network benchmark", _choose("jobs-benchmark-id", "cluster_network")),
    Change("without it", _choose("jobs-benchmark-id", "")),
    Change("no filter", _role("Clear filters")),
    Change("sorted by state", _head("State")),
    Change("sorted by creation", _head("Created")),
    Change("tagged production", _check("jobs-tags", "production")),
    Change("not tagged", _uncheck("production")),
)
PERFORMANCE_CHANGES = (
    Change("alerts not reviewed", _click("performance-review-open")),
    Change("all alerts", _click("performance-review-all")),
    Change("state completed", _check("performance-state", "Completed")),
    Change("every state", _uncheck("Completed")),
    Change("newest first", _choose("performance-order", "created_at desc")),
    Change("next page", _role("Next page")),
    Change("alerts first", _choose("performance-order", "alerts desc")),
)
MACHINE_CHANGES = (
    Change("underperforming machines", _choose("machines-status", "underperforming")),
    Change("every status", _choose("machines-status", "")),
    Change("sorted by score", _role("Last performance")),
    Change("next page", _role("Next page")),
    Change("sorted by address", _role("Machine")),
    Change("last seen first", _role("Last seen")),
)


def _changes(context: BrowserContext, site: str, path: str, who: str, changes: tuple[Change, ...]) -> list[Row]:
    page = context.new_page()
    page.goto(site + path)
    expect(page.locator("tbody tr[data-testid$='-row']").first).to_be_visible()
    taken: dict[str, list[float]] = {change.what: [] for change in changes}
    for number in range(ROUNDS + 1):
        for change in changes:
            page.wait_for_timeout(250)
            change.act(page)
            spent = _spent(page)
            # The first round warms the caches of browser, server and database.
            if number:
                taken[change.what].append(spent)
    page.close()
    every = [spent for times in taken.values() for spent in times]
    slow = max(taken, key=lambda what: median(taken[what]))
    place = "jobs" if path == "/" else path.strip("/")
    detail = f"{len(changes)} changes, {ROUNDS} times each; slowest: {slow}, {median(taken[slow]):.0f} ms"
    return [
        Row(f"{place}, {who}: change to new rows, p50", median(every), "ms", CHANGE_P50, detail),
        Row(f"{place}, {who}: change to new rows, p95", quantiles(every, n=20)[-1], "ms", CHANGE_P95),
    ]


def _spent(page: Page) -> float:
    """Return the milliseconds from the last act to the rows that it asked for."""
    deadline = time.monotonic() + 30.0
    while time.monotonic() < deadline:
        times = page.evaluate("() => window.smTimes")
        if times["shown"] > times["acted"] > 0:
            return float(times["shown"] - times["acted"])
        time.sleep(0.01)
    raise TimeoutError(f"no new rows at {page.url}")


def _loads(context: BrowserContext, site: str, who: str) -> list[Row]:
    page = context.new_page()
    taken = []
    for _ in range(WARM_LOADS + 1):
        page.goto(site + "/")
        expect(page.locator("tbody tr[data-testid=jobs-row]").first).to_be_visible()
        taken.append(float(page.evaluate("() => window.smTimes.first")))
    page.close()
    return [
        Row(f"jobs, {who}: first page with rows, warm", median(taken[1:]), "ms", LOAD_BAR, f"cold {taken[0]:.0f} ms")
    ]


def _scripts(browser: Browser, stand: Stand, site: str) -> list[Row]:
    rows = []
    for path, what in (
        ("/", "jobs"),
        ("/machines", "machines"),
        ("/jobs/new", "new job"),
        ("/performance", "performance"),
    ):
        context = _context(browser, stand, site, stand.staff_id)
        page = context.new_page()
        page.goto(site + path)
        page.wait_for_load_state("networkidle")
        found = page.evaluate(SCRIPTS)
        context.close()
        plots = sum(bool(re.search("plotly", name)) for name, _ in found)
        size = sum(size for _, size in found) / 1024
        if path != "/performance":
            rows.append(Row(f"{what}: files of the plot program loaded", float(plots), "files", 0.0))
        rows.append(Row(f"{what}: scripts, compressed", size, "KiB", SCRIPTS_KIB if path == "/" else None))
    return rows


def _session_cost(context: BrowserContext, site: str, worker: psutil.Process) -> list[Row]:
    """Hold the memory of a server with so many open job lists against that of one with a single one."""
    pages = []
    before = 0
    for number in range(TABS + 1):
        page = context.new_page()
        page.goto(f"{site}/?per_page=50")
        expect(page.locator("tbody tr[data-testid=jobs-row]")).to_have_count(50)
        pages.append(page)
        if not number:
            before = _memory(worker)
    cost = (_memory(worker) - before) / TABS / 1024
    for page in pages:
        page.close()
    detail = f"{TABS} tabs of 50 rows; the worker had {before / MEBIBYTE:.0f} MiB with one"
    return [Row("jobs: memory of the server for one more session", cost, "KiB", SESSION_KIB, detail)]


def _memory(server: psutil.Process) -> int:
    return sum(process.memory_info().rss for process in [server, *server.children(recursive=True)])


def _context(browser: Browser, stand: Stand, site: str, person: int) -> BrowserContext:
    key = secrets.token_urlsafe(32)
    stand.connection.execute(SESSION, (hash_of(key), person))
    context = browser.new_context(viewport=WINDOW)  # type: ignore[arg-type]
    context.add_cookies([{"name": COOKIE_NAME, "value": key, "url": site}])
    context.add_init_script(CLOCK)
    return context


@contextmanager
def _served(url: str) -> Iterator[tuple[int, psutil.Process]]:
    """Serve the whole product on a database as `make run` does; give the port and the process."""
    port = free_port()
    with TemporaryDirectory() as folder:
        settings = {
            "DATABASE_URL": url,
            "PORT": str(port),
            "SILICONMARK_DATA_DIR": folder,
            "SILICONMARK_DEMO": "0",
            "SILICONMARK_SECRET_KEY": SECRET,
        }
        log = Path(folder) / "server.log"
        with log.open("wb") as output:
            command = [sys.executable, "-m", "siliconmark_ui", "serve"]
            process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=output, stderr=output)
        try:
            _wait(port, process, log)
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait()


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if "is ready" in log.read_text():
            return
        time.sleep(0.2)
    raise TimeoutError(f"the product did not become ready on port {port}: {log.read_text()}")
