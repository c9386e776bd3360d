"""From a change in PostgreSQL to the tabs that hear of it, over a real connection that is lost and comes back."""

import asyncio
from asyncio import TimerHandle
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from siliconmark_ui.accounts import service as accounts
from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.agents import service as agents
from siliconmark_ui.agents.bodies import read_node
from siliconmark_ui.alerts import service as alerts
from siliconmark_ui.db import Database, psycopg_url
from siliconmark_ui.errors import AlreadyExists
from siliconmark_ui.jobs import service as jobs
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.live.changes import Interest
from siliconmark_ui.live.listener import listen_for_ever
from siliconmark_ui.live.service import SPACING_SECONDS, LiveUpdates
from tests.api.serving import free_port
from tests.factories import make_job, node
from tests.live.conftest import listeners
from tests.live.tabs import LIST, Tabs, session_of, settle, until
from tests.ui.finished import finished_job

ALERT = {0: {"memory_bandwidth_gbs": 900.0}}


def watch(tabs: Tabs, token: str, key: str, interest: Interest = LIST) -> None:
    """Open a tab."""
    assert tabs.live
    tabs.live.watch(token, key, interest)


async def kill(url: str) -> None:
    """End every connection that listens."""
    async with await psycopg.AsyncConnection.connect(psycopg_url(url), autocommit=True) as connection:
        for pid in await listeners(url):
            await connection.execute("SELECT pg_terminate_backend(%s)", (pid,))


async def test_tab_is_told_within_a_second_when_a_job_is_made(tabs: Tabs, quiet_db: Database) -> None:
    actor, key = await session_of(quiet_db, "ann@acme.example")
    watch(tabs, "tab", key)
    await make_job(quiet_db, actor)
    assert await until(lambda: bool(tabs.told)) < 1
    assert tabs.told == [("tab", {"page"})]


async def test_tab_is_told_when_another_program_changes_a_row(tabs: Tabs, quiet_db: Database) -> None:
    actor, key = await session_of(quiet_db, "ann@acme.example")
    await make_job(quiet_db, actor)
    watch(tabs, "tab", key)
    await settle(seconds=0.2)
    tabs.told.clear()
    async with await psycopg.AsyncConnection.connect(psycopg_url(quiet_db.url)) as connection:
        await connection.execute("UPDATE jobs SET deleted_at = now()")
        await settle(seconds=0.2)
        assert tabs.told == []
        await connection.commit()
    assert await until(lambda: bool(tabs.told)) < 1
    assert tabs.told == [("tab", {"page", "badge"})]


async def test_nobody_is_told_when_the_change_is_taken_back(tabs: Tabs, quiet_db: Database) -> None:
    actor, key = await session_of(quiet_db, "ann@acme.example")
    watch(tabs, "tab", key)
    await make_job(quiet_db, actor, name="night")
    await until(lambda: bool(tabs.told))
    with pytest.raises(AlreadyExists):
        await make_job(quiet_db, actor, name="night")
    await settle()
    assert len(tabs.told) == 1


async def test_customers_never_hear_of_each_other(tabs: Tabs, quiet_db: Database) -> None:
    ann, ann_key = await session_of(quiet_db, "ann@acme.example")
    _, colleague_key = await session_of(quiet_db, "cy@acme.example")
    _, boss_key = await session_of(quiet_db, "boss@acme.example", Role.CUSTOMER_ADMIN)
    _, eve_key = await session_of(quiet_db, "eve@other.example", Role.CUSTOMER_ADMIN, "Other")
    _, staff_key = await session_of(quiet_db, "staff@vendor.example", Role.STAFF, "Vendor")
    keys = {"ann": ann_key, "colleague": colleague_key, "boss": boss_key, "eve": eve_key, "staff": staff_key}
    for token, key in keys.items():
        watch(tabs, token, key)
    for _ in range(2):
        await settle(make_job(quiet_db, ann))
    assert {token for token, _ in tabs.told} == {"ann", "boss", "staff"}
    tabs.told.clear()
    await settle(make_job(quiet_db, None))
    assert {token for token, _ in tabs.told} == {"staff"}


async def test_ended_session_hears_nothing_more(tabs: Tabs, quiet_db: Database) -> None:
    actor, key = await session_of(quiet_db, "ann@acme.example")
    watch(tabs, "tab", key)
    await settle(make_job(quiet_db, actor))
    await accounts.sign_out(quiet_db, key)
    await settle(make_job(quiet_db, actor))
    assert tabs.of("tab") == [{"page"}]
    assert tabs.live
    assert tabs.live.tabs == 0


async def test_job_page_hears_of_its_own_job_alone(tabs: Tabs, quiet_db: Database) -> None:
    actor, key = await session_of(quiet_db, "ann@acme.example")
    job, other = [await make_job(quiet_db, actor, node_count=2) for _ in range(2)]
    own = Interest(frozenset({"task", "changed", "ended"}), frozenset({"result"}), frozenset({int(job["id"])}))
    watch(tabs, "tab", key, own)
    await settle(agents.register_node(quiet_db, other["token"], read_node(node(0))))
    assert tabs.told == []
    await settle(agents.register_node(quiet_db, job["token"], read_node(node(0))))
    assert tabs.of("tab") == [{"page"}]


