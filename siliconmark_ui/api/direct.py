"""A short way for the addresses that are asked for most of all."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from siliconmark_ui.api.answers import answer_for
from siliconmark_ui.errors import AppError

Endpoint = Callable[[Request], Awaitable[Response]]


class Direct:
    """Hands a request for one of `endpoints` (by method and path) straight to it, past the router; all others pass.

    Finding the route and resolving what it declares takes longer than a whole list does. The endpoints stay routes of
    the API too, which describes them and answers their other methods.
    """

    def __init__(self, app: ASGIApp, endpoints: Mapping[tuple[str, str], Endpoint]) -> None:
        self._app = app
        self._endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or pass it on."""
        endpoint = self._endpoints.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if endpoint is None:
            await self._app(scope, receive, send)
            return
        try:
            answer = await endpoint(Request(scope, receive))
        except AppError as error:
            answer = answer_for(error)
        await answer(scope, receive, send)
