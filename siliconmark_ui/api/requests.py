"""Reading requests: who calls, what the query says, what the body holds; each problem is an error of the contract."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Request

from siliconmark_ui.accounts import sessions
from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.accounts.service import actor_for_session, actor_for_token
from siliconmark_ui.accounts.tokens import get_signer
from siliconmark_ui.api.limits import address_of
from siliconmark_ui.audit.refusals import refusal_recorded
from siliconmark_ui.config import MIB, Settings
from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidInput, InvalidToken, PayloadTooLarge, UnsupportedMediaType
from siliconmark_ui.identifiers import LARGEST_ID
from siliconmark_ui.jobs.filters import pairs_of

# Many clients only read an answer when all is sent: what is a little too large is read to its end and thrown away.
SWALLOWED_BYTES = 64 * MIB
QUIET_SECONDS = 1.0
READING = frozenset({"GET", "HEAD", "OPTIONS"})
FORM = "application/x-www-form-urlencoded"

_WHOLE = re.compile(r"-?[0-9]{1,40}", re.ASCII)
_MEDIA_TYPE = re.compile(r"application/([a-z0-9.+-]+\+)?json", re.IGNORECASE | re.ASCII)


def settings_of(request: Request) -> Settings:
    """Return the settings of this process."""
    settings: Settings = request.app.state.settings
    return settings


# Dependencies are coroutines even where they wait for nothing: plain functions are sent to a thread at each request.
async def _settings(request: Request) -> Settings:
    return settings_of(request)


async def database_of(request: Request) -> Database:
    """Return the database of this process."""
    database: Database = request.app.state.database
    return database


Db = Annotated[Database, Depends(database_of)]
SettingsOf = Annotated[Settings, Depends(_settings)]


def bearer(request: Request) -> str:
    """Return the bearer token of a request; raises InvalidToken without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise InvalidToken("A bearer token is required")
    return token.strip()


async def _bearer(request: Request) -> str:
    return bearer(request)


async def calling_person(request: Request, db: Db) -> Actor:
    """Return the person whose bearer token a request carries; raises InvalidToken, or PermissionDenied.

    Whatever is no plain reading is refused to a token that only reads: no route can forget it.
    """
    actor = await actor_for_token(db, get_signer(), bearer(request))
    if request.method not in READING:
        await _require_write(db, actor)
    return actor


@refusal_recorded("api.written")
async def _require_write(_: Database, actor: Actor) -> None:
    actor.require_write()


async def calling_person_or_browser(request: Request, db: Db) -> Actor:
    """Return the person of the bearer token or, without one, of the browser session; raises InvalidToken.

    What a foreign page sends with the session's cookie never comes this far: see `siliconmark_ui/api/callers.py`.
    """
    if "authorization" in request.headers:
        return await calling_person(request, db)
    return await calling_browser(request, db)


async def calling_browser(request: Request, db: Db) -> Actor:
    """Return the person of the browser session; raises InvalidToken."""
    actor = await actor_for_session(db, sessions.key_in(request.headers.get("cookie", "")))
    if actor is None:
        raise InvalidToken("Sign in first")
    return actor


Person = Annotated[Actor, Depends(calling_person)]
PersonOrBrowser = Annotated[Actor, Depends(calling_person_or_browser)]
BrowserActor = Annotated[Actor, Depends(calling_browser)]
AgentToken = Annotated[str, Depends(_bearer)]


