"""The columns of the job list: what each is called, how wide it is, what it sorts by, and which can be hidden."""

from collections.abc import Collection
from dataclasses import dataclass

NAME_WIDTH = 300
"""Pixels that the column of names has at least; it takes what the others leave."""


@dataclass(frozen=True)
class Column:
    """One column: its word, its width in pixels (None takes the rest), and the fields that its header sorts by."""

    name: str
    word: str
    width: int | None
    sorts: tuple[tuple[str, str], ...] = ()


COLUMNS = (
    Column("name", "Name", None, (("name", "Name"),)),
    Column("state", "State", 144, (("state", "State"),)),
    Column("nodes", "Nodes", 136, (("current_nodes", "Nodes"), ("node_count", "Expected"))),
    Column("performance", "Performance", 186),
    Column("created", "Created", 96, (("created_at", "Created"),)),
    Column("duration", "Duration", 108),
    Column("gpus", "GPU models", 160),
    Column("tags", "Tags", 168),
    Column("benchmarks", "Benchmarks", 168),
    Column("started", "Started", 92, (("started_at", "Started"),)),
    Column("ended", "Ended", 92, (("ended_at", "Ended"),)),
    Column("expires", "Expires", 92, (("expires_at", "Expires"),)),
)
HIDEABLE = tuple(column for column in COLUMNS if column.width is not None)


def known_columns(text: str) -> list[str]:
    """Give the columns that `text`, as a browser remembered it, names: in the table's order, unknown ones left out."""
    names = set(text.split())
    return [column.name for column in HIDEABLE if column.name in names]


def table_width(hidden: Collection[str]) -> int:
    """Give the pixels that the table needs without those columns."""
    return NAME_WIDTH + sum(column.width or 0 for column in COLUMNS if column.name not in hidden)
