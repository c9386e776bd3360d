"""Every statement about people, browser sessions and counted tries."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.accounts.tables import ApiToken, Identity, OneTimeLink, SsoAttempt
from siliconmark_ui.db import Reader
from siliconmark_ui.models import ID_SEQUENCE, BrowserSession, Customer, Job, ThrottleMark, User

_ACTOR_COLUMNS = """
    users.id AS user_id, users.email, users.name, users.role,
    users.customer_id, customers.name AS customer_name, customers.is_demo AS customer_is_demo
    FROM users JOIN customers ON customers.id = users.customer_id
"""
_ACTOR_OF_GENERATION = f"SELECT {_ACTOR_COLUMNS} WHERE users.id = %s AND users.is_active AND token_generation = %s"
_TOKEN_ACTOR = f"""
    SELECT token.id AS token_id, token.scope AS access,
           token.last_used_at IS NULL OR token.last_used_at < now() - %s AS use_is_news, {_ACTOR_COLUMNS}
    JOIN api_tokens AS token ON token.user_id = users.id
    WHERE token.token_hash = %s AND users.is_active AND token.revoked_at IS NULL AND token.expires_at > now()
"""
_ACTOR = f"SELECT {_ACTOR_COLUMNS} WHERE users.id = %s AND users.is_active"
_SESSION_ACTOR = f"""
    SELECT {_ACTOR_COLUMNS} JOIN browser_sessions AS session ON session.user_id = users.id
    WHERE session.key_hash = %s AND users.is_active AND session.expires_at > now() AND session.last_seen_at > now() - %s
"""

# Whether a person is still who they were when their token was last read: see `recall.py`.
IS_AS_RECALLED = exists(
    select(User.id).where(
        User.id == bindparam("caller_id"),
        User.is_active,
        User.token_generation == bindparam("caller_generation"),
        User.role == bindparam("caller_role"),
        User.customer_id == bindparam("caller_customer_id"),
    )
)


def _actor(row: dict[str, Any] | None) -> Actor | None:
    return Actor(**{**row, "role": Role(row["role"])}) if row else None


async def actor_by_id(reader: Reader, user_id: int) -> Actor | None:
    """Return the active person with that id."""
    return _actor(await (await reader.execute(_ACTOR, (user_id,))).fetchone())


async def actor_of_generation(reader: Reader, user_id: int, generation: int) -> Actor | None:
    """Return the active person with that id, None when tokens of that generation are revoked."""
    return _actor(await (await reader.execute(_ACTOR_OF_GENERATION, (user_id, generation))).fetchone())


async def actor_by_api_token(reader: Reader, token_hash: str, precision: timedelta) -> tuple[Actor, int | None] | None:
    """Return the active person behind a living API token, and the token's id when its last use should be noted."""
    row = await (await reader.execute(_TOKEN_ACTOR, (precision, token_hash))).fetchone()
    if row is None:
        return None
    token_id, is_news = row.pop("token_id"), row.pop("use_is_news")
    actor = _actor(row)
    return (actor, token_id if is_news else None) if actor else None


async def actor_by_session(reader: Reader, key_hash: str, idle_life: object) -> Actor | None:
    """Return the active person behind a browser session that is neither past its end nor idle for too long."""
    return _actor(await (await reader.execute(_SESSION_ACTOR, (key_hash, idle_life))).fetchone())


async def next_sequence(session: AsyncSession) -> int:
    """Return the next number of the sequence that makes ids distinct."""
    return int(await session.scalar(select(ID_SEQUENCE.next_value())) or 0)


async def lock_person(session: AsyncSession, user_id: int) -> tuple[User, Customer] | None:
    """Return a person, active or not, and the customer; the person's row is held until the transaction ends."""
    statement = select(User, Customer).join(Customer, Customer.id == User.customer_id).where(User.id == user_id)
    row = (await session.execute(statement.with_for_update(of=User))).one_or_none()
    return (row[0], row[1]) if row else None


async def customer_by_id(session: AsyncSession, customer_id: int) -> Customer | None:
    """Return the customer with that id."""
    return await session.get(Customer, customer_id)


async def user_by_email(session: AsyncSession, email: str) -> User | None:
    """Return the active person with that e-mail (lower case)."""
    user: User | None = await session.scalar(select(User).where(User.email == email, User.is_active))
    return user


async def account_by_email(session: AsyncSession, email: str) -> tuple[User, str] | None:
    """Return the account with that e-mail (lower case), active or not, and its customer's name; one statement."""
    statement = select(User, Customer.name).join(Customer, Customer.id == User.customer_id).where(User.email == email)
    row = (await session.execute(statement)).one_or_none()
    return (row[0], row[1]) if row else None


