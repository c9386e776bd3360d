"""Sign-in at a provider: the way there and the way back, as redirects of the browser."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from siliconmark_ui.accounts import sso
from siliconmark_ui.accounts.landing import local_path
from siliconmark_ui.accounts.oidc import SignInRefused
from siliconmark_ui.accounts.reasons import problem_query
from siliconmark_ui.accounts.sso import sign_in_ways
from siliconmark_ui.api.address import public_address
from siliconmark_ui.api.browser import SIGN_IN_PAGE, browser_of, to_page, with_session
from siliconmark_ui.api.requests import Db, SettingsOf, query_pairs
from siliconmark_ui.config import Settings
from siliconmark_ui.errors import AppError

router = APIRouter(prefix="/auth/sso", include_in_schema=False)
_FOUND = 303
_COOKIE = "siliconmark_sso"


def _cookie_name(settings: Settings) -> str:
    return f"__Host-{_COOKIE}" if settings.secure_cookies else _COOKIE


@router.get("/{name}")
async def depart(request: Request, name: str, db: Db, settings: SettingsOf) -> Response:
    """Send the browser to the provider; it comes back within ten minutes, or begins again."""
    target = local_path(dict(query_pairs(request, ("next",))).get("next", "/"))
    try:
        provider = sign_in_ways().provider(name)
        base = public_address(request)
        departure = await sso.depart(db, provider, f"{base}/auth/sso/{name}/callback", target)
    except AppError as error:
        return to_page(SIGN_IN_PAGE, next=target, **problem_query(error, name))
    answer = RedirectResponse(departure.url, _FOUND)
    answer.set_cookie(
        _cookie_name(settings),
        departure.browser_key,
        max_age=int(sso.ATTEMPT_LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
    )
    return answer


@router.get("/{name}/callback")
async def arrive(request: Request, name: str, db: Db, settings: SettingsOf) -> Response:
    """Open a browser session for who the provider says has signed in; else back to the sign-in page with the reason."""
    # Providers add parameters of their own (session_state, scope, …), so unknown ones are no error here.
    query = request.query_params
    try:
        provider = sign_in_ways().provider(name)
        if query.get("error"):
            raise SignInRefused(f"{provider.label} did not sign you in", "provider-refused")
        arrival = await sso.arrive(
            db,
            provider,
            query.get("state", ""),
            query.get("code", ""),
            request.cookies.get(_cookie_name(settings)),
            browser_of(request),
        )
    except AppError as error:
        answer: Response = to_page(SIGN_IN_PAGE, **problem_query(error, name))
    else:
        answer = with_session(RedirectResponse(local_path(arrival.target), _FOUND), arrival.session_key, settings)
    answer.delete_cookie(_cookie_name(settings), httponly=True, samesite="lax", secure=settings.secure_cookies)
    return answer
