"""Counted tries: the limit, the window, the wait, and buckets of one length."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconmark_ui.accounts.throttle import ANONYMOUS_JOBS, SIGN_IN_FAILURES, Limit, count_try, refuse_when_exceeded
from siliconmark_ui.accounts.throttle import retry_after as wait_of
from siliconmark_ui.db import Database
from siliconmark_ui.errors import RateLimited
from siliconmark_ui.instants import at

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
