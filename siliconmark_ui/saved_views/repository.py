"""Reading and storing saved views; every statement names the person whose they are."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.db import Reader
from siliconmark_ui.saved_views.tables import SavedView

_DEFAULT = "SELECT query FROM saved_views WHERE user_id = %(user_id)s AND page = %(page)s AND is_default"


async def of_person(session: AsyncSession, user_id: int, page: str) -> list[SavedView]:
    """Return a person's views of a page by name."""
    order = (func.lower(SavedView.name), SavedView.name)
    statement = select(SavedView).where(SavedView.user_id == user_id, SavedView.page == page).order_by(*order)
    return list(await session.scalars(statement))


async def default_query(reader: Reader, user_id: int, page: str) -> str | None:
    """Return the query string that a person's page opens with, None without a default."""
    row = await (await reader.execute(_DEFAULT, {"user_id": user_id, "page": page})).fetchone()
    return str(row["query"]) if row else None


async def one(session: AsyncSession, user_id: int, view_id: int) -> SavedView | None:
    """Return a person's view, None for one that is not theirs."""
    found: SavedView | None = await session.scalar(
        select(SavedView).where(SavedView.id == view_id, SavedView.user_id == user_id)
    )
    return found


async def has_name(session: AsyncSession, user_id: int, page: str, name: str) -> bool:
    """Tell whether a person has a view of that name on a page."""
    statement = select(SavedView.id).where(SavedView.user_id == user_id, SavedView.page == page, SavedView.name == name)
    return await session.scalar(statement) is not None


async def count(session: AsyncSession, user_id: int, page: str) -> int:
    """Return how many views of a page a person has."""
    statement = select(func.count()).where(SavedView.user_id == user_id, SavedView.page == page)
    return int(await session.scalar(statement) or 0)


async def without_default(session: AsyncSession, user_id: int, page: str) -> None:
    """Let a person's page open with no view."""
    await session.execute(
        update(SavedView)
        .where(SavedView.user_id == user_id, SavedView.page == page, SavedView.is_default)
        .values(is_default=False)
    )