async def still_stands(session: AsyncSession, user: User) -> bool:
    """Tell whether a person is active and nothing of theirs was revoked since read; holds it so until the end."""
    statement = select(User.id).where(
        User.id == user.id, User.is_active, User.token_generation == user.token_generation
    )
    return await session.scalar(statement.with_for_update(read=True)) is not None


async def is_signed_in_from(session: AsyncSession, email: str, address: str) -> bool:
    """Tell whether that account has a browser session which began at that address."""
    statement = select(BrowserSession.id).join(User, User.id == BrowserSession.user_id)
    wanted = statement.where(User.email == email, BrowserSession.address == address)
    return bool(await session.scalar(select(exists(wanted.where(BrowserSession.expires_at > func.now())))))


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


async def list_browser_sessions(session: AsyncSession, user_id: int, idle_since: datetime) -> list[BrowserSession]:
    """Return a person's living browser sessions, the one seen last first."""
    statement = (
        select(BrowserSession)
        .where(
            BrowserSession.user_id == user_id,
            BrowserSession.expires_at > func.now(),
            BrowserSession.last_seen_at > idle_since,
        )
        .order_by(BrowserSession.last_seen_at.desc(), BrowserSession.id.desc())
    )
    return list(await session.scalars(statement))


async def browser_session(session: AsyncSession, key_hash: str) -> BrowserSession | None:
    """Return the browser session of that key."""
    return await session.get(BrowserSession, key_hash)


async def delete_own_browser_session(session: AsyncSession, user_id: int, session_id: int) -> bool:
    """Forget one browser session of that person; tell whether there was one."""
    statement = delete(BrowserSession).where(BrowserSession.user_id == user_id, BrowserSession.id == session_id)
    return bool((await session.execute(statement.returning(BrowserSession.id))).scalar_one_or_none())


async def delete_browser_sessions(session: AsyncSession, user_id: int, *, but: str = "") -> int:
    """Forget a person's browser sessions but the one of key hash `but`; return how many."""
    statement = delete(BrowserSession).where(BrowserSession.user_id == user_id, BrowserSession.key_hash != but)
    return len((await session.execute(statement.returning(BrowserSession.id))).all())


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
    """Remove browser sessions, links and SSO attempts past their end, and marks too old to count."""
    await session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < moment))
    await session.execute(delete(SsoAttempt).where(SsoAttempt.expires_at < moment))
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


async def take_mark_back(session: AsyncSession, bucket: str, moment: datetime) -> None:
    """Forget the try of a bucket that was counted at that moment."""
    await session.execute(delete(ThrottleMark).where(ThrottleMark.bucket == bucket, ThrottleMark.marked_at == moment))


async def clear_marks(session: AsyncSession, bucket: str) -> None:
    """Forget a bucket's tries."""
    await session.execute(delete(ThrottleMark).where(ThrottleMark.bucket == bucket))


async def list_api_tokens(session: AsyncSession, user_id: int, moment: datetime) -> list[ApiToken]:
    """Return a person's living API tokens, newest first."""
    return list(await session.scalars(_living_tokens(user_id, moment).order_by(ApiToken.id.desc())))


async def count_api_tokens(session: AsyncSession, user_id: int, moment: datetime) -> int:
    """Return how many living API tokens a person has."""
    return int(await session.scalar(select(func.count()).select_from(_living_tokens(user_id, moment).subquery())) or 0)


def _living_tokens(user_id: int, moment: datetime) -> Select[ApiToken]:
    return select(ApiToken).where(
        ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > moment
    )


async def own_api_token(session: AsyncSession, user_id: int, token_id: int) -> ApiToken | None:
    """Return a person's API token that is not revoked."""
    statement = select(ApiToken).where(
        ApiToken.id == token_id, ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None)
    )
    token: ApiToken | None = await session.scalar(statement.with_for_update())
    return token


async def revoke_api_tokens(session: AsyncSession, user_id: int, moment: datetime) -> int:
    """Revoke every living API token of a person; return how many."""
    statement = update(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    return len((await session.execute(statement.values(revoked_at=moment).returning(ApiToken.id))).all())


async def note_token_use(session: AsyncSession, token_id: int, moment: datetime) -> None:
    """Note when an API token was used last."""
    await session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=moment))


async def take_link(session: AsyncSession, key_hash: str, kind: str, moment: datetime) -> OneTimeLink | None:
    """Return a living one-time link and take it away: of two who follow it at once, one gets it."""
    statement = delete(OneTimeLink).where(
        OneTimeLink.key_hash == key_hash, OneTimeLink.kind == kind, OneTimeLink.expires_at > moment
    )
    link: OneTimeLink | None = await session.scalar(statement.returning(OneTimeLink))
    return link


