"""Just enough of an ASGI server to call an application with one request and see what it does."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Seen:
    """An innermost application that notes the scope it is called with and answers 200."""

    def __init__(self, headers: Mapping[str, str] | None = None, status: int = 200) -> None:
        self.scopes: list[Scope] = []
        self._headers = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
        self._status = status

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request; accepts a websocket."""
        self.scopes.append(scope)
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        await send({"type": "http.response.start", "status": self._status, "headers": self._headers})
        await send({"type": "http.response.body", "body": b"seen"})


async def call(
    app: ASGIApp, path: str, *, kind: str = "http", method: str = "GET", headers: Mapping[str, str] | None = None
) -> list[Message]:
    """What `app` sends in answer to one request or websocket handshake."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect" if kind == "websocket" else "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    scope: Scope = {"type": kind, "path": path, "raw_path": path.encode(), "headers": raw}
    if kind == "http":
        scope["method"] = method
    await app(scope, receive, send)
    return sent


def headers_of(sent: list[Message]) -> dict[str, str]:
    """The headers of an HTTP answer; each may stand only once."""
    pairs = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)
