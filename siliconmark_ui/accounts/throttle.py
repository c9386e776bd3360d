"""Counted tries: a limit per bucket and window, shared by all workers and kept over restarts."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.accounts import repository
from siliconmark_ui.errors import RateLimited
from siliconmark_ui.instants import now


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries` in any `window`; `message` says what there were too many of."""

    name: str
    tries: int
    window: timedelta
    message: str

    def bucket(self, *parts: str) -> str:
        """Return the key under which the tries of one account, address, … are counted.

        A digest: whatever a stranger types as an account has one length here, and is not stored as it was typed.
        """
        return f"{self.name}:{hashlib.sha256(repr(parts).encode()).hexdigest()}"


SIGN_IN_FAILURES = Limit("sign-in", 10, timedelta(minutes=15), "Too many failed sign-ins for this account")
ANONYMOUS_JOBS = Limit("anonymous-job", 10, timedelta(minutes=1), "Too many anonymous jobs from this address")
# One address that tries many accounts; wide, because an office or a proxy is one address too.
ADDRESS_FAILURES = Limit("sign-in-address", 100, timedelta(minutes=15), "Too many failed sign-ins from this address")
# One account that many addresses try; wide, because whoever reaches it keeps its owner from signing in anew.
ACCOUNT_FAILURES = Limit("sign-in-account", 100, timedelta(minutes=15), "Too many failed sign-ins for this account")
RESET_REQUESTS = Limit("reset", 5, timedelta(hours=1), "Too many password resets asked for")
RESET_ADDRESSES = Limit("reset-address", 20, timedelta(hours=1), "Too many password resets asked for")
LONGEST_WINDOW = max(
    limit.window
    for limit in (
        SIGN_IN_FAILURES,
        ANONYMOUS_JOBS,
        ADDRESS_FAILURES,
        ACCOUNT_FAILURES,
        RESET_REQUESTS,
        RESET_ADDRESSES,
    )
)


class Exceeded(RateLimited):
    """There were as many tries in `bucket` as `limit` allows."""

    def __init__(self, limit: Limit, bucket: str, wait: int) -> None:
        super().__init__(f"{limit.message}; try again in {wait} seconds", wait, f"limit-{limit.name}")
        self.limit = limit
        self.bucket = bucket


async def refuse_when_exceeded(session: AsyncSession, limit: Limit, bucket: str) -> None:
    """Raise Exceeded, with the seconds until the next try counts, when the bucket is full. Holds the bucket."""
    await repository.lock_bucket(session, bucket)
    moment = now()
    count, oldest = await repository.marks_since(session, bucket, moment - limit.window)
    if count >= limit.tries and oldest is not None:
        raise Exceeded(limit, bucket, retry_after(oldest, limit, moment))


async def is_counted(session: AsyncSession, limit: Limit, bucket: str) -> bool:
    """Count one try now unless the bucket is full; tell whether it was counted."""
    try:
        await refuse_when_exceeded(session, limit, bucket)
    except Exceeded:
        return False
    await count_try(session, bucket)
    return True


def retry_after(oldest: datetime, limit: Limit, moment: datetime) -> int:
    """Return the whole seconds, at least 1, until the oldest counted try leaves the window."""
    return max(1, ceil((oldest + limit.window - moment).total_seconds()))


async def count_try(session: AsyncSession, bucket: str) -> datetime:
    """Count one try now; return when that was."""
    moment = now()
    await repository.add_mark(session, bucket, moment)
    return moment
