"""Passwords of people: changed with the old one, reset by a one-time link; either way all that was open is closed."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.accounts import links, mail, passwords, repository, throttle
from siliconmark_ui.accounts.links import LinkIsDead, NewLink
from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.accounts.service import Browser, clean_email, open_session, verify_credentials
from siliconmark_ui.audit import service as audit
from siliconmark_ui.audit.refusals import refusal_recorded, throttling_recorded
from siliconmark_ui.audit.service import Act
from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidCredentials, InvalidInput, NotFound
from siliconmark_ui.instants import now
from siliconmark_ui.models import User

RESET_TEXT = """Somebody, probably you, asked for a new password for {email} at {address}.

Set it here within the hour; the link works once:

{link}

Was it not you? Then do nothing: the password stays as it is.
"""


@dataclass(frozen=True, slots=True)
class Post:
    """How links reach people: the address they begin with and the server that takes mail (None: no mail is sent)."""

    public_url: str
    server: mail.MailServer | None = None


_post = [Post("")]


def use_post(post: Post) -> None:
    """Make `post` the one of this process."""
    _post[:] = [post]


def get_post() -> Post:
    """Return how links reach people from this process."""
    return _post[0]


@refusal_recorded("password.changed")
async def change_password(db: Database, actor: Actor, current: str, new: str, browser: Browser) -> str:
    """Set a new password, revoke everything of the person, and return the key of a new session for this browser.

    Raises InvalidInput for a wrong current password or a bad new one, RateLimited after too many wrong ones.
    """
    actor.require_full()
    try:
        await verify_credentials(db, actor.email, current, browser.address)
    except InvalidCredentials:
        raise InvalidInput("The current password is not right", "current-password") from None
    if new == current:
        raise InvalidInput("The new password must differ from the current one", "password-same")
    user = await _set_password(db, actor.user_id, new, actor, "password.changed")
    return await open_session(db, user, browser, how="password change")


async def request_reset(db: Database, post: Post, email: str, address: str) -> None:
    """Mail a reset link to an active account; for any other e-mail nothing happens, and not even the time shows it.

    Raises RateLimited after too many requests for one e-mail or from one address, known or not.
    """
    account = clean_email(email)
    async with throttling_recorded(db, account), db.session_scope() as session:
        for limit, who in ((throttle.RESET_ADDRESSES, address), (throttle.RESET_REQUESTS, account)):
            bucket = limit.bucket(who)
            await throttle.refuse_when_exceeded(session, limit, bucket)
            await throttle.count_try(session, bucket)
    if post.server is not None and post.public_url:
        mail.do_soon(_mail_reset(db, post.server, post.public_url, account))


async def _mail_reset(db: Database, server: mail.MailServer, public_url: str, account: str) -> None:
    async with db.session_scope() as session:
        user = await repository.user_by_email(session, account)
        if user is None:
            return
        link = await links.make_reset(session, user.id, user.email)
        act = Act("password.reset_requested", email=account, customer_id=user.customer_id, target=account)
        await audit.record(session, act)
    text = RESET_TEXT.format(email=account, address=public_url, link=public_url + link.path)
    await mail.send_or_log(server, account, "Set a new password", text)


async def make_reset_link(db: Database, email: str) -> NewLink:
    """Return a reset link for an active account, for whoever runs the server; raises NotFound."""
    account = clean_email(email)
    async with db.session_scope() as session:
        user = await repository.user_by_email(session, account)
        if user is None:
            raise NotFound(f"There is no active account '{account}'")
        act = Act("password.reset_requested", customer_id=user.customer_id, target=account)
        await audit.record(session, act)
        return await links.make_reset(session, user.id, user.email)


async def reset_is_for(db: Database, key: str) -> str:
    """Return the e-mail of a living reset link, to show whose password is set; raises LinkIsDead."""
    async with db.session_scope() as session:
        return (await links.look_at(session, key, "reset")).email


async def reset_password(db: Database, key: str, new: str) -> None:
    """Set a new password by a reset link and revoke everything of the person; raises InvalidInput.

    A password that is refused leaves the link usable.
    """
    async with db.session_scope() as session:
        seen = await links.look_at(session, key, "reset")
        user_id, email = seen.user_id or 0, seen.email
    await passwords.check_password(new, (email, email.split("@")[0]))
    password_hash = await passwords.hash_password(new)
    async with db.session_scope() as session:
        await links.take(session, key, "reset")
        found = await repository.lock_person(session, user_id)
        if found is None or not found[0].is_active:
            raise LinkIsDead
        user, customer = found
        user.password_hash = password_hash
        await revoke_everything(session, user)
        act = Act("password.reset", email=email, customer_id=customer.id, customer_name=customer.name, target=email)
        await audit.record(session, act)


async def _set_password(db: Database, user_id: int, new: str, actor: Actor, action: str) -> User:
    await passwords.check_password(new, (actor.email, actor.email.split("@")[0], actor.name, actor.customer_name))
    password_hash = await passwords.hash_password(new)
    async with db.session_scope() as session:
        found = await repository.lock_person(session, user_id)
        if found is None:
            raise NotFound("This account no longer exists")
        user = found[0]
        user.password_hash = password_hash
        await revoke_everything(session, user)
        await audit.record(session, Act(action, actor, target=actor.email))
    return user


async def revoke_everything(session: AsyncSession, user: User) -> None:
    """End a person's browser sessions, signed tokens and API tokens in the caller's transaction."""
    user.token_generation += 1
    await repository.delete_browser_sessions(session, user.id)
    await repository.revoke_api_tokens(session, user.id, now())
    await repository.drop_links(session, "reset", user.email)
