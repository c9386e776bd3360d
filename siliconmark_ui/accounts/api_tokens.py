"""API tokens of a person: made and revoked by their owner, shown once, stored as a hash, good for programs alone."""

import secrets
from datetime import datetime, timedelta
from typing import Literal

from typing_extensions import TypedDict

from siliconmark_ui.accounts import repository
from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.accounts.sessions import hash_of
from siliconmark_ui.accounts.tables import TOKEN_SCOPES, ApiToken
from siliconmark_ui.audit import service as audit
from siliconmark_ui.audit.refusals import refusal_recorded
from siliconmark_ui.audit.service import Act
from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidInput, InvalidToken, NotFound, PermissionDenied
from siliconmark_ui.identifiers import make_id
from siliconmark_ui.instants import now, to_text
from siliconmark_ui.words import clean_name

PREFIX = "smk_"
HINT_LENGTH = len(PREFIX) + 4
SHORTEST_DAYS, LONGEST_DAYS, USUAL_DAYS = 1, 366, 90
MOST_TOKENS = 50
# How stale "last use" may be: a program that calls often does not write on each call.
USE_PRECISION = timedelta(minutes=5)


class TokenRow(TypedDict):
    """A token as its owner sees it; `hint` is its start. Times are RFC 3339."""

    id: str
    name: str
    scope: Literal["read", "write"]
    hint: str
    created_at: str
    expires_at: str
    last_used_at: str | None


class NewToken(TokenRow):
    """A token just made; `token` is never shown again."""

    token: str


@refusal_recorded("token.made")
async def make_token(db: Database, actor: Actor, name: object, scope: object, days: object) -> NewToken:
    """Make a token that lives for `days`; raises InvalidInput, or PermissionDenied: by a token, or for too many."""
    actor.require_full()
    if scope not in TOKEN_SCOPES:
        raise InvalidInput(f"scope must be one of: {', '.join(TOKEN_SCOPES)}")
    if not isinstance(days, int) or isinstance(days, bool) or not SHORTEST_DAYS <= days <= LONGEST_DAYS:
        raise InvalidInput(f"expires_in_days must be an integer from {SHORTEST_DAYS} to {LONGEST_DAYS}")
    token, moment = PREFIX + secrets.token_urlsafe(32), now()
    async with db.session_scope() as session:
        await repository.lock_bucket(session, f"api-tokens:{actor.user_id}")
        if await repository.count_api_tokens(session, actor.user_id, moment) >= MOST_TOKENS:
            raise PermissionDenied(f"You have {MOST_TOKENS} living tokens; revoke one first")
        made = ApiToken(
            id=make_id(moment, await repository.next_sequence(session)),
            user_id=actor.user_id,
            name=clean_name(name),
            scope=str(scope),
            hint=token[:HINT_LENGTH],
            token_hash=hash_of(token),
            created_at=moment,
            expires_at=moment + timedelta(days=days),
        )
        session.add(made)
        await audit.record(session, _act("token.made", actor, made))
    return {**_row(made), "token": token}


@refusal_recorded("tokens.read")
async def list_tokens(db: Database, actor: Actor) -> list[TokenRow]:
    """Return the actor's tokens that are neither revoked nor expired, newest first."""
    actor.require_full()
    async with db.session_scope() as session:
        return [_row(token) for token in await repository.list_api_tokens(session, actor.user_id, now())]


@refusal_recorded("token.revoked")
async def revoke_token(db: Database, actor: Actor, token_id: int) -> None:
    """Revoke one of the actor's tokens; raises NotFound."""
    actor.require_full()
    async with db.session_scope() as session:
        token = await repository.own_api_token(session, actor.user_id, token_id)
        if token is None:
            raise NotFound(f"Token with id {token_id} not found")
        token.revoked_at = now()
        await audit.record(session, _act("token.revoked", actor, token))


async def actor_for_api_token(db: Database, token: str) -> Actor:
    """Return the person behind a living API token, with the access of its scope; raises InvalidToken."""
    async with db.reader() as reader:
        found = await repository.actor_by_api_token(reader, hash_of(token), USE_PRECISION)
    if found is None:
        raise InvalidToken
    actor, token_to_note = found
    if token_to_note is not None:
        async with db.session_scope() as session:
            await repository.note_token_use(session, token_to_note, now())
    return actor


def _act(action: str, actor: Actor, token: ApiToken) -> Act:
    details = {"scope": token.scope, "hint": token.hint, "expires_at": to_text(token.expires_at)}
    return Act(action, actor, target=token.name, details=details)


def _row(token: ApiToken) -> TokenRow:
    return {
        "id": str(token.id),
        "name": token.name,
        "scope": "read" if token.scope == "read" else "write",
        "hint": token.hint,
        "created_at": to_text(token.created_at),
        "expires_at": to_text(token.expires_at),
        "last_used_at": _text_or_none(token.last_used_at),
    }


def _text_or_none(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None