async def test_badge_is_stale_when_a_job_ends_and_when_it_is_reviewed(tabs: Tabs, quiet_db: Database) -> None:
    boss, key = await session_of(quiet_db, "boss@acme.example", Role.CUSTOMER_ADMIN)
    watch(tabs, "tab", key, Interest())
    job_id = await finished_job(quiet_db, boss, odd=ALERT)
    await until(lambda: bool(tabs.told))
    assert tabs.of("tab")[0] == {"badge"}
    await settle()
    tabs.told.clear()
    await alerts.acknowledge(quiet_db, boss, int(job_id), "fan was dirty")
    await until(lambda: bool(tabs.told))
    tabs.told.clear()
    await settle()
    await jobs.delete_job(quiet_db, boss, int(job_id))
    await until(lambda: bool(tabs.told))


async def test_hundred_changes_in_a_second_are_told_a_few_times(tabs: Tabs, quiet_db: Database) -> None:
    actor, key = await session_of(quiet_db, "ann@acme.example")
    watch(tabs, "tab", key)
    loop = asyncio.get_running_loop()
    started = loop.time()
    for _ in range(100):
        await make_job(quiet_db, actor)
    took = loop.time() - started
    await settle()
    assert 1 <= len(tabs.told) <= 2 + took / SPACING_SECONDS
    shown = (await jobs.list_jobs(quiet_db, actor, JobQuery()))["pagination"]["total"]
    assert shown == 100


async def test_tab_that_has_not_answered_is_not_asked_again(tabs: Tabs, quiet_db: Database) -> None:
    actor, key = await session_of(quiet_db, "ann@acme.example")
    watch(tabs, "tab", key)
    tabs.is_answering = False
    for _ in range(3):
        await settle(make_job(quiet_db, actor))
    assert len(tabs.told) == 1
    tabs.is_answering = True
    assert tabs.live
    assert tabs.live.take("tab") == {"page"}
    await until(lambda: len(tabs.told) == 2)


async def test_bulk_load_is_one_change(tabs: Tabs, quiet_db: Database) -> None:
    actor, key = await session_of(quiet_db, "ann@acme.example")
    for _ in range(30):
        await make_job(quiet_db, actor)
    await settle(seconds=0.1)
    heard: list[str] = []
    async with await psycopg.AsyncConnection.connect(psycopg_url(quiet_db.url), autocommit=True) as connection:
        connection.add_notify_handler(lambda notice: heard.append(notice.payload))
        await connection.execute("LISTEN siliconmark_changes")
        watch(tabs, "tab", key)
        await connection.execute("UPDATE jobs SET description = 'all of them'")
        await connection.execute("SELECT 1")
    assert heard == ["many 0 0 0"]
    await until(lambda: tabs.of("tab") == [{"page", "badge"}])


async def test_lost_listener_comes_back_and_every_tab_catches_up(tabs: Tabs, quiet_db: Database) -> None:
    actor, key = await session_of(quiet_db, "ann@acme.example")
    _, other_key = await session_of(quiet_db, "eve@other.example", customer="Other")
    watch(tabs, "tab", key)
    watch(tabs, "other", other_key)
    before = await listeners(quiet_db.url)
    assert len(before) == 1
    await kill(quiet_db.url)
    await until(lambda: bool(tabs.of("tab")) and bool(tabs.of("other")))
    assert tabs.of("tab") == tabs.of("other") == [{"page", "badge"}]
    assert len(await listeners(quiet_db.url)) == 1
    assert not await listeners(quiet_db.url) & before
    await settle()
    tabs.told.clear()
    await settle(make_job(quiet_db, actor))
    assert tabs.told == [("tab", {"page"})]


@dataclass
class Moments:
    """What a tab was told of the link, in order."""

    cut: list[bool]


async def test_tab_says_so_while_the_database_cannot_be_reached(tabs: Tabs, quiet_db: Database) -> None:
    _, key = await session_of(quiet_db, "ann@acme.example")
    moments = Moments([])

    async def push(token: str) -> None:
        if "link" in live.take(token):
            moments.cut.append(live.is_cut)

    live = LiveUpdates(quiet_db, push)
    live.watch("tab", key, LIST)
    nowhere = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    listening = asyncio.create_task(listen_for_ever(nowhere, live))
    await until(lambda: moments.cut == [True])
    listening.cancel()
    live.heal()
    await until(lambda: moments.cut == [True, False])
    await live.close()


async def test_leaving_tab_is_forgotten(tabs: Tabs, quiet_db: Database) -> None:
    actor, key = await session_of(quiet_db, "ann@acme.example")
    watch(tabs, "tab", key)
    assert tabs.live
    tabs.live.leave("tab")
    await settle(make_job(quiet_db, actor))
    assert tabs.told == []


async def test_quiet_tabs_cost_nothing(tabs: Tabs, quiet_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _, key = await session_of(quiet_db, "ann@acme.example")
    for number in range(50):
        watch(tabs, f"tab {number}", key)
    await settle()
    loop = asyncio.get_running_loop()
    set_timers: list[object] = []
    set_timer = loop.call_at

    def note(when: float, callback: Callable[..., object], *rest: Any, context: Context | None = None) -> TimerHandle:
        set_timers.append(callback)
        return set_timer(when, callback, *rest, context=context)

    monkeypatch.setattr(loop, "call_at", note)
    await asyncio.sleep(1.0)
    # The pools of connections look after themselves once in a while; the sleep above is a timer as well.
    assert [timer for timer in set_timers if "siliconmark_ui" in repr(timer)] == []
    assert len(set_timers) <= 3
