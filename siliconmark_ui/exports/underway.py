"""Exports under way in this process: how far each is, by the ticket that the page which asked for it gave it.

Only what a progress bar needs, only as long as the answer runs, and only for the person who asked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from siliconmark_ui.accounts.roles import Actor


@dataclass(slots=True)
class Progress:
    """How far a file is: rows read so far; it waits while those before it are made."""

    rows: int = 0
    is_waiting: bool = True


_underway: dict[tuple[int, str], Progress] = {}


@contextmanager
def followed(actor: Actor, ticket: str, progress: Progress) -> Iterator[None]:
    """Let the actor follow an export by its ticket while this lasts."""
    key = (actor.user_id, ticket)
    _underway[key] = progress
    try:
        yield
    finally:
        _underway.pop(key, None)


def progress_of(actor: Actor, ticket: str) -> Progress | None:
    """Return how far the actor's export with that ticket is; None when this process makes none."""
    return _underway.get((actor.user_id, ticket))