async def find_link(session: AsyncSession, key_hash: str, kind: str, moment: datetime) -> OneTimeLink | None:
    """Return a living one-time link and leave it."""
    statement = select(OneTimeLink).where(
        OneTimeLink.key_hash == key_hash, OneTimeLink.kind == kind, OneTimeLink.expires_at > moment
    )
    link: OneTimeLink | None = await session.scalar(statement)
    return link


async def drop_links(session: AsyncSession, kind: str, email: str, customer_id: int | None = None) -> None:
    """Take away the links of that kind that were made for an e-mail, and into that customer, before."""
    statement = delete(OneTimeLink).where(OneTimeLink.kind == kind, OneTimeLink.email == email)
    await session.execute(statement.where(OneTimeLink.customer_id.is_not_distinct_from(customer_id)))


async def list_invitations(
    session: AsyncSession, customer_id: int | None, moment: datetime
) -> list[tuple[OneTimeLink, str]]:
    """Return the open invitations of a customer (None: of all) with the customer's name, by e-mail."""
    statement = (
        select(OneTimeLink, Customer.name)
        .join(Customer, Customer.id == OneTimeLink.customer_id)
        .where(OneTimeLink.kind == "invitation", OneTimeLink.expires_at > moment)
        .order_by(OneTimeLink.email)
    )
    if customer_id is not None:
        statement = statement.where(OneTimeLink.customer_id == customer_id)
    return [(link, name) for link, name in await session.execute(statement)]


async def invitation_by_id(session: AsyncSession, link_id: int) -> OneTimeLink | None:
    """Return the invitation with that id."""
    statement = select(OneTimeLink).where(OneTimeLink.id == link_id, OneTimeLink.kind == "invitation")
    link: OneTimeLink | None = await session.scalar(statement.with_for_update())
    return link


async def invitation_by_email(session: AsyncSession, email: str, moment: datetime) -> OneTimeLink | None:
    """Return the newest living invitation for an e-mail."""
    statement = select(OneTimeLink).where(
        OneTimeLink.email == email, OneTimeLink.kind == "invitation", OneTimeLink.expires_at > moment
    )
    link: OneTimeLink | None = await session.scalar(statement.order_by(OneTimeLink.id.desc()).limit(1))
    return link


async def drop_link(session: AsyncSession, link_id: int) -> None:
    """Take a one-time link away."""
    await session.execute(delete(OneTimeLink).where(OneTimeLink.id == link_id))


async def people_of(session: AsyncSession, customer_id: int | None) -> list[tuple[User, str]]:
    """Return the people of a customer (None: everybody) with the customer's name, by e-mail."""
    statement = select(User, Customer.name).join(Customer, Customer.id == User.customer_id).order_by(User.email)
    if customer_id is not None:
        statement = statement.where(User.customer_id == customer_id)
    return [(user, name) for user, name in await session.execute(statement)]


async def count_active_root_admins(session: AsyncSession, *, but: int) -> int:
    """Return how many active root admins there are beside one person."""
    statement = select(func.count()).where(User.role == Role.ROOT_ADMIN, User.is_active, User.id != but)
    return int(await session.scalar(statement) or 0)


async def list_customers(session: AsyncSession) -> list[tuple[Customer, int]]:
    """Return every customer with the number of active people, by name."""
    people = func.count(User.id).filter(User.is_active)
    statement = (
        select(Customer, people)
        .outerjoin(User, User.customer_id == Customer.id)
        .group_by(Customer.id)
        .order_by(Customer.name, Customer.id)
    )
    return [(customer, count) for customer, count in await session.execute(statement)]


async def user_by_identity(session: AsyncSession, issuer: str, subject: str) -> User | None:
    """Return the person, active or not, who is `subject` at `issuer`."""
    statement = select(User).join(Identity, Identity.user_id == User.id)
    user: User | None = await session.scalar(statement.where(Identity.issuer == issuer, Identity.subject == subject))
    return user


async def take_attempt(
    session: AsyncSession, state_hash: str, browser_hash: str, moment: datetime
) -> SsoAttempt | None:
    """Return a living attempt of that browser and take it away: a state answers once."""
    statement = delete(SsoAttempt).where(
        SsoAttempt.state_hash == state_hash, SsoAttempt.browser_hash == browser_hash, SsoAttempt.expires_at > moment
    )
    attempt: SsoAttempt | None = await session.scalar(statement.returning(SsoAttempt))
    return attempt
