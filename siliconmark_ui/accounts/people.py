"""People: customer admins look after those of their customer, root admins after all, nobody above their own rank.

The same rules hold whoever asks: the API, the pages, and the command line, which acts as the operator (`actor` None).
"""

from dataclasses import replace
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import TypedDict

from siliconmark_ui.accounts import links, mail, passwords, repository
from siliconmark_ui.accounts.links import LinkIsDead, NewLink
from siliconmark_ui.accounts.own_password import Post, revoke_everything
from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.accounts.service import Browser, clean_customer_name, clean_email, open_session
from siliconmark_ui.accounts.tables import OneTimeLink
from siliconmark_ui.audit import service as audit
from siliconmark_ui.audit.refusals import refusal_recorded
from siliconmark_ui.audit.service import Act
from siliconmark_ui.db import Database
from siliconmark_ui.errors import AlreadyExists, InvalidInput, NotFound, PermissionDenied
from siliconmark_ui.identifiers import make_id
from siliconmark_ui.instants import now, to_text
from siliconmark_ui.models import Customer, User
from siliconmark_ui.words import clean_name

# Whoever takes a root admin away holds this until the transaction ends: two at once cannot both be "not the last".
ROOT_ADMIN_LOCK = "root-admins"
INVITATION_TEXT = """You are invited to {customer} at {address}.

Choose a password here within seven days; the link works once:

{link}
"""


class PersonRow(TypedDict):
    """A person as an admin sees them."""

    id: str
    email: str
    name: str
    role: str
    customer: str
    customer_id: str
    is_active: bool
    has_password: bool
    created_at: str


class InvitationRow(TypedDict):
    """An invitation that nobody has followed yet."""

    id: str
    email: str
    role: str
    customer: str
    expires_at: str


class People(TypedDict):
    """Everybody an admin looks after, and who is invited."""

    people: list[PersonRow]
    invitations: list[InvitationRow]


class Invited(TypedDict):
    """What came of an invitation: whether a mail went out; the link, for the admin to pass on, when none did."""

    email: str
    mailed: bool
    link: str | None
    expires_at: str


def require_admin(actor: Actor | None) -> int | None:
    """Return the customer whose people the actor looks after, None for all; raises PermissionDenied."""
    if actor is None:
        return None
    actor.require_full()
    if actor.role is Role.ROOT_ADMIN:
        return None
    if actor.role is Role.CUSTOMER_ADMIN:
        return actor.customer_id
    raise PermissionDenied("Only admins look after people")


def read_role(name: object) -> Role:
    """Return the role of that name; raises InvalidInput."""
    try:
        return Role(str(name))
    except ValueError:
        raise InvalidInput(f"role must be one of: {', '.join(Role)}") from None


def _require_grantable(actor: Actor | None, role: Role) -> None:
    if actor is not None and actor.role is not Role.ROOT_ADMIN and role in {Role.STAFF, Role.ROOT_ADMIN}:
        raise PermissionDenied("Only root admins give or take the roles staff and root_admin")


@refusal_recorded("people.read")
async def list_people(db: Database, actor: Actor | None) -> People:
    """Return the people and open invitations that the actor looks after; raises PermissionDenied."""
    customer_id = require_admin(actor)
    async with db.session_scope() as session:
        people = await repository.people_of(session, customer_id)
        invitations = await repository.list_invitations(session, customer_id, now())
    return {
        "people": [_person_row(user, name) for user, name in people],
        "invitations": [_invitation_row(link, name) for link, name in invitations],
    }


