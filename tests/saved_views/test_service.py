"""Saved views: only their owner has them, names are theirs once a page, and one of them may be the default."""

import asyncio

import pytest

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.db import Database
from siliconmark_ui.errors import AlreadyExists, InvalidInput, NotFound, PermissionDenied
from siliconmark_ui.saved_views import service
from siliconmark_ui.saved_views.service import MOST_VIEWS, view_of
from tests.factories import make_caller


@pytest.fixture
async def ann(db: Database) -> Actor:
    """A person."""
    return (await make_caller(db)).actor


@pytest.fixture
async def bob(db: Database) -> Actor:
    """Another person of the same customer."""
    return (await make_caller(db, "bob@acme.example")).actor


async def names(db: Database, actor: Actor, page: str = "jobs") -> list[str]:
    """Give the names of a person's views."""
    return [view["name"] for view in await service.list_views(db, actor, page)]


async def test_view_is_kept_in_one_order_at_its_first_page_when_saved(db: Database, ann: Actor) -> None:
    await service.save_view(db, ann, "jobs", "  mine ", "page=3&tags=b&state=failed&state=aborted&per_page=50")
    (view,) = await service.list_views(db, ann, "jobs")
    assert (view["name"], view["is_default"]) == ("mine", False)
    assert view["query"] == "per_page=50&state=failed&state=aborted&tags=b"
    assert await names(db, ann, "performance") == []


@pytest.mark.parametrize(
    ("page", "query", "said"),
    [
        ("jobs", "stat=failed", "Unknown query parameter 'stat'"),
        ("jobs", "include=performance", "Unknown query parameter 'include'"),
        ("performance", "review=maybe", "review must be one of"),
        ("machines", "status=bad", "status must be one of"),
        ("reports", "", "page must be one of: jobs, performance, machines"),
        ("jobs", "&".join(f"tags={number}" for number in range(11)), "at most 10"),
    ],
)
def test_view_that_its_page_cannot_answer_is_refused(page: str, query: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        view_of(page, query)


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x00b", 7])
async def test_name_is_refused_as_every_name_is(db: Database, ann: Actor, name: object) -> None:
    with pytest.raises(InvalidInput, match="name must"):
        await service.save_view(db, ann, "jobs", name, "")
    assert await names(db, ann) == []


async def test_name_is_taken_once_by_a_person_on_a_page(db: Database, ann: Actor, bob: Actor) -> None:
    first = await service.save_view(db, ann, "jobs", "mine", "")
    with pytest.raises(AlreadyExists, match="“mine”"):
        await service.save_view(db, ann, "jobs", "mine", "state=failed")
    await service.save_view(db, ann, "machines", "mine", "")
    await service.save_view(db, bob, "jobs", "mine", "")
    other = await service.save_view(db, ann, "jobs", "other", "")
    with pytest.raises(AlreadyExists):
        await service.rename_view(db, ann, int(other["id"]), "mine")
    assert (await service.rename_view(db, ann, int(first["id"]), "mine"))["name"] == "mine"


async def test_name_is_taken_once_when_two_tabs_save_at_once(db: Database, ann: Actor) -> None:
    tries = [service.save_view(db, ann, "jobs", "mine", "") for _ in range(4)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(outcome, AlreadyExists) for outcome in outcomes) == 3
    assert await names(db, ann) == ["mine"]


async def test_views_are_limited_for_each_page(db: Database, ann: Actor) -> None:
    for number in range(MOST_VIEWS):
        await service.save_view(db, ann, "jobs", f"view {number}", "")
    with pytest.raises(InvalidInput, match=f"{MOST_VIEWS} views"):
        await service.save_view(db, ann, "jobs", "one more", "")
    await service.save_view(db, ann, "performance", "one more", "")


async def test_nobody_touches_the_views_of_somebody_else(db: Database, ann: Actor, bob: Actor) -> None:
    mine = int((await service.save_view(db, ann, "jobs", "mine", "state=failed"))["id"])
    for act in (
        service.rename_view(db, bob, mine, "his"),
        service.replace_view(db, bob, mine, ""),
        service.set_default(db, bob, mine, is_default=True),
        service.delete_view(db, bob, mine),
        service.delete_view(db, bob, 2**70),
    ):
        with pytest.raises(NotFound, match="not found"):
            await act
    assert await names(db, bob) == []
    assert [view["query"] for view in await service.list_views(db, ann, "jobs")] == ["state=failed"]


async def test_token_for_programs_reaches_no_views(db: Database) -> None:
    reader = (await make_caller(db)).actor
    program = Actor(reader.user_id, reader.email, reader.name, reader.role, reader.customer_id, "Acme", access="write")
    with pytest.raises(PermissionDenied):
        await service.save_view(db, program, "jobs", "mine", "")
    with pytest.raises(PermissionDenied):
        await service.list_views(db, program, "jobs")


async def test_page_opens_with_one_default_at_most(db: Database, ann: Actor) -> None:
    one = int((await service.save_view(db, ann, "jobs", "one", "state=failed"))["id"])
    two = int((await service.save_view(db, ann, "jobs", "two", "state=running"))["id"])
    assert await service.default_query(db, ann, "jobs") is None
    await service.set_default(db, ann, one, is_default=True)
    await service.set_default(db, ann, two, is_default=True)
    assert await service.default_query(db, ann, "jobs") == "state=running"
    assert await service.default_query(db, ann, "machines") is None
    assert [view["is_default"] for view in await service.list_views(db, ann, "jobs")] == [False, True]
    await service.set_default(db, ann, two, is_default=False)
    assert await service.default_query(db, ann, "jobs") is None


async def test_view_is_renamed_replaced_and_deleted(db: Database, ann: Actor) -> None:
    view = int((await service.save_view(db, ann, "performance", "b", "review=open"))["id"])
    await service.save_view(db, ann, "performance", "A", "")
    assert (await service.rename_view(db, ann, view, "Z"))["name"] == "Z"
    assert (await service.replace_view(db, ann, view, "gpu_model=H100"))["query"] == "gpu_model=H100"
    assert await names(db, ann, "performance") == ["A", "Z"]
    assert (await service.delete_view(db, ann, view))["name"] == "Z"
    assert await names(db, ann, "performance") == ["A"]
