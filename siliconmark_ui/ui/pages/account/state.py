"""What the account page does: each handler finds out anew who asks, and asks the services that the API asks."""

import asyncio
import dataclasses
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import reflex as rx

from siliconmark_ui.accounts import api_tokens, own_sessions
from siliconmark_ui.accounts.reasons import notice_in, problem_in
from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.accounts.sessions import Lives, lives
from siliconmark_ui.accounts.sso import sign_in_ways
from siliconmark_ui.charts import words
from siliconmark_ui.db import get_database
from siliconmark_ui.ui.acts import ActState, Question, number_of
from siliconmark_ui.ui.failures import NO_FAILURE, Failure, describe_failure
from siliconmark_ui.ui.pages.account.browsers import browser_words
from siliconmark_ui.ui.session import enter, session_key, to_sign_in
from siliconmark_ui.words import straight


@dataclasses.dataclass(frozen=True)
class SessionView:
    """One browser session; `agent` is the line that the browser sent. Times are RFC 3339."""

    id: str = ""
    browser: str = ""
    agent: str = ""
    address: str = ""
    way: str = ""
    created_at: str = ""
    last_seen_at: str = ""
    is_current: bool = False


@dataclasses.dataclass(frozen=True)
class TokenView:
    """One API token; times are RFC 3339, `last_used_at` is empty for one never used."""

    id: str = ""
    name: str = ""
    scope: str = ""
    hint: str = ""
    created_at: str = ""
    expires_at: str = ""
    last_used_at: str = ""


class AccountState(ActState, rx.State):
    """The account of who looks at it. A token just made is shown until the next act or load, and kept nowhere else."""

    phase: str = "loading"
    has_password_form: bool = True
    has_others: bool = False
    session_rule: str = ""
    sessions: list[SessionView] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    tokens: list[TokenView] = []  # noqa: RUF012
    fresh_token: str = ""
    failure: Failure = NO_FAILURE

    @rx.event
    async def load(self) -> Any:
        """Load sessions and tokens; an anonymous visitor is led to the sign-in page."""
        self._forget()
        asked = self.router.url.query_parameters
        self.act_problem, self.done = problem_in(asked), notice_in(asked, "password")
        self.has_password_form = sign_in_ways().password
        self.session_rule = _session_rule(lives())
        return await self._show()

    @rx.event
    async def end_session(self, session_id: str) -> Any:
        """End one browser session."""

        async def end(actor: Actor) -> str:
            await own_sessions.revoke_session(get_database(), actor, number_of(session_id))
            return "Session ended."

        return await self._do(end)

    @rx.event
    async def end_other_sessions(self) -> Any:
        """End every browser session but this one."""

        async def end(actor: Actor) -> str:
            count = await own_sessions.revoke_other_sessions(get_database(), actor, session_key(self))
            return f"{words.plural(count, 'other session')} ended." if count else "There was no other session."

        return await self._do(end)

    @rx.event
    async def make_token(self, form: dict[str, Any]) -> Any:
        """Make an API token and show it."""
        name, scope, days = form.get("name"), form.get("scope"), number_of(form.get("days"))

        async def make(actor: Actor) -> str:
            self.fresh_token = (await api_tokens.make_token(get_database(), actor, name, scope, days))["token"]
            return ""

        return await self._do(make)

    @rx.event
    def ask_revoke(self, token_id: str) -> None:
        """Ask whether to revoke an API token."""
        token = next((one for one in self.tokens if one.id == token_id), None)
        if token is None:
            return
        text = "What calls the API with it is refused from then on. This cannot be undone."
        self._ask(Question(f"Revoke the token “{straight(token.name)}”?", text, "Revoke"), token.id)

    @rx.event
    async def revoke_token(self, token_id: str) -> Any:
        """Revoke an API token."""
        return await self._revoke(token_id)

    @rx.event
    def forget_token(self) -> None:
        """Show the new token no longer."""
        self.fresh_token = ""

    async def _carry_out(self, act: str, *values: str) -> Any:
        return await self._revoke(act)

    async def _revoke(self, token_id: str) -> Any:
        async def revoke(actor: Actor) -> str:
            await api_tokens.revoke_token(get_database(), actor, number_of(token_id))
            return "Token revoked."

        return await self._do(revoke)

    def _forget(self) -> None:
        super()._forget()
        self.fresh_token = ""

    async def _show(self) -> Any:
        try:
            actor = await enter(self)
            if actor is None:
                return to_sign_in(self)
            found = await own_sessions.list_sessions(get_database(), actor, session_key(self))
            self.sessions = await asyncio.to_thread(_session_views, found, _ways())
            self.has_others = any(not one.is_current for one in self.sessions)
            self.tokens = [_token_view(row) for row in await api_tokens.list_tokens(get_database(), actor)]
            self.phase = "ready"
        except Exception as error:
            self.phase = "failed"
            self.failure = describe_failure(error, "Your account could not be loaded")
        return None


def _session_rule(of: Lives) -> str:
    without_use, at_all = _time_words(of.idle), _time_words(of.absolute)
    return f"Where you are signed in. A session ends after {without_use} without use, and after {at_all} in any case."


def _time_words(time: timedelta) -> str:
    """Say a time in the largest unit that it is a whole number of, down to minutes."""
    for unit, size in (("day", timedelta(days=1)), ("hour", timedelta(hours=1))):
        if time % size == timedelta(0):
            return words.plural(time // size, unit)
    return words.plural(time // timedelta(minutes=1), "minute")


def _ways() -> dict[str, str]:
    return {provider.name: provider.label for provider in sign_in_ways().providers}


def _session_views(rows: list[own_sessions.SessionRow], labels: Mapping[str, str]) -> list[SessionView]:
    return [
        SessionView(
            row["id"],
            browser_words(row["user_agent"]),
            row["user_agent"] or "The browser did not say what it is",
            row["address"],
            labels.get(row["provider"], row["provider"]) if row["provider"] else "Password",
            row["created_at"],
            row["last_seen_at"],
            row["current"],
        )
        for row in rows
    ]


def _token_view(row: api_tokens.TokenRow) -> TokenView:
    return TokenView(
        row["id"],
        row["name"],
        row["scope"],
        f"{row['hint']}…",
        row["created_at"],
        row["expires_at"],
        row["last_used_at"] or "",
    )
