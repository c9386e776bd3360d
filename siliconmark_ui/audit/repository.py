"""Every statement about the audit log: one that adds, and those that read."""

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.audit.filters import EntryFilter
from siliconmark_ui.audit.tables import AuditEntry
from siliconmark_ui.models import ID_SEQUENCE

STREAMED_ROWS = 500


async def next_sequence(session: AsyncSession) -> int:
    """Return the next number of the sequence that makes ids distinct."""
    return int(await session.scalar(select(ID_SEQUENCE.next_value())) or 0)


def matching(wanted: EntryFilter) -> Select[AuditEntry]:
    """Return the statement of the matching entries, newest first."""
    statement = select(AuditEntry).order_by(AuditEntry.id.desc())
    if wanted.customer_id is not None:
        statement = statement.where(AuditEntry.customer_id == wanted.customer_id)
    if wanted.action:
        statement = statement.where(AuditEntry.action.startswith(wanted.action, autoescape=True))
    if wanted.person:
        statement = statement.where(AuditEntry.actor_email == wanted.person)
    if wanted.outcome:
        statement = statement.where(AuditEntry.outcome == wanted.outcome)
    if wanted.after is not None:
        statement = statement.where(AuditEntry.recorded_at > wanted.after)
    if wanted.before is not None:
        statement = statement.where(AuditEntry.recorded_at < wanted.before)
    return statement


async def page(session: AsyncSession, wanted: EntryFilter, offset: int, count: int) -> list[AuditEntry]:
    """Return up to `count` matching entries from `offset` on."""
    return list(await session.scalars(matching(wanted).offset(offset).limit(count)))


async def total(session: AsyncSession, wanted: EntryFilter) -> int:
    """Return how many entries match."""
    counted = matching(wanted).order_by(None).subquery()
    return int(await session.scalar(select(func.count()).select_from(counted)) or 0)


async def stream(session: AsyncSession, wanted: EntryFilter) -> AsyncIterator[AuditEntry]:
    """Yield every matching entry, a few hundred held at a time."""
    options: dict[str, Any] = {"yield_per": STREAMED_ROWS}
    async for entry in (await session.stream(matching(wanted), execution_options=options)).scalars():
        session.expunge(entry)
        yield entry
