"""A bulk load in a real database: everything that the services would have kept true is true."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from siliconmark_ui.accounts.repository import actor_by_id
from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.accounts.service import demo_accounts
from siliconmark_ui.benchmarks.quick_mark import read_quick_mark
from siliconmark_ui.config import Settings, load_settings
from siliconmark_ui.db import Database
from siliconmark_ui.demo.bulk import LARGE_NAME, load_jobs
from siliconmark_ui.instants import now
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.service import get_job, list_jobs
from siliconmark_ui.models import JOB_STATES
from siliconmark_ui.scoreboard.aggregate import quickmark_aggregate
from siliconmark_ui.scoreboard.expectations import SCORED_METRICS, expectations_for
from siliconmark_ui.scoreboard.ratios import ScoredNode
from siliconmark_ui.scoreboard.reference import expected_per_gpu
from siliconmark_ui.scoreboard.score import score_job
from tests.conftest import SECRET
from tests.demo.databases import fresh_database
from tests.demo.test_service import ignore, rows
from tests.machines.seen import agree

# What these tests share takes its time: on one worker it is made once.
pytestmark = pytest.mark.xdist_group("loaded demonstration")

SEED = 3
JOBS = 3000
RESCORED = 300


def settings_of(database: Database) -> Settings:
    """Return settings that name a database and the run's key."""
    return replace(load_settings({}), database_url=database.url, secret_key=SECRET)


@pytest.fixture(scope="module")
async def loaded(database_url: str, open_database: Database) -> AsyncIterator[Database]:
    """A database with 3,000 loaded jobs and the one of 256 nodes."""
    async with fresh_database(database_url, "demo_bulk") as database:
        await asyncio.to_thread(load_jobs, settings_of(database), JOBS, SEED, now(), ignore)
        yield database


async def test_load_stores_as_many_jobs_as_asked_for_and_the_large_one(loaded: Database) -> None:
    assert (await rows(loaded, "SELECT count(*) FROM jobs"))[0]["count"] == JOBS + 1


