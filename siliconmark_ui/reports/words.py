"""How a report writes moments, spans, states and texts of foreign length: pure functions."""

from datetime import UTC, datetime

from siliconmark_ui.charts.words import MISSING, ratio
from siliconmark_ui.reports.blocks import Cell, Mark, Tone

LONGEST_MESSAGE = 1000
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400

JOB_STATES: dict[str, tuple[str, Mark, Tone]] = {
    "created": ("Created", "dot", "muted"),
    "starting": ("Starting", "dot", "busy"),
    "running": ("Running", "dot", "busy"),
    "completed": ("Completed", "check", "good"),
    "completed_with_warnings": ("Completed with warnings", "warning", "warn"),
    "failed": ("Failed", "cross", "bad"),
    "aborted": ("Aborted", "slash", "muted"),
}
STATUSES: dict[str, tuple[str, Mark, Tone]] = {
    "underperforming": ("Underperforming", "down", "bad"),
    "as_expected": ("As expected", "equal", "muted"),
    "outperforming": ("Outperforming", "up", "good"),
    "unknown": ("Unknown", "dash", "muted"),
}


def state_cell(state: str) -> Cell:
    """Return a job's or task's state as mark and word."""
    word, mark, tone = JOB_STATES[state]
    return {"text": word, "mark": mark, "tone": tone}


def status_cell(status: str) -> Cell:
    """Return a scoreboard status as mark and word."""
    word, mark, tone = STATUSES[status]
    return {"text": word, "mark": mark, "tone": tone}


def score_cell(score: float | None, status: str) -> Cell:
    """Return a score as figure, marked where it is not as expected."""
    if score is None:
        return {"text": MISSING, "tone": "muted"}
    if status == "as_expected":
        return {"text": ratio(score)}
    _, mark, tone = STATUSES[status]
    return {"text": ratio(score), "mark": mark, "tone": tone}


def moment(text: str | None) -> str:
    """Write an RFC 3339 text for people: `2024-03-15 10:30:00`, in UTC."""
    return MISSING if text is None else f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def span(start: str | None, end: str | None) -> str:
    """Write the time between two RFC 3339 texts with its two largest units: `1 h 15 min`; missing when one is."""
    if start is None or end is None:
        return MISSING
    seconds = max(0, round((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()))
    for size, name, smaller, smaller_name in ((_DAY, "d", _HOUR, "h"), (_HOUR, "h", _MINUTE, "min")):
        if seconds >= size:
            rest = seconds % size // smaller
            return f"{seconds // size} {name}" + (f" {rest} {smaller_name}" if rest else "")
    minutes, rest = divmod(seconds, _MINUTE)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def listed(words: list[str]) -> str:
    """Write words as a sentence lists them: `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def shortened(message: str) -> str:
    """Return a message of a machine, cut where it would fill pages, with its length told."""
    if len(message) <= LONGEST_MESSAGE:
        return message
    return f"{message[:LONGEST_MESSAGE]} … (cut: {len(message):,} characters; the job's page has all)"
