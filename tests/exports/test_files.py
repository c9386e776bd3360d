"""What files are like beside their values: line ends, marks, types, headers, units; and what never is in them."""

import io
import json
from collections.abc import AsyncGenerator

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]
from pyarrow import parquet

from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.exports import plan, workbook
from siliconmark_ui.exports.columns import JOBS
from siliconmark_ui.exports.files import file_chunks, plan_of
from siliconmark_ui.exports.order import FORMATS
from tests.exports.fleet import FORMULAS, make_fleet
from tests.exports.reading import exported, listed, order_of, read_csv, read_xlsx
from tests.factories import make_caller, make_job

WIDE = "include_results=true&include=performance&include=performance_nodes"


async def test_csv_is_rfc_4180_with_a_mark_only_on_request(db: Database) -> None:
    caller = await make_caller(db)
    await make_job(db, caller.actor, name='a "quoted", name', description="two\nlines")
    plain = await exported(db, caller.actor, order_of("columns=name&columns=description&columns=node_count"))
    assert plain == b'name,description,node_count\r\n"a ""quoted"", name","two\nlines",1\r\n'
    marked = await exported(db, caller.actor, order_of("columns=name&bom=true"))
    assert marked == b'\xef\xbb\xbfname\r\n"a ""quoted"", name"\r\n'


async def test_csv_of_one_column_keeps_the_rows_without_a_value(db: Database) -> None:
    caller = await make_caller(db)
    for description in (None, "text", ""):
        await make_job(db, caller.actor, description=description)
    content = await exported(db, caller.actor, order_of("columns=description&sort_order=asc"))
    assert content == b'description\r\n""\r\ntext\r\n""\r\n'
    content = await exported(db, caller.actor, order_of("format=parquet&columns=description&sort_order=asc"))
    rows = parquet.read_table(io.BytesIO(content)).to_pylist()
    assert [row["description"] for row in rows] == [None, "text", ""]


async def test_csv_begins_no_cell_with_a_formula_whoever_wrote_it(db: Database) -> None:
    fleet = await make_fleet(db)
    order = order_of(WIDE + "&sort_by=name&sort_order=asc")
    rows = read_csv(await exported(db, fleet.owner.actor, order))
    for row in rows:
        for name, cell in row.items():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), name
    kept = {row["name"] for row in rows}
    assert kept >= {f"'{formula}" for formula in FORMULAS if not formula.startswith("\t")}
    assert {row["gpu_models"] for row in rows} >= {"'=EVIL()", "NVIDIA A100-SXM4-80GB", ""}
    assert {row["tags"] for row in rows} >= {"'+plus; b", "'-minus; production", "'@at", "production"}


async def test_numbers_stay_numbers_in_csv_when_negative(db: Database) -> None:
    caller = await make_caller(db)
    job = await make_job(db, caller.actor)
    async with db.reader() as reader:
        figures = json.dumps({"temperature_centigrade": -12.5, "node_count": 1})
        await reader.execute(
            "INSERT INTO job_summaries (job_id, quickmark_aggregate_results, performance, performance_nodes) "
            "VALUES (%s, %s, 'null', 'null')",
            (job["id"], figures),
        )
    order = order_of("include_results=true&columns=quickmark_aggregate_results.temperature_centigrade")
    content = await exported(db, caller.actor, order)
    assert content.splitlines()[1] == b"-12.5"


@pytest.mark.parametrize("wanted", FORMATS)
async def test_no_format_holds_a_job_token(db: Database, wanted: str) -> None:
    fleet = await make_fleet(db)
    content = await exported(db, fleet.owner.actor, order_of(WIDE, format=wanted))
    texts = [content]
    if wanted == "xlsx":
        texts = [str(read_xlsx(content, order_of(WIDE).columns)).encode()]
    if wanted == "parquet":
        texts = [str(parquet.read_table(io.BytesIO(content)).to_pylist()).encode()]
    for text in texts:
        assert b"plain" in text
        assert b"eyJ" not in text
        assert b"token" not in text


@pytest.mark.parametrize("wanted", ["csv", "xlsx", "parquet"])
async def test_a_file_without_rows_still_has_its_columns(db: Database, wanted: str) -> None:
    caller = await make_caller(db)
    order = order_of("state=failed", format=wanted)
    names = [column.name for column in JOBS.offered()]
    content = await exported(db, caller.actor, order)
    if wanted == "csv":
        assert content == (",".join(names) + "\r\n").encode()
    elif wanted == "xlsx":
        assert read_xlsx(content, order.columns) == []
    else:
        table = parquet.read_table(io.BytesIO(content))
        assert (table.column_names, table.num_rows) == (names, 0)


