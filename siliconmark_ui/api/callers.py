"""Where requests come from: the address that acts are recorded with, and pages of other sites, which are refused.

The one place that keeps other sites from acting with somebody's cookie: every request that may change something and
carries the session's cookie, or goes to the routes of browsers, must come from a page that this server served.
"""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from siliconmark_ui.accounts import sessions
from siliconmark_ui.api.answers import answer_for
from siliconmark_ui.api.limits import address_of
from siliconmark_ui.audit.caller import from_address
from siliconmark_ui.config import Settings
from siliconmark_ui.errors import PermissionDenied
from siliconmark_ui.server.origin import is_own_page

READING = frozenset({"GET", "HEAD", "OPTIONS"})
BROWSER_PREFIX = "/auth/"


class Callers:
    """Tells the audit log the caller's address, and refuses what a foreign page sends in a browser's name."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with from_address(address_of(scope, self._settings.trusted_proxy_hops)):
            if is_from_foreign_page(Request(scope), self._settings):
                refusal = PermissionDenied("This was sent from a page of another site")
                await answer_for(refusal)(scope, receive, send)
            else:
                await self._app(scope, receive, send)


def is_from_foreign_page(request: Request, settings: Settings) -> bool:
    """Tell whether a browser sends this, with its cookie or to get one, from a page that is not ours.

    Browsers say so themselves (`Sec-Fetch-Site`, `Origin`); programs send neither, nor do they hold the cookie.
    """
    if request.method in READING:
        return False
    headers = request.headers
    speaks_for_browser = request.url.path.startswith(BROWSER_PREFIX) or sessions.key_in(headers.get("cookie", ""))
    if "authorization" in headers or not speaks_for_browser:
        return False
    site = headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        return True
    origin = headers.get("origin")
    return origin is not None and not is_own_page(origin, asked_host(request, settings), settings.public_url)


def asked_host(request: Request, settings: Settings) -> str:
    """Return the host that the browser asked for; the outermost trusted proxy's word for it, if it says one."""
    hops = settings.trusted_proxy_hops
    named = [part.strip() for part in request.headers.get("x-forwarded-host", "").split(",") if part.strip()]
    return named[-min(hops, len(named))] if hops and named else request.headers.get("host", "")
