"""Counted tries: the limit, the window, the wait, and buckets of one length."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, update

from siliconmark_ui.accounts import throttle
from siliconmark_ui.accounts.repository import marks_since
from siliconmark_ui.accounts.service import sign_in, verify_credentials
from siliconmark_ui.accounts.throttle import (
    ACCOUNT_FAILURES,
    ANONYMOUS_JOBS,
    SIGN_IN_FAILURES,
    Exceeded,
    Limit,
    count_try,
    refuse_when_exceeded,
)
from siliconmark_ui.accounts.throttle import retry_after as wait_of
from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidCredentials, RateLimited
from siliconmark_ui.instants import at, now
from siliconmark_ui.models import User
from tests.api.expect import refused
from tests.api.paths import TOKEN
from tests.api.serving import served_api
from tests.conftest import SECRET
from tests.factories import PASSWORD, make_caller

MOMENT = datetime(2040, 5, 4, 12, tzinfo=UTC)
ANN = "ann@acme.example"
LIMIT = Limit("test", 3, timedelta(minutes=1), "Too many tries")


async def _try(db: Database, bucket: str, seconds: float) -> int:
    """Try once at MOMENT plus so many seconds; return 0, or the wait that was asked for."""
    with at(MOMENT + timedelta(seconds=seconds)):
        try:
            async with db.session_scope() as session:
                await refuse_when_exceeded(session, LIMIT, bucket)
                await count_try(session, bucket)
        except RateLimited as error:
            return error.retry_after
    return 0


async def test_limit_opens_again_when_the_oldest_try_leaves_the_window(db: Database) -> None:
    assert [await _try(db, "a", second) for second in (0, 10, 20)] == [0, 0, 0]
    assert await _try(db, "a", 30) == 30
    assert await _try(db, "a", 59.5) == 1
    assert await _try(db, "b", 30) == 0
    assert await _try(db, "a", 60) == 0
    assert await _try(db, "a", 61) == 9


@given(st.floats(0, 59.999))
def test_wait_is_never_shorter_than_the_window(passed: float) -> None:
    moment = MOMENT + timedelta(seconds=passed)
    wait = wait_of(MOMENT, LIMIT, moment)
    assert wait >= 1
    assert moment + timedelta(seconds=wait) >= MOMENT + LIMIT.window


@given(st.lists(st.text(), max_size=3), st.lists(st.text(), max_size=3))
def test_buckets_have_one_length_and_differ_when_their_parts_do(one: list[str], other: list[str]) -> None:
    assert len(LIMIT.bucket(*one)) == len(LIMIT.bucket())
    assert (LIMIT.bucket(*one) == LIMIT.bucket(*other)) == (one == other)


@pytest.mark.parametrize(("limit", "tries", "minutes"), [(SIGN_IN_FAILURES, 10, 15), (ANONYMOUS_JOBS, 10, 1)])
def test_limits_are_those_of_the_contract(limit: Limit, tries: int, minutes: int) -> None:
    assert (limit.tries, limit.window) == (tries, timedelta(minutes=minutes))


async def test_account_that_many_addresses_try_is_closed_to_strangers_alone(db: Database) -> None:
    await make_caller(db)
    await make_caller(db, "bob@acme.example")
    home = "192.0.2.1"
    await sign_in(db, ANN, PASSWORD, home)
    bucket = ACCOUNT_FAILURES.bucket(ANN)
    async with db.session_scope() as session:
        # What was right leaves no mark of a try.
        assert await marks_since(session, bucket, now() - ACCOUNT_FAILURES.window) == (0, None)
        for _ in range(ACCOUNT_FAILURES.tries - 1):
            await count_try(session, bucket)
    with pytest.raises(InvalidCredentials):
        await verify_credentials(db, ANN, "not the password", "198.51.100.7")
    for password in ("not the password", PASSWORD):
        with pytest.raises(Exceeded) as refusal:
            await verify_credentials(db, ANN, password, "198.51.100.8")
        assert 1 <= refusal.value.retry_after <= ACCOUNT_FAILURES.window.total_seconds()
    # Where its owner is signed in it stays open, and so do other accounts.
    assert await verify_credentials(db, ANN, PASSWORD, home)
    assert await verify_credentials(db, "bob@acme.example", PASSWORD, "198.51.100.8")
    with pytest.raises(Exceeded):
        await verify_credentials(db, ANN, PASSWORD, "198.51.100.9")


async def test_guesses_from_many_addresses_at_once_do_not_outrun_the_limit_of_an_account(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_caller(db)
    monkeypatch.setattr(throttle, "ACCOUNT_FAILURES", Limit("few", 3, timedelta(minutes=15), "Too many"))
    tries = (verify_credentials(db, ANN, "not the password", f"198.51.100.{number}") for number in range(8))
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert Counter(type(outcome).__name__ for outcome in outcomes) == {"InvalidCredentials": 3, "Exceeded": 5}


@pytest.mark.parametrize("email", [ANN, "gone@acme.example", "sso@acme.example", "nobody@acme.example"])
async def test_refused_sign_in_sends_as_many_statements_whatever_is_known_of_the_account(
    db: Database, email: str
) -> None:
    for known in (ANN, "gone@acme.example", "sso@acme.example"):
        await make_caller(db, known)
    async with db.session_scope() as session:
        await session.execute(update(User).where(User.email == "gone@acme.example").values(is_active=False))
        await session.execute(update(User).where(User.email == "sso@acme.example").values(password_hash=None))
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement.split()[0])

    event.listen(db.engine.sync_engine, "before_cursor_execute", note)
    try:
        with pytest.raises(InvalidCredentials):
            await verify_credentials(db, email, "not the password", "127.0.0.1")
    finally:
        event.remove(db.engine.sync_engine, "before_cursor_execute", note)
    assert Counter(sent) == {"SELECT": 8, "INSERT": 4}


async def test_failures_count_after_a_restart_and_across_workers(
    db: Database, database_url: str, tmp_path: Path
) -> None:
    await make_caller(db)
    wrong = {"username": "ann@acme.example", "password": "not the password"}
    with (
        served_api(database_url, SECRET, tmp_path / "one.log") as one,
        served_api(database_url, SECRET, tmp_path / "two.log") as two,
    ):
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            for number in range(SIGN_IN_FAILURES.tries):
                answer = await client.post(f"{(one, two)[number % 2]}{TOKEN}", data=wrong)
                refused(answer, 401, "CLIENT_CREDENTIALS_INVALID")
            refused(await client.post(f"{two}{TOKEN}", data=wrong), 429, "RATE_LIMITED")
    with served_api(database_url, SECRET, tmp_path / "again.log") as again:
        async with httpx.AsyncClient(base_url=again, trust_env=False, timeout=60) as client:
            answer = await client.post(TOKEN, data={**wrong, "password": PASSWORD})
            refused(answer, 429, "RATE_LIMITED")
            assert 1 <= int(answer.headers["retry-after"]) <= SIGN_IN_FAILURES.window.total_seconds()
