"""Sign-in and sign-out of browsers: real form posts, a cookie that no script can read, and a redirect."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from siliconmark_ui.accounts import service, sessions
from siliconmark_ui.api.requests import Db, SettingsOf, caller_address, posted_form, refuse_foreign_page
from siliconmark_ui.errors import AppError

router = APIRouter(prefix="/auth", include_in_schema=False)
SIGN_IN_PAGE = "/sign-in"
_FIELDS = ("email", "password", "next")
_SEE_OTHER = 303


def local_path(target: str) -> str:
    """Return `target` when it is a path of this site, else the front page: a link never leads away after sign-in."""
    if (
        not target.startswith("/")
        or target.startswith(("//", "/\\"))
        or any(ord(letter) < ord(" ") for letter in target)
    ):
        return "/"
    return target


@router.post("/sign-in")
async def sign_in(request: Request, db: Db, settings: SettingsOf) -> Response:
    """Open a browser session and go on to `next`; back to the sign-in page, with the reason, when it fails."""
    refuse_foreign_page(request)
    form = await posted_form(request, settings.max_body_bytes, _FIELDS)
    email, target = form.get("email", ""), local_path(form.get("next", "/"))
    try:
        key = await service.sign_in(db, email, form.get("password", ""), caller_address(request))
    except AppError as error:
        query = urlencode({"error": error.message, "email": email, "next": target}, errors="replace")
        return RedirectResponse(f"{SIGN_IN_PAGE}?{query}", _SEE_OTHER)
    answer = RedirectResponse(target, _SEE_OTHER)
    answer.set_cookie(
        sessions.COOKIE_NAME,
        key,
        max_age=int(sessions.ABSOLUTE_LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
    )
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, db: Db, settings: SettingsOf) -> Response:
    """End the browser session and go to the sign-in page."""
    refuse_foreign_page(request)
    await service.sign_out(db, sessions.key_in(request.headers.get("cookie", "")))
    answer = RedirectResponse(SIGN_IN_PAGE, _SEE_OTHER)
    answer.delete_cookie(sessions.COOKIE_NAME, httponly=True, samesite="lax", secure=settings.secure_cookies)
    return answer
