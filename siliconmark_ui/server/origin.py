"""Which web pages may talk to the dashboard's server: those that it served itself, under whatever name.

The name is not known when the front end is built, so it is taken from each request: a page's origin must be the host
that the request was sent to. Reflex never sees an Origin, so it never opens an answer to another site's script.
"""

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class OwnOriginOnly:
    """Refuses websockets of foreign pages (403) and hides the Origin of every request from the application.

    `public_url` is an origin that is always ours; `trusted_hops` above 0 believes a proxy's `X-Forwarded-Host`.
    """

    def __init__(self, app: ASGIApp, *, public_url: str | None = None, trusted_hops: int = 0) -> None:
        self._app = app
        self._public_url = public_url
        self._trusted_hops = trusted_hops

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on without its Origin, or refuses the websocket."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        origins = _values(scope, b"origin")
        if scope["type"] == "websocket" and not all(self._is_own(origin, scope) for origin in origins):
            await _refuse(receive, send)
            return
        if origins:
            scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"origin"]}
        await self._app(scope, receive, send)

    def _is_own(self, origin: str, scope: Scope) -> bool:
        return is_own_page(origin, self._host(scope), self._public_url)

    def _host(self, scope: Scope) -> str:
        """The host the browser asked for; the last trusted proxies' word for it, if they say one."""
        if self._trusted_hops:
            named = [part.strip() for value in _values(scope, b"x-forwarded-host") for part in value.split(",")]
            if named:
                return named[-min(self._trusted_hops, len(named))]
        hosts = _values(scope, b"host")
        return hosts[0] if len(hosts) == 1 else ""


def is_own_page(origin: str, host: str, public_url: str | None) -> bool:
    """Whether a page of `origin` is ours: at our public address, or at the `host` that its request was sent to.

    Where browsers reach us over TLS, a page that came without it may have been changed on its way, and is nobody's.
    """
    if public_url is not None and origin.lower() == public_url.lower():
        return True
    needs_tls = public_url is not None and public_url.lower().startswith("https://")
    return same_host(origin, host) and not (needs_tls and not origin.lower().startswith("https://"))


def same_host(origin: str, host: str) -> bool:
    """Whether `origin` (`scheme://name[:port]`) is at the `host` (`name[:port]`) of a request."""
    try:
        page, asked = urlsplit(origin), urlsplit(f"//{host}")
        default = DEFAULT_PORTS.get(page.scheme, 0)
        page_place, asked_place = (page.hostname, page.port or default), (asked.hostname, asked.port or default)
    except ValueError:
        return False
    return default > 0 and bool(page.hostname) and page_place == asked_place


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


async def _refuse(receive: Receive, send: Send) -> None:
    """Ends the handshake: a close before accept is an HTTP 403."""
    await receive()
    await send({"type": "websocket.close", "code": 1008})
