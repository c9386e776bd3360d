"""One-time links: a random key in an address, of which the database knows only the hash."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.accounts import repository
from siliconmark_ui.accounts.sessions import hash_of
from siliconmark_ui.accounts.tables import OneTimeLink
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.identifiers import make_id
from siliconmark_ui.instants import now

INVITATION_LIFE = timedelta(days=7)
RESET_LIFE = timedelta(hours=1)
PAGES = {"invitation": "/invitation", "reset": "/reset-password"}


class LinkIsDead(InvalidInput):
    """The link was never made, has been used, was replaced by a newer one, or is too old."""

    reason = "link-dead"

    def __init__(self) -> None:
        super().__init__("This link has been used or is too old; ask for a new one")


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link just made: the path to send, with the key in it that is never shown again."""

    path: str
    email: str
    expires_at: datetime


async def make_reset(session: AsyncSession, user_id: int, email: str) -> NewLink:
    """Make the link by which a person sets a new password; earlier ones of the same person die."""
    return await _make(session, "reset", email, RESET_LIFE, user_id=user_id)


async def make_invitation(session: AsyncSession, email: str, customer_id: int, role: str) -> NewLink:
    """Make the link by which somebody becomes a person of a customer; earlier ones for the e-mail die."""
    return await _make(session, "invitation", email, INVITATION_LIFE, customer_id=customer_id, role=role)


async def _make(
    session: AsyncSession,
    kind: str,
    email: str,
    life: timedelta,
    *,
    user_id: int | None = None,
    customer_id: int | None = None,
    role: str | None = None,
) -> NewLink:
    key, moment = secrets.token_urlsafe(32), now()
    await repository.lock_bucket(session, f"link:{kind}:{email}")
    await repository.drop_links(session, kind, email, customer_id)
    made = OneTimeLink(
        id=make_id(moment, await repository.next_sequence(session)),
        kind=kind,
        key_hash=hash_of(key),
        email=email,
        expires_at=moment + life,
        user_id=user_id,
        customer_id=customer_id,
        role=role,
    )
    session.add(made)
    return NewLink(f"{PAGES[kind]}?{urlencode({'key': key})}", email, made.expires_at)


async def take(session: AsyncSession, key: str, kind: str) -> OneTimeLink:
    """Return the living link of that key and use it up; raises LinkIsDead."""
    link = await repository.take_link(session, hash_of(key), kind, now())
    if link is None:
        raise LinkIsDead
    return link


async def look_at(session: AsyncSession, key: str, kind: str) -> OneTimeLink:
    """Return the living link of that key and leave it; raises LinkIsDead."""
    link = await repository.find_link(session, hash_of(key), kind, now())
    if link is None:
        raise LinkIsDead
    return link
