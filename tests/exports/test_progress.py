"""A page follows its export: rows are counted as they are read, for the person who asked, while the answer runs."""

import asyncio
import json
from contextlib import aclosing

import httpx
import pytest

from siliconmark_ui.accounts.service import sign_in
from siliconmark_ui.accounts.sessions import COOKIE_NAME
from siliconmark_ui.api.exports import TICKET_HEADER
from siliconmark_ui.db import Database
from siliconmark_ui.exports import sending
from siliconmark_ui.exports.order import FORMATS
from siliconmark_ui.exports.service import export_jobs
from tests.api.expect import token_refused
from tests.exports.fleet import make_fleet
from tests.exports.reading import order_of
from tests.exports.test_client_leaves import EXPORT, JOBS, owner, slow_http, until
from tests.factories import PASSWORD, Caller, make_caller, make_job

TICKET = "0123456789abcdef" * 2
UNKNOWN = {"rows": None, "is_waiting": False}

__all__ = ["owner", "slow_http"]


async def session_of(db: Database, caller: Caller) -> dict[str, str]:
    """Return the headers of a browser in which somebody is signed in."""
    key = await sign_in(db, caller.actor.email, PASSWORD, "127.0.0.1")
    return {"Cookie": f"{COOKIE_NAME}={key}"}


async def progress(http: httpx.AsyncClient, headers: dict[str, str]) -> dict[str, object]:
    """Return what the page is told of its export."""
    answer = await http.get(f"/auth/exports/{TICKET}", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


@pytest.mark.parametrize("wanted", FORMATS)
async def test_every_row_is_counted_once_in_each_format(db: Database, wanted: str) -> None:
    fleet = await make_fleet(db)
    export = await export_jobs(db, fleet.owner.actor, order_of("include_results=true", format=wanted))
    assert (export.progress.rows, export.progress.is_waiting) == (0, True)
    async with aclosing(export.chunks) as chunks:
        content = b"".join([chunk async for chunk in chunks])
    assert content
    listed = await export_jobs(db, fleet.owner.actor, order_of("", format="json"))
    async with aclosing(listed.chunks) as chunks:
        rows = json.loads(b"".join([chunk async for chunk in chunks]))
    assert (export.progress.rows, export.progress.is_waiting) == (len(rows), False)


async def test_a_page_follows_its_export_and_nobody_elses(
    slow_http: httpx.AsyncClient, db: Database, owner: Caller
) -> None:
    mine = await session_of(db, owner)
    other = await session_of(db, await make_caller(db, "bob@acme.example"))
    assert await progress(slow_http, mine) == UNKNOWN
    async with slow_http.stream("GET", EXPORT, headers={**mine, TICKET_HEADER: TICKET}) as answer:
        body = answer.aiter_raw()
        await anext(body)
        found = await progress(slow_http, mine)
        assert isinstance(found["rows"], int)
        assert 0 < found["rows"] < JOBS
        assert await progress(slow_http, other) == UNKNOWN
        token_refused(await slow_http.get(f"/auth/exports/{TICKET}"))

    async def is_forgotten() -> bool:
        return await progress(slow_http, mine) == UNKNOWN

    assert await until(is_forgotten)


async def test_an_export_that_waits_for_another_says_so(db: Database) -> None:
    caller = await make_caller(db)
    await make_job(db, caller.actor)
    async with sending._bench:
        export = await export_jobs(db, caller.actor, order_of("", format="xlsx"))
        first = asyncio.ensure_future(anext(export.chunks))
        await asyncio.sleep(0.2)
        assert not first.done()
        assert (export.progress.rows, export.progress.is_waiting) == (0, True)
    assert await first
    assert (export.progress.rows, export.progress.is_waiting) == (1, False)
    await export.chunks.aclose()
