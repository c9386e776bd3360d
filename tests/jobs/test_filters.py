"""One question, one query string: reading, writing, changing and describing it."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given

from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.jobs.filters import JobQuery, pairs_of
from siliconmark_ui.jobs.parameters import EXPORT_PARAMETERS, LIST_PARAMETERS, SORT_FIELDS, STATS_PARAMETERS
from siliconmark_ui.jobs.sentences import describe
from tests.jobs.population import NOON
from tests.jobs.test_model import questions


def read(query: str) -> JobQuery:
    return JobQuery.from_query(pairs_of(query), several_states=True)


@given(questions())
def test_question_is_read_back_as_it_was_written(question: JobQuery) -> None:
    assert read(question.to_query()) == question


@given(questions())
def test_question_can_always_be_told_in_words(question: JobQuery) -> None:
    words = describe(question)
    assert words
    assert "None" not in words
    assert not words.endswith(".")
    assert (f"“{question.name}”" in words) == (question.name is not None)
    for tag in question.tags:
        assert tag in words


def test_question_with_nothing_but_defaults_has_no_query_string() -> None:
    assert JobQuery().to_query() == ""
    assert read("page=1&per_page=20&sort_by=created_at&sort_order=desc&include_results=false").to_query() == ""


def test_question_is_written_in_one_order_whatever_the_order_of_reading() -> None:
    one, other = read("tags=b&tags=a&state=failed&page=2"), read("page=2&state=failed&tags=b&tags=a")
    assert one.to_query() == other.to_query() == "page=2&state=failed&tags=b&tags=a"


def test_changed_question_is_checked_again() -> None:
    question = JobQuery(node_count_min=4, include=("performance", "performance_nodes"))
    assert question.but(node_count_max=4).node_count_max == 4
    with pytest.raises(InvalidInput, match="node_count_min"):
        question.but(node_count_max=3)
    with pytest.raises(InvalidInput, match="performance"):
        question.but(include=("performance_nodes",))
    with pytest.raises(InvalidInput, match="created_after"):
        question.but(created_after=NOON, created_before=NOON)


def test_given_names_the_filters_in_use_alone() -> None:
    assert JobQuery(page=3, sort_by="name", include=("performance",), include_results=True).given == frozenset()
    assert read("state=failed&tags=a&has_performance_data=true").given == {"state", "tags", "has_performance_data"}
    assert read("has_performance_data=false").given == frozenset()


@pytest.mark.parametrize(("page", "per_page"), list(product([1, 2, 2**63 - 1], [1, 300])))
def test_offset_is_what_the_database_can_count(page: int, per_page: int) -> None:
    assert 0 <= JobQuery(page=page, per_page=per_page).offset < 2**63


def test_each_route_takes_the_parameters_of_its_own() -> None:
    assert set(STATS_PARAMETERS) < set(LIST_PARAMETERS)
    assert set(LIST_PARAMETERS) - set(EXPORT_PARAMETERS) == {"page", "per_page"}
    assert set(EXPORT_PARAMETERS) - set(LIST_PARAMETERS) == {"ids"}
    with pytest.raises(InvalidInput, match="page"):
        JobQuery.from_query([("page", "2")], allowed=STATS_PARAMETERS)
    assert JobQuery.from_query([], allowed=STATS_PARAMETERS, state=("completed",)).state == ("completed",)
    asked = JobQuery.from_query([("state", "failed")], allowed=STATS_PARAMETERS, state=("completed",))
    assert asked.state == ("failed",)


def test_several_states_are_for_those_who_ask_for_several_alone() -> None:
    pairs = [("state", "failed"), ("state", "completed"), ("state", "failed")]
    assert JobQuery.from_query(pairs, several_states=True).state == ("failed", "completed")
    for repeated in (pairs, pairs[::2]):
        with pytest.raises(InvalidInput, match="state must be given once"):
            JobQuery.from_query(repeated)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "all jobs, newest first"),
        ("sort_order=asc", "all jobs, oldest first"),
        ("state=completed_with_warnings", "completed with warnings jobs, newest first"),
        ("state=completed&state=failed", "completed or failed jobs, newest first"),
        (
            "state=failed&state=aborted&state=completed_with_warnings&tags=a",
            "failed, aborted or completed with warnings jobs tagged a, newest first",
        ),
        ("tags=a&tags=b&tags=c&name=x", "all jobs tagged a, b and c named like “x”, newest first"),
        ("node_count_min=4", "all jobs with at least 4 nodes, newest first"),
        ("node_count_max=1", "all jobs with at most 1 node, newest first"),
        ("node_count_min=2&node_count_max=2", "all jobs with exactly 2 nodes, newest first"),
        ("node_count_min=2&node_count_max=8", "all jobs with 2 to 8 nodes, newest first"),
        ("benchmark_id=cluster_network", "all jobs with Cluster Network, newest first"),
        (
            "created_after=2024-03-15T10:30:00Z&created_before=2024-03-16&sort_by=name",
            "all jobs created after 2024-03-15T10:30:00Z and before 2024-03-16T00:00:00Z, by name, Z to A",
        ),
        ("has_performance_data=true&sort_by=ended_at", "all jobs that have performance data, last ended first"),
    ],
)
def test_question_in_words(query: str, words: str) -> None:
    assert describe(read(query)) == words


@pytest.mark.parametrize(("field", "order"), list(product(SORT_FIELDS, ["asc", "desc"])))
def test_every_order_has_words_of_its_own(field: str, order: str) -> None:
    words = describe(JobQuery(sort_by=field, sort_order=order))
    others = [
        describe(JobQuery(sort_by=name, sort_order=way))
        for name, way in product(SORT_FIELDS, ["asc", "desc"])
        if (name, way) != (field, order)
    ]
    assert words not in others


def test_picked_jobs_are_asked_for_by_exports_alone() -> None:
    pairs = [("ids", "12,7,12")]
    question = JobQuery.from_query(pairs, allowed=EXPORT_PARAMETERS)
    assert (question.ids, question.to_query()) == ((12, 7), "ids=12%2C7")
    assert describe(question) == "all jobs among 2 picked ones, newest first"
    with pytest.raises(InvalidInput, match="Unknown query parameter 'ids'"):
        JobQuery.from_query(pairs)
    for text in ("", "1,", "0", "-1", "1, 2", "x", str(2**63), ",".join(map(str, range(1, 302)))):
        with pytest.raises(InvalidInput, match="ids must"):
            JobQuery.from_query([("ids", text)], allowed=EXPORT_PARAMETERS)


def test_moment_of_a_question_keeps_its_microseconds() -> None:
    moment = NOON + timedelta(microseconds=1)
    assert read(JobQuery(created_after=moment).to_query()).created_after == moment
