"""What browsers post as forms: sign-in, sign-out, passwords, invitations. Each answers with a redirect to a page.

Forms of foreign pages never reach these routes: see `siliconmark_ui/api/callers.py`.
"""

import html
from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from siliconmark_ui.accounts import oidc, own_password, people, service, sessions
from siliconmark_ui.accounts.landing import asked_in, local_path
from siliconmark_ui.accounts.own_password import get_post
from siliconmark_ui.accounts.reasons import problem_query
from siliconmark_ui.accounts.service import Browser
from siliconmark_ui.accounts.sso import sign_in_ways
from siliconmark_ui.api.address import public_address
from siliconmark_ui.api.requests import BrowserActor, Db, SettingsOf, caller_address, posted_form, session_key
from siliconmark_ui.config import Settings
from siliconmark_ui.errors import AppError, InvalidInput

router = APIRouter(prefix="/auth", include_in_schema=False)
SIGN_IN_PAGE = "/sign-in"
ACCOUNT_PAGE = "/account"
FORGOT_PAGE = "/forgot-password"
RESET_PAGE = "/reset-password"
INVITATION_PAGE = "/invitation"
_SEE_OTHER = 303
_LEAVING = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Signing out</title>
<meta http-equiv="refresh" content="0;url={url}"></head>
<body><p>You are signed out here. <a href="{url}">Sign out at {label} as well</a></p></body></html>"""


def browser_of(request: Request) -> Browser:
    """Return the browser that a request came from."""
    return Browser(caller_address(request), request.headers.get("user-agent", ""), session_key(request))


def to_page(page: str, **query: str) -> RedirectResponse:
    """Return the redirect to a page with what it should say."""
    said = urlencode({name: value for name, value in query.items() if value}, errors="replace")
    return RedirectResponse(f"{page}?{said}" if said else page, _SEE_OTHER)


def with_session(answer: Response, key: str, settings: Settings) -> Response:
    """Return the answer with the session's cookie in it."""
    answer.set_cookie(
        sessions.cookie_name(),
        key,
        max_age=int(sessions.lives().absolute.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
    )
    return answer


async def _form(request: Request, settings: Settings, *fields: str) -> Mapping[str, str]:
    return await posted_form(request, settings.max_body_bytes, fields)


@router.post("/sign-in")
async def sign_in(request: Request, db: Db, settings: SettingsOf) -> Response:
    """Open a browser session and go on to `next`; back to the sign-in page, with the reason, when it fails."""
    form = await _form(request, settings, "email", "password", "next")
    email, target = form.get("email", ""), _target(request, form)
    try:
        sign_in_ways().require_password()
        browser = browser_of(request)
        key = await service.sign_in(db, email, form.get("password", ""), browser.address, browser)
    except AppError as error:
        return to_page(SIGN_IN_PAGE, email=email, next=target, **problem_query(error))
    return with_session(RedirectResponse(target, _SEE_OTHER), key, settings)


def _target(request: Request, form: Mapping[str, str]) -> str:
    """Return where the person wanted to go.

    The form names it only once the page has heard of the server, and a password manager can be faster.
    """
    if form.get("next"):
        return local_path(form["next"])
    return asked_in(request.headers.get("referer", ""), SIGN_IN_PAGE)


@router.post("/sign-out")
async def sign_out(request: Request, db: Db, settings: SettingsOf) -> Response:
    """End the browser session and go to the sign-in page; of a provider's session, by way of the provider."""
    ended = await service.sign_out(db, session_key(request))
    answer: Response = RedirectResponse(SIGN_IN_PAGE, _SEE_OTHER)
    for provider in sign_in_ways().providers:
        if ended and ended.provider == provider.name:
            back = f"{public_address(request)}{SIGN_IN_PAGE}"
            url = await oidc.end_session_url(provider, ended.id_token, back)
            if url:
                # No redirect: the page's policy lets a form lead to this site alone, along every redirect.
                answer = HTMLResponse(_LEAVING.format(url=html.escape(url), label=html.escape(provider.label)))
    answer.delete_cookie(sessions.cookie_name(), httponly=True, samesite="lax", secure=settings.secure_cookies)
    return answer


@router.post("/password")
async def change_password(request: Request, db: Db, settings: SettingsOf, actor: BrowserActor) -> Response:
    """Change the own password, end all that was open, and stay signed in with a new session."""
    form = await _form(request, settings, "current", "new", "again")
    try:
        _require_same(form)
        browser = browser_of(request)
        key = await own_password.change_password(db, actor, form.get("current", ""), form.get("new", ""), browser)
    except AppError as error:
        return to_page(ACCOUNT_PAGE, **problem_query(error))
    return with_session(to_page(ACCOUNT_PAGE, done="password"), key, settings)


@router.post("/forgot-password")
async def forgot_password(request: Request, db: Db, settings: SettingsOf) -> Response:
    """Mail a reset link if there is such an account; the answer is the same if not."""
    form = await _form(request, settings, "email")
    try:
        sign_in_ways().require_password()
        await own_password.request_reset(db, get_post(), form.get("email", ""), caller_address(request))
    except AppError as error:
        return to_page(FORGOT_PAGE, **problem_query(error))
    return to_page(FORGOT_PAGE, done="sent")


@router.post("/reset-password")
async def reset_password(request: Request, db: Db, settings: SettingsOf) -> Response:
    """Set a new password by a one-time link and go to the sign-in page."""
    form = await _form(request, settings, "key", "new", "again")
    key = form.get("key", "")
    try:
        _require_same(form)
        await own_password.reset_password(db, key, form.get("new", ""))
    except AppError as error:
        return to_page(RESET_PAGE, key=key, **problem_query(error))
    return to_page(SIGN_IN_PAGE, done="reset")


@router.post("/invitation")
async def accept_invitation(request: Request, db: Db, settings: SettingsOf) -> Response:
    """Make the invited person, signed in."""
    form = await _form(request, settings, "key", "name", "new", "again")
    key = form.get("key", "")
    try:
        sign_in_ways().require_password()
        _require_same(form)
        session = await people.accept_invitation(
            db, key, form.get("name", ""), form.get("new", ""), browser_of(request)
        )
    except AppError as error:
        return to_page(INVITATION_PAGE, key=key, **problem_query(error))
    return with_session(RedirectResponse("/", _SEE_OTHER), session, settings)


def _require_same(form: Mapping[str, str]) -> None:
    if form.get("new", "") != form.get("again", ""):
        raise InvalidInput("The two new passwords differ", "passwords-differ")
