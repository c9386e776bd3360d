"""Orders and what becomes of them, on the real database with the real worker."""

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from siliconmark_ui.agents import service as agents
from siliconmark_ui.agents.bodies import read_node, read_progress, read_upload
from siliconmark_ui.db import Database
from siliconmark_ui.errors import NotFound
from siliconmark_ui.instants import at, now
from siliconmark_ui.jobs.schemas import CreatedJob
from siliconmark_ui.jobs.service import delete_job, get_job
from siliconmark_ui.reports import making, queue, repository, service
from siliconmark_ui.reports.queue import LEASE, MOST_ATTEMPTS, make_next, make_reports_for_ever
from siliconmark_ui.reports.service import ReportFailed, generate_report, report_status
from siliconmark_ui.reports.store import FolderStore, StoreFailure, key_of
from siliconmark_ui.reports.tables import Report
from tests.conftest import empty
from tests.factories import Caller, make_caller, make_job, node, quick_mark, upload
from tests.reports.reading import ReadReport


@pytest.fixture
async def db(quiet_database: Database) -> Database:
    """An empty database whose orders no served process takes."""
    await empty(quiet_database)
    return quiet_database


@pytest.fixture
async def ann(db: Database) -> Caller:
    return await make_caller(db)


async def live(db: Database, job: CreatedJob) -> None:
    """Let a one-node job run to its end."""
    task, _ = await agents.register_node(db, job["token"], read_node(node(machine_ip="10.0.0.7")))
    sent = read_upload(msgspec.json.encode(upload(quick_mark(share=0.5))), "quick_mark")
    await agents.store_task_result(db, job["token"], int(task["id"]), "quick_mark", sent)
    await agents.report_task(db, job["token"], int(task["id"]), read_progress({"state": "completed"}))


async def ended(db: Database, caller: Caller, **fields: Any) -> int:
    """Return a one-node job that has ended."""
    job = await make_job(db, caller.actor, **fields)
    await live(db, job)
    return int(job["id"])


async def row(db: Database, job_id: int) -> Report | None:
    async with db.session_scope() as session:
        found: Report | None = await session.scalar(select(Report).where(Report.job_id == job_id))
        return found


async def test_report_is_ordered_when_a_job_ends_and_made_once(db: Database, ann: Caller, store: FolderStore) -> None:
    job_id = await ended(db, ann, name="Night run")
    assert (await report_status(db, job_id))["state"] == "pending"
    assert (await get_job(db, ann.actor, job_id))["pdf_report_url"] is None
    assert await make_next(db, store)
    assert not await make_next(db, store)
    document = await store.get(key_of(job_id))
    assert document is not None
    words = ReadReport(document).words
    assert "Night run" in words
    assert "of 10.0.0.7 is 0.50 × of expected" in words
    assert "Acme" in words
    status = await report_status(db, job_id)
    assert status["state"] == "ready"
    assert status["bytes"] == len(document)
    detail = await get_job(db, ann.actor, job_id, address="https://bench.example.com")
    assert detail["pdf_report_url"] == (await report_status(db, job_id, "https://bench.example.com"))["url"]
    assert [task["pdf_report_url"] for task in detail["tasks"]] == [detail["pdf_report_url"]]


async def test_anonymous_job_has_no_report(db: Database, store: FolderStore) -> None:
    job = await make_job(db, None)
    await live(db, job)
    assert not await make_next(db, store)
    assert await generate_report(db, int(job["id"])) is None
    assert await row(db, int(job["id"])) is None


async def test_past_that_is_lived_again_orders_no_reports(db: Database, ann: Caller, store: FolderStore) -> None:
    past = now() - timedelta(days=30)
    with at(past):
        job = await make_job(db, ann.actor, at=past)
        await live(db, job)
    assert await row(db, int(job["id"])) is None


