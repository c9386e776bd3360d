"""Texts of the job list's rows and of the controls above it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.progress import Done
from siliconmark_ui.jobs.schemas import JobRow
from siliconmark_ui.ui import questions
from siliconmark_ui.ui.pages.jobs.rows import JobRowView, job_row_view, short_gpu, tags_that_fit

SEQUENCE = ["quick_mark", "cluster_network", "cluster_network"]
NOW = datetime(2025, 3, 15, 12, 0, tzinfo=UTC)


def row(**fields: object) -> JobRowView:
    """Give the texts of a running job of 8 nodes with these fields changed; 2 of its 10 measurements have ended."""
    job: JobRow = {
        "id": "7554621440",
        "name": "night",
        "token": "secret",
        "description": None,
        "state": "running",
        "node_count": 8,
        "current_nodes": 8,
        "benchmark_sequence": [{"benchmark_id": name, "config": None} for name in SEQUENCE],
        "tags": [],
        "created_at": "2025-03-15T10:00:00Z",
        "started_at": "2025-03-15T11:00:00Z",
        "expires_at": "2025-03-16T10:00:00Z",
        "ended_at": None,
        "gpu_models": None,
        "quickmark_aggregate_results": None,
        "performance": None,
        "performance_nodes": None,
        "benchmarks": SEQUENCE,
    }
    job.update(fields)  # type: ignore[typeddict-item]
    return job_row_view(job, NOW, Done(ended_tasks=1, uploads=1))


def test_running_job_shows_what_has_been_measured() -> None:
    shown = row()
    assert (shown.nodes, shown.progress, shown.nodes_hint) == ("8 / 8", 20, "2 of 10 measurements ended")
    assert shown.benchmarks == "QuickMark, Cluster Network"


def test_starting_job_shows_how_many_nodes_have_registered() -> None:
    shown = row(state="starting", current_nodes=2)
    assert (shown.nodes, shown.progress, shown.nodes_hint) == ("2 / 8", 25, "2 of 8 nodes registered")


def test_ended_job_shows_no_progress() -> None:
    shown = row(state="completed", current_nodes=8, ended_at="2025-03-15T11:01:15Z")
    assert shown.progress == -1


def test_row_never_holds_the_jobs_token() -> None:
    assert "secret" not in repr(row())


def test_missing_performance_says_why() -> None:
    assert row().performance_hint == "No node has reported QuickMark figures"


def test_gpu_models_lose_the_vendors_name_and_keep_it_in_the_hint() -> None:
    shown = row(gpu_models=["AMD Instinct MI300X", "NVIDIA H100 80GB HBM3"])
    assert shown.gpu_models == "MI300X, H100 80GB HBM3"
    assert "NVIDIA H100" in shown.gpu_hint
    assert short_gpu("NVIDIA L40S") == "L40S"


def test_tags_that_do_not_fit_are_counted_and_named_in_the_hint() -> None:
    shown = row(tags=["production", "gpu-benchmark", "eu-west-1"])
    assert (shown.tags, shown.more_tags) == (["production"], "+2")
    assert shown.tags_hint == "production, gpu-benchmark, eu-west-1"


@given(st.lists(st.text(min_size=1, max_size=50), max_size=10))
def test_first_tag_is_always_shown_for_any_tags(tags: list[str]) -> None:
    assert (tags_that_fit(tags) >= 1) == bool(tags)


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        (JobQuery(), []),
        (JobQuery(state=("completed_with_warnings",), node_count_max=1), ["Completed with warnings", "At most 1 node"]),
        (
            JobQuery(created_after=NOW, has_performance_data=True),
            ["Created after 2025-03-15 12:00 UTC", "Has performance data"],
        ),
        (JobQuery(state=("completed", "failed"), name="x"), ["Completed", "Failed", "Name has “x”"]),
        (JobQuery(benchmark_id="cluster_network", tags=("a", "b")), ["Cluster Network", "Tag: a", "Tag: b"]),
    ],
)
def test_chips_name_each_active_filter(query: JobQuery, texts: list[str]) -> None:
    assert [chip.text for chip in questions.chips(query)] == texts


def test_removing_every_chip_leaves_the_plain_list() -> None:
    query = JobQuery(state=("failed", "aborted"), name="x", tags=("a", "b"), created_before=NOW, node_count_min=2)
    for chip in questions.chips(query):
        query = questions.without(query, chip.field, chip.value)
    assert query == JobQuery()


def test_states_are_asked_for_in_the_order_of_a_jobs_life() -> None:
    query = JobQuery(state=("failed",), page=3)
    for state in ("created", "completed", "created"):
        query = questions.with_state(query, state, is_wanted=True)
    assert (query.state, query.page) == (("created", "completed", "failed"), 1)
    assert questions.with_state(query, "completed", is_wanted=False).state == ("created", "failed")
    with pytest.raises(InvalidInput, match="state must be one of"):
        questions.with_state(query, "lost", is_wanted=True)
