"""The columns of the job list: what each is called, how wide it is, what it sorts by, and which can be hidden."""

from collections.abc import Collection
from dataclasses import dataclass

from siliconmark_ui.exports.columns import JOBS

NAME_WIDTH = 300
"""Pixels that the column of names has at least; it takes what the others leave."""


@dataclass(frozen=True)
class Column:
    """One column: its word, its width in pixels (None takes the rest), and the fields that its header sorts by."""

    name: str
    word: str
    width: int | None
    sorts: tuple[tuple[str, str], ...] = ()


_WIDTHS = {
    "state": 144,
    "nodes": 152,
    "performance": 186,
    "created": 96,
    "duration": 108,
    "gpus": 160,
    "tags": 168,
    "benchmarks": 168,
    "started": 92,
    "ended": 92,
    "expires": 92,
}
_SORTS = {
    "name": (("name", "Name"),),
    "state": (("state", "State"),),
    "nodes": (("current_nodes", "Nodes"), ("node_count", "Expected")),
    "created": (("created_at", "Created"),),
    "started": (("started_at", "Started"),),
    "ended": (("ended_at", "Ended"),),
    "expires": (("expires_at", "Expires"),),
}
# Which columns there are, in which order, is said once, for the table and for what leaves it.
COLUMNS = tuple(Column(each.name, each.word, _WIDTHS.get(each.name), _SORTS.get(each.name, ())) for each in JOBS.shown)
HIDEABLE = tuple(column for column in COLUMNS if column.width is not None)


def known_columns(text: str) -> list[str]:
    """Give the columns that `text`, as a browser remembered it, names: in the table's order, unknown ones left out."""
    names = set(text.split())
    return [column.name for column in HIDEABLE if column.name in names]


def table_width(hidden: Collection[str]) -> int:
    """Give the pixels that the table needs without those columns."""
    return NAME_WIDTH + sum(column.width or 0 for column in COLUMNS if column.name not in hidden)
