"""Every statement about people, browser sessions and counted tries."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.db import Reader
from siliconmark_ui.models import ID_SEQUENCE, BrowserSession, Customer, Job, ThrottleMark, User

_ACTOR_COLUMNS = """
    users.id AS user_id, users.email, users.name, users.role,
    users.customer_id, customers.name AS customer_name, customers.is_demo AS customer_is_demo
    FROM users JOIN customers ON customers.id = users.customer_id
"""
_ACTOR = f"SELECT {_ACTOR_COLUMNS} WHERE users.id = %s AND users.is_active"
_SESSION_ACTOR = f"""
    SELECT {_ACTOR_COLUMNS} JOIN browser_sessions AS session ON session.user_id = users.id
    WHERE session.key_hash = %s AND users.is_active AND session.expires_at > now() AND session.last_seen_at > now() - %s
"""


def _actor(row: dict[str, Any] | None) -> Actor | None:
    return Actor(**{**row, "role": Role(row["role"])}) if row else None


async def actor_by_id(reader: Reader, user_id: int) -> Actor | None:
    """Return the active person with that id."""
    return _actor(await (await reader.execute(_ACTOR, (user_id,))).fetchone())


async def actor_by_session(reader: Reader, key_hash: str, idle_life: object) -> Actor | None:
    """Return the active person behind a browser session that is neither past its end nor idle for too long."""
    return _actor(await (await reader.execute(_SESSION_ACTOR, (key_hash, idle_life))).fetchone())


async def next_sequence(session: AsyncSession) -> int:
    """Return the next number of the sequence that makes ids distinct."""
    return int(await session.scalar(select(ID_SEQUENCE.next_value())) or 0)


async def user_by_email(session: AsyncSession, email: str) -> User | None:
    """Return the active person with that e-mail (lower case)."""
    user: User | None = await session.scalar(select(User).where(User.email == email, User.is_active))
    return user


async def email_is_taken(session: AsyncSession, email: str) -> bool:
    """Tell whether any account, active or not, has that e-mail (lower case)."""
    return bool(await session.scalar(select(exists().where(User.email == email))))


async def customer_by_name(session: AsyncSession, name: str) -> Customer | None:
    """Return the customer of exactly that name."""
    customer: Customer | None = await session.scalar(select(Customer).where(Customer.name == name))
    return customer


async def list_users(session: AsyncSession) -> list[tuple[User, str]]:
    """Return every person with the name of the customer, by e-mail."""
    rows = await session.execute(
        select(User, Customer.name).join(Customer, Customer.id == User.customer_id).order_by(User.email)
    )
    return [(user, name) for user, name in rows]


async def list_demo_users(session: AsyncSession) -> list[tuple[User, str]]:
    """Return the active people of demonstration customers, those with the widest view first."""
    rank = func.array_position(["customer_admin", "user", "staff", "root_admin"], User.role)
    rows = await session.execute(
        select(User, Customer.name)
        .join(Customer, Customer.id == User.customer_id)
        .where(Customer.is_demo, User.is_active)
        .order_by(rank, User.id)
    )
    return [(user, name) for user, name in rows]


async def database_is_empty(session: AsyncSession) -> bool:
    """Tell whether nobody and no job is stored yet."""
    return not await session.scalar(select(exists(select(User.id)) | exists(select(Job.id))))


async def delete_browser_session(session: AsyncSession, key_hash: str) -> None:
    """Forget a browser session."""
    await session.execute(delete(BrowserSession).where(BrowserSession.key_hash == key_hash))


async def touch_browser_session(session: AsyncSession, key_hash: str, older_than: datetime) -> None:
    """Note that a browser session was seen, unless that was noted since `older_than`."""
    await session.execute(
        update(BrowserSession)
        .where(BrowserSession.key_hash == key_hash, BrowserSession.last_seen_at < older_than)
        .values(last_seen_at=func.now())
    )


async def purge_expired(session: AsyncSession, moment: datetime, marks_before: datetime) -> None:
    """Remove browser sessions past their end and marks too old to count."""
    await session.execute(delete(BrowserSession).where(BrowserSession.expires_at < moment))
    await session.execute(delete(ThrottleMark).where(ThrottleMark.marked_at < marks_before))


async def lock_bucket(session: AsyncSession, bucket: str) -> None:
    """Hold a bucket until the transaction ends, so that tries which race are counted one after the other."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(bucket, 0))))


async def marks_since(session: AsyncSession, bucket: str, since: datetime) -> tuple[int, datetime | None]:
    """Return how many marks a bucket has since then, and the oldest of them."""
    statement = select(func.count(), func.min(ThrottleMark.marked_at)).where(
        ThrottleMark.bucket == bucket, ThrottleMark.marked_at > since
    )
    count, oldest = (await session.execute(statement)).one()
    return count, oldest


async def add_mark(session: AsyncSession, bucket: str, moment: datetime) -> None:
    """Count one try of a bucket."""
    await session.execute(insert(ThrottleMark).values(bucket=bucket, marked_at=moment))


async def clear_marks(session: AsyncSession, bucket: str) -> None:
    """Forget a bucket's tries."""
    await session.execute(delete(ThrottleMark).where(ThrottleMark.bucket == bucket))
