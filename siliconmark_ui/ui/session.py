"""Who looks at a page: read from the session cookie in every handler, because any client can call any handler."""

import hashlib
from typing import Any

import reflex as rx
from reflex.app import App
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate

from siliconmark_ui.accounts import service as accounts
from siliconmark_ui.accounts import sessions
from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.audit.caller import come_from
from siliconmark_ui.db import get_database
from siliconmark_ui.ui import urls

ROLE_NAMES = {
    "user": "User",
    "customer_admin": "Customer admin",
    "staff": "Staff",
    "root_admin": "Root admin",
}


class PersonState(rx.State):
    """The signed-in person as the frame shows them. What a person may see is never decided from these fields."""

    name: str = ""
    email: str = ""
    role: str = ""
    customer: str = ""
    is_demo: bool = False

    @rx.var
    def initial(self) -> str:
        """The letter in the account button."""
        return (self.name or self.email)[:1].upper()


class GuardState(rx.State):
    """Remembers, for the server alone, which session cookie the state of this tab belongs to; None for a new state."""

    _fingerprint: str | None = None


class SessionGuard(Middleware):
    """Keeps one person's page state from another.

    Page state is keyed by a token that the tab chooses. Whoever sends another tab's token without its cookie gets a
    reset state on connecting, and nothing at all otherwise. A state that has expired under an open page is new and
    holds nothing: it belongs to whoever uses it first, and Reflex fills it again.
    """

    async def preprocess(self, app: App, state: BaseState, event: Event) -> StateUpdate | None:
        """Compare the cookie with the one that filled the state; give an empty update to drop the event."""
        root = state._get_root_state()
        guard = await root.get_state(GuardState)
        fingerprint = fingerprint_of(root)
        if guard._fingerprint is None:
            guard._fingerprint = fingerprint
        if guard._fingerprint == fingerprint:
            return None
        if not event.name.endswith("hydrate_and_load"):
            return StateUpdate()
        root.reset()  # type: ignore[no-untyped-call]
        guard._fingerprint = fingerprint
        return None


def session_key(state: BaseState) -> str | None:
    """Give the value of the session cookie that this tab connected with, None without one."""
    return sessions.key_in(state.router.headers.cookie)


def fingerprint_of(state: BaseState) -> str:
    """Give a hash that tells sessions apart without being one; empty for an anonymous visitor."""
    key = session_key(state)
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest() if key else ""


async def find_actor(state: BaseState) -> Actor | None:
    """Give the person behind this tab's cookie, None for an anonymous visitor or an ended session.

    What the handler does from here on is recorded as coming from the tab's address.
    """
    come_from(state.router.session.client_ip)
    return await accounts.actor_for_session(get_database(), session_key(state))


async def enter(state: rx.State) -> Actor | None:
    """Give the person and show them in the frame; without one the frame is emptied and None returned."""
    actor = await find_actor(state)
    person = await state.get_state(PersonState)
    if actor is None:
        person.reset()  # type: ignore[no-untyped-call]
        return None
    person.name = actor.name or actor.email
    person.email = actor.email
    person.role = ROLE_NAMES[actor.role]
    person.customer = actor.customer_name
    person.is_demo = actor.customer_is_demo
    key = session_key(state)
    if key:
        await accounts.keep_session_alive(get_database(), key)
    return actor


def to_sign_in(state: rx.State) -> Any:
    """Give the event that leads an anonymous visitor to the sign-in page and later back here."""
    url = state.router.url
    here = f"{url.path.rstrip('/') or '/'}" + (f"?{url.query}" if url.query else "")
    return rx.redirect(urls.sign_in(here))
