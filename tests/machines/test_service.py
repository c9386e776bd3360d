"""Machines as people of every role see them: through their jobs, and through nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidInput, NotFound
from siliconmark_ui.instants import at, now
from siliconmark_ui.jobs.filters import pairs_of
from siliconmark_ui.jobs.service import delete_job
from siliconmark_ui.machines import service
from siliconmark_ui.machines.filters import MachineQuery
from siliconmark_ui.machines.schemas import MachineRow
from tests.factories import machine, make_caller
from tests.ui.finished import finished_job


async def seen(db: Database, actor: Actor, **asked: Any) -> list[MachineRow]:
    """Give the rows that the actor sees."""
    return (await service.list_machines(db, actor, MachineQuery(**asked)))["results"]


def numbers(rows: list[MachineRow]) -> list[int]:
    """Give the numbers of the machines, as the factories count them."""
    return [int(row["machine_uuid"][-4:], 16) for row in rows]


async def test_machine_is_described_by_its_last_task_and_counts_its_jobs(db: Database) -> None:
    ann = (await make_caller(db)).actor
    await finished_job(db, ann, nodes=2)
    await finished_job(db, ann, nodes=1, gpus=2, odd={0: {"bf16_tflops": 140.0, "memory_bandwidth_gbs": 1100.0}})
    rows = await seen(db, ann)
    assert numbers(rows) == [0, 1]
    assert [(row["jobs"], row["gpu_count"], row["machine_ip"]) for row in rows] == [
        (2, 2, "10.0.0.1"),
        (1, 1, "10.0.0.2"),
    ]
    newest = rows[0]["performance"]
    assert newest is not None
    assert newest["status"] == "underperforming"
    assert newest["metrics"]["memory_bandwidth_gbs"]["value"] == 2200.0
    assert rows[1]["performance"] is not None
    assert rows[1]["performance"]["status"] == "as_expected"


async def test_each_role_sees_the_machines_of_its_own_scope(db: Database) -> None:
    ann = (await make_caller(db, "ann@acme.example")).actor
    bob = (await make_caller(db, "bob@acme.example")).actor
    head = (await make_caller(db, "head@acme.example", Role.CUSTOMER_ADMIN)).actor
    eve = (await make_caller(db, "eve@other.example", Role.CUSTOMER_ADMIN, "Other")).actor
    staff = (await make_caller(db, "staff@silicon.example", Role.STAFF, "Silicon")).actor
    await finished_job(db, ann, nodes=3)
    await finished_job(db, bob, nodes=2)
    await finished_job(db, eve, nodes=1)
    assert [row["jobs"] for row in await seen(db, ann, sort_by="address", sort_order="asc")] == [1, 1, 1]
    assert [row["jobs"] for row in await seen(db, bob, sort_by="address", sort_order="asc")] == [1, 1]
    assert [row["jobs"] for row in await seen(db, head, sort_by="address", sort_order="asc")] == [2, 2, 1]
    assert [row["jobs"] for row in await seen(db, eve)] == [1]
    assert [row["jobs"] for row in await seen(db, staff, sort_by="address", sort_order="asc")] == [3, 2, 1]


async def test_machine_out_of_scope_reads_as_not_found_and_has_no_history(db: Database) -> None:
    ann = (await make_caller(db)).actor
    eve = (await make_caller(db, "eve@other.example", customer="Other")).actor
    await finished_job(db, ann)
    found = await service.get_machine(db, ann, machine(0).upper())
    for uuid in (machine(0), machine(9), "x" * 5000, ""):
        with pytest.raises(NotFound, match="Machine with UUID"):
            await service.get_machine(db, eve, uuid)
    assert (await service.machine_history(db, eve, machine(0)))["measurements"] == []
    assert (await service.list_machine_jobs(db, eve, found, page=1, per_page=20))["results"] == []
    assert await seen(db, eve) == []


async def test_deleted_job_takes_its_machines_and_measurements_with_it(db: Database) -> None:
    ann = (await make_caller(db)).actor
    await finished_job(db, ann, nodes=1)
    gone = await finished_job(db, ann, nodes=2, odd={0: {"memory_bandwidth_gbs": 900.0}})
    await delete_job(db, ann, int(gone))
    (row,) = await seen(db, ann)
    assert (row["jobs"], row["performance"] and row["performance"]["status"]) == (1, "as_expected")
    history = await service.machine_history(db, ann, machine(0))
    assert [each["figures"]["memory_bandwidth_gbs"] for each in history["measurements"]] == [1741.5]
    with pytest.raises(NotFound):
        await service.get_machine(db, ann, machine(1))


async def test_search_takes_a_part_of_address_uuid_or_model_as_it_is_written(db: Database) -> None:
    ann = (await make_caller(db)).actor
    await finished_job(db, ann, nodes=12)
    assert numbers(await seen(db, ann, search="0.0.12")) == [11]
    assert numbers(await seen(db, ann, search=machine(3)[-6:].upper())) == [3]
    assert len(await seen(db, ann, search="a100-sxm4")) == 12
    assert await seen(db, ann, search="10.0.0._") == []
    assert await seen(db, ann, search="%") == []


async def test_status_filter_and_score_order_look_at_the_newest_score(db: Database) -> None:
    ann = (await make_caller(db)).actor
    await finished_job(db, ann, nodes=3, odd={1: {"memory_bandwidth_gbs": 900.0}, 2: {"memory_bandwidth_gbs": 1300.0}})
    assert numbers(await seen(db, ann, sort_by="score", sort_order="asc"))[:2] == [1, 2]
    assert numbers(await seen(db, ann, status="underperforming", sort_by="score", sort_order="asc")) == [1, 2]
    await finished_job(db, ann, nodes=2)
    page = await service.list_machines(db, ann, MachineQuery(status="underperforming", per_page=1))
    assert (numbers(page["results"]), page["pagination"]["total"]) == ([2], 1)


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("field", ["last_seen", "address", "gpu_model", "gpu_count", "jobs", "score"])
async def test_pages_cover_every_machine_once_in_each_order(db: Database, field: str, order: str) -> None:
    ann = (await make_caller(db)).actor
    await finished_job(db, ann, nodes=11)
    await finished_job(db, ann, nodes=4, failed={2: "lost"})
    pages = [
        await service.list_machines(db, ann, MachineQuery(sort_by=field, sort_order=order, page=page, per_page=4))
        for page in (1, 2, 3, 4)
    ]
    assert [page["pagination"]["total"] for page in pages] == [11] * 4
    assert sorted(number for page in pages for number in numbers(page["results"])) == list(range(11))
    if field == "address":
        found = [number for page in pages for number in numbers(page["results"])]
        assert found == (list(range(11)) if order == "asc" else list(range(10, -1, -1)))


async def test_history_holds_figures_and_the_expectation_of_their_time_oldest_first(db: Database) -> None:
    ann = (await make_caller(db)).actor
    for days, figure in ((3, 1700.0), (2, 1710.0), (1, 1300.0)):
        with at(now() - timedelta(days=days)):
            await finished_job(db, ann, odd={0: {"memory_bandwidth_gbs": figure}}, name=f"{days} days ago")
    history = await service.machine_history(db, ann, machine(0))
    assert history["total"] == 3
    assert [each["figures"]["memory_bandwidth_gbs"] for each in history["measurements"]] != []
    first = history["measurements"][0]
    assert first["expected"]["memory_bandwidth_gbs"] > 1000
    assert "allreduce_bandwidth_gbs" not in first["figures"]
    assert {each["job_name"] for each in history["measurements"]} == {"1 days ago", "2 days ago", "3 days ago"}


async def test_jobs_of_a_machine_say_how_the_machine_itself_did(db: Database) -> None:
    ann = (await make_caller(db)).actor
    first = await finished_job(db, ann, nodes=2)
    second = await finished_job(db, ann, nodes=2, failed={1: "GPU fell off the bus"})
    found = await service.get_machine(db, ann, machine(1))
    page = await service.list_machine_jobs(db, ann, found, page=1, per_page=20)
    rows = page["results"]
    assert [row["job_id"] for row in rows] == [second, first]
    assert [(row["task_state"], row["failed_message"]) for row in rows] == [
        ("failed", "GPU fell off the bus"),
        ("completed", None),
    ]
    assert [row["performance"] and row["performance"]["machine_uuid"] for row in rows] == [None, machine(1)]
    later = await service.list_machine_jobs(db, ann, found, page=2, per_page=1)
    assert [row["job_id"] for row in later["results"]] == [first]
    assert later["pagination"]["total"] == 2


@pytest.mark.parametrize(
    "query", ["serach=a", "search=", "status=bad", "page=0", "page=x", "per_page=301", "sort_by=name", "page=1&page=2"]
)
def test_question_that_cannot_be_read_is_refused_by_name(query: str) -> None:
    with pytest.raises(InvalidInput, match=query.partition("=")[0]):
        MachineQuery.from_query(pairs_of(query))


def test_question_survives_its_query_string() -> None:
    query = MachineQuery(search="a b%", status="unknown", sort_by="score", sort_order="asc", page=3, per_page=20)
    assert MachineQuery.from_query(pairs_of(query.to_query())) == query
    assert MachineQuery().to_query() == ""
