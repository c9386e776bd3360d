"""The own account over the API: API tokens and browser sessions. With a signed-in token or a browser session."""

from typing import Annotated, Literal, NotRequired

from fastapi import APIRouter, Request
from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from siliconmark_ui.accounts import api_tokens, own_sessions
from siliconmark_ui.accounts.api_tokens import LONGEST_DAYS, SHORTEST_DAYS, USUAL_DAYS, NewToken, TokenRow
from siliconmark_ui.accounts.own_sessions import SessionRow
from siliconmark_ui.api.answers import Json
from siliconmark_ui.api.requests import (
    NO_QUERY,
    Db,
    PersonOrBrowser,
    SettingsOf,
    json_object,
    session_key,
    stored_id,
)
from siliconmark_ui.api.schema import answers, body
from siliconmark_ui.words import NAME_PATTERN

router = APIRouter(prefix="/account", tags=["Account"])


class TokenBody(TypedDict):
    """A token to make; `expires_in_days` is 90 unless given."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    name: Annotated[str, Field(min_length=1, pattern=NAME_PATTERN)]
    scope: Literal["read", "write"]
    expires_in_days: NotRequired[Annotated[int, Field(ge=SHORTEST_DAYS, le=LONGEST_DAYS)]]


class TokenList(TypedDict):
    """The living tokens, newest first."""

    results: list[TokenRow]


class SessionList(TypedDict):
    """The living browser sessions, the one seen last first."""

    results: list[SessionRow]


class Done(TypedDict):
    """What was done, in words."""

    message: str


@router.get(
    "/tokens",
    response_model=None,
    dependencies=NO_QUERY,
    responses={200: {"model": TokenList}, **answers(400, 401, 403)},
)
async def list_tokens(db: Db, actor: PersonOrBrowser) -> Json:
    """List the own API tokens."""
    return Json({"results": await api_tokens.list_tokens(db, actor)})


@router.post(
    "/tokens",
    response_model=None,
    status_code=201,
    dependencies=NO_QUERY,
    responses={201: {"model": NewToken}, **answers(400, 401, 403, 413, 415)},
    openapi_extra=body(TokenBody),
)
async def make_token(request: Request, db: Db, settings: SettingsOf, actor: PersonOrBrowser) -> Json:
    """Make an API token; `token` is in this answer alone."""
    fields = await json_object(request, settings.max_body_bytes, ("name", "scope", "expires_in_days"))
    days = fields.get("expires_in_days", USUAL_DAYS)
    if isinstance(days, float) and days.is_integer():
        # JSON knows no integers: 30.0 is 30.
        days = int(days)
    return Json(await api_tokens.make_token(db, actor, fields.get("name"), fields.get("scope"), days), 201)


@router.delete(
    "/tokens/{token_id}",
    response_model=None,
    dependencies=NO_QUERY,
    responses={200: {"model": Done}, **answers(400, 401, 403, 404)},
)
async def revoke_token(token_id: str, db: Db, actor: PersonOrBrowser) -> Json:
    """Revoke one of the own API tokens."""
    await api_tokens.revoke_token(db, actor, stored_id(token_id, "token_id"))
    return Json({"message": "Token revoked"})


@router.get(
    "/sessions",
    response_model=None,
    dependencies=NO_QUERY,
    responses={200: {"model": SessionList}, **answers(400, 401, 403)},
)
async def list_sessions(request: Request, db: Db, actor: PersonOrBrowser) -> Json:
    """List the own browser sessions."""
    return Json({"results": await own_sessions.list_sessions(db, actor, session_key(request))})


@router.delete(
    "/sessions",
    response_model=None,
    dependencies=NO_QUERY,
    responses={200: {"model": Done}, **answers(400, 401, 403)},
)
async def revoke_other_sessions(request: Request, db: Db, actor: PersonOrBrowser) -> Json:
    """End every own browser session but the one that asks."""
    count = await own_sessions.revoke_other_sessions(db, actor, session_key(request))
    return Json({"message": f"{count} sessions ended"})


@router.delete(
    "/sessions/{session_id}",
    response_model=None,
    dependencies=NO_QUERY,
    responses={200: {"model": Done}, **answers(400, 401, 403, 404)},
)
async def revoke_session(session_id: str, db: Db, actor: PersonOrBrowser) -> Json:
    """End one of the own browser sessions."""
    await own_sessions.revoke_session(db, actor, stored_id(session_id, "session_id"))
    return Json({"message": "Session ended"})
