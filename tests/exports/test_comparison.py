"""The export of a comparison: what the Compare page shows, typed, read back from each format."""

import json
from statistics import median
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siliconmark_ui.accounts.service import sign_in
from siliconmark_ui.accounts.sessions import COOKIE_NAME
from siliconmark_ui.comparisons.service import compare_jobs
from siliconmark_ui.comparisons.table import comparison_table
from siliconmark_ui.db import Database
from siliconmark_ui.exports.comparison import comparison_columns, comparison_rows, export_comparison
from siliconmark_ui.exports.order import FORMATS, read_comparison_order
from siliconmark_ui.instants import now
from siliconmark_ui.ui.pages.compare.view import CompareQuery, comparison_view
from tests.api.expect import invalid, not_found, token_refused
from tests.api.paths import JOBS as LIST
from tests.api.paths import V1
from tests.exports.reading import content_of, flat, read_csv, read_xlsx
from tests.exports.test_tables import detail_of, expected_in, found_in, run_job
from tests.factories import PASSWORD, Caller, make_caller, make_job

PATH = f"{LIST}/export/comparison"
NAMES = ("Nacht lauf/7", '=HYPERLINK("http://x.example","y")', '漢字, "quoted"\nand 🚀')
HEAD = ["id", "name", "state", "created_at"]


@pytest.fixture
async def owner(db: Database) -> Caller:
    """A person with three ended jobs that differ and one that has not begun."""
    return await make_caller(db)


@pytest.fixture
async def ids(db: Database, owner: Caller) -> list[str]:
    """The ids of the owner's jobs."""
    ended = [
        await run_job(db, owner, name, tags=["+plus", "b"][: place + 1], description=("=1+1", "-", None)[place])
        for place, name in enumerate(NAMES)
    ]
    return [*ended, (await make_job(db, owner.actor, name="idle"))["id"]]


def asked(job_ids: list[str], **options: str) -> httpx.QueryParams:
    """Return the query of a comparison of those jobs."""
    return httpx.QueryParams([*(("job", job_id) for job_id in job_ids), *options.items()])


