"""What a report is made of before it is set: blocks of plain values, which the template turns into pages."""

from collections.abc import Sequence
from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

Tone = Literal["ink", "muted", "good", "warn", "bad", "busy"]
Mark = Literal["", "check", "warning", "cross", "slash", "dot", "down", "equal", "up", "dash"]
Block = dict[str, Any]


class Cell(TypedDict):
    """A cell, badge or value: its text with, before it, a mark (never colour alone), and below it a smaller line."""

    text: str
    mark: NotRequired[Mark]
    tone: NotRequired[Tone]
    below: NotRequired[str]
    is_code: NotRequired[bool]


class Column(TypedDict):
    """A table's column; `width` is a share of what is left over, or 0 for as wide as its texts."""

    title: str
    align: Literal["left", "right"]
    width: float


class Chart(TypedDict):
    """A drawing with the finding as its title, a note on how to read it, and the same figures in words."""

    svg: str
    title: str
    note: str
    alternative: str


def heading(text: str, level: int = 2) -> Block:
    """Return a heading; the report's title is the only one of level 1."""
    return {"kind": "heading", "text": text, "level": level}


def paragraph(text: str, tone: Tone = "ink") -> Block:
    """Return running text."""
    return {"kind": "paragraph", "text": text, "tone": tone}


def bullets(items: Sequence[str]) -> Block:
    """Return a list of sentences."""
    return {"kind": "bullets", "items": list(items)}


def facts(pairs: Sequence[tuple[str, str | Cell]], columns: int = 4) -> Block:
    """Return labels with their values, side by side."""
    items = [{"label": label, "value": _cell(value)} for label, value in pairs]
    return {"kind": "facts", "items": items, "columns": columns}


def badges(cells: Sequence[Cell], tags: Sequence[str]) -> Block:
    """Return state and status, and tags beside them."""
    return {"kind": "badges", "badges": list(cells), "tags": list(tags)}


def tiles(pairs: Sequence[tuple[str, Cell]]) -> Block:
    """Return the figures that decide, large and side by side."""
    return {"kind": "tiles", "items": [{"label": label, "value": cell} for label, cell in pairs]}


def table(title: str, columns: Sequence[Column], rows: Sequence[Sequence[str | Cell]]) -> Block:
    """Return a table whose header is repeated on each page; `title` names it for those who cannot see it."""
    cells = [[_cell(cell) for cell in row] for row in rows]
    return {"kind": "table", "title": title, "columns": list(columns), "rows": cells}


def charts(items: Sequence[Chart], columns: int = 1) -> Block:
    """Return drawings, `columns` of them side by side."""
    return {"kind": "charts", "items": list(items), "columns": columns}


def left(title: str, width: float = 0) -> Column:
    """Return a column of words."""
    return {"title": title, "align": "left", "width": width}


def right(title: str, width: float = 0) -> Column:
    """Return a column of figures, with the unit in its title."""
    return {"title": title, "align": "right", "width": width}


def _cell(value: str | Cell) -> Cell:
    return {"text": value} if isinstance(value, str) else value
