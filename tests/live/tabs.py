"""Open tabs without a browser: the sessions behind them, what they were told and what they took."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from siliconmark_ui.accounts import service as accounts
from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.db import Database
from siliconmark_ui.live.changes import Interest, Part
from siliconmark_ui.live.service import LiveUpdates
from tests.factories import PASSWORD, make_caller

LIST = Interest(frozenset({"created", "changed", "ended"}))
PATIENCE_SECONDS = 5.0


@dataclass
class Tabs:
    """The tabs of one process. An asked tab takes at once what is stale, as a browser's refresh does."""

    told: list[tuple[str, set[Part]]] = field(default_factory=list)
    live: LiveUpdates | None = None
    is_answering: bool = True

    async def push(self, token: str) -> None:
        """Play the browser."""
        assert self.live
        self.told.append((token, set(self.live.take(token)) if self.is_answering else set()))

    def of(self, token: str) -> list[set[Part]]:
        """Give what one tab was told, in order."""
        return [parts for other, parts in self.told if other == token]


async def session_of(db: Database, email: str, role: Role = Role.USER, customer: str = "Acme") -> tuple[Actor, str]:
    """Give a new person and the key of their browser session."""
    caller = await make_caller(db, email, role, customer)
    return caller.actor, await accounts.sign_in(db, email, PASSWORD, "127.0.0.1")


async def until(is_so: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> float:
    """Wait until something is so and give how many seconds it took; fails after `seconds`."""
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() - started < seconds, "it did not happen in time"
        await asyncio.sleep(0.005)
    return time.monotonic() - started


async def settle(acting: Awaitable[object] | None = None, seconds: float = 0.7) -> None:
    """Let a thing be done and everything that follows from it."""
    if acting:
        await acting
    await asyncio.sleep(seconds)
