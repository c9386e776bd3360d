"""What open pages read when they refresh themselves: many tabs that show the same read it once."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

import reflex as rx

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.live.service import get_live

Read = TypeVar("Read")

# The tab that refreshes itself here; empty while a page loads or somebody acts, who are to see what is there now.
_refreshing: ContextVar[str] = ContextVar("refreshing", default="")


@contextmanager
def refreshing(token: str) -> Iterator[None]:
    """Share what is read in the block with the other tabs that hear of the same change as this one."""
    before = _refreshing.set(token)
    try:
        yield
    finally:
        _refreshing.reset(before)


def follow_progress(state: rx.State, job_ids: Iterable[str]) -> None:
    """Let the tab hear, from here on, of tasks and results of these jobs among all that its page lists."""
    if live := get_live():
        live.follow(state.router.session.client_token, frozenset(map(int, job_ids)))


async def shared(actor: Actor, what: str, read: Callable[[], Awaitable[Read]]) -> Read:
    """Give what `read` gives, which `what` and how far the actor sees and acts decide alone. Nobody may change it."""
    live, token = get_live(), _refreshing.get()
    if live is None or not token:
        return await read()
    return await live.share(token, (what, actor.scope, actor.role), read)
