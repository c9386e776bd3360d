"""Parquet: typed columns, compressed, in row groups of bounded size; the unit stands in a column's metadata."""

from typing import BinaryIO

import pyarrow
from pyarrow import csv, parquet

from siliconmark_ui.exports.plan import Plan

GROUP_ROWS = 50_000
# Texts of thousands of nodes would make a group of that many rows too large to hold.
GROUP_BYTES = 32 * 1024 * 1024


def write_parquet(rows: csv.CSVStreamingReader, plan: Plan, target: BinaryIO) -> None:
    """Write the batches to `target`, which need not be seekable."""
    units = {column.name: column.unit for column in plan.columns}
    schema = pyarrow.schema([_described(field, units[field.name]) for field in rows.schema])
    waiting: list[pyarrow.RecordBatch] = []
    with parquet.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in rows:
            waiting.append(batch)
            if _is_full(waiting):
                writer.write_table(_table(waiting, schema))
                waiting = []
        if waiting:
            writer.write_table(_table(waiting, schema))


def _described(field: pyarrow.Field, unit: str) -> pyarrow.Field:
    return field.with_metadata({"unit": unit}) if unit else field


def _is_full(batches: list[pyarrow.RecordBatch]) -> bool:
    rows: int = sum(batch.num_rows for batch in batches)
    size: int = sum(batch.nbytes for batch in batches)
    return rows >= GROUP_ROWS or size >= GROUP_BYTES


def _table(batches: list[pyarrow.RecordBatch], schema: pyarrow.Schema) -> pyarrow.Table:
    return pyarrow.Table.from_batches([batch.cast(schema) for batch in batches], schema)
