"""Which open tabs hear of a change: those whose person sees the job, when their page shows such things.

A tab is told that something is stale, never what: it then asks the services, as any request does. Nothing here runs
while nothing changes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar, cast

from psycopg import Error
from psycopg_pool import PoolTimeout

from siliconmark_ui.accounts.roles import Scope
from siliconmark_ui.accounts.service import actor_for_session
from siliconmark_ui.db import Database
from siliconmark_ui.live.changes import ANYTHING, Change, Interest, Part, stale_parts

log = logging.getLogger("siliconmark_ui.live")

GATHER_SECONDS = 0.03
"""What changes within this time is told together."""
SPACING_SECONDS = 0.4
"""A tab is told at most this often, however much changes."""
TABS_A_SECOND = 400
"""With more tabs than this served in a second, each is told more rarely."""
MOST_CHANGES = 64
"""More than this many changes that wait for one tab are remembered as `many`."""
KEPT_SECONDS = 5.0
"""What one tab has read is kept this long for the others that hear of the same change."""
ANSWER_SECONDS = 30.0
"""A tab that has not taken what is stale after this time is told again."""


Read = TypeVar("Read")


class Push(Protocol):
    """Sends an open tab the word to refresh itself."""

    def __call__(self, token: str) -> Awaitable[None]:
        """Send it."""


@dataclass(slots=True, eq=False)
class _Watch:
    """One open tab; `scope` is None until its person is first looked up, `is_asked` until it takes what is stale.

    `heard_at` is when the last change was heard of that the tab has been told of, its own or another's.
    """

    token: str
    session_key: str
    interest: Interest
    was_cut: bool
    scope: Scope | None = None
    changes: set[Change] = field(default_factory=set)
    stale: set[Part] = field(default_factory=set)
    told_at: float = float("-inf")
    heard_at: float = float("inf")
    is_asked: bool = False
    timer: asyncio.TimerHandle | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is being read, or was, and since when."""

    begun_at: float
    task: "asyncio.Task[Any]"


