"""Live updates under load: hundreds of open tabs, a job of 256 nodes, and writers whose every change is told."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from unittest.mock import patch

import httpx
import msgspec
import psutil
import psycopg

from benchmarks.dashboard import SESSION, served
from benchmarks.measure import Row
from benchmarks.stand import SECRET, SEED, START_SECONDS, person_of
from benchmarks.tabs import Tab
from siliconmark_ui.accounts.sessions import hash_of
from siliconmark_ui.accounts.tokens import TokenSigner
from siliconmark_ui.api.schema import PREFIX
from siliconmark_ui.config import load_settings
from siliconmark_ui.db import Database, psycopg_url
from siliconmark_ui.demo.bulk import load_jobs
from siliconmark_ui.instants import now
from siliconmark_ui.jobs.service import create_job, read_new_job
from siliconmark_ui.relay import CHANNEL
from siliconmark_ui.server import postgres
from siliconmark_ui.server.database import migrate
from tests.factories import cluster_network, node, upload

JOBS = 500
TABS, CHANGES, QUIET_SECONDS = 300, 5, 4.0
NODES, UPLOADS, NETWORKS, AGENTS = 256, 6, 2, 8
WRITERS, WRITING_SECONDS, ROUNDS = 8, 1.5, 3
SEEN_BAR = 1000.0


@dataclass(frozen=True)
class Scene:
    """A served database of its own: who looks (`key` of a session, `http` with a token) and who is measured."""

    port: int
    key: str
    http: httpx.AsyncClient
    server: psutil.Process
    database: psutil.Process

    def spent(self) -> float:
        """Give the processor seconds that server and database have taken so far."""
        return sum(
            sum(process.cpu_times()[:2])
            for root in (self.server, self.database)
            for process in (root, *root.children(recursive=True))
        )


def live() -> list[Row]:
    """Return how soon changes are seen, what they cost, and what being told costs those who write."""
    with TemporaryDirectory() as folder, postgres.start(Path(folder) / "live") as database:
        migrate(database.url)
        settings = load_settings({"DATABASE_URL": database.url, "SILICONMARK_DATA_DIR": folder})
        load_jobs(replace(settings, database_url=database.url), JOBS, SEED, now(), lambda _: None)
        with _looked_at(database) as (port, server, staff, key):
            rows = asyncio.run(_seen(port, server, database, staff, key))
        return rows + asyncio.run(_written(database.url))


@contextmanager
def _looked_at(database: postgres.EmbeddedPostgres) -> Iterator[tuple[int, psutil.Process, int, str]]:
    """Serve the product; give its port and process, and a member of staff with the key of a session."""
    with (
        psycopg.connect(psycopg_url(database.url), autocommit=True) as connection,
        served(database.url) as (port, server),
    ):
        staff = person_of(connection, ["staff", "root_admin"], None)
        key = secrets.token_urlsafe(32)
        connection.execute(SESSION, (hash_of(key), staff))
        yield port, server, staff, key


async def _seen(
    port: int, server: psutil.Process, database: postgres.EmbeddedPostgres, staff: int, key: str
) -> list[Row]:
    token = TokenSigner(SECRET).user_token(staff)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}{PREFIX}",
        headers={"Authorization": f"Bearer {token}"},
        timeout=START_SECONDS,
        trust_env=False,
    ) as http:
        assert database.pid
        scene = Scene(port, key, http, server, psutil.Process(database.pid))
        return await _many_tabs(scene) + await _large_job(scene)


async def _many_tabs(scene: Scene) -> list[Row]:
    alone = await _idle(scene)
    tabs = [Tab("/") for _ in range(TABS)]
    for start in range(0, TABS, AGENTS):
        await asyncio.gather(*(tab.open(scene.port, scene.key) for tab in tabs[start : start + AGENTS]))
    await asyncio.sleep(QUIET_SECONDS)
    idle = await _idle(scene)
    middle, last, cost = [], [], []
    for _ in range(CHANGES):
        waits, spent = await _one_change(scene, tabs)
        middle.append(median(waits))
        last.append(max(waits))
        cost.append(spent / TABS * 1000)
        await asyncio.sleep(QUIET_SECONDS / 2)
    for tab in tabs:
        await tab.close()
    rest = f"all of them together; {alone:.0f} ms before the first was opened"
    detail = f"the median of {CHANGES} changes; the slowest took {max(last):.0f} ms"
    return [
        Row(f"{TABS} job lists: a new job is on half of them", median(middle), "ms", SEEN_BAR),
        Row(f"{TABS} job lists: a new job is on all of them", median(last), "ms", SEEN_BAR, detail),
        Row(f"{TABS} job lists: processor time of a change, each", median(cost), "ms", None, "server and database"),
        Row(f"{TABS} job lists: processor time a second while nothing changes", idle, "ms", None, rest),
    ]


async def _idle(scene: Scene) -> float:
    """Give the milliseconds of processor time that a second takes in which nothing happens."""
    before = scene.spent()
    await asyncio.sleep(QUIET_SECONDS)
    return (scene.spent() - before) / QUIET_SECONDS * 1000


async def _one_change(scene: Scene, tabs: list[Tab]) -> tuple[list[float], float]:
    """Give the milliseconds until each tab has a new job, and the processor seconds of it."""
    name = f"seen live {secrets.token_hex(4)}"
    for tab in tabs:
        tab.expect(name)
    before = scene.spent()
    (await scene.http.post("/jobs", json={"name": name, "benchmarks": []})).raise_for_status()
    answered = time.perf_counter()
    await _until_seen(tabs)
    return [(tab.seen_at - answered) * 1000 for tab in tabs], scene.spent() - before


async def _until_seen(tabs: list[Tab]) -> None:
    deadline = time.perf_counter() + START_SECONDS
    while not all(tab.seen_at for tab in tabs):
        if time.perf_counter() > deadline:
            raise TimeoutError("a tab was not shown the change")
        await asyncio.sleep(0.005)


async def _large_job(scene: Scene) -> list[Row]:
    job = {"benchmarks": ["cluster_network"], "node_count": NODES}
    made = (await scene.http.post("/jobs", json=job)).raise_for_status().json()
    agent = {"Authorization": f"Bearer {made['token']}"}
    tab = Tab(f"/jobs/{made['id']}?tab=nodes")
    await tab.open(scene.port, scene.key)
    started, before = time.perf_counter(), scene.spent()
    tasks: list[str] = []

    async def register(numbers: range) -> None:
        for number in numbers:
            answer = await scene.http.post("/tasks", json=node(number), headers=agent)
            tasks.append(answer.raise_for_status().json()["id"])

    await asyncio.gather(*(register(range(first, NODES, AGENTS)) for first in range(AGENTS)))
    took, spent, told = time.perf_counter() - started, scene.spent() - before, tab.refreshes
    failures = await _failures(scene, tab, tasks[:UPLOADS], agent)
    await tab.close()
    tab = Tab(f"/jobs/{made['id']}?tab=network")
    await tab.open(scene.port, scene.key)
    networks = await _networks(scene, tab, agent)
    await tab.close()
    detail = f"{NODES / took:.0f} nodes a second, {spent / NODES * 1000:.1f} ms of processor time each"
    return [
        Row(f"{NODES} nodes register: the open job refreshes itself", told / took, "times a second", None, detail),
        _seen_row(f"a job of {NODES} nodes is open: a node's failure is on it", failures),
        _seen_row(f"a job of {NODES} nodes is open: another result of its network is on it", networks),
    ]


def _seen_row(what: str, seen: list[tuple[float, float]]) -> Row:
    waits, costs = zip(*seen, strict=True)
    return Row(what, median(waits), "ms", SEEN_BAR, f"{median(costs):.0f} ms of processor time, server and database")


async def _failures(scene: Scene, tab: Tab, tasks: list[str], agent: dict[str, str]) -> list[tuple[float, float]]:
    seen = []
    for task in tasks:
        words = f"broken {secrets.token_hex(4)}"
        body = {"state": "failed", "failed_message": words}
        seen.append(
            await _shown(
                scene,
                tab,
                words,
                lambda body=body, task=task: scene.http.patch(  # type: ignore[misc]
                    f"/tasks/{task}", json=body, headers=agent
                ),
            )
        )
    return seen


async def _networks(scene: Scene, tab: Tab, agent: dict[str, str]) -> list[tuple[float, float]]:
    network = cluster_network(NODES)
    seen = []
    for _ in range(NETWORKS):
        words = f"dead {secrets.token_hex(4)}"
        network["measurements"][0] |= {"bandwidth_gbps": 0.0, "error": words}
        body = msgspec.json.encode(upload(network))
        seen.append(
            await _shown(
                scene,
                tab,
                words,
                lambda body=body: scene.http.put(  # type: ignore[misc]
                    "/jobs/current/results/cluster_network",
                    content=body,
                    headers={**agent, "Content-Type": "application/json"},
                ),
            )
        )
    return seen


async def _shown(
    scene: Scene, tab: Tab, words: str, send: Callable[[], Awaitable[httpx.Response]]
) -> tuple[float, float]:
    """Give the milliseconds from the answer to a request until a tab has its words, and those of the processor."""
    await asyncio.sleep(QUIET_SECONDS / 5)
    tab.expect(words)
    before = scene.spent()
    (await send()).raise_for_status()
    answered = time.perf_counter()
    await _until_seen([tab])
    return (tab.seen_at - answered) * 1000, (scene.spent() - before) * 1000


async def _written(url: str) -> list[Row]:
    """Let writers make jobs as fast as they can: told after the commit, as the product does, and inside it."""
    relayed, inside, heard = [], [], []
    for _ in range(ROUNDS):
        rate, told = await _rate(url)
        relayed.append(rate)
        heard.append(told)
        with patch("siliconmark_ui.db.PROMISE", ""):
            inside.append((await _rate(url))[0])
    detail = f"{WRITERS} writers; {median(heard) * 100:.0f} % of the changes were heard as a notification of their own"
    return [
        Row("jobs made a second, each told after its commit", median(relayed), "jobs/s", None, detail),
        Row("jobs made a second, each told inside its transaction", median(inside), "jobs/s"),
        Row("told inside for told after", median(inside) / median(relayed), "×", None, "below 1 the relay pays"),
    ]


async def _rate(url: str) -> tuple[float, float]:
    """Give the jobs made a second, and the share of them that a listener heard of."""
    db = Database(url)
    await db.open()
    heard: list[str] = []
    async with await psycopg.AsyncConnection.connect(psycopg_url(url), autocommit=True) as listener:
        listener.add_notify_handler(lambda notice: heard.append(notice.payload))
        await listener.execute(f"LISTEN {CHANNEL}".encode())
        started = time.perf_counter()
        made = sum(await asyncio.gather(*(_write(db, started + WRITING_SECONDS) for _ in range(WRITERS))))
        took = time.perf_counter() - started
        await db.close()
        await listener.execute("SELECT 1")
    return made / took, len(heard) / made


async def _write(db: Database, until: float) -> int:
    """Make jobs until that moment; give how many."""
    job = read_new_job({"benchmarks": []})
    made = 0
    while time.perf_counter() < until:
        await create_job(db, None, job)
        made += 1
    return made
