"""The short way of the list: what it keeps of rows and of callers is never older than the database."""

from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import update

from siliconmark_ui.accounts.recall import recall
from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.accounts.service import actor_for_token
from siliconmark_ui.accounts.tokens import TokenSigner, get_signer
from siliconmark_ui.db import Database
from siliconmark_ui.instants import at, now
from siliconmark_ui.jobs import kept as kept_rows
from siliconmark_ui.jobs import service
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.kept import KeptRows, rows_kept
from siliconmark_ui.models import Job, User
from tests.api.expect import ok, token_refused
from tests.api.paths import JOBS
from tests.factories import Caller, make_caller, make_job


async def _names(http: httpx.AsyncClient, caller: Caller, query: str = "") -> list[str]:
    body = ok(await http.get(f"{JOBS}{query}", headers=caller.headers))
    assert body["pagination"]["total"] == len(body["results"])
    return [row["name"] for row in body["results"]]


def token_of(caller: Caller) -> str:
    return caller.headers["Authorization"].removeprefix("Bearer ")


async def _change(db: Database, model: type[Any], **values: Any) -> None:
    async with db.session_scope() as session:
        await session.execute(update(model).values(**values))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", "renamed"), ("state", "starting"), ("tags", ["fresh"]), ("description", "said later"),
        ("current_nodes", 1), ("node_count", 7), ("benchmark_ids", ["quick_mark", "cluster_network"]),
    ],
)  # fmt: skip
async def test_list_shows_a_job_anew_when_it_was_changed(
    http: httpx.AsyncClient, db: Database, column: str, value: Any
) -> None:
    ann = await make_caller(db)
    await make_job(db, ann.actor, name="first")
    await make_job(db, ann.actor, name="second")
    for _ in range(2):
        assert await _names(http, ann) == ["second", "first"]
    # The name in lower case goes with the name.
    more = {"name_lower": value} if column == "name" else {}
    async with db.session_scope() as session:
        await session.execute(update(Job).where(Job.name == "first").values({column: value, **more}))
    shown = ok(await http.get(JOBS, headers=ann.headers))["results"][1]
    assert shown["benchmarks" if column == "benchmark_ids" else column] == value


async def test_list_read_again_is_the_page_that_is_read_whole(http: httpx.AsyncClient, db: Database) -> None:
    ann, signer = await make_caller(db), get_signer()
    for number in range(25):
        await make_job(db, ann.actor, name=f"job {number}", tags=[f"tag {number}"], node_count=number + 1)
    query, kept = JobQuery.from_query([]), rows_kept(db, signer)
    whole, before = await service.list_jobs(db, ann.actor, query), len(kept)
    # The first time the person is not known yet, the second time no row is kept yet.
    for new_ones in (0, 20, 20):
        page = await service.list_jobs_for_token(db, signer, token_of(ann), query)
        assert msgspec.json.decode(msgspec.json.encode(page)) == whole
        assert len(kept) - before == new_ones
        assert ok(await http.get(JOBS, headers=ann.headers)) == whole


async def test_list_leaves_out_a_job_when_it_was_deleted(http: httpx.AsyncClient, db: Database) -> None:
    ann = await make_caller(db)
    gone = await make_job(db, ann.actor, name="gone")
    assert await _names(http, ann) == await _names(http, ann) == ["gone"]
    await service.delete_job(db, ann.actor, int(gone["id"]))
    assert await _names(http, ann) == []


async def test_list_is_that_of_the_new_role_when_the_role_changed(http: httpx.AsyncClient, db: Database) -> None:
    ann = await make_caller(db)
    bob = await make_caller(db, "bob@acme.example")
    await make_job(db, ann.actor, name="of ann")
    await make_job(db, bob.actor, name="of bob")
    assert await _names(http, ann) == await _names(http, ann) == ["of ann"]
    await _change(db, User, role=Role.CUSTOMER_ADMIN)
    assert await _names(http, ann) == ["of bob", "of ann"]
    await _change(db, User, role=Role.USER)
    assert await _names(http, ann) == await _names(http, ann) == ["of ann"]


async def test_list_is_that_of_the_new_customer_when_the_person_moved(http: httpx.AsyncClient, db: Database) -> None:
    ann = await make_caller(db, role=Role.CUSTOMER_ADMIN)
    eve = await make_caller(db, "eve@other.example", Role.CUSTOMER_ADMIN, "Other")
    await make_job(db, ann.actor, name="of acme")
    await make_job(db, eve.actor, name="of other")
    assert await _names(http, ann) == await _names(http, ann) == ["of acme"]
    async with db.session_scope() as session:
        moved = update(User).where(User.id == ann.actor.user_id).values(customer_id=eve.actor.customer_id)
        await session.execute(moved)
    assert await _names(http, ann) == ["of other"]


@pytest.mark.parametrize("values", [{"is_active": False}, {"token_generation": 1}])
async def test_token_is_refused_at_once_when_its_person_lost_it(
    http: httpx.AsyncClient, db: Database, values: dict[str, Any]
) -> None:
    ann = await make_caller(db)
    await make_job(db, ann.actor, name="hers")
    assert await _names(http, ann) == await _names(http, ann) == ["hers"]
    await _change(db, User, **values)
    token_refused(await http.get(JOBS, headers=ann.headers))
    token_refused(await http.get(f"{JOBS}?page=0", headers=ann.headers))


async def test_token_is_not_recalled_when_it_has_expired(db: Database) -> None:
    ann, signer = await make_caller(db), get_signer()
    token = token_of(ann)
    assert recall(signer, token) is None
    await actor_for_token(db, signer, token)
    found = recall(signer, token)
    assert found is not None
    assert found.actor == ann.actor
    assert recall(TokenSigner("another secret, of 32 characters and more"), token) is None
    with at(now() + timedelta(hours=12, seconds=1)):
        assert recall(signer, token) is None


async def test_rows_show_the_tokens_of_the_key_when_another_key_signs(db: Database) -> None:
    first, second = get_signer(), TokenSigner("another secret, of 32 characters and more")
    assert rows_kept(db, first) is rows_kept(db, first)
    assert rows_kept(db, first) is not rows_kept(db, second)


def test_rows_shown_longest_ago_go_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_rows, "MOST_KEPT", 3)
    rows = KeptRows()
    for job_id in (1, 2, 3):
        rows.keep(f"{job_id} 9", {"name": str(job_id)})  # type: ignore[typeddict-item]
    assert bytes(rows.find("1 9") or b"") == b'{"name":"1"}'
    rows.keep("4 9", {"name": "4"})  # type: ignore[typeddict-item]
    assert rows.missing(["1 9", "2 9", "3 9", "4 9", "4 10"]) == [2, 4]
