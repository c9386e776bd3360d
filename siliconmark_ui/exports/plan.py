"""What the worker process is told: which file to make of the CSV that it reads, and from which columns."""

from typing import Literal

import msgspec

FileFormat = Literal["xlsx", "parquet"]
# An XLSX sheet has 1,048,576 rows; the header is one of them.
XLSX_ROWS = 1_048_575


class PlannedColumn(msgspec.Struct, frozen=True):
    """A column of the file; `kind` as in the registry."""

    name: str
    kind: str
    unit: str


class Plan(msgspec.Struct, frozen=True):
    """One file; `title` names the sheet, `most_rows` is the limit of an XLSX, `folder` takes temporary files."""

    format: FileFormat
    title: str
    columns: tuple[PlannedColumn, ...]
    most_rows: int
    folder: str
