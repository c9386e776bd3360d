"""What people do with saved views: name one, open it, rename, replace, make it the default, delete. Only their own."""

from collections.abc import Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import TypedDict

from siliconmark_ui.accounts.repository import lock_bucket, next_sequence
from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.alerts.query import ALERT_PARAMETERS, AlertQuery
from siliconmark_ui.db import Database
from siliconmark_ui.errors import AlreadyExists, InvalidInput, NotFound
from siliconmark_ui.identifiers import LARGEST_ID, make_id
from siliconmark_ui.instants import now
from siliconmark_ui.jobs.filters import JobQuery, pairs_of
from siliconmark_ui.jobs.parameters import VIEW_PARAMETERS
from siliconmark_ui.machines.filters import MachineQuery
from siliconmark_ui.saved_views import repository
from siliconmark_ui.saved_views.tables import QUERY_MAX, SavedView
from siliconmark_ui.words import clean_name

MOST_VIEWS = 50
"""Views that a person may have of one page."""


class View(TypedDict):
    """A saved view as its owner sees it; `query` is a query string, empty for the plain page."""

    id: str
    name: str
    query: str
    is_default: bool


def _jobs(text: str) -> str:
    query = JobQuery.from_query(pairs_of(text), allowed=VIEW_PARAMETERS, several_states=True)
    return query.but(page=1).to_query()


def _performance(text: str) -> str:
    query = AlertQuery.from_query(pairs_of(text), allowed=tuple(ALERT_PARAMETERS), several_states=True)
    return query.but(page=1).to_query()


def _machines(text: str) -> str:
    return MachineQuery.from_query(pairs_of(text)).but(page=1).to_query()


_READERS: Mapping[str, Callable[[str], str]] = {"jobs": _jobs, "performance": _performance, "machines": _machines}


def view_of(page: str, query: str) -> str:
    """Return the query string that stands for a view: checked, in one order, at its first page.

    Raises InvalidInput for an unknown page, or a query that the page cannot answer.
    """
    if page not in _READERS:
        raise InvalidInput(f"page must be one of: {', '.join(_READERS)}")
    view = _READERS[page](query)
    if len(view) > QUERY_MAX:
        raise InvalidInput(f"query must be at most {QUERY_MAX} characters long")
    return view


async def list_views(db: Database, actor: Actor, page: str) -> list[View]:
    """Return the actor's views of a page, by name."""
    actor.require_full()
    async with db.session_scope() as session:
        return [_shown(view) for view in await repository.of_person(session, actor.user_id, page)]


async def default_query(db: Database, actor: Actor, page: str) -> str | None:
    """Return the query string that the actor's page opens with, None without a default."""
    actor.require_full()
    async with db.reader() as reader:
        return await repository.default_query(reader, actor.user_id, page)


async def save_view(db: Database, actor: Actor, page: str, name: object, query: str) -> View:
    """Keep a view under a new name; raises InvalidInput, or AlreadyExists when the actor has one of that name."""
    actor.require_full()
    wanted, view = clean_name(name), view_of(page, query)
    moment = now()
    async with db.session_scope() as session:
        await _hold(session, actor, page)
        await _refuse_taken(session, actor, page, wanted)
        if await repository.count(session, actor.user_id, page) >= MOST_VIEWS:
            raise InvalidInput(f"You have {MOST_VIEWS} views of this page; delete one first")
        made = SavedView(
            id=make_id(moment, await next_sequence(session)),
            user_id=actor.user_id,
            page=page,
            name=wanted,
            query=view,
            created_at=moment,
        )
        session.add(made)
        return _shown(made)


async def rename_view(db: Database, actor: Actor, view_id: int, name: object) -> View:
    """Give one of the actor's views another name; raises as `save_view`, or NotFound."""
    actor.require_full()
    wanted = clean_name(name)
    async with db.session_scope() as session:
        view = await _own(session, actor, view_id)
        if view.name != wanted:
            await _refuse_taken(session, actor, view.page, wanted)
            view.name = wanted
        return _shown(view)


async def replace_view(db: Database, actor: Actor, view_id: int, query: str) -> View:
    """Let one of the actor's views mean another query; raises InvalidInput or NotFound."""
    actor.require_full()
    async with db.session_scope() as session:
        view = await _own(session, actor, view_id)
        view.query = view_of(view.page, query)
        return _shown(view)


async def set_default(db: Database, actor: Actor, view_id: int, *, is_default: bool) -> View:
    """Let a page open with one of the actor's views, in place of any other, or no longer; raises NotFound."""
    actor.require_full()
    async with db.session_scope() as session:
        view = await _own(session, actor, view_id)
        await repository.without_default(session, actor.user_id, view.page)
        await session.refresh(view)
        view.is_default = is_default
        return _shown(view)


async def delete_view(db: Database, actor: Actor, view_id: int) -> View:
    """Delete one of the actor's views and return what it was; raises NotFound."""
    actor.require_full()
    async with db.session_scope() as session:
        view = await _own(session, actor, view_id)
        await session.delete(view)
        return _shown(view)


async def _own(session: AsyncSession, actor: Actor, view_id: int) -> SavedView:
    view = await repository.one(session, actor.user_id, view_id) if 0 < view_id <= LARGEST_ID else None
    if view is None:
        raise NotFound(f"View with id {view_id} not found")
    await _hold(session, actor, view.page)
    return view


async def _hold(session: AsyncSession, actor: Actor, page: str) -> None:
    # Names and the default are decided one after the other, also from two tabs at once.
    await lock_bucket(session, f"saved-views:{actor.user_id}:{page}")


async def _refuse_taken(session: AsyncSession, actor: Actor, page: str, name: str) -> None:
    if await repository.has_name(session, actor.user_id, page, name):
        raise AlreadyExists(f"You have a view named “{name}” already")


def _shown(view: SavedView) -> View:
    return {"id": str(view.id), "name": view.name, "query": view.query, "is_default": view.is_default}
