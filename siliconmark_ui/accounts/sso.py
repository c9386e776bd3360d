"""Single sign-on: from a provider's word for who somebody is to a person and a browser session here."""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.accounts import oidc, people, repository
from siliconmark_ui.accounts.oidc import Proven, SignInRefused
from siliconmark_ui.accounts.providers import Provider
from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.accounts.service import Browser, clean_customer_name, clean_email, open_session
from siliconmark_ui.accounts.sessions import hash_of
from siliconmark_ui.accounts.tables import Identity, SsoAttempt
from siliconmark_ui.audit import service as audit
from siliconmark_ui.audit.service import Act
from siliconmark_ui.db import Database
from siliconmark_ui.errors import AppError, NotFound, PermissionDenied
from siliconmark_ui.identifiers import make_id
from siliconmark_ui.instants import now
from siliconmark_ui.models import Customer, User

ATTEMPT_LIFE = timedelta(minutes=10)
LONGEST_NAME = 60
LONGEST_TARGET = 2000


@dataclass(frozen=True, slots=True)
class SignInWays:
    """How people sign in to this process: with a password, with providers (by name), or both."""

    password: bool = True
    providers: tuple[Provider, ...] = ()

    def provider(self, name: str) -> Provider:
        """Return the provider of that name; raises NotFound."""
        for provider in self.providers:
            if provider.name == name:
                return provider
        raise NotFound("There is no such sign-in provider", "no-provider")

    def require_password(self) -> None:
        """Raise PermissionDenied where people sign in at a provider alone."""
        if not self.password:
            message = "Sign-in with a password is switched off here; use a sign-in provider"
            raise PermissionDenied(message, "password-off")


_ways = [SignInWays()]


def use_sign_in_ways(ways: SignInWays) -> None:
    """Make `ways` those of this process."""
    _ways[:] = [ways]


def sign_in_ways() -> SignInWays:
    """Return how people sign in to this process."""
    return _ways[0]


@dataclass(frozen=True, slots=True)
class Departure:
    """A browser sent off: where to, and the key that it keeps in a cookie until it is back."""

    url: str
    browser_key: str


