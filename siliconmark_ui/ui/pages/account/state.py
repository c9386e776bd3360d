"""What the account page does: each handler finds out anew who asks, and asks the services that the API asks."""

import dataclasses
from collections.abc import Awaitable
from typing import Any

import reflex as rx

from siliconmark_ui.accounts import api_tokens, own_sessions
from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.accounts.sso import sign_in_ways
from siliconmark_ui.db import get_database
from siliconmark_ui.ui.failures import NO_FAILURE, Failure, describe_failure
from siliconmark_ui.ui.format import utc_text
from siliconmark_ui.ui.session import enter, session_key, to_sign_in


@dataclasses.dataclass(frozen=True)
class SessionView:
    """One browser session; times are RFC 3339."""

    id: str = ""
    agent: str = ""
    address: str = ""
    way: str = ""
    created_at: str = ""
    last_seen_at: str = ""
    is_current: bool = False


@dataclasses.dataclass(frozen=True)
class TokenView:
    """One API token; `last_used_at` is empty for one never used."""

    id: str = ""
    name: str = ""
    scope: str = ""
    hint: str = ""
    created_at: str = ""
    expires: str = ""
    last_used_at: str = ""


def number_of(text: object) -> int:
    """Give the number that a control sent, 0 for anything else: any client may send anything."""
    digits = text if isinstance(text, str) else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 19 else 0


class AccountState(rx.State):
    """The account of who looks at it. A token just made is shown until the next act or load, and kept nowhere else."""

    phase: str = "loading"
    problem: str = ""
    done: str = ""
    has_password_form: bool = True
    sessions: list[SessionView] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    tokens: list[TokenView] = []  # noqa: RUF012
    fresh_token: str = ""
    failure: Failure = NO_FAILURE

    @rx.event
    async def load(self) -> Any:
        """Load sessions and tokens; an anonymous visitor is led to the sign-in page."""
        asked = self.router.url.query_parameters
        self.problem, self.fresh_token = asked.get("error", "")[:300], ""
        self.done = "Your password is changed; everything that was open is closed." if "done" in asked else ""
        self.has_password_form = sign_in_ways().password
        return await self._show()

    @rx.event
    async def end_session(self, session_id: str) -> Any:
        """End one browser session."""
        return await self._do(
            lambda actor: own_sessions.revoke_session(get_database(), actor, number_of(session_id)), "Session ended."
        )

    @rx.event
    async def end_other_sessions(self) -> Any:
        """End every browser session but this one."""
        return await self._do(
            lambda actor: own_sessions.revoke_other_sessions(get_database(), actor, session_key(self)),
            "Every other session is ended.",
        )

    @rx.event
    async def make_token(self, form: dict[str, Any]) -> Any:
        """Make an API token and show it."""
        name, scope, days = form.get("name"), form.get("scope"), number_of(form.get("days"))

        async def make(actor: Actor) -> None:
            self.fresh_token = (await api_tokens.make_token(get_database(), actor, name, scope, days))["token"]

        return await self._do(make, "")

    @rx.event
    async def revoke_token(self, token_id: str) -> Any:
        """Revoke an API token."""
        return await self._do(
            lambda actor: api_tokens.revoke_token(get_database(), actor, number_of(token_id)), "Token revoked."
        )

    @rx.event
    def forget_token(self) -> None:
        """Show the new token no longer."""
        self.fresh_token = ""

    async def _do(self, act: "Any", said: str) -> Any:
        self.problem, self.done, self.fresh_token = "", "", ""
        try:
            actor = await enter(self)
            if actor is None:
                return to_sign_in(self)
            work: Awaitable[object] = act(actor)
            await work
            self.done = said
        except Exception as error:
            self.problem = describe_failure(error, "That could not be done").message
        return await self._show()

    async def _show(self) -> Any:
        try:
            actor = await enter(self)
            if actor is None:
                return to_sign_in(self)
            found = await own_sessions.list_sessions(get_database(), actor, session_key(self))
            self.sessions = [_session_view(row) for row in found]
            self.tokens = [_token_view(row) for row in await api_tokens.list_tokens(get_database(), actor)]
            self.phase = "ready"
        except Exception as error:
            self.phase = "failed"
            self.failure = describe_failure(error, "Your account could not be loaded")
        return None


def _session_view(row: own_sessions.SessionRow) -> SessionView:
    return SessionView(
        row["id"],
        row["user_agent"] or "Unknown browser",
        row["address"],
        row["provider"] or "password",
        row["created_at"],
        row["last_seen_at"],
        row["current"],
    )


def _token_view(row: api_tokens.TokenRow) -> TokenView:
    return TokenView(
        row["id"],
        row["name"],
        row["scope"],
        f"{row['hint']}…",
        row["created_at"],
        utc_text(row["expires_at"]),
        row["last_used_at"] or "",
    )
