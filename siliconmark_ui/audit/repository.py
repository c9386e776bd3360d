"""Every statement about the audit log: one that adds, and those that read."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import ARRAY, Select, any_, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.audit.filters import EntryFilter
from siliconmark_ui.audit.tables import AuditEntry
from siliconmark_ui.models import ID_SEQUENCE, CodePoints, Customer, User

STREAMED_ROWS = 500
# The statement of entries that match a filter.
Matching = Select[AuditEntry]


async def next_sequence(session: AsyncSession) -> int:
    """Return the next number of the sequence that makes ids distinct."""
    return int(await session.scalar(select(ID_SEQUENCE.next_value())) or 0)


async def customer_name(session: AsyncSession, customer_id: int) -> str:
    """Return what a customer is called, empty for one that does not exist."""
    return str(await session.scalar(select(Customer.name).where(Customer.id == customer_id)) or "")


async def accounts_of(session: AsyncSession, customer_id: int | None) -> list[tuple[str, str]]:
    """Return e-mail and name of every account of a customer (None: of all)."""
    statement = select(User.email, User.name)
    if customer_id is not None:
        statement = statement.where(User.customer_id == customer_id)
    return [(email, name) for email, name in await session.execute(statement)]


async def emails_with(session: AsyncSession, part: str) -> list[str]:
    """Return every e-mail in the log that has a part (lower case), whether or not there is such an account.

    Goes from one e-mail to the next in the index of e-mails, instead of through every entry.
    """
    first = select(func.min(AuditEntry.actor_email).label("email")).cte("emails", recursive=True)
    following = select(func.min(AuditEntry.actor_email)).where(AuditEntry.actor_email > first.c.email)
    emails = first.union_all(select(following.scalar_subquery()).where(first.c.email.is_not(None)))
    return list(await session.scalars(select(emails.c.email).where(emails.c.email.contains(part, autoescape=True))))


async def plan_anew(session: AsyncSession) -> None:
    """Have the statements of this transaction planned with their values: one plan for all filters suits none."""
    await session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))


def matching(wanted: EntryFilter, emails: Sequence[str] | None) -> Matching:
    """Return the statement of the matching entries of people with those e-mails (None: of all), newest first."""
    statement = select(AuditEntry).order_by(AuditEntry.id.desc())
    if wanted.customer_id is not None:
        statement = statement.where(AuditEntry.customer_id == wanted.customer_id)
    if wanted.action:
        statement = statement.where(AuditEntry.action.startswith(wanted.action, autoescape=True))
    if emails is not None:
        statement = statement.where(AuditEntry.actor_email == any_(literal(list(emails), ARRAY(CodePoints))))
    if wanted.outcome:
        statement = statement.where(AuditEntry.outcome == wanted.outcome)
    if wanted.after is not None:
        statement = statement.where(AuditEntry.recorded_at > wanted.after)
    if wanted.before is not None:
        statement = statement.where(AuditEntry.recorded_at < wanted.before)
    return statement


async def page(session: AsyncSession, matching: Matching, offset: int, count: int) -> list[AuditEntry]:
    """Return up to `count` matching entries from `offset` on."""
    return list(await session.scalars(matching.offset(offset).limit(count)))


async def total(session: AsyncSession, matching: Matching) -> int:
    """Return how many entries match."""
    counted = matching.order_by(None).subquery()
    return int(await session.scalar(select(func.count()).select_from(counted)) or 0)


async def stream(session: AsyncSession, matching: Matching) -> AsyncIterator[AuditEntry]:
    """Yield every matching entry, a few hundred held at a time."""
    options: dict[str, Any] = {"yield_per": STREAMED_ROWS}
    async for entry in (await session.stream(matching, execution_options=options)).scalars():
        session.expunge(entry)
        yield entry