async def test_kept_counts_equal_a_recount_after_a_load(loaded: Database) -> None:
    recount = """
        SELECT scope.kind AS scope_kind, scope.id AS scope_id, state, count(*) AS jobs,
               count(*) FILTER (WHERE performance_status = 'underperforming') AS alerts,
               count(performance_status) AS judged
        FROM jobs
        CROSS JOIN LATERAL (VALUES ('all', 0), ('customer', customer_id), ('owner', owner_id)) scope (kind, id)
        WHERE deleted_at IS NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
    kept = """
        SELECT scope_kind, scope_id, state, sum(jobs)::bigint AS jobs, sum(alerts)::bigint AS alerts,
               sum(judged)::bigint AS judged FROM job_counts
        GROUP BY 1, 2, 3 HAVING sum(jobs) <> 0 ORDER BY 1, 2, 3"""
    counted = await rows(loaded, recount)
    assert await rows(loaded, kept) == counted
    assert len(counted) > 200


async def test_tag_table_equals_the_jobs_tags_after_a_load(loaded: Database) -> None:
    expected = """
        SELECT id AS job_id, tag, customer_id, owner_id FROM jobs CROSS JOIN LATERAL unnest(tags) AS tag
        WHERE deleted_at IS NULL ORDER BY 1, 2"""
    kept = "SELECT job_id, tag, customer_id, owner_id FROM job_tags ORDER BY 1, 2"
    tags = await rows(loaded, expected)
    assert await rows(loaded, kept) == tags
    share = sum(row["tag"] == "production" for row in tags) / JOBS
    assert 0.12 < share < 0.18


async def test_table_of_machines_agrees_with_the_jobs_after_a_load(loaded: Database) -> None:
    assert await agree(loaded) > 2000


async def test_load_has_every_state_and_deleted_jobs(loaded: Database) -> None:
    # Unfinished jobs are of the last day alone, and of a small load's two years that is a handful.
    found = await rows(
        loaded, "SELECT state, count(*) FILTER (WHERE deleted_at IS NOT NULL) AS deleted FROM jobs GROUP BY 1"
    )
    assert {row["state"] for row in found} >= {"completed", "completed_with_warnings", "failed", "aborted"}
    assert {row["state"] for row in found} <= set(JOB_STATES)
    assert 0.03 < sum(row["deleted"] for row in found) / JOBS < 0.07


async def test_loaded_jobs_tell_one_story_with_their_tasks_and_results(loaded: Database) -> None:
    wrong = await rows(
        loaded,
        """SELECT jobs.id, jobs.state FROM jobs
        LEFT JOIN LATERAL (SELECT count(*) AS tasks, min(created_at) AS first, max(ended_at) AS last,
                                  count(*) FILTER (WHERE ended_at IS NULL) AS unfinished,
                                  array_agg(DISTINCT gpu_model) AS models
                           FROM tasks WHERE job_id = jobs.id) task ON true
        WHERE task.tasks <> jobs.current_nodes
           OR (task.tasks > 0) <> (jobs.started_at IS NOT NULL)
           OR jobs.started_at IS DISTINCT FROM task.first
           OR (jobs.ended_at IS NOT NULL AND (task.unfinished > 0 OR task.last > jobs.ended_at))
           OR (jobs.state = 'running' AND (task.tasks < jobs.node_count OR task.unfinished = 0))
           OR (jobs.state = 'starting' AND task.tasks NOT BETWEEN 1 AND jobs.node_count - 1)
           OR jobs.deleted_at < jobs.ended_at
           OR (jobs.ended_at IS NULL AND jobs.expires_at < now())
           OR (task.tasks > 0 AND jobs.gpu_models <> task.models)
           OR (jobs.state = 'completed' AND jobs.performance_status IS NULL)""",
    )
    assert wrong == []


async def test_completed_jobs_have_a_completed_result_for_every_entry(loaded: Database) -> None:
    wrong = await rows(
        loaded,
        """SELECT jobs.id FROM jobs JOIN results ON results.job_id = jobs.id AND results.state = 'completed'
        WHERE jobs.state = 'completed' GROUP BY jobs.id
        HAVING count(*) FILTER (WHERE results.key = 'quick_mark') <> jobs.node_count
            OR count(*) FILTER (WHERE results.key = 'cluster_network')
               <> ('cluster_network' = ANY (jobs.benchmark_ids))::int""",
    )
    assert wrong == []


async def test_fleet_figures_are_those_of_the_documents_of_live_jobs(loaded: Database) -> None:
    missing = await rows(
        loaded,
        """SELECT results.id FROM results JOIN jobs ON jobs.id = results.job_id
        LEFT JOIN node_figures ON node_figures.task_id = results.task_id
        WHERE results.key = 'quick_mark'
          AND ((jobs.deleted_at IS NULL) <> (node_figures.task_id IS NOT NULL)
               OR node_figures.measured_at <> results.ended_at
               OR node_figures.bf16_tflops <> (document->'aggregate_results'->>'bf16_tflops')::float)""",
    )
    assert missing == []


async def test_summaries_agree_with_scoring_the_stored_documents_again(loaded: Database) -> None:
    summaries = await rows(
        loaded,
        """SELECT job_id, quickmark_aggregate_results AS aggregate, performance, performance_nodes,
                   performance_status AS status, performance_score AS score
        FROM job_summaries JOIN jobs ON id = job_id ORDER BY node_count DESC, job_id LIMIT %s""",
        RESCORED,
    )
    assert len(summaries) == RESCORED
    for summary in summaries:
        nodes = await _nodes(loaded, summary["job_id"])
        assert quickmark_aggregate(nodes) == summary["aggregate"]
        assert summary["performance"]["status"] == summary["status"]
        assert summary["performance"]["score"] == summary["score"]
        _check_scores(nodes, summary)


async def _nodes(database: Database, job_id: int) -> list[ScoredNode]:
    """The job's nodes as the scoreboard would read them now, held against the catalogue alone."""
    found = await rows(
        database,
        """SELECT tasks.id, machine_uuid, machine_ip, gpu_model, gpu_count, document FROM tasks
        JOIN results ON task_id = tasks.id WHERE tasks.job_id = %s AND key = 'quick_mark' ORDER BY tasks.id""",
        job_id,
    )
    return [
        ScoredNode(
            str(row["id"]),
            row["machine_uuid"],
            row["machine_ip"],
            row["gpu_model"],
            row["gpu_count"],
            read_quick_mark(msgspec.json.decode(row["document"]), row["gpu_count"]),
            expectations_for(row["gpu_model"], row["gpu_count"], expected_per_gpu, {}),
        )
        for row in found
    ]


