"""What was refused, recorded beside what was done: acts that nobody gave the right to, and tries without end.

Whoever is refused could ask for ever, and an append-only log cannot be emptied: of the same refusal only so many are
recorded a minute, and of a limit that was reached only the first refusal of each window.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from siliconmark_ui.accounts import repository, throttle
from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.accounts.throttle import Exceeded, Limit
from siliconmark_ui.audit.service import Act, record
from siliconmark_ui.db import Database
from siliconmark_ui.errors import PermissionDenied

REFUSALS = Limit("refusal", 10, timedelta(minutes=1), "Too many refusals to record")
Asker = TypeVar("Asker", Actor, Actor | None)
P = ParamSpec("P")
R = TypeVar("R")
Work = Callable[Concatenate[Database, Asker, P], Awaitable[R]]


def refusal_recorded(action: str) -> Callable[[Work[Asker, P, R]], Work[Asker, P, R]]:
    """Let a service's function record that it refused its actor the act named `action`, whichever face asked."""

    def decorate(work: Work[Asker, P, R]) -> Work[Asker, P, R]:
        @wraps(work)
        async def recorded(db: Database, actor: Asker, /, *args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return await work(db, actor, *args, **kwargs)
            except PermissionDenied as refusal:
                await record_refusal(db, actor, action, refusal)
                raise

        return recorded

    return decorate


async def record_refusal(db: Database, actor: Actor | None, action: str, refusal: PermissionDenied) -> None:
    """Record that an actor was refused an act, unless the same was recorded often enough just now."""
    bucket = REFUSALS.bucket(str(actor.user_id if actor else 0), action)
    details = {"why": refusal.message, "access": actor.access if actor else "full"}
    async with db.session_scope() as session:
        if await throttle.is_counted(session, REFUSALS, bucket):
            await record(session, Act(action, actor, outcome="refused", details=details))


@asynccontextmanager
async def throttling_recorded(db: Database, email: str = "") -> AsyncIterator[None]:
    """Record, once in each window, that a limit was reached within this block; `email` is whose tries they were."""
    try:
        yield
    except Exceeded as refusal:
        once = Limit("told", 1, refusal.limit.window, "")
        async with db.session_scope() as session:
            if await throttle.is_counted(session, once, once.bucket(refusal.bucket)):
                found = await repository.account_by_email(session, email) if email else None
                act = Act("limit.reached", outcome="refused", email=email, details={"limit": refusal.limit.name})
                if found:
                    act = replace(act, customer_id=found[0].customer_id, customer_name=found[1])
                await record(session, act)
        raise
