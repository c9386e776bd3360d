"""The dashboard as a person has it: the production build in a browser, held against the bars of its pages.

A change is measured inside the page, from the click, the choice or the end of the pause after which something typed
counts, to the frame that shows the new rows.
"""

import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import psutil
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from benchmarks.changes import JOB_CHANGES, MACHINE_CHANGES, PERFORMANCE_CHANGES, Change
from benchmarks.measure import Row
from benchmarks.stand import SECRET, Stand, free_port
from siliconmark_ui.accounts.sessions import COOKIE_NAME, hash_of
from siliconmark_ui.ui.components.filters import TYPING_PAUSE_MS
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
# Notes when somebody acts, when rows first stand, and when the page shows the answer to another question on the screen.
# What the question is stands in its sentence and its place among all rows, which arrive with the rows; how many rows
# there are in all may arrive later, and what is typed counts when the typing has paused.
CLOCK = """
(() => {
  const times = (window.smTimes = {acted: 0, shown: 0, first: 0});
  const question = () => [...document.querySelectorAll("[data-testid$='-sentence'], [data-testid$='-summary']")]
    .map(part => part.dataset.testid.endsWith("-summary") ? part.textContent.split(" of ")[0] : part.textContent)
    .join("|");
  const pauseOf = field => field.type === "search" ? PAUSE : 2 * PAUSE;
  let before = "";
  for (const kind of ["click", "change", "input"]) {
    document.addEventListener(kind, event => {
      const isTyped = event.target.matches("input.sm-input");
      if (isTyped && kind !== "input") return;
      before = question();
      times.acted = performance.now() + (isTyped ? pauseOf(event.target) : 0);
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
""".replace("PAUSE", str(TYPING_PAUSE_MS))
SCRIPTS = """() => performance.getEntriesByType("resource").filter(entry => /\\.js($|\\?)/.test(entry.name))
    .map(entry => [entry.name, entry.encodedBodySize])"""


def dashboard(stand: Stand) -> list[Row]:
    """Return what a person waits for and what a page costs, with `stand`'s database behind the whole product."""
    with served(stand.url) as (port, worker), sync_playwright() as playwright:
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
    middle = {what: median(times) for what, times in taken.items()}
    slow = sorted(middle, key=lambda what: -middle[what])[:3]
    place = "jobs" if path == "/" else path.strip("/")
    detail = f"{len(changes)} kinds of change, {ROUNDS} times each"
    slowest = ", ".join(f"{what} {middle[what]:.0f}" for what in slow)
    return [
        Row(f"{place}, {who}: change to new rows, p50", median(every), "ms", CHANGE_P50, detail),
        Row(f"{place}, {who}: change to new rows, p95", quantiles(every, n=20)[-1], "ms", CHANGE_P95),
        Row(f"{place}, {who}: slowest kind of change, p50", middle[slow[0]], "ms", CHANGE_P50, slowest),
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
def served(url: str) -> Iterator[tuple[int, psutil.Process]]:
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