class LiveUpdates:
    """The open tabs of one process, what is stale in each, and whether the database can be heard."""

    def __init__(self, db: Database, push: Push) -> None:
        self.is_cut = False
        self._db = db
        self._push = push
        self._watches: dict[str, _Watch] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._heard_at = float("-inf")
        self._readings: dict[Hashable, _Reading] = {}

    def watch(self, token: str, session_key: str | None, interest: Interest) -> None:
        """Tell a tab of what a page with that interest shows from now on; what it was told before is over."""
        before = self._watches.get(token)
        self.leave(token)
        if session_key:
            self._watches[token] = made = _Watch(token, session_key, interest, self.is_cut)
            if before and before.session_key == session_key:
                made.told_at, made.scope = before.told_at, before.scope

    def follow(self, token: str, job_ids: frozenset[int]) -> None:
        """Let a tab that shows how far jobs have come hear of it for these jobs alone; until it says which, of any."""
        watch = self._watches.get(token)
        if watch:
            watch.interest = replace(watch.interest, followed_ids=job_ids)

    def leave(self, token: str) -> None:
        """Forget a tab."""
        watch = self._watches.pop(token, None)
        if watch and watch.timer:
            watch.timer.cancel()

    @property
    def tabs(self) -> int:
        """How many tabs are open."""
        return len(self._watches)

    def take(self, token: str) -> frozenset[Part]:
        """Give the parts that are stale in a tab and take them for refreshed; empty for a tab that was not told."""
        watch = self._watches.get(token)
        if watch is None:
            return frozenset()
        stale, watch.stale, watch.is_asked = frozenset(watch.stale), set(), False
        self._arrange(watch)
        return stale

    async def share(self, token: str, key: Hashable, read: Callable[[], Awaitable[Read]]) -> Read:
        """Give what `read` gives, read once for all tabs that ask for `key` after the same change.

        A reading that began before the last change that the tab was told of was heard is not good enough for it.
        """
        watch, reading = self._watches.get(token), self._readings.get(key)
        since = watch.heard_at if watch else float("inf")
        if reading is None or reading.begun_at < since or _has_failed(reading.task):
            reading = self._begin(key, read)
        # Who asked first may leave; the others go on waiting.
        return cast("Read", await asyncio.shield(reading.task))

    def _begin(self, key: Hashable, read: Callable[[], Awaitable[Any]]) -> _Reading:
        loop = asyncio.get_running_loop()
        reading = _Reading(loop.time(), loop.create_task(cast("Coroutine[Any, Any, Any]", read())))
        self._readings[key] = reading
        loop.call_later(KEPT_SECONDS, self._forget, key, reading)
        return reading

    def _forget(self, key: Hashable, reading: _Reading) -> None:
        if self._readings.get(key) is reading:
            del self._readings[key]

    def hear(self, change: Change) -> None:
        """Note a change for every tab whose person may see it."""
        self._heard_at = asyncio.get_running_loop().time()
        for watch in self._watches.values():
            if watch.scope is None or stale_parts([change], watch.interest, watch.scope):
                watch.changes.add(change)
                if len(watch.changes) > MOST_CHANGES:
                    watch.changes = {ANYTHING}
                self._arrange(watch)

    def lose(self) -> None:
        """Say on every tab that changes are not heard of for a while."""
        if not self.is_cut:
            self.is_cut = True
            for watch in self._watches.values():
                self._arrange(watch)

    def heal(self) -> None:
        """Take the mark away and let every tab catch up on whatever it missed."""
        self.is_cut = False
        self.hear(ANYTHING)

    async def close(self) -> None:
        """Forget every tab."""
        for token in list(self._watches):
            self.leave(token)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _arrange(self, watch: _Watch) -> None:
        """Tell a tab soon, and not too soon after the last time; one that has not answered yet is told when it has."""
        loop = asyncio.get_running_loop()
        is_waited_for = watch.is_asked and loop.time() < watch.told_at + ANSWER_SECONDS
        if is_waited_for or watch.timer or not (watch.changes or watch.was_cut != self.is_cut):
            return
        spacing = max(SPACING_SECONDS, len(self._watches) / TABS_A_SECOND)
        delay = max(GATHER_SECONDS, watch.told_at + spacing - loop.time())
        watch.timer = loop.call_later(delay, self._start, watch)

    def _start(self, watch: _Watch) -> None:
        watch.timer = None
        task = asyncio.get_running_loop().create_task(self._tell(watch))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, watch: _Watch) -> None:
        watch.is_asked = True
        watch.told_at = asyncio.get_running_loop().time()
        watch.heard_at = self._heard_at
        changes, watch.changes = watch.changes, set()
        try:
            is_wanted = await self._judge(watch, changes)
        except (Error, PoolTimeout, OSError) as error:
            log.warning("who looks at a tab could not be read, and is tried again: %s", error)
            watch.changes |= changes
            is_wanted = False
        if self._watches.get(watch.token) is not watch:
            return
        if is_wanted:
            await self._push(watch.token)
        else:
            watch.is_asked = False
            self._arrange(watch)

    async def _judge(self, watch: _Watch, changes: set[Change]) -> bool:
        """Note what is stale for who is signed in now; an ended session is forgotten."""
        if watch.was_cut != self.is_cut:
            watch.was_cut = self.is_cut
            watch.stale.add("link")
        if changes and not self.is_cut:
            actor = await actor_for_session(self._db, watch.session_key)
            if actor is None:
                if self._watches.get(watch.token) is watch:
                    self.leave(watch.token)
                return False
            watch.scope = actor.scope
            watch.stale |= stale_parts(changes, watch.interest, actor.scope)
        return bool(watch.stale)


def _has_failed(task: "asyncio.Task[Any]") -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


_current: list[LiveUpdates] = []


def use_live(live: LiveUpdates | None) -> None:
    """Make `live` the one that this process's pages watch (None: none any longer)."""
    _current[:] = [live] if live else []


def get_live() -> LiveUpdates | None:
    """Return what this process's pages watch, None where pages are not served."""
    return _current[0] if _current else None