async def test_json_without_rows_is_an_empty_array(db: Database) -> None:
    caller = await make_caller(db)
    assert json.loads(await exported(db, caller.actor, order_of("format=json"))) == []


async def test_json_holds_only_the_chosen_parts(db: Database) -> None:
    fleet = await make_fleet(db)
    order = order_of("format=json&include=performance&columns=performance.groups.memory.score&columns=name")
    rows = json.loads(await exported(db, fleet.owner.actor, order))
    shown = await listed(db, fleet.owner.actor, order)
    assert any(row["performance"] for row in rows)
    for row, whole in zip(rows, shown, strict=True):
        summary = whole["performance"]
        score = {"groups": {"memory": {"score": summary["groups"]["memory"]["score"]}}} if summary else None
        assert row == {"performance": score, "name": whole["name"]}


async def test_parquet_is_typed_and_names_its_units(db: Database) -> None:
    caller = await make_caller(db)
    await make_job(db, caller.actor)
    content = await exported(db, caller.actor, order_of("format=parquet&include_results=true"))
    schema = parquet.read_schema(io.BytesIO(content))
    types = {name: str(schema.field(name).type) for name in schema.names}
    assert types["id"] == "string"
    assert types["node_count"] == "int64"
    assert types["created_at"] == "timestamp[us, tz=UTC]"
    assert types["quickmark_aggregate_results.bf16_tflops"] == "double"
    assert schema.field("quickmark_aggregate_results.bf16_tflops").metadata == {b"unit": b"TFLOPS"}


async def test_xlsx_has_typed_cells_units_a_fixed_header_and_a_filter(db: Database) -> None:
    caller = await make_caller(db)
    job = await make_job(db, caller.actor, name="=1+1", node_count=3)
    content = await exported(db, caller.actor, order_of("format=xlsx&include_results=true"))
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    header = {cell.value: cell for cell in sheet[1]}
    cells = {name: sheet.cell(2, cell.column) for name, cell in header.items()}
    assert sheet.title == "jobs"
    assert "quickmark_aggregate_results.memory_bandwidth_gbs (GB/s)" in header
    assert (cells["id"].value, cells["id"].data_type) == (job["id"], "s")
    assert (cells["name"].value, cells["name"].data_type) == ("=1+1", "s")
    assert (cells["node_count"].value, cells["node_count"].data_type) == (3, "n")
    assert cells["created_at (UTC)"].is_date
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(2, len(header)).coordinate}"
    assert sheet.column_dimensions["A"].width > len(job["id"])


async def test_xlsx_is_refused_when_more_rows_match_than_a_sheet_has(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = await make_caller(db)
    for _ in range(3):
        await make_job(db, caller.actor, tags=["many"])
    monkeypatch.setattr(plan, "XLSX_ROWS", 2)
    with pytest.raises(InvalidInput, match=r"format=xlsx holds at most 2 rows and 3 match"):
        await exported(db, caller.actor, order_of("format=xlsx&tags=many"))
    assert len(read_csv(await exported(db, caller.actor, order_of("tags=many")))) == 3
    assert len(read_xlsx(await exported(db, caller.actor, order_of("format=xlsx&tags=no")), JOBS.offered())) == 0


async def test_a_worker_that_fails_fails_the_export(capfd: pytest.CaptureFixture[str]) -> None:
    columns = JOBS.chosen(["name"])

    async def lines() -> AsyncGenerator[bytes]:
        yield b"name\r\nfirst\r\nsecond\r\n"

    with pytest.raises(RuntimeError, match="ended with status 1"):
        async for _ in file_chunks(lines(), plan_of("xlsx", "jobs", columns, most_rows=1)):
            pass
    assert "An XLSX sheet has at most 1 rows" in capfd.readouterr().err


async def test_a_source_that_fails_leaves_no_file_that_looks_whole() -> None:
    columns = JOBS.chosen(["name"])

    async def lines() -> AsyncGenerator[bytes]:
        yield b"name\r\nfirst\r\n"
        raise ConnectionError("the database is gone")

    received = bytearray()

    async def receive() -> None:
        async for chunk in file_chunks(lines(), plan_of("parquet", "jobs", columns, most_rows=1)):
            received.extend(chunk)

    with pytest.raises(ConnectionError, match="the database is gone"):
        await receive()
    assert not received.endswith(b"PAR1")


def test_a_text_too_long_for_a_cell_says_that_it_was_cut() -> None:
    longest = "é" * workbook.LONGEST_TEXT
    assert workbook.fitting(longest) == longest
    cut = workbook.fitting(longest + "é")
    assert len(cut) == workbook.LONGEST_TEXT
    assert cut.endswith("hold all)")
