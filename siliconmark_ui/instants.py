"""Moments: always aware, UTC, in whole milliseconds where we make them; RFC 3339 with `Z` where they leave."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from siliconmark_ui.errors import InvalidInput

# Python reads more than ISO 8601's calendar form; a bare number or a week date would be a surprise here.
_CALENDAR = re.compile(r"\d{4}-\d{2}-\d{2}($|[T ])", re.ASCII)
# In a query string a `+` that was not escaped arrives as a space.
_LOST_PLUS = re.compile(r"(\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?) (\d{2}:?\d{2})$", re.ASCII)
# None: the clock on the wall.
_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)


def now() -> datetime:
    """Return this moment in UTC, in whole milliseconds: the precision of every stored time that an id carries."""
    moment = _stopped_at.get() or datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be `moment` (aware) for all that this block and the tasks it starts do.

    Demonstration data lives through its past by this, and tests reach an expiry without waiting for it.
    """
    before = _stopped_at.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _stopped_at.reset(before)


def to_text(moment: datetime) -> str:
    """Return an aware moment as RFC 3339 in UTC with `Z`, without trailing zeros in the fraction."""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    return f"{text.rstrip('0') if '.' in text else text}Z"


def from_text(text: str) -> datetime:
    """Return the moment of a text that `to_text` made."""
    return datetime.fromisoformat(text)


def parse_instant(value: object, field: str) -> datetime:
    """Return the UTC moment of an ISO 8601 text; a time without zone is UTC. Raises InvalidInput naming `field`."""
    problem = InvalidInput(f"{field} must be an ISO 8601 date and time such as 2024-03-15T10:30:00Z")
    if not isinstance(value, str) or not _CALENDAR.match(value):
        raise problem
    try:
        moment = datetime.fromisoformat(_LOST_PLUS.sub(r"\1+\2", value))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise problem from error
