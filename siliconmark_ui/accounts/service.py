"""Sign-in, browser sessions and people: what the API, the pages and the command line ask of accounts."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from weakref import WeakValueDictionary

from siliconmark_ui.accounts import passwords, repository, sessions, throttle
from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.accounts.tokens import TokenSigner
from siliconmark_ui.db import Database
from siliconmark_ui.errors import AlreadyExists, InvalidCredentials, InvalidInput, InvalidToken
from siliconmark_ui.identifiers import make_id
from siliconmark_ui.instants import now
from siliconmark_ui.models import BrowserSession, Customer, User
from siliconmark_ui.words import check_text

# How stale "last seen" may be: a page that loads often does not write on each load.
SEEN_PRECISION = timedelta(minutes=5)
# The password of every demonstration account; shown on the sign-in page, valid nowhere else.
DEMO_PASSWORD = "silicon-demo"  # noqa: S105
LONGEST_EMAIL = 254
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
    account = check_text(email, "username").strip().lower()
    bucket = throttle.SIGN_IN_FAILURES.bucket(account, address)
    # One try of an account from one address at a time: guesses sent at once cannot outrun the limit.
    async with _tries.setdefault(bucket, asyncio.Lock()):
        async with db.session_scope() as session:
            await throttle.refuse_when_exceeded(session, throttle.SIGN_IN_FAILURES, bucket)
            user = await repository.user_by_email(session, account)
        verified = await passwords.verify_password(password, user.password_hash if user else None)
        async with db.session_scope() as session:
            if user and verified:
                await repository.clear_marks(session, bucket)
                return user.id
            await throttle.count_try(session, bucket)
    raise InvalidCredentials


async def sign_in(db: Database, email: str, password: str, address: str) -> str:
    """Open a browser session and return its cookie value; raises as `verify_credentials`."""
    user_id = await verify_credentials(db, email, password, address)
    key = sessions.new_key()
    async with db.session_scope() as session:
        expires_at = now() + sessions.ABSOLUTE_LIFE
        session.add(BrowserSession(key_hash=sessions.hash_of(key), user_id=user_id, expires_at=expires_at))
    return key


async def sign_out(db: Database, key: str | None) -> None:
    """End a browser session; one that is unknown or absent is no error."""
    if key:
        async with db.session_scope() as session:
            await repository.delete_browser_session(session, sessions.hash_of(key))


async def actor_for_session(db: Database, key: str | None) -> Actor | None:
    """Return the person behind a cookie value, None without a living session."""
    if not key:
        return None
    async with db.reader() as reader:
        return await repository.actor_by_session(reader, sessions.hash_of(key), sessions.IDLE_LIFE)


async def keep_session_alive(db: Database, key: str) -> None:
    """Note that a browser session is in use, at most once in `SEEN_PRECISION`."""
    async with db.session_scope() as session:
        await repository.touch_browser_session(session, sessions.hash_of(key), now() - SEEN_PRECISION)


async def actor_for_token(db: Database, signer: TokenSigner, token: str) -> Actor:
    """Return the person that a bearer token speaks for; raise InvalidToken for any other token."""
    user_id = signer.subject(token, "user")
    async with db.reader() as reader:
        actor = await repository.actor_by_id(reader, user_id)
    if actor is None:
        raise InvalidToken
    return actor


async def add_user(
    db: Database, email: str, password: str, role: Role, customer_name: str, *, name: str = "", is_demo: bool = False
) -> int:
    """Create a person, and the customer when it is new; return the id. Raises InvalidInput or AlreadyExists."""
    account = _clean_email(email)
    _check_password(password)
    customer_name = check_text(customer_name.strip(), "customer")
    if not 1 <= len(customer_name) <= 120:
        raise InvalidInput("customer must have 1 to 120 characters")
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
    return user.id


def _clean_email(email: str) -> str:
    account = check_text(email.strip().lower(), "email")
    local, at, domain = account.rpartition("@")
    if not (at and local and domain) or len(account) > LONGEST_EMAIL or any(letter.isspace() for letter in account):
        raise InvalidInput(f"email must be an address such as name@example.org, of at most {LONGEST_EMAIL} characters")
    return account


def _check_password(password: str) -> None:
    if not passwords.SHORTEST <= len(password) <= passwords.LONGEST:
        raise InvalidInput(f"password must have {passwords.SHORTEST} to {passwords.LONGEST} characters")


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
