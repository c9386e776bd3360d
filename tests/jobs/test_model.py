"""Random questions about random jobs, in PostgreSQL and in plain Python: rows, order, total, badge and tags agree."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.benchmarks.catalogue import BENCHMARKS
from siliconmark_ui.db import Database
from siliconmark_ui.jobs import service
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.parameters import SORT_FIELDS
from siliconmark_ui.models import JOB_STATES, STATUSES
from tests.factories import make_caller
from tests.jobs.population import NOON, Stored, store
from tests.jobs.reference import answer, page_of, tags_of

TAGS = ("a", "A", "b", "ab", "größe", "x: y")
# Letters whose lower case is longer, shorter or the same; what LIKE would read as a pattern.
LETTERS = "aAbBäÄßİΣ%_\\' 1\N{LATIN SMALL LETTER DOTLESS I}\N{GREEK SMALL LETTER SIGMA}"
MOMENTS = st.integers(-3, 6)
# To make an example smaller would ask the database for minutes.
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
Value = TypeVar("Value")
names = st.text(LETTERS, min_size=1, max_size=6)


@st.composite
def populations(draw: st.DrawFn, actors: Sequence[Actor]) -> list[Stored]:
    """Up to 40 jobs of those people and of nobody, no name twice among the living of a customer."""
    jobs: list[Stored] = []
    taken: set[tuple[int, str]] = set()
    for number in range(draw(st.integers(0, 40))):
        job = draw(_jobs(number, actors))
        key = (job.owner.customer_id if job.owner else -number, job.name)
        if job.is_deleted or key not in taken:
            taken |= set() if job.is_deleted else {key}
            jobs.append(job)
    return jobs


def _jobs(number: int, actors: Sequence[Actor]) -> st.SearchStrategy[Stored]:
    nodes = st.integers(1, 5)
    return nodes.flatmap(
        lambda node_count: st.builds(
            Stored,
            name=names,
            number=st.just(number),
            created=MOMENTS,
            state=st.sampled_from(JOB_STATES),
            node_count=st.just(node_count),
            current_nodes=st.integers(0, node_count),
            benchmarks=st.sampled_from([("quick_mark",), ("quick_mark", "cluster_network")]),
            tags=st.lists(st.sampled_from(TAGS), max_size=4, unique=True).map(tuple),
            started=st.none() | MOMENTS,
            ended=MOMENTS,
            status=st.none() | st.sampled_from(STATUSES),
            score=st.just(0.95),
            is_deleted=st.sampled_from([False, False, False, True]),
            owner=st.none() | st.sampled_from(list(actors)),
        )
    )


def _edges() -> st.SearchStrategy[datetime]:
    """Moments on and right beside those of creation, which have whole milliseconds."""
    return st.builds(
        lambda millisecond, beside: NOON + timedelta(milliseconds=millisecond, microseconds=beside),
        MOMENTS,
        st.sampled_from([-1, 0, 0, 0, 1]),
    )


def _rarely(strategy: st.SearchStrategy[Value]) -> st.SearchStrategy[Value | None]:
    """Leave most filters out: with all of them at once nothing is ever found."""
    return st.sampled_from([False, False, False, True]).flatmap(lambda given: strategy if given else st.none())


@st.composite
def questions(draw: st.DrawFn) -> JobQuery:
    """Any question that may be asked."""
    few, most = sorted([draw(st.integers(1, 6)), draw(st.integers(1, 6))])
    after, before = draw(_edges()), draw(_edges())
    if after >= before:
        after, before = before, after + timedelta(microseconds=1)

    states = draw(_rarely(st.lists(st.sampled_from(JOB_STATES), min_size=1, max_size=3, unique=True)))
    tags = draw(_rarely(st.lists(st.sampled_from(TAGS), max_size=2, unique=True)))
    return JobQuery(
        page=draw(st.sampled_from([1, 1, 2, 3])),
        per_page=draw(st.integers(1, 30)),
        sort_by=draw(st.sampled_from(SORT_FIELDS)),
        sort_order=draw(st.sampled_from(["asc", "desc"])),
        state=tuple(states or ()),
        name=draw(_rarely(st.text(LETTERS, min_size=1, max_size=2))),
        benchmark_id=draw(_rarely(st.sampled_from(list(BENCHMARKS)))),
        tags=tuple(tags or ()),
        created_after=draw(_rarely(st.just(after))),
        created_before=draw(_rarely(st.just(before))),
        node_count_min=draw(_rarely(st.just(few))),
        node_count_max=draw(_rarely(st.just(most))),
        include_results=draw(st.booleans()),
        include=draw(st.sampled_from([(), ("performance",), ("performance", "performance_nodes")])),
        has_performance_data=bool(draw(_rarely(st.just(True)))),
    )


@pytest.fixture
async def actors(db: Database) -> list[Actor]:
    """One person of each role, two of the roles in two customers."""
    people = [
        ("ann@acme.example", Role.USER, "Acme"),
        ("bob@acme.example", Role.USER, "Acme"),
        ("adm@acme.example", Role.CUSTOMER_ADMIN, "Acme"),
        ("zoe@zeta.example", Role.CUSTOMER_ADMIN, "Zeta"),
        ("stu@maker.example", Role.STAFF, "Maker"),
        ("roo@maker.example", Role.ROOT_ADMIN, "Maker"),
    ]
    return [(await make_caller(db, *person)).actor for person in people]


async def _ask_everything(db: Database, actor: Actor, query: JobQuery, jobs: list[Stored]) -> None:
    expected = answer(query, actor, jobs)
    page = await service.list_jobs(db, actor, query)
    assert page["pagination"]["total"] == len(expected)
    assert [row["id"] for row in page["results"]] == [str(job.id) for job in page_of(query, expected)]
    for row, job in zip(page["results"], page_of(query, expected), strict=True):
        assert row["name"] == job.name
        assert (row["performance"] is not None) == (job.status is not None and "performance" in query.include)
        assert (row["performance_nodes"] is not None) == (
            job.status is not None and "performance_nodes" in query.include
        )
        assert (row["gpu_models"] is not None) == query.include_results


@given(st.data())
@settings(max_examples=40, phases=NO_SHRINKING, deadline=None, suppress_health_check=list(HealthCheck))
async def test_answers_are_those_of_plain_python(db: Database, actors: list[Actor], data: st.DataObject) -> None:
    jobs = data.draw(populations(actors))
    async with db.session_scope() as session:
        for table in ("jobs", "job_counts"):
            await session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own tables.
    await store(db, jobs)
    asked = data.draw(st.lists(questions(), min_size=6, max_size=6))
    for actor, query in zip(chain(actors, actors), [*asked, *map(_bare, asked)], strict=False):
        await _ask_everything(db, actor, query, jobs)
    for actor in actors:
        assert await service.list_tags(db, actor) == tags_of(actor, jobs)
        await _check_badge(db, actor, data.draw(questions()), jobs)


def _bare(query: JobQuery) -> JobQuery:
    """The same order and page with hardly a filter: the shapes that read kept counts."""
    return JobQuery(
        page=query.page,
        per_page=query.per_page,
        sort_by=query.sort_by,
        sort_order=query.sort_order,
        state=query.state,
        tags=() if query.state else query.tags[:1],
        name=None if query.state or query.tags else query.name,
        has_performance_data=query.has_performance_data and not query.tags and (bool(query.state) or not query.name),
    )


async def _check_badge(db: Database, actor: Actor, query: JobQuery, jobs: list[Stored]) -> None:
    asked = JobQuery(state=query.state or ("completed",), name=query.name, tags=query.tags)
    for question in (asked, JobQuery(state=asked.state)):
        alerts = [job for job in answer(question, actor, jobs) if job.status == "underperforming"]
        assert await service.count_alerts(db, actor, question) == len(alerts)
