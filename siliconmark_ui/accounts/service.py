"""Sign-in, browser sessions and people: what the API, the pages and the command line ask of accounts."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.accounts import api_tokens, passwords, repository, sessions, throttle
from siliconmark_ui.accounts.recall import remember
from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.accounts.throttle import Exceeded
from siliconmark_ui.accounts.tokens import TokenSigner
from siliconmark_ui.audit import service as audit
from siliconmark_ui.audit.refusals import throttling_recorded
from siliconmark_ui.audit.service import Act
from siliconmark_ui.db import Database
from siliconmark_ui.errors import AlreadyExists, InvalidCredentials, InvalidInput, InvalidToken
from siliconmark_ui.identifiers import make_id
from siliconmark_ui.instants import now
from siliconmark_ui.models import BrowserSession, Customer, User
from siliconmark_ui.words import check_text

# The password of every demonstration account; shown on the sign-in page, valid nowhere else.
DEMO_PASSWORD = "silicon-demo"  # noqa: S105
LONGEST_EMAIL = 254
LONGEST_CUSTOMER = 120
LONGEST_USER_AGENT = 300
_tries: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A demonstration account as the sign-in page offers it."""

    email: str
    password: str
    role: str
    customer: str


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the command line lists them."""

    id: int
    email: str
    role: str
    customer: str
    is_active: bool


async def verify_credentials(db: Database, email: str, password: str, address: str) -> int:
    """Return the id of the person; raise InvalidCredentials, or RateLimited after too many failures."""
    return (await _authenticate(db, email, password, address)).id


async def user_token_for(db: Database, signer: TokenSigner, email: str, password: str, address: str) -> str:
    """Return a bearer token for an e-mail and a password; raises as `verify_credentials`."""
    user = await _authenticate(db, email, password, address)
    await _record_sign_in(db, user, "token")
    return signer.user_token(user.id, user.token_generation)


async def _authenticate(db: Database, email: str, password: str, address: str) -> User:
    account = check_text(email, "username").strip().lower()
    bucket = throttle.SIGN_IN_FAILURES.bucket(account, address)
    # One try of an account from one address at a time: guesses sent at once cannot outrun the limit.
    async with _tries.setdefault(bucket, asyncio.Lock()):
        async with throttling_recorded(db, account[:LONGEST_EMAIL]), db.session_scope() as session:
            tried_at = await _admit(session, account, address)
            found = await repository.account_by_email(session, account)
        user, customer = found or (None, "")
        # Whatever is known of the account, as many statements are sent and as much is hashed.
        stored = user.password_hash if user and user.is_active else None
        verified = await passwords.verify_password(password, stored)
        async with db.session_scope() as session:
            if user and verified:
                await repository.clear_marks(session, bucket)
                await repository.take_mark_back(session, throttle.ACCOUNT_FAILURES.bucket(account), tried_at)
                return user
            await throttle.count_try(session, throttle.ADDRESS_FAILURES.bucket(address))
            act = Act("session.signed_in", outcome="refused", email=account[:LONGEST_EMAIL], customer_name=customer)
            await audit.record(session, replace(act, customer_id=user.customer_id if user else None))
    raise InvalidCredentials


async def _admit(session: AsyncSession, account: str, address: str) -> datetime:
    """Count a try and return when it was; raises Exceeded.

    Counted before the password is looked at: workers that ask at once each see the others' tries.
    """
    of_account = throttle.ACCOUNT_FAILURES.bucket(account)
    pair = throttle.SIGN_IN_FAILURES.bucket(account, address)
    await throttle.refuse_when_exceeded(session, throttle.ADDRESS_FAILURES, throttle.ADDRESS_FAILURES.bucket(address))
    await throttle.refuse_when_exceeded(session, throttle.SIGN_IN_FAILURES, pair)
    try:
        await throttle.refuse_when_exceeded(session, throttle.ACCOUNT_FAILURES, of_account)
    except Exceeded:
        # Strangers all over the world do not lock somebody out of where they are signed in.
        if not await repository.is_signed_in_from(session, account, address):
            raise
    await throttle.count_try(session, pair)
    return await throttle.count_try(session, of_account)


async def _record_sign_in(db: Database, user: User, how: str) -> None:
    async with db.session_scope() as session:
        await audit.record(session, _act_of(user, "session.signed_in", how=how))


def _act_of(user: User, action: str, **details: str) -> Act:
    return Act(action, email=user.email, customer_id=user.customer_id, target=user.email, details=details)


@dataclass(frozen=True, slots=True)
class Browser:
    """The browser that signs in: where it is, what it calls itself, and the session key that it already holds."""

    address: str = ""
    user_agent: str = ""
    old_key: str | None = None


async def sign_in(db: Database, email: str, password: str, address: str, browser: Browser | None = None) -> str:
    """Open a browser session and return its cookie value, never the one before; raises as `verify_credentials`."""
    user = await _authenticate(db, email, password, address)
    return await open_session(db, user, browser or Browser(address), how="password")


async def open_session(
    db: Database,
    user: User,
    browser: Browser,
    *,
    how: str,
    provider: str | None = None,
    id_token: str | None = None,
) -> str:
    """Open a browser session of a person and return its cookie value; the browser's old session ends."""
    key = sessions.new_key()
    opened = BrowserSession(
        key_hash=sessions.hash_of(key),
        user_id=user.id,
        expires_at=now() + sessions.lives().absolute,
        address=browser.address,
        user_agent=browser.user_agent[:LONGEST_USER_AGENT],
        provider=provider,
        id_token=id_token,
    )
    async with db.session_scope() as session:
        # Between the proof and this, the password may have been changed and all that was open closed.
        if not await repository.still_stands(session, user):
            raise InvalidCredentials
        if browser.old_key:
            await repository.delete_browser_session(session, sessions.hash_of(browser.old_key))
        session.add(opened)
        await audit.record(session, _act_of(user, "session.signed_in", how=how))
    return key