async def test_asking_waits_for_the_queue_and_then_finds_what_is_there(
    db: Database, ann: Caller, store: FolderStore
) -> None:
    job_id = await ended(db, ann)
    working = asyncio.create_task(make_reports_for_ever(db, store))
    try:
        links = await asyncio.gather(*(generate_report(db, job_id) for _ in range(5)))
        assert len(set(links)) == 1
        first = await row(db, job_id)
        assert await generate_report(db, job_id) == links[0]
        again = await row(db, job_id)
    finally:
        working.cancel()
    assert first is not None
    assert again is not None
    assert first.attempts == 1
    assert again.made_at == first.made_at


async def test_unfinished_job_is_reported_anew_each_time(db: Database, ann: Caller, store: FolderStore) -> None:
    job = await make_job(db, ann.actor, node_count=2)
    job_id = int(job["id"])
    working = asyncio.create_task(make_reports_for_ever(db, store))
    try:
        await generate_report(db, job_id)
        document = await store.get(key_of(job_id))
        assert document is not None
        assert "No node registered" in ReadReport(document).words
        await agents.register_node(db, job["token"], read_node(node(machine_ip="10.9.9.9")))
        await generate_report(db, job_id)
        document = await store.get(key_of(job_id))
    finally:
        working.cancel()
    assert document is not None
    words = ReadReport(document).words
    assert "Starting" in words
    assert "10.9.9.9" in words


