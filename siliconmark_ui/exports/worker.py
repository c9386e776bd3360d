"""The worker process: reads a CSV on its input, writes an XLSX or Parquet file to its output, and ends.

`python -m siliconmark_ui.exports.worker PLAN`, PLAN being a `Plan` in JSON. It runs at low priority, so that requests
come first; memory stays bounded by a block of the CSV and, for Parquet, by one row group.
"""

import os
import sys
from typing import BinaryIO

import msgspec
import pyarrow
from pyarrow import csv

from siliconmark_ui.exports.parquet import write_parquet
from siliconmark_ui.exports.plan import Plan, PlannedColumn
from siliconmark_ui.exports.workbook import write_workbook

PRIORITY = 19
# A block must hold the longest line: a job of 256 nodes with its performance by node has some 400 kB.
BLOCK_BYTES = 4 * 1024 * 1024
_TYPES = {
    "integer": pyarrow.int64(),
    "number": pyarrow.float64(),
    "moment": pyarrow.timestamp("us", tz="UTC"),
}


def main() -> None:
    """Make the file that the plan names."""
    os.nice(PRIORITY)
    pyarrow.set_cpu_count(1)
    plan = msgspec.json.decode(sys.argv[1], type=Plan)
    rows = open_rows(sys.stdin.buffer, plan.columns)
    write = write_workbook if plan.format == "xlsx" else write_parquet
    write(rows, plan, sys.stdout.buffer)
    sys.stdout.buffer.flush()
    # Arrow's threads may still be about while the interpreter takes itself apart, which then, on a busy
    # machine, aborts the process. The file is whole and written: nothing is left to be done on the way out.
    os._exit(0)


def open_rows(source: BinaryIO, columns: tuple[PlannedColumn, ...]) -> csv.CSVStreamingReader:
    """Return the lines of a CSV with a header as typed batches; an unquoted empty cell is null."""
    types = {column.name: _TYPES.get(column.kind, pyarrow.string()) for column in columns}
    return csv.open_csv(
        source,
        read_options=csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES),
        parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=csv.ConvertOptions(
            column_types=types,
            include_columns=list(types),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            timestamp_parsers=[csv.ISO8601],
        ),
    )


if __name__ == "__main__":
    main()