@dataclass(frozen=True, slots=True)
class Ended:
    """A browser session that a provider had opened: whom to tell that it ended, and what to show there."""

    provider: str
    id_token: str


async def sign_out(db: Database, key: str | None) -> Ended | None:
    """End a browser session; one that is unknown or absent is no error. Returns the provider to sign out at, if any."""
    actor = await actor_for_session(db, key)
    if not key:
        return None
    async with db.session_scope() as session:
        found = await repository.browser_session(session, sessions.hash_of(key))
        await repository.delete_browser_session(session, sessions.hash_of(key))
        if actor:
            await audit.record(session, Act("session.signed_out", actor, target=actor.email))
    return Ended(found.provider, found.id_token or "") if found and found.provider else None


async def actor_for_session(db: Database, key: str | None) -> Actor | None:
    """Return the person behind a cookie value, None without a living session."""
    if not key:
        return None
    async with db.reader() as reader:
        return await repository.actor_by_session(reader, sessions.hash_of(key), sessions.lives().idle)


async def keep_session_alive(db: Database, key: str) -> None:
    """Note that a browser session is in use, at most once in the lifetimes' `seen_precision`."""
    async with db.session_scope() as session:
        await repository.touch_browser_session(session, sessions.hash_of(key), now() - sessions.lives().seen_precision)


async def actor_for_token(db: Database, signer: TokenSigner, token: str) -> Actor:
    """Return the person that a bearer token, signed or an API token, speaks for; raise InvalidToken for any other."""
    if token.startswith(api_tokens.PREFIX):
        return await api_tokens.actor_for_api_token(db, token)
    spoken = signer.spoken_by(token, "user")
    async with db.reader() as reader:
        actor = await repository.actor_of_generation(reader, spoken.subject, spoken.generation)
    if actor is None:
        raise InvalidToken
    remember(signer, token, spoken, actor)
    return actor


async def add_user(
    db: Database, email: str, password: str, role: Role, customer_name: str, *, name: str = "", is_demo: bool = False
) -> int:
    """Create a person, and the customer when it is new; return the id. Raises InvalidInput or AlreadyExists."""
    account = clean_email(email)
    customer_name = clean_customer_name(customer_name)
    await passwords.check_password(password, (account, account.split("@")[0], customer_name))
    password_hash = await passwords.hash_password(password)
    async with db.session_scope() as session:
        if await repository.email_is_taken(session, account):
            raise AlreadyExists(f"User with e-mail '{account}' already exists")
        customer = await repository.customer_by_name(session, customer_name)
        if customer is None:
            customer_id = make_id(now(), await repository.next_sequence(session))
            customer = Customer(id=customer_id, name=customer_name, is_demo=is_demo)
            session.add(customer)
            await session.flush()
        user = User(
            id=make_id(now(), await repository.next_sequence(session)),
            email=account,
            name=name or account.split("@")[0],
            password_hash=password_hash,
            role=role,
            customer_id=customer.id,
        )
        session.add(user)
        act = Act("person.added", customer_id=customer.id, customer_name=customer.name, target=account)
        await audit.record(session, replace(act, details={"role": str(role)}))
    return user.id


def clean_email(email: str) -> str:
    """Return an e-mail address, trimmed and in lower case; raises InvalidInput."""
    account = check_text(email, "email").strip().lower()
    local, at, domain = account.rpartition("@")
    if not (at and local and domain) or len(email) > LONGEST_EMAIL or any(letter.isspace() for letter in account):
        message = f"email must be an address such as name@example.org, of at most {LONGEST_EMAIL} characters"
        raise InvalidInput(message, "email")
    return account


def clean_customer_name(name: str) -> str:
    """Return a customer's name, trimmed; raises InvalidInput."""
    cleaned = check_text(name.strip(), "customer")
    if not 1 <= len(cleaned) <= LONGEST_CUSTOMER:
        raise InvalidInput(f"customer must have 1 to {LONGEST_CUSTOMER} characters", "customer")
    return cleaned


async def list_people(db: Database) -> list[Person]:
    """Return every person, by e-mail."""
    async with db.session_scope() as session:
        rows = await repository.list_users(session)
    return [Person(user.id, user.email, user.role, customer, user.is_active) for user, customer in rows]


async def demo_accounts(db: Database) -> list[DemoAccount]:
    """Return the demonstration accounts that exist, for the sign-in page; empty without demonstration data."""
    async with db.session_scope() as session:
        rows = await repository.list_demo_users(session)
    return [DemoAccount(user.email, DEMO_PASSWORD, user.role, customer) for user, customer in rows]