def _check_scores(nodes: list[ScoredNode], summary: dict[str, Any]) -> None:
    again = score_job(nodes)
    assert again is not None
    stored = summary["performance_nodes"]
    assert [node["task_id"] for node in stored] == [node.task_id for node in nodes]
    for fresh, kept, node in zip(again[1], stored, nodes, strict=True):
        assert kept["machine_uuid"] == fresh["machine_uuid"]
        for metric, score in fresh["metrics"].items():
            assert kept["metrics"][metric]["value"] == score["value"]
            # What the catalogue does not know comes from the fleet, which the pool is and the database is not.
            if score["expected"] is not None:
                assert kept["metrics"][metric] == score
        if set(SCORED_METRICS[:6]) <= expected_per_gpu(node.gpu_model).keys():
            assert kept["groups"]["compute"] == fresh["groups"]["compute"]
            assert kept["groups"]["memory"] == fresh["groups"]["memory"]


async def test_largest_customer_owns_a_tenth_and_its_people_read_their_jobs(loaded: Database) -> None:
    admin = await _signing_in(loaded, Role.CUSTOMER_ADMIN)
    page = await list_jobs(loaded, admin, JobQuery(per_page=300))
    total = page["pagination"]["total"]
    assert 0.07 < total / JOBS < 0.13
    user = await _signing_in(loaded, Role.USER)
    own = await list_jobs(loaded, user, JobQuery(name=LARGE_NAME))
    assert [row["node_count"] for row in own["results"]] == [256]
    detail = await get_job(loaded, user, int(own["results"][0]["id"]))
    assert len(detail["tasks"]) == 256
    network = msgspec.json.decode(detail["benchmark_results"]["cluster_network"]["results"])
    assert len(network["measurements"]) == 65_280


async def _signing_in(database: Database, role: Role) -> Actor:
    account = next(account for account in await demo_accounts(database) if account.role == role)
    found = await rows(database, "SELECT id FROM users WHERE email = %s", account.email)
    async with database.reader() as reader:
        actor = await actor_by_id(reader, found[0]["id"])
    assert actor is not None
    return actor


async def test_only_the_documented_accounts_of_a_load_sign_in(loaded: Database) -> None:
    accounts = await demo_accounts(loaded)
    assert sorted(account.role for account in accounts) == sorted(Role)
    found = await rows(loaded, "SELECT count(*) FROM users")
    assert found[0]["count"] == 5000


async def test_load_leaves_the_tables_ready_for_index_only_scans(loaded: Database) -> None:
    found = await rows(loaded, "SELECT relpages, relallvisible FROM pg_class WHERE relname IN ('jobs', 'job_tags')")
    assert all(row["relpages"] == row["relallvisible"] > 0 for row in found)


async def test_second_load_finds_room_beside_the_first(database_url: str, open_database: Database) -> None:
    async with fresh_database(database_url, "demo_twice") as database:
        for _ in range(2):
            await asyncio.to_thread(load_jobs, settings_of(database), 50, SEED, now(), ignore)
        found = await rows(database, "SELECT count(*) AS jobs, count(DISTINCT customer_id) AS owners FROM jobs")
        assert found[0]["jobs"] == 102
        assert (await rows(database, "SELECT count(*) FROM customers"))[0]["count"] == 400