@refusal_recorded("person.invited")
async def invite(
    db: Database, actor: Actor | None, post: Post, email: str, role: Role, customer_name: str | None = None
) -> Invited:
    """Invite somebody into the actor's customer, or, as a root admin, into any; raises what the input deserves.

    The customer must exist. An earlier invitation of the same e-mail dies.
    """
    own = require_admin(actor)
    _require_grantable(actor, role)
    account = clean_email(email)
    async with db.session_scope() as session:
        customer = await _invited_to(session, actor, own, customer_name)
        if await repository.email_is_taken(session, account):
            raise AlreadyExists(f"User with e-mail '{account}' already exists")
        link = await links.make_invitation(session, account, customer.id, role)
        act = Act("person.invited", actor, customer_id=customer.id, customer_name=customer.name, target=account)
        await audit.record(session, replace(act, details={"role": str(role)}))
    mailed = bool(post.server and post.public_url)
    if post.server and mailed:
        text = INVITATION_TEXT.format(customer=customer.name, address=post.public_url, link=post.public_url + link.path)
        mail.send_soon(post.server, account, f"Invitation to {customer.name}", text)
    return _invited(link, post, mailed=mailed)


def _invited(link: NewLink, post: Post, *, mailed: bool) -> Invited:
    shown = None if mailed else post.public_url + link.path
    return {"email": link.email, "mailed": mailed, "link": shown, "expires_at": to_text(link.expires_at)}


async def _invited_to(
    session: AsyncSession, actor: Actor | None, own: int | None, customer_name: str | None
) -> Customer:
    if customer_name is None and actor is not None:
        customer = await repository.customer_by_id(session, actor.customer_id)
    else:
        customer = await repository.customer_by_name(session, clean_customer_name(customer_name or ""))
    if customer is None or (own is not None and customer.id != own):
        raise NotFound(f"Customer '{customer_name}' not found")
    return customer


@refusal_recorded("person.invitation_revoked")
async def revoke_invitation(db: Database, actor: Actor | None, invitation_id: int) -> None:
    """Take an invitation back; raises NotFound for one outside the actor's customer."""
    own = require_admin(actor)
    async with db.session_scope() as session:
        link = await repository.invitation_by_id(session, invitation_id)
        if link is None or (own is not None and link.customer_id != own):
            raise NotFound(f"Invitation with id {invitation_id} not found")
        await repository.drop_link(session, link.id)
        act = Act("person.invitation_revoked", actor, customer_id=link.customer_id, target=link.email)
        await audit.record(session, act)


async def invitations_for(db: Database, email: str) -> list[int]:
    """Return the ids of the open invitations for an e-mail; raises NotFound without one. For the command line."""
    account = clean_email(email)
    async with db.session_scope() as session:
        found = [
            link.id for link, _ in await repository.list_invitations(session, None, now()) if link.email == account
        ]
    if not found:
        raise NotFound(f"There is no open invitation for '{account}'")
    return found


async def invitation_of(db: Database, key: str) -> tuple[str, str]:
    """Return e-mail and customer of a living invitation, to show who is invited whereto; raises LinkIsDead."""
    async with db.session_scope() as session:
        link = await links.look_at(session, key, "invitation")
        customer = await repository.customer_by_id(session, link.customer_id or 0)
    if customer is None:
        raise LinkIsDead
    return link.email, customer.name


async def accept_invitation(db: Database, key: str, name: str, password: str, browser: Browser) -> str:
    """Make the invited person and return the key of their first session; raises LinkIsDead or InvalidInput.

    A name or password that is refused leaves the invitation usable.
    """
    email, customer = await invitation_of(db, key)
    shown_name = clean_name(name)
    await passwords.check_password(password, (email, email.split("@")[0], shown_name, customer))
    password_hash = await passwords.hash_password(password)
    async with db.session_scope() as session:
        link = await links.take(session, key, "invitation")
        user = await add_invited(session, link, shown_name, password_hash)
    return await open_session(db, user, browser, how="invitation")


async def add_invited(session: AsyncSession, link: OneTimeLink, name: str, password_hash: str | None) -> User:
    """Make the person of an invitation that has just been taken; raises AlreadyExists."""
    if await repository.email_is_taken(session, link.email):
        raise AlreadyExists(f"User with e-mail '{link.email}' already exists", "account-exists")
    return await add_person(session, link.email, name, Role(link.role or "user"), link.customer_id or 0, password_hash)


