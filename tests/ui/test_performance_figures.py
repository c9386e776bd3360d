"""The figures above the performance page's table: opened by the session cookie, of the asker's own jobs alone."""

import asyncio

import httpx
import pytest
from sqlalchemy import text

from siliconmark_ui.accounts import sessions
from siliconmark_ui.db import Database
from tests.factories import unswept
from tests.ui.conftest import SignIn
from tests.ui.finished import finished_job
from tests.ui.waiting import waiting_queries

ADDRESS = "/auth/figures/performance"


def cookie_of(key: str) -> dict[str, str]:
    """Give the headers of a browser that is signed in."""
    return {"cookie": f"{sessions.COOKIE_NAME}={key}"}


async def test_sheet_has_both_plots_of_the_askers_jobs(sign_in: SignIn, db: Database, http: httpx.AsyncClient) -> None:
    actor, key = await sign_in()
    other, _ = await sign_in("bob@other.example", customer="Other")
    await finished_job(db, actor, odd={0: {"share": 0.6}}, name="low")
    await finished_job(db, other)
    answer = await http.get(f"{ADDRESS}?last=2026-03-04", headers=cookie_of(key))
    assert answer.status_code == 200
    sheet = answer.json()
    assert set(sheet) == {"scores_by_model", "alerts_by_week"}
    assert sheet["scores_by_model"]["title"] == "A100-SXM4-80GB has the most jobs below 0.90 ×: 1 of 1"
    narrowed = await http.get(f"{ADDRESS}?last=2026-03-04&name=nothing", headers=cookie_of(key))
    assert narrowed.json()["scores_by_model"]["title"].startswith("No job with a score")


async def test_figures_are_no_longer_read_when_whoever_asked_has_left(
    sign_in: SignIn, db: Database, http: httpx.AsyncClient
) -> None:
    _, key = await sign_in()
    async with unswept(db), db.session_scope() as session:
        await session.execute(text("LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE"))
        asking = asyncio.create_task(http.get(f"{ADDRESS}?last=2026-03-04", headers=cookie_of(key)))
        await waiting_queries(session, 1)
        asking.cancel()
        await waiting_queries(session, 0)
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert (await http.get(f"{ADDRESS}?last=2026-03-04", headers=cookie_of(key))).status_code == 200


@pytest.mark.parametrize(
    "query", ["", "last=yesterday", "last=0001-01-01", "last=9999-12-31", "last=2026-03-04&review=x", "include=a"]
)
async def test_sheet_refuses_what_it_cannot_read(sign_in: SignIn, http: httpx.AsyncClient, query: str) -> None:
    _, key = await sign_in()
    answer = await http.get(f"{ADDRESS}?{query}", headers=cookie_of(key))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "PARAMETER_INCORRECT_VALUE")


async def test_sheet_is_closed_without_a_session(http: httpx.AsyncClient) -> None:
    assert (await http.get(f"{ADDRESS}?last=2026-03-04")).status_code == 401