def query_pairs(request: Request, allowed: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Return the decoded query pairs; raises InvalidInput for one that is not allowed here."""
    raw: bytes = request.scope.get("query_string", b"")
    pairs = pairs_of(raw) if raw else []
    for name, _ in pairs:
        if name not in allowed:
            known = f"allowed are: {', '.join(allowed)}" if allowed else "this address takes none"
            raise InvalidInput(f"Unknown query parameter '{name}'; {known}")
    return pairs


async def no_query(request: Request) -> None:
    """Refuse every query parameter."""
    query_pairs(request)


NO_QUERY = [Depends(no_query)]


def whole_number(text: str, field: str) -> int:
    """Return the integer that a part of the path spells; raises InvalidInput."""
    if not _WHOLE.fullmatch(text):
        raise InvalidInput(f"{field} must be an integer")
    return int(text)


def stored_id(text: str, field: str) -> int:
    """Return the id that a part of the path spells, 0 for one that no row can have; raises InvalidInput."""
    number = whole_number(text, field)
    return number if 0 < number <= LARGEST_ID else 0


async def body_of(request: Request, most: int) -> bytes:
    """Return the body, read only up to `most` bytes; raises PayloadTooLarge or UnsupportedMediaType."""
    media_type = request.headers.get("content-type")
    if media_type is None and not await bounded_body(request, most):
        raise InvalidInput("A body in JSON is required")
    if not _MEDIA_TYPE.fullmatch((media_type or "").partition(";")[0].strip()):
        raise UnsupportedMediaType("The body must be sent as application/json")
    return await bounded_body(request, most)


async def bounded_body(request: Request, most: int) -> bytes:
    """Return the body of any type, kept only up to `most` bytes; raises PayloadTooLarge."""
    too_large = PayloadTooLarge(f"The body must have at most {most:,} bytes")
    chunks = request.stream()
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        # Who asks before sending (curl does) is told before anything is sent.
        await _swallow(chunks, 0 if "expect" in request.headers else SWALLOWED_BYTES)
        raise too_large
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > most:
            await _swallow(chunks, SWALLOWED_BYTES)
            raise too_large
    return bytes(body)


async def _swallow(chunks: AsyncIterator[bytes], most: int) -> None:
    """Read and throw away what still comes, up to `most` bytes or until nothing more comes."""
    with contextlib.suppress(TimeoutError, StopAsyncIteration):
        while most > 0:
            async with asyncio.timeout(QUIET_SECONDS):
                most -= len(await anext(chunks))


async def json_object(request: Request, most: int, allowed: Sequence[str] | None = None) -> dict[str, Any]:
    """Return the JSON object in the body, of `allowed` fields when given; raises InvalidInput for anything else."""
    value = _decoded(await body_of(request, most))
    if not isinstance(value, dict):
        raise InvalidInput("The body must be a JSON object")
    for field in value if allowed else ():
        if field not in (allowed or ()):
            raise InvalidInput(f"Unknown field '{field}'; allowed are: {', '.join(allowed or ())}")
    return value


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise InvalidInput(f"The body must be a JSON object: {error}") from error


async def no_body(request: Request, most: int) -> None:
    """Accept no body or `{}`; raises InvalidInput for any other."""
    body = await bounded_body(request, most)
    if body.strip() and _decoded(body) != {}:
        raise InvalidInput("The body must be empty or {}")


async def posted_form(request: Request, most: int, allowed: Sequence[str]) -> dict[str, str]:
    """Return the fields of a URL-encoded form; raises InvalidInput, PayloadTooLarge or UnsupportedMediaType."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise UnsupportedMediaType(f"The body must be sent as {FORM}")
    body = await bounded_body(request, most)
    fields: dict[str, str] = {}
    for name, value in pairs_of(body, "The form"):
        if name not in allowed or name in fields:
            raise InvalidInput(f"The form takes each of these fields once: {', '.join(allowed)}; not '{name}'")
        fields[name] = value
    return fields


def required_text(fields: Mapping[str, Any], name: str) -> str:
    """Return a field that must be there, as text; raises InvalidInput."""
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidInput(f"{name} is required, as text")
    return value


def session_key(request: Request) -> str | None:
    """Return the value of the session cookie that a request carries, None without one."""
    return sessions.key_in(request.headers.get("cookie", ""))


def caller_address(request: Request) -> str:
    """Return the address of the caller: of the connection, or what the outermost trusted proxy saw."""
    return address_of(request.scope, settings_of(request).trusted_proxy_hops)
