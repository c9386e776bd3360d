"""What every API request passes through: an id of its own, and the general limit when one is set."""

import logging
import math
import secrets
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from siliconmark_ui.api.answers import answer_for
from siliconmark_ui.errors import RateLimited

log = logging.getLogger("siliconmark_ui.api")
MINUTE = 60.0


class RequestIds:
    """Gives each request an id, which the answer carries in `X-Request-ID` and the log names."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        await self._app(scope, receive, send_with_id)


class RequestLimit:
    """At most `a_minute` requests from one address in each minute of this process; the rest are answered 429."""

    def __init__(self, app: ASGIApp, a_minute: int, trusted_hops: int) -> None:
        self._app = app
        self._a_minute = a_minute
        self._trusted_hops = trusted_hops
        self._minute = 0
        self._counts: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http" or self._allows(self._address(scope)):
            await self._app(scope, receive, send)
            return
        wait = math.ceil(MINUTE - time.time() % MINUTE)
        message = f"More than {self._a_minute} requests a minute from this address; try again in {wait} seconds"
        await answer_for(RateLimited(message, wait))(scope, receive, send)

    def _allows(self, address: str) -> bool:
        minute = int(time.time() // MINUTE)
        if minute != self._minute:
            self._minute, self._counts = minute, {}
        self._counts[address] = self._counts.get(address, 0) + 1
        return self._counts[address] <= self._a_minute

    def _address(self, scope: Scope) -> str:
        return address_of(scope, self._trusted_hops)


def address_of(scope: Scope, trusted_hops: int) -> str:
    """Return the address of the caller: of the connection, or what the outermost trusted proxy saw."""
    values = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    seen = [part.strip() for part in ",".join(values).split(",") if part.strip()]
    if trusted_hops and seen:
        return seen[-min(trusted_hops, len(seen))]
    client = scope.get("client")
    return client[0] if client else ""
