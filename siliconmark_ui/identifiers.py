"""64-bit, time-ordered ids: 41 bits of milliseconds since 2020-01-01 UTC, then 22 bits of a database sequence.

A job's `created_at` is the instant inside its id, so that "newest first" and "highest id first" are one order and one
index serves both.
"""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
SEQUENCE_BITS = 22
SEQUENCE_SIZE = 1 << SEQUENCE_BITS
LARGEST_ID = (1 << 63) - 1
_MILLISECOND = timedelta(milliseconds=1)


def make_id(instant: datetime, sequence: int) -> int:
    """Return the id of `instant` (aware, cut to the millisecond); `sequence` is any integer that differs per row."""
    return (((instant - EPOCH) // _MILLISECOND) << SEQUENCE_BITS) | (sequence % SEQUENCE_SIZE)


def instant_of(identifier: int) -> datetime:
    """Return the UTC instant, in whole milliseconds, that an id was made at."""
    return EPOCH + (identifier >> SEQUENCE_BITS) * _MILLISECOND


def first_id_from(instant: datetime) -> int:
    """Return the smallest possible id made at `instant` or later, within 0 to the largest id."""
    return _bounded(-((EPOCH - instant) // _MILLISECOND))


def first_id_after(instant: datetime) -> int:
    """Return the smallest possible id made later than `instant`, within 0 to the largest id."""
    return _bounded((instant - EPOCH) // _MILLISECOND + 1)


def _bounded(milliseconds: int) -> int:
    return min(max(milliseconds, 0) << SEQUENCE_BITS, LARGEST_ID)