@pytest.mark.parametrize("wanted", FORMATS)
async def test_a_comparison_read_back_has_the_figures_of_the_uploads(
    http: httpx.AsyncClient, db: Database, owner: Caller, ids: list[str], wanted: str
) -> None:
    answer = await http.get(PATH, params=asked(ids, all="true", format=wanted), headers=owner.headers)
    assert answer.status_code == 200, answer.text
    comparison = await compare_jobs(db, owner.actor, ids)
    sections = comparison_table(comparison.jobs)
    columns = comparison_columns(sections).columns
    rows: list[dict[str, Any]] = []
    for row in comparison_rows(comparison.jobs, sections):
        lists = {name: value for name, value in row.items() if isinstance(value, list)}
        rows.append(dict(row) | {name: "; ".join(value) for name, value in lists.items()})
    found = found_in(answer.content, wanted, columns)
    assert [_rounded(row) for row in found] == [_rounded(row) for row in expected_in(rows, wanted, columns)]
    for row, job_id in zip(found, ids, strict=True):
        assert str(row["id"]).removeprefix("'") == job_id
        detail = await detail_of(db, owner, job_id)
        results = [task["benchmark_results"]["quick_mark"]["results"] for task in detail["tasks"]]
        figures = [gpu["memory_bandwidth_gbs"] for result in results for gpu in result["test_results"]]
        assert row["quick_mark_per_gpu.memory_bandwidth_gbs"] in (median(figures) if figures else None, "")
        assert row["configuration.node_count"] == detail["node_count"]
        score = detail["scoreboard_summary"] and detail["scoreboard_summary"]["score"]
        assert row["performance.score"] in (score, "" if score is None else score)


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with the 15 digits that a number of a workbook has."""
    return {name: float(f"{value:.15g}") if isinstance(value, float) else value for name, value in row.items()}


async def test_a_file_has_a_column_for_every_row_that_the_page_shows(
    http: httpx.AsyncClient, db: Database, owner: Caller, ids: list[str]
) -> None:
    comparison = await compare_jobs(db, owner.actor, ids[:2])
    for shows_all in (False, True):
        view = comparison_view(comparison, CompareQuery(tuple(ids[:2]), shows_all))
        options = {"all": "true"} if shows_all else {}
        shown = [row for section in view.sections for row in section.rows]
        content = (await http.get(PATH, params=asked(ids[:2], **options), headers=owner.headers)).content
        rows = read_csv(content)
        columns = [name for name in rows[0] if name not in HEAD]
        assert len(columns) == len(shown)
        for name, row in zip(columns, shown, strict=True):
            missing = [not line[name] for line in rows]
            assert missing == [cell.text in {"–", "sensor?"} for cell in row.cells], (name, row.label)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_every_choice_of_jobs_and_columns_survives_a_csv_and_json(
    db: Database, owner: Caller, ids: list[str], data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
    shows_all = data.draw(st.booleans())
    options = {"all": "true"} if shows_all else {}
    whole = json.loads(await _content(db, owner, [*asked(chosen, **options).multi_items(), ("format", "json")]))
    names = list(read_csv(await _content(db, owner, asked(chosen, **options).multi_items()))[0])
    assert [row["id"] for row in whole] == chosen
    picked = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=5, unique=True))
    pairs = [*asked(chosen, **options).multi_items(), *(("columns", name) for name in picked)]
    rows = read_csv(await _content(db, owner, pairs))
    assert list(rows[0]) == picked
    comparison = await compare_jobs(db, owner.actor, chosen)
    table = comparison_columns(comparison_table(comparison.jobs))
    columns = table.chosen(picked)
    part = json.loads(await _content(db, owner, [*pairs, ("format", "json")]))
    assert expected_in(flat(part, columns), "csv", columns) == found_in(
        await _content(db, owner, pairs), "csv", columns
    )


async def _content(db: Database, owner: Caller, pairs: list[tuple[str, str]]) -> bytes:
    return await content_of(await export_comparison(db, owner.actor, read_comparison_order(pairs)))


async def test_a_workbook_has_units_in_its_headers_and_ids_as_text(
    http: httpx.AsyncClient, owner: Caller, ids: list[str], db: Database
) -> None:
    answer = await http.get(PATH, params=asked(ids, all="true", format="xlsx"), headers=owner.headers)
    comparison = await compare_jobs(db, owner.actor, ids)
    columns = comparison_columns(comparison_table(comparison.jobs)).columns
    # `read_xlsx` holds the headers against the registry's names and units.
    rows = read_xlsx(answer.content, columns)
    assert [row["id"] for row in rows] == ids
    assert [row["name"] for row in rows][:3] == list(NAMES)
    units = {column.name: column.unit for column in columns}
    assert units["quick_mark_per_gpu.bf16_tflops"] == "TFLOPS"
    assert units["cluster_network.avg_bandwidth_gbps"] == "Gbit/s"
    assert isinstance(rows[0]["quick_mark_per_gpu.bf16_tflops"], float)


async def test_cells_that_a_spreadsheet_would_run_are_harmless(
    http: httpx.AsyncClient, owner: Caller, ids: list[str]
) -> None:
    answer = await http.get(PATH, params=asked([ids[1], ids[0]], all="1"), headers=owner.headers)
    first = read_csv(answer.content)[0]
    assert first["name"] == f"'{NAMES[1]}"
    assert first["configuration.description"] == "'-"
    assert first["configuration.tags"] == "'+plus; b"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", ("job", "1 to 8")),
        ("format=csv", ("job", "1 to 8")),
        ("job=x", ("job", "id")),
        ("job=", ("job", "empty")),
        ("job={job}&jobs=1", ("Unknown query parameter 'jobs'", "job")),
        ("job={job}&all=maybe", ("all", "true or false")),
        ("job={job}&all=1&all=1", ("all", "once")),
        ("job={job}&format=xls", ("format",)),
        ("job={job}&format=json&bom=1", ("bom", "csv")),
        ("job={job}&columns=token", ("columns", "configuration.node_count")),
        ("&".join(f"job={number}" for number in range(1, 10)), ("job", "1 to 8")),
    ],
)
async def test_a_wrong_question_is_refused(
    http: httpx.AsyncClient, db: Database, owner: Caller, query: str, words: tuple[str, ...]
) -> None:
    job = await make_job(db, owner.actor)
    invalid(await http.get(f"{PATH}?{query.format(job=job['id'])}", headers=owner.headers), *words)


async def test_nobody_exports_a_comparison_with_a_job_that_they_do_not_see(
    http: httpx.AsyncClient, db: Database, owner: Caller, ids: list[str]
) -> None:
    stranger = await make_caller(db, "zoe@else.example", customer="Elsewhere")
    own = await make_job(db, stranger.actor, name="own")
    assert ids[0] in not_found(await http.get(f"{PATH}?job={own['id']}&job={ids[0]}", headers=stranger.headers))
    token_refused(await http.get(f"{PATH}?job={ids[0]}"))
    key = await sign_in(db, owner.actor.email, PASSWORD, "127.0.0.1")
    answer = await http.get(f"{PATH}?job={ids[0]}", headers={"Cookie": f"{COOKIE_NAME}={key}"})
    assert [row["id"] for row in read_csv(answer.content)] == ids[:1]


async def test_the_file_name_says_which_jobs_and_whether_all_is_in_it(
    http: httpx.AsyncClient, db: Database, owner: Caller
) -> None:
    jobs = [(await make_job(db, owner.actor, name=name))["id"] for name in ("night 1", "night 2")]
    for options, word in (("", "differences"), ("&all=1", "all")):
        answer = await http.get(f"{PATH}?job={jobs[0]}&job={jobs[1]}{options}", headers=owner.headers)
        name = f"comparison_{word}_night-1_night-2_{now().date()}.csv"
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    described = (await http.get(f"{V1}/openapi.json")).json()["paths"][PATH]["get"]
    assert {parameter["name"] for parameter in described["parameters"]} == {"job", "all", "format", "columns", "bom"}
    assert "404" in described["responses"]