async def depart(db: Database, provider: Provider, redirect_uri: str, target: str) -> Departure:
    """Begin a sign-in that will go on to the local path `target`; raises ProviderFails."""
    state, nonce, verifier, key = (secrets.token_urlsafe(32) for _ in range(4))
    url = await oidc.authorization_url(provider, redirect_uri, state, nonce, verifier)
    async with db.session_scope() as session:
        session.add(
            SsoAttempt(
                state_hash=hash_of(state),
                browser_hash=hash_of(key),
                provider=provider.name,
                nonce=nonce,
                code_verifier=verifier,
                redirect_uri=redirect_uri,
                target=target[:LONGEST_TARGET],
                expires_at=now() + ATTEMPT_LIFE,
            )
        )
    return Departure(url, key)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A browser back from its provider: the key of its new session and the local path to go on to."""

    session_key: str
    target: str


async def arrive(
    db: Database, provider: Provider, state: str, code: str, browser_key: str | None, browser: Browser
) -> Arrival:
    """Complete a sign-in; raises SignInRefused for what does not belong together, ProviderFails, InvalidInput."""
    async with db.session_scope() as session:
        moment = now()
        attempt = await repository.take_attempt(session, hash_of(state), hash_of(browser_key or ""), moment)
    if attempt is None or attempt.provider != provider.name or not code:
        raise SignInRefused
    proven: Proven | None = None
    try:
        proven = await oidc.exchange(provider, attempt.redirect_uri, code, attempt.code_verifier, attempt.nonce)
        user = await _person_of(db, provider, proven)
    except AppError as error:
        await _record_refusal(db, provider, proven, error)
        raise
    key = await open_session(db, user, browser, how=provider.name, provider=provider.name, id_token=proven.id_token)
    return Arrival(key, attempt.target)


async def _record_refusal(db: Database, provider: Provider, proven: Proven | None, error: AppError) -> None:
    """Record that a sign-in was refused, of whom and of which customer as far as that is known."""
    email = (proven.verified_email or "") if proven else ""
    act = Act("session.signed_in", outcome="refused", details={"how": provider.name, "why": error.message})
    async with db.session_scope() as session:
        user = await repository.user_by_identity(session, provider.issuer, proven.subject) if proven else None
        found = await repository.account_by_email(session, user.email if user else email)
        known = found[0] if found else None
        customer_id = known.customer_id if known else None
        await audit.record(session, replace(act, email=known.email if known else email, customer_id=customer_id))


async def _person_of(db: Database, provider: Provider, proven: Proven) -> User:
    """Return the person here, made at their first sign-in; raises SignInRefused with the reason."""
    role = provider.role_in(proven.claims)
    async with db.session_scope() as session:
        # Of two first sign-ins at once, one makes the person and the other finds them.
        await repository.lock_bucket(session, f"identity:{provider.issuer}:{proven.subject}")
        user = await repository.user_by_identity(session, provider.issuer, proven.subject)
        if user is None:
            user = await _first_sign_in(session, provider, proven, role)
            session.add(Identity(issuer=provider.issuer, subject=proven.subject, user_id=user.id))
            act = Act("person.linked", email=user.email, customer_id=user.customer_id, target=user.email)
            await audit.record(session, act)
        if not user.is_active:
            raise SignInRefused("This account is deactivated; ask an admin", "deactivated")
        if role is not None and role != user.role:
            await _follow_role(session, user, role)
    return user


async def _first_sign_in(session: AsyncSession, provider: Provider, proven: Proven, role: Role | None) -> User:
    email = proven.verified_email
    if email is None:
        message = f"{provider.label} gives no verified e-mail address for you, so no account can be found"
        raise SignInRefused(message, "no-verified-email")
    account = clean_email(email)
    user = await repository.user_by_email(session, account)
    if user is not None and provider.trust_email:
        return user
    if await repository.email_is_taken(session, account):
        message = f"There is an account for {account} already; ask an admin to let {provider.label} open it"
        raise SignInRefused(message, "provider-account")
    invitation = await repository.invitation_by_email(session, account, now())
    if invitation is not None:
        await repository.drop_link(session, invitation.id)
        return await people.add_invited(session, invitation, _name_in(proven, account), None)
    named = provider.customer_in(proven.claims)
    if named is None:
        raise SignInRefused(f"Nobody has invited {account} yet; ask an admin of your customer", "not-invited")
    customer = await _customer(session, named)
    return await people.add_person(session, account, _name_in(proven, account), role or Role.USER, customer.id, None)


async def _customer(session: AsyncSession, name: str) -> Customer:
    """Return the customer of that name, made when it is new."""
    cleaned = clean_customer_name(name)
    await repository.lock_bucket(session, f"customer:{cleaned}")
    customer = await repository.customer_by_name(session, cleaned)
    if customer is None:
        customer = Customer(id=make_id(now(), await repository.next_sequence(session)), name=cleaned)
        session.add(customer)
        await session.flush()
        act = Act("customer.added", customer_id=customer.id, customer_name=cleaned, target=cleaned)
        await audit.record(session, act)
    return customer


async def _follow_role(session: AsyncSession, user: User, role: Role) -> None:
    """Give a person the role that the provider now says; the last root admin keeps theirs."""
    before = user.role
    try:
        await people.set_role(session, user, role)
    except PermissionDenied:
        return
    details = {"from": str(before), "to": str(role)}
    act = Act("person.role_changed", customer_id=user.customer_id, target=user.email, details=details)
    await audit.record(session, act)


def _name_in(proven: Proven, email: str) -> str:
    name = proven.claims.get("name") or proven.claims.get("preferred_username")
    cleaned = "".join(letter for letter in name if letter.isprintable()).strip() if isinstance(name, str) else ""
    return cleaned[:LONGEST_NAME].strip() or email.split("@")[0][:LONGEST_NAME]
