"""Work for a client that may go away before it is done: what nobody waits for any more is stopped, its query too."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from fastapi import Request
from starlette.responses import Response
from starlette.types import Receive

CLIENT_LEFT = 499
"""The status that the log has for an answer that nobody receives; no client ever sees it."""


async def unless_left(request: Request, work: Coroutine[Any, Any, Response]) -> Response:
    """Return the answer of `work`, which is cancelled when the client closes its connection; raises what it raises.

    For requests without a body: reading one and waiting for the end of the connection exclude each other.
    """
    working = asyncio.create_task(work)
    if await is_done_before_leaving(working, request.receive):
        return working.result()
    return Response(status_code=CLIENT_LEFT)


async def is_done_before_leaving(working: "asyncio.Task[Any]", receive: Receive) -> bool:
    """Wait for a task or for the client to go away, and stop what is left of both; tell whether the task was first."""
    leaving = asyncio.create_task(_left(receive))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)
    return not working.cancelled()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
