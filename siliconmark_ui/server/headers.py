"""What every answer says to the browser about itself: caching, framing, and what a page may load."""

from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Header = tuple[bytes, bytes]

SAFETY: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
# Behind TLS, browsers shall not try without it for a year.
STRICT_TRANSPORT: tuple[Header, ...] = ((b"strict-transport-security", b"max-age=31536000"),)
# The prerendered pages carry inline scripts whose text Reflex makes, so scripts cannot be named by hash; nothing may
# be loaded from elsewhere, framed, or evaluated.
PAGE_POLICY = (
    b"default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; "
    b"object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
# A hashed file never changes under its name; a page always may.
FOR_EVER = b"public, max-age=31536000, immutable"
ASK_EACH_TIME = b"no-cache"
KEEP_NOTHING = b"no-store"


class PageHeaders:
    """Wraps the application that serves pages and their files; `secure` says that browsers reach us over TLS."""

    def __init__(self, app: ASGIApp, *, secure: bool = False) -> None:
        self._app = app
        self._safety = SAFETY + STRICT_TRANSPORT if secure else SAFETY

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Adds the headers to an HTTP answer; websockets and the life of the server pass untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        hashed = scope["path"].startswith("/assets/")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                lasting = hashed and message["status"] in {200, 206, 304}
                caching = (b"cache-control", FOR_EVER if lasting else ASK_EACH_TIME)
                message = _with_missing(message, (*self._safety, (b"content-security-policy", PAGE_POLICY), caching))
            await send(message)

        await self._app(scope, receive, send_with_headers)


class ApiHeaders:
    """Wraps the API: its answers belong to one caller and are never kept by a cache, unless a route says otherwise."""

    def __init__(self, app: ASGIApp, *, secure: bool = False) -> None:
        self._app = app
        self._safety = SAFETY + STRICT_TRANSPORT if secure else SAFETY

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Adds the headers to an HTTP answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = _with_missing(message, (*self._safety, (b"cache-control", KEEP_NOTHING)))
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _with_missing(message: Message, headers: Sequence[Header]) -> Message:
    """The start of an answer, with those of `headers` that the application has not set itself."""
    present = list(message.get("headers", ()))
    names = {name.lower() for name, _ in present}
    return {**message, "headers": [*present, *(header for header in headers if header[0] not in names)]}