async def test_failure_is_told_and_asking_again_tries_again(
    db: Database, ann: Caller, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = await ended(db, ann)
    with monkeypatch.context() as broken:
        broken.setattr(making, "WORKER", "siliconmark_ui.no_such_module")
        assert await make_next(db, store)
    status = await report_status(db, job_id)
    assert status["state"] == "failed"
    assert "could not be set" in (status["error"] or "")
    assert status["url"] is None
    assert not await make_next(db, store)
    working = asyncio.create_task(make_reports_for_ever(db, store))
    try:
        assert await generate_report(db, job_id)
    finally:
        working.cancel()
    status = await report_status(db, job_id)
    assert (status["state"], status["error"]) == ("ready", None)


async def test_failure_while_somebody_waits_is_an_error(db: Database, ann: Caller, store: FolderStore) -> None:
    job_id = await ended(db, ann)
    store.folder.parent.mkdir(exist_ok=True)
    store.folder.write_text("a file is in the way")
    working = asyncio.create_task(make_reports_for_ever(db, store))
    try:
        with pytest.raises(ReportFailed, match="could not be stored"):
            await generate_report(db, job_id)
    finally:
        working.cancel()


async def test_failed_renewal_leaves_the_earlier_report(
    db: Database, ann: Caller, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = await ended(db, ann)
    await make_next(db, store)
    monkeypatch.setattr(making, "WORKER", "siliconmark_ui.no_such_module")
    async with db.session_scope() as session:
        await repository.order(session, job_id, now())
    await make_next(db, store)
    status = await report_status(db, job_id)
    assert status["state"] == "failed"
    assert status["url"] is not None
    assert await store.get(key_of(job_id)) is not None


async def test_worker_that_takes_too_long_is_ended(
    db: Database, ann: Caller, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = await ended(db, ann)
    monkeypatch.setattr(making, "LONGEST_SECONDS", 0.05)
    await make_next(db, store)
    assert "took longer" in ((await report_status(db, job_id))["error"] or "")


async def test_order_of_a_process_that_died_is_taken_up_again(db: Database, ann: Caller, store: FolderStore) -> None:
    job_id = await ended(db, ann)
    async with db.session_scope() as session:
        assert await repository.claim(session, now(), LEASE) is not None
    assert not await make_next(db, store)
    with at(now() + LEASE + timedelta(seconds=1)):
        assert await make_next(db, store)
    assert (await report_status(db, job_id))["state"] == "ready"


async def test_order_that_kills_its_process_is_given_up(db: Database, ann: Caller, store: FolderStore) -> None:
    job_id = await ended(db, ann)
    for attempt in range(MOST_ATTEMPTS):
        with at(now() + (LEASE + timedelta(seconds=1)) * attempt):
            async with db.session_scope() as session:
                assert await repository.claim(session, now(), LEASE) is not None
    with at(now() + (LEASE + timedelta(seconds=1)) * (MOST_ATTEMPTS + 1)):
        assert await make_next(db, store)
    status = await report_status(db, job_id)
    assert status["state"] == "failed"
    assert str(MOST_ATTEMPTS) in (status["error"] or "")


async def test_two_processes_never_take_the_same_order(db: Database, ann: Caller) -> None:
    wanted = {await ended(db, ann, name=f"run {number}") for number in range(4)}

    async def take() -> list[int]:
        taken = []
        for _ in range(4):
            async with db.session_scope() as session:
                claimed = await repository.claim(session, now(), LEASE)
            taken += [claimed.job_id] if claimed else []
        return taken

    both = await asyncio.gather(take(), take())
    taken = [job_id for each in both for job_id in each]
    assert sorted(taken) == sorted(wanted)


async def test_stopped_queue_leaves_its_order_to_the_next(db: Database, ann: Caller, store: FolderStore) -> None:
    job_id = await ended(db, ann)
    working = asyncio.create_task(make_reports_for_ever(db, store))
    while (found := await row(db, job_id)) and found.claimed_until is None:  # noqa: ASYNC110 - it is the database that tells.
        await asyncio.sleep(0.01)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    found = await row(db, job_id)
    assert found is not None
    assert (found.state, found.claimed_until, found.attempts) == ("pending", None, 0)
    assert await make_next(db, store)


async def test_order_during_the_making_is_made_again(
    db: Database, ann: Caller, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = await ended(db, ann)

    async def ordered_meanwhile(source: Any) -> bytes:
        async with db.session_scope() as session:
            await repository.order(session, job_id, now() + timedelta(seconds=1))
        return b"%PDF of before"

    with monkeypatch.context() as slow:
        slow.setattr(queue, "make_pdf", ordered_meanwhile)
        assert await make_next(db, store)
    assert (await report_status(db, job_id))["state"] == "pending"
    assert await make_next(db, store)
    assert await store.get(key_of(job_id)) != b"%PDF of before"


async def test_deleted_job_takes_its_report_out_of_the_store(db: Database, ann: Caller, store: FolderStore) -> None:
    job_id = await ended(db, ann)
    await make_next(db, store)
    await delete_job(db, ann.actor, job_id)
    with pytest.raises(NotFound):
        await report_status(db, job_id)
    assert await make_next(db, store)
    assert await store.get(key_of(job_id)) is None
    assert await row(db, job_id) is None


async def test_job_deleted_during_the_making_leaves_nothing(
    db: Database, ann: Caller, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = await ended(db, ann)

    async def deleted_meanwhile(source: Any) -> bytes:
        await delete_job(db, ann.actor, job_id)
        while await make_next(db, store):
            pass
        return b"%PDF of a job that is gone"

    monkeypatch.setattr(queue, "make_pdf", deleted_meanwhile)
    assert await make_next(db, store)
    assert await store.get(key_of(job_id)) is None
    assert await row(db, job_id) is None


async def test_store_that_cannot_be_read_is_an_error_with_a_sentence(
    db: Database, ann: Caller, store: FolderStore
) -> None:
    job_id = await ended(db, ann)
    await make_next(db, store)

    class Broken(FolderStore):
        async def get(self, key: str) -> bytes | None:
            raise StoreFailure("the disk is gone")

    url = (await report_status(db, job_id))["url"] or ""
    token = url.partition("token=")[2]
    opened = await service.open_report(db, store, job_id, token)
    assert opened.document.startswith(b"%PDF")
    with pytest.raises(ReportFailed, match="cannot be read"):
        await service.open_report(db, Broken(store.folder), job_id, token)