async def add_person(
    session: AsyncSession, email: str, name: str, role: Role, customer_id: int, password_hash: str | None
) -> User:
    """Make a person in the caller's transaction, and record it."""
    user = User(
        id=make_id(now(), await repository.next_sequence(session)),
        email=email,
        name=name,
        password_hash=password_hash,
        role=role,
        customer_id=customer_id,
    )
    session.add(user)
    await session.flush()
    act = Act("person.added", email=email, customer_id=customer_id, target=email, details={"role": str(role)})
    await audit.record(session, act)
    return user


@refusal_recorded("person.role_changed")
async def change_role(db: Database, actor: Actor | None, user_id: int, role: Role) -> PersonRow:
    """Give a person another role; raises NotFound, or PermissionDenied, as for the last root admin."""
    _require_grantable(actor, role)
    async with db.session_scope() as session:
        user, customer = await _looked_after(session, actor, user_id)
        before = Role(user.role)
        await set_role(session, user, role)
        act = Act("person.role_changed", actor, customer_id=customer.id, customer_name=customer.name, target=user.email)
        await audit.record(session, replace(act, details={"from": str(before), "to": str(role)}))
    return _person_row(user, customer.name)


async def set_role(session: AsyncSession, user: User, role: Role) -> None:
    """Give a person another role in the caller's transaction; raises PermissionDenied for the last root admin."""
    if user.role == Role.ROOT_ADMIN and role is not Role.ROOT_ADMIN and user.is_active:
        await _keep_a_root_admin(session, user.id)
    user.role = role


@refusal_recorded("person.standing_changed")
async def set_active(db: Database, actor: Actor | None, user_id: int, *, is_active: bool) -> PersonRow:
    """Let a person in again, or keep them out and end all they hold; raises as `change_role`."""
    async with db.session_scope() as session:
        user, customer = await _looked_after(session, actor, user_id)
        if not is_active and user.is_active:
            if user.role == Role.ROOT_ADMIN:
                await _keep_a_root_admin(session, user.id)
            await revoke_everything(session, user)
        user.is_active = is_active
        action: Literal["person.activated", "person.deactivated"] = (
            "person.activated" if is_active else "person.deactivated"
        )
        act = Act(action, actor, customer_id=customer.id, customer_name=customer.name, target=user.email)
        await audit.record(session, act)
    return _person_row(user, customer.name)


async def _looked_after(session: AsyncSession, actor: Actor | None, user_id: int) -> tuple[User, Customer]:
    """Return a person whom the actor looks after, held; raises NotFound outside the customer."""
    own = require_admin(actor)
    # Before the person's row: everybody takes the two locks in this order.
    await repository.lock_bucket(session, ROOT_ADMIN_LOCK)
    found = await repository.lock_person(session, user_id)
    if found is None or (own is not None and found[0].customer_id != own):
        raise NotFound(f"Person with id {user_id} not found")
    _require_grantable(actor, Role(found[0].role))
    return found


async def _keep_a_root_admin(session: AsyncSession, user_id: int) -> None:
    await repository.lock_bucket(session, ROOT_ADMIN_LOCK)
    if not await repository.count_active_root_admins(session, but=user_id):
        raise PermissionDenied("The last root admin cannot be removed; make another person root admin first")


async def person_id(db: Database, email: str) -> int:
    """Return the id of the account with that e-mail, active or not; raises NotFound. For the command line."""
    account = clean_email(email)
    async with db.session_scope() as session:
        found = [user.id for user, _ in await repository.people_of(session, None) if user.email == account]
    if not found:
        raise NotFound(f"There is no account '{account}'")
    return found[0]


def _person_row(user: User, customer: str) -> PersonRow:
    return {
        "id": str(user.id),
        "email": user.email,
        "name": user.name,
        "role": str(user.role),
        "customer": customer,
        "customer_id": str(user.customer_id),
        "is_active": user.is_active,
        "has_password": user.password_hash is not None,
        "created_at": to_text(user.created_at),
    }


def _invitation_row(link: OneTimeLink, customer: str) -> InvitationRow:
    return {
        "id": str(link.id),
        "email": link.email,
        "role": link.role or "",
        "customer": customer,
        "expires_at": to_text(link.expires_at),
    }
