"""Sign-in of programs: user tokens for an e-mail and a password."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired

from fastapi import APIRouter, Request
from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from siliconmark_ui.accounts.service import user_token_for
from siliconmark_ui.accounts.sso import sign_in_ways
from siliconmark_ui.accounts.tokens import USER_TOKEN_LIFE, get_signer
from siliconmark_ui.api.answers import Json
from siliconmark_ui.api.requests import (
    NO_QUERY,
    Db,
    SettingsOf,
    caller_address,
    json_object,
    posted_form,
    required_text,
)
from siliconmark_ui.api.schema import PREFIX, answers, body
from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.words import TEXT_PATTERN

router = APIRouter(tags=["Sign-in"])
_FORM_FIELDS = ("grant_type", "username", "password", "scope", "client_id", "client_secret")
_LIFE_SECONDS = int(USER_TOKEN_LIFE.total_seconds())
Account = Annotated[str, Field(min_length=1, pattern=TEXT_PATTERN)]
Secret = Annotated[str, Field(min_length=1)]


class PasswordForm(TypedDict):
    """The OAuth2 password form; `username` is the e-mail."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    grant_type: NotRequired[Literal["password"]]
    username: Account
    password: Secret
    scope: NotRequired[str]
    client_id: NotRequired[str]
    client_secret: NotRequired[str]


class AccessToken(TypedDict):
    """A user token; `expires_in` is in seconds."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int


class LoginBody(TypedDict):
    """What scripts written for the hosted product send."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    email: Account
    password: Secret


class IdToken(TypedDict):
    """A user token under the name that those scripts read; `expires_in` is in seconds."""

    id_token: str
    token_type: Literal["bearer"]
    expires_in: int


_TOKEN_ROUTE = {
    "response_model": None,
    "dependencies": NO_QUERY,
    "responses": {200: {"model": AccessToken}, **answers(400, 401, 403, 413, 415, 429)},
    "openapi_extra": body(PasswordForm, "application/x-www-form-urlencoded"),
}


@router.post("/token", **_TOKEN_ROUTE)  # type: ignore[arg-type]
@router.post(f"{PREFIX}/token", **_TOKEN_ROUTE)  # type: ignore[arg-type]
async def token(request: Request, db: Db, settings: SettingsOf) -> Json:
    """Return a user token for the OAuth2 password form."""
    form = await posted_form(request, settings.max_body_bytes, _FORM_FIELDS)
    if form.get("grant_type", "password") != "password":
        raise InvalidInput("grant_type must be password")
    access_token = await _token_for(request, db, form, "username")
    return Json({"access_token": access_token, "token_type": "bearer", "expires_in": _LIFE_SECONDS})


@router.post(
    "/api/user/login",
    response_model=None,
    dependencies=NO_QUERY,
    responses={200: {"model": IdToken}, **answers(400, 401, 403, 413, 415, 429)},
    openapi_extra=body(LoginBody),
)
async def login(request: Request, db: Db, settings: SettingsOf) -> Json:
    """Return a user token for an e-mail and a password in JSON."""
    fields = await json_object(request, settings.max_body_bytes, ("email", "password"))
    id_token = await _token_for(request, db, fields, "email")
    return Json({"id_token": id_token, "token_type": "bearer", "expires_in": _LIFE_SECONDS})


async def _token_for(request: Request, db: Database, fields: Mapping[str, Any], name: str) -> str:
    email, password = required_text(fields, name), required_text(fields, "password")
    sign_in_ways().require_password()
    return await user_token_for(db, get_signer(), email, password, caller_address(request))
