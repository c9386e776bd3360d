"""Counted tries: the limit, the window, the wait, and buckets of one length."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconmark_ui.accounts.throttle import ANONYMOUS_JOBS, SIGN_IN_FAILURES, Limit, count_try, refuse_when_exceeded
from siliconmark_ui.accounts.throttle import retry_after as wait_of
from siliconmark_ui.db import Database
from siliconmark_ui.errors import RateLimited
from siliconmark_ui.instants import at
from tests.api.expect import refused
from tests.api.paths import TOKEN
from tests.api.serving import served_api
from tests.conftest import SECRET
from tests.factories import PASSWORD, make_caller

MOMENT = datetime(2040, 5, 4, 12, tzinfo=UTC)
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
