"""The export route over HTTP: who may, what is refused, what the answer says of itself, what its description says."""

import re
from urllib.parse import unquote

import httpx
import pytest

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.accounts.service import sign_in
from siliconmark_ui.accounts.sessions import COOKIE_NAME
from siliconmark_ui.db import Database
from siliconmark_ui.exports.columns import JOBS
from siliconmark_ui.exports.names import disposition, file_name
from siliconmark_ui.exports.order import FORMATS
from siliconmark_ui.exports.sending import MEDIA_TYPES
from siliconmark_ui.instants import now
from siliconmark_ui.jobs.filters import JobQuery
from tests.api.expect import invalid, token_refused
from tests.api.paths import JOBS as LIST
from tests.api.paths import V1
from tests.exports.reading import read_csv
from tests.factories import PASSWORD, make_caller, make_job

EXPORT = f"{LIST}/export"


async def test_each_format_comes_as_an_attachment(http: httpx.AsyncClient, db: Database) -> None:
    caller = await make_caller(db)
    await make_job(db, caller.actor, name="one", tags=["production"])
    for wanted in FORMATS:
        answer = await http.get(EXPORT, params={"format": wanted, "tags": "production"}, headers=caller.headers)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == MEDIA_TYPES[wanted]
        assert answer.headers["cache-control"] == "no-store"
        name = f"jobs_tag-production_{now().date()}.{wanted}"
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["x-request-id"]
        assert answer.content


async def test_csv_is_the_default_and_holds_every_page_in_order(http: httpx.AsyncClient, db: Database) -> None:
    caller = await make_caller(db)
    for number in range(25):
        await make_job(db, caller.actor, name=f"job {number % 7} {number}")
    answer = await http.get(EXPORT, params={"sort_by": "name", "sort_order": "asc"}, headers=caller.headers)
    assert answer.headers["content-type"].startswith("text/csv")
    rows = read_csv(answer.content)
    assert list(rows[0]) == [column.name for column in JOBS.offered()]
    listed = await http.get(
        LIST, params={"sort_by": "name", "sort_order": "asc", "per_page": "300"}, headers=caller.headers
    )
    assert [row["id"] for row in rows] == [row["id"] for row in listed.json()["results"]]


async def test_a_browser_session_opens_the_export_and_a_dead_one_does_not(
    http: httpx.AsyncClient, db: Database
) -> None:
    caller = await make_caller(db)
    await make_job(db, caller.actor, name="mine")
    key = await sign_in(db, caller.actor.email, PASSWORD, "127.0.0.1")
    answer = await http.get(EXPORT, headers={"Cookie": f"{COOKIE_NAME}={key}"})
    assert [row["name"] for row in read_csv(answer.content)] == ["mine"]
    token_refused(await http.get(EXPORT, headers={"Cookie": f"{COOKIE_NAME}={key}x"}))
    token_refused(await http.get(EXPORT))


async def test_a_job_token_opens_no_export(http: httpx.AsyncClient, db: Database) -> None:
    caller = await make_caller(db)
    job = await make_job(db, caller.actor)
    token_refused(await http.get(EXPORT, headers={"Authorization": f"Bearer {job['token']}"}))


async def test_each_role_exports_what_it_sees(http: httpx.AsyncClient, db: Database) -> None:
    people = {
        "own": await make_caller(db),
        "acme": await make_caller(db, "chief@acme.example", Role.CUSTOMER_ADMIN),
        "everything": await make_caller(db, "staff@us.example", Role.STAFF, "Us"),
    }
    await make_job(db, people["own"].actor, name="own")
    await make_job(db, people["acme"].actor, name="acme")
    await make_job(db, people["everything"].actor, name="everything")
    await make_job(db, None, name="anonymous")
    seen = {}
    for who, caller in people.items():
        answer = await http.get(EXPORT, params={"columns": "name"}, headers=caller.headers)
        seen[who] = {row["name"] for row in read_csv(answer.content)}
    assert seen == {
        "own": {"own"},
        "acme": {"own", "acme"},
        "everything": {"own", "acme", "everything", "anonymous"},
    }


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("format=xls", ("format", "csv, xlsx, parquet, json")),
        ("format=CSV", ("format",)),
        ("format=", ("format", "empty")),
        ("format=csv&format=json", ("format", "once")),
        ("page=1", ("Unknown query parameter 'page'", "format")),
        ("per_page=20", ("per_page",)),
        ("stat=failed", ("stat", "state")),
        ("state=done", ("state",)),
        ("columns=token", ("columns", "token")),
        ("columns=nothing", ("columns", "nothing")),
        ("columns=performance.score", ("performance.score", "include=performance")),
        ("columns=gpu_models", ("gpu_models", "include_results=true")),
        ("include=performance_nodes", ("performance",)),
        ("bom=true&format=xlsx", ("bom", "csv")),
        ("bom=maybe", ("bom",)),
        ("node_count_min=3&node_count_max=2", ("node_count_min",)),
    ],
)
async def test_a_wrong_question_is_refused(
    http: httpx.AsyncClient, db: Database, query: str, words: tuple[str, ...]
) -> None:
    caller = await make_caller(db)
    invalid(await http.get(f"{EXPORT}?{query}", headers=caller.headers), *words)


async def test_chosen_columns_come_in_the_order_asked(http: httpx.AsyncClient, db: Database) -> None:
    caller = await make_caller(db)
    await make_job(db, caller.actor, name="one")
    query = {"columns": ["state", "name", "state"]}
    answer = await http.get(EXPORT, params=query, headers=caller.headers)
    assert answer.content == b"state,name\r\ncreated,one\r\n"


async def test_the_description_names_the_route_with_its_parameters_and_files(
    http: httpx.AsyncClient, db: Database
) -> None:
    described = (await http.get(f"{V1}/openapi.json")).json()["paths"][EXPORT]["get"]
    names = {parameter["name"] for parameter in described["parameters"]}
    assert {"format", "columns", "bom", "tags", "include"} <= names
    assert not names & {"page", "per_page"}
    expected = {media_type.partition(";")[0] for media_type in MEDIA_TYPES.values()}
    assert set(described["responses"]["200"]["content"]) == expected
    assert {"400", "401", "500"} <= set(described["responses"])


def test_a_file_name_says_what_the_file_holds_in_safe_characters() -> None:
    query = JobQuery.from_query([("state", "completed"), ("tags", "provider: aws/1"), ("name", '../"\n漢')])
    name = file_name("jobs", query, "csv", now().date())
    assert name == f"jobs_completed_name-漢_tag-provider-aws-1_{now().date()}.csv"
    header = disposition(name)
    assert header.isascii()
    assert re.fullmatch(r"attachment; filename=\"[ -~]+\"; filename\*=UTF-8''[A-Za-z0-9_.%~-]+", header)
    assert unquote(header.rpartition("''")[2]) == name


def test_a_file_name_stays_short_enough_for_every_file_system() -> None:
    pairs = [("name", "漢" * 60), *(("tags", f"{'字' * 40}{number}") for number in range(10))]
    name = file_name("jobs", JobQuery.from_query(pairs), "parquet", now().date())
    assert len(name.encode()) <= 255
    assert name.endswith(f"_{now().date()}.parquet")
