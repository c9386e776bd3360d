"""One table of questions: repository, service, REST list, exports and page give the same jobs in the same order."""

import csv
import io

import httpx
import pytest

from siliconmark_ui.accounts.roles import Actor, Role, Scope
from siliconmark_ui.db import Database
from siliconmark_ui.jobs import repository, service
from siliconmark_ui.jobs.filters import JobQuery, pairs_of
from siliconmark_ui.jobs.parameters import VIEW_PARAMETERS
from siliconmark_ui.ui.pages.jobs.state import load_listing
from tests.factories import Caller, make_caller
from tests.filter_cases import CASES, Case, population
from tests.jobs.population import Stored, store
from tests.jobs.reference import answer

EACH_CASE = pytest.mark.parametrize("case", CASES, ids=lambda case: case.query)


@pytest.fixture(scope="module")
async def ann(module_db: Database) -> Caller:
    """The owner of the table's jobs, which are stored."""
    caller = await make_caller(module_db)
    await store(module_db, population(caller.actor))
    return caller


def asked(case: Case) -> JobQuery:
    """Return the case's question."""
    return JobQuery.from_query(pairs_of(case.query), several_states=True)


def names_of(jobs: list[Stored]) -> tuple[str, ...]:
    """Return the names of jobs, in their order."""
    return tuple(job.name for job in jobs)


@EACH_CASE
def test_table_agrees_with_the_plain_python_reference(case: Case) -> None:
    owner = Actor(1, "ann@acme.example", "ann", Role.USER, 1, "Acme")
    assert names_of(answer(asked(case), owner, population(owner))) == case.names


@EACH_CASE
async def test_repository_finds_the_jobs_of_the_table(open_database: Database, ann: Caller, case: Case) -> None:
    async with open_database.reader() as reader:
        total, rows = await repository.page(reader, ann.actor.scope, asked(case))
    assert total == len(case.names)
    assert tuple(row["name"] for row in rows) == case.names


@EACH_CASE
@pytest.mark.parametrize("most_named", [0, repository.MOST_NAMED])
async def test_rows_that_come_before_their_total_are_those_of_the_table(
    open_database: Database, ann: Caller, case: Case, most_named: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "MOST_NAMED", most_named)
    for scope in (ann.actor.scope, Scope("customer", ann.actor.customer_id), Scope("all", 0)):
        async with open_database.reader() as reader:
            question = await repository.looked_up(reader, scope, asked(case))
            in_order = await repository.rows_in_order(reader, question)
            read_once = await repository.rows_read_once(reader, question)
            total = await repository.count(reader, scope, asked(case))
        for found in (in_order, read_once):
            assert tuple(row["name"] for row in found.rows) == case.names
        assert (read_once.total, total) == (len(case.names), len(case.names))
        assert in_order.total in (total, None)


@EACH_CASE
async def test_service_finds_the_jobs_of_the_table(open_database: Database, ann: Caller, case: Case) -> None:
    page = await service.list_jobs(open_database, ann.actor, asked(case))
    assert tuple(row["name"] for row in page["results"]) == case.names
    assert page["pagination"]["total"] == len(case.names)


@EACH_CASE
async def test_rest_list_finds_the_jobs_of_the_table(http_client: httpx.AsyncClient, ann: Caller, case: Case) -> None:
    answered = await http_client.get(f"/api/silicon-mark/v1/jobs?{case.query}", headers=ann.headers)
    if case.has_several_states:
        assert (answered.status_code, answered.json()["error"]["message"]) == (400, "state must be given once")
        return
    assert answered.status_code == 200, answered.text
    body = answered.json()
    assert tuple(row["name"] for row in body["results"]) == case.names
    assert body["pagination"]["total"] == len(case.names)


@EACH_CASE
async def test_exports_hold_the_jobs_of_the_table(http_client: httpx.AsyncClient, ann: Caller, case: Case) -> None:
    address = f"/api/silicon-mark/v1/jobs/export?{case.query}"
    answered = await http_client.get(f"{address}&format=json" if case.query else address, headers=ann.headers)
    assert answered.status_code == 200, answered.text
    if case.query:
        names = [row["name"] for row in answered.json()]
    else:
        names = [row["name"] for row in csv.DictReader(io.StringIO(answered.text, newline=""))]
    assert tuple(names) == case.names


@EACH_CASE
async def test_page_shows_the_jobs_of_the_table(ann: Caller, case: Case) -> None:
    # The page always includes what it draws, so those two are no parameters of its address.
    pairs = [(name, text) for name, text in pairs_of(case.query) if name in VIEW_PARAMETERS]
    listing = await load_listing(ann.actor, JobQuery.from_query(pairs, allowed=VIEW_PARAMETERS, several_states=True))
    assert tuple(row.name for row in listing.rows) == case.names
    assert listing.total == len(case.names)


@EACH_CASE
def test_question_survives_its_own_query_string(case: Case) -> None:
    question = asked(case)
    assert JobQuery.from_query(pairs_of(question.to_query()), several_states=True) == question
