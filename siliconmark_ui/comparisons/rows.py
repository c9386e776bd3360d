"""What a comparison is made of: sections of rows, each a value of every job. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from siliconmark_ui.charts import words

Mark = Literal["", "best", "worst"]
# What a row's values are: a text of people or agents, a word of a fixed vocabulary, a list of texts, or a number.
Kind = Literal["text", "word", "list", "integer", "number"]
Value = str | float | int | list[str] | None


@dataclass(frozen=True)
class Cell:
    """One job's value: `change` reads `+4 %` against the first job; `hint` says more, or why the value is missing.

    `value` is what `text` writes, of the row's kind, None when it is missing.
    """

    text: str
    hint: str = ""
    change: str = ""
    mark: Mark = ""
    value: Value = None


@dataclass(frozen=True)
class Row:
    """One value of every job; the label carries the unit. `name` tells it from the other rows of its section."""

    label: str
    cells: list[Cell]
    name: str
    kind: Kind
    unit: str = ""

    @property
    def differs(self) -> bool:
        """Whether the jobs do not all show the same."""
        return len({cell.text for cell in self.cells}) > 1

    @property
    def is_missing(self) -> bool:
        """Whether no job has a value."""
        return all(cell.text == words.MISSING for cell in self.cells)


@dataclass(frozen=True)
class Section:
    """Rows that belong together; `note` says what they mean or why nothing is marked, empty for neither."""

    title: str
    rows: list[Row]
    note: str = ""
    name: str = ""


def only_differences(sections: Sequence[Section]) -> list[Section]:
    """Give the sections with the rows that differ alone; a section without any is left out."""
    return with_rows(sections, lambda row: row.differs)


def shown_sections(whole: Sequence[Section], *, shows_all: bool) -> list[Section]:
    """Give what a comparison shows: every row, or the differences; one job alone differs from none."""
    is_alone = all(len(row.cells) == 1 for section in whole for row in section.rows)
    return list(whole) if shows_all or is_alone else only_differences(whole)


def with_rows(sections: Sequence[Section], is_wanted: Callable[[Row], bool]) -> list[Section]:
    """Give the sections with the wanted rows alone; a section without any is left out."""
    kept = [replace(each, rows=[row for row in each.rows if is_wanted(row)]) for each in sections]
    return [section for section in kept if section.rows]
