"""A client of the pages' websocket that says whatever it is told to: Engine.IO and Socket.IO by hand."""

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit

import simple_websocket

QUIET_SECONDS = 1.0
NAMESPACE = "/_event"


class Socket:
    """One connection; `frames` holds all that the server has sent."""

    def __init__(self, client: simple_websocket.AioClient) -> None:
        self._client = client
        self.frames: list[str] = []

    async def say(self, name: str, *arguments: Any) -> None:
        """Emit a Socket.IO event."""
        await self._client.send(f"42{NAMESPACE}," + json.dumps([name, *arguments]))

    async def event(self, handler: str, payload: dict[str, Any], path: str = "/") -> None:
        """Send a page's event to the handler of that full name."""
        place = {"pathname": path.partition("?")[0], "query": {}, "asPath": path}
        await self.say("event", {"name": handler, "payload": payload, "router_data": place})

    async def raw(self, text: str) -> None:
        """Send a frame as it is."""
        await self._client.send(text)

    async def listen(self, quiet: float = QUIET_SECONDS) -> None:
        """Take in what comes until nothing has come for a while; answer pings."""
        while True:
            try:
                frame = await self._client.receive(timeout=quiet)
            except simple_websocket.ConnectionClosed:
                return
            if frame is None:
                return
            if frame == "2":
                await self._client.send("3")
            self.frames.append(str(frame))


@asynccontextmanager
async def socket(site: str, cookie: str = "", token: str = "") -> AsyncIterator[Socket]:
    """Yield a connection with that Cookie header and tab's token, as a program opens it: without an Origin."""
    query = urlencode({"EIO": "4", "transport": "websocket", "token": token or secrets.token_hex(8)})
    address = f"{site.replace('http', 'ws', 1)}/_event/?{query}"
    headers = {"Cookie": cookie} if cookie else {}
    client = await simple_websocket.AioClient.connect(address, headers=headers)
    made = Socket(client)
    try:
        await client.receive(timeout=10)
        await client.send(f"40{NAMESPACE},")
        await client.receive(timeout=10)
        yield made
    finally:
        with contextlib.suppress(simple_websocket.ConnectionClosed):
            await client.close()
        client.wsock.close()
        with contextlib.suppress(OSError):
            await client.wsock.wait_closed()


async def handshake_status(site: str, origin: str, cookie: str) -> int:
    """Return the HTTP status that a websocket handshake from a page of that origin is answered with."""
    place = urlsplit(site)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    lines = (
        "GET /_event/?EIO=4&transport=websocket&token=t HTTP/1.1", f"Host: {place.netloc}", f"Origin: {origin}",
        f"Cookie: {cookie}", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", "",
    )  # fmt: skip
    writer.write("\r\n".join(lines).encode())
    status = int((await reader.readline()).split()[1])
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return status
