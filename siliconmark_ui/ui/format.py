"""How times are written: pure functions from RFC 3339 texts and seconds to words."""

import math
from datetime import UTC, datetime

from siliconmark_ui.charts.words import MISSING

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def parse_instant(text: str | None) -> datetime | None:
    """Read an RFC 3339 text (`2024-03-15T10:30:00Z`) as an aware UTC instant; None stays None."""
    return None if not text else datetime.fromisoformat(text).astimezone(UTC)


def duration(seconds: float | None) -> str:
    """Write a span with its two largest units: `1 h 15 min`, `3 d 4 h`, `42 s`."""
    if seconds is None:
        return MISSING
    whole = max(0, round(seconds))
    for size, name, smaller, smaller_name in (
        (_DAY, "d", _HOUR, "h"),
        (_HOUR, "h", _MINUTE, "min"),
        (_MINUTE, "min", 1, "s"),
    ):
        if whole >= size:
            rest = whole % size // smaller
            return f"{whole // size} {name}" + (f" {rest} {smaller_name}" if rest else "")
    return f"{whole} s"


def duration_between(start: str | None, end: str | None) -> str:
    """Write the span between two RFC 3339 texts; missing when one is."""
    first, last = parse_instant(start), parse_instant(end)
    return MISSING if first is None or last is None else duration((last - first).total_seconds())


def relative_time(instant: datetime | None, now: datetime) -> str:
    """Write an instant as seen from `now`: `2 h ago`, `in 5 min`, `just now`."""
    if instant is None:
        return MISSING
    seconds = (now - instant).total_seconds()
    span = abs(seconds)
    if span < 45:
        return "just now"
    for size, name in ((365 * _DAY, "y"), (_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if span >= size or name == "min":
            text = f"{max(1, math.floor(span / size))} {name}"
            return f"{text} ago" if seconds > 0 else f"in {text}"
    return "just now"


def utc_text(text: str | None) -> str:
    """Write an RFC 3339 text for people: `2024-03-15 10:30:00 UTC`."""
    instant = parse_instant(text)
    return MISSING if instant is None else f"{instant:%Y-%m-%d %H:%M:%S} UTC"
