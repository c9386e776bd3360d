"""Open tabs without a browser: each loads a page over its websocket and answers when it is told to refresh itself.

They cost their machine next to nothing, so that hundreds of them measure the server and not themselves.
"""

import asyncio
import json
import secrets
import time
from dataclasses import dataclass, field

from siliconmark_ui.accounts.sessions import COOKIE_NAME

ROOT = "reflex___state____state"
REFRESH = b"____live_state.refresh"
LOADED = b'"is_hydrated_rx_state_":true'
_TEXT, _SHORT, _LONG = 0x81, 126, 127
_MASKED = 0x80


@dataclass(slots=True)
class Tab:
    """One tab at an address (path and query); `received` counts bytes, `refreshes` how often it was told."""

    path: str
    marker: bytes = b""
    seen_at: float = 0.0
    received: int = 0
    refreshes: int = 0
    loaded: asyncio.Event = field(default_factory=asyncio.Event)
    _writer: asyncio.StreamWriter | None = None
    _task: asyncio.Task[None] | None = None

    async def open(self, port: int, key: str) -> None:
        """Connect with that session and wait until the page has its data."""
        reader, self._writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
        token = secrets.token_hex(8)
        lines = (
            f"GET /_event/?EIO=4&transport=websocket&token={token} HTTP/1.1", f"Host: localhost:{port}",
            f"Cookie: {COOKIE_NAME}={key}", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", "",
        )  # fmt: skip
        self._writer.write("\r\n".join(lines).encode())
        await reader.readuntil(b"\r\n\r\n")
        hydrate = self._event(f"{ROOT}.hydrate_and_load", {"hashes": []})
        self._say("40/_event," + json.dumps({"event": hydrate}))
        self._task = asyncio.create_task(self._listen(reader))
        async with asyncio.timeout(60):
            await self.loaded.wait()

    def expect(self, marker: str) -> None:
        """Note when a frame with that text comes first."""
        self.marker, self.seen_at = marker.encode(), 0.0

    async def close(self) -> None:
        """Go."""
        if self._task and self._writer:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._writer.close()

    def _event(self, name: str, payload: object) -> dict[str, object]:
        place = {"pathname": self.path.partition("?")[0], "asPath": self.path}
        return {"name": name, "payload": payload, "router_data": place}

    def _say(self, text: str) -> None:
        assert self._writer
        payload = text.encode()
        size = len(payload)
        head = bytes([_TEXT, _MASKED | size]) if size < _SHORT else bytes([_TEXT, _MASKED | _SHORT])
        # Masked with zeros, a frame stays what it is.
        self._writer.write(head + (b"" if size < _SHORT else size.to_bytes(2, "big")) + bytes(4) + payload)

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while True:
            head = await reader.readexactly(2)
            size = head[1] & ~_MASKED
            if size >= _SHORT:
                size = int.from_bytes(await reader.readexactly(2 if size == _SHORT else 8), "big")
            frame = await reader.readexactly(size)
            self.received += size
            self._take(frame)

    def _take(self, frame: bytes) -> None:
        if frame == b"2":
            self._say("3")
        elif REFRESH in frame[:200]:
            self.refreshes += 1
            told = json.loads(frame[frame.index(b"[") :])[1]["events"][0]["name"]
            self._say("42/_event," + json.dumps(["event", self._event(told, {})]))
        elif LOADED in frame:
            self.loaded.set()
        elif self.marker and not self.seen_at and self.marker in frame:
            self.seen_at = time.perf_counter()
