"""The export route: every matching job as one file, streamed as an attachment, stopped when the client goes away."""

import asyncio
from contextlib import aclosing

from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from siliconmark_ui.api.requests import Db, PersonOrBrowser, query_pairs
from siliconmark_ui.api.schema import OpenApi, answers, query_parameters
from siliconmark_ui.exports.names import disposition
from siliconmark_ui.exports.order import ALLOWED, OPTIONS, read_order
from siliconmark_ui.exports.service import MEDIA_TYPES, Export, export_jobs
from siliconmark_ui.jobs.parameters import EXPORT_PARAMETERS

router = APIRouter(tags=["Jobs"])
# A client that takes nothing for this long has left its connection open and gone.
STALLED_SECONDS = 120.0


class Attachment(Response):
    """A file that is sent while it is made. Both end with the connection: a client that leaves stops the query."""

    def __init__(self, export: Export) -> None:
        self._chunks = export.chunks
        headers = {"Content-Disposition": disposition(export.file_name), "Cache-Control": "no-store"}
        super().__init__(headers=headers, media_type=None)
        del self.headers["content-length"]
        self.headers["content-type"] = export.media_type

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the end of the file or of the connection; raises what making the file raises."""
        sending = asyncio.create_task(self._send(send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, leaving):
                task.cancel()
            outcomes = await asyncio.gather(sending, leaving, return_exceptions=True)
        if isinstance(outcomes[0], Exception):
            raise outcomes[0]

    async def _send(self, send: Send) -> None:
        async with aclosing(self._chunks) as chunks:
            # The head waits for the first chunk, so that a failure before it is still answered as one.
            first = await anext(chunks, b"")
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await _send_part(send, first)
            async for chunk in chunks:
                await _send_part(send, chunk)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send_part(send: Send, chunk: bytes) -> None:
    async with asyncio.timeout(STALLED_SECONDS):
        await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _described() -> OpenApi:
    described = query_parameters(EXPORT_PARAMETERS)
    described["parameters"] += [
        {"name": name, "in": "query", "required": False, "description": option.description, "schema": option.schema}
        for name, option in OPTIONS.items()
    ]
    return described


_FILE: OpenApi = {"schema": {"type": "string", "format": "binary"}}
_CONTENT: OpenApi = {media_type.partition(";")[0]: _FILE for media_type in MEDIA_TYPES.values()}
_OK: OpenApi = {
    "description": "The file; JSON is the array of list rows without the job token",
    "content": _CONTENT | {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}},
    "headers": {"Content-Disposition": {"schema": {"type": "string"}, "description": "The file's name"}},
}


@router.get(
    "/jobs/export",
    response_model=None,
    response_class=Response,
    responses={200: _OK, **answers(400, 401)},
    openapi_extra=_described(),
)
async def export(request: Request, actor: PersonOrBrowser, db: Db) -> Attachment:
    """Download every matching job as CSV, XLSX, Parquet or JSON, in the list's order; bearer token or session."""
    return Attachment(await export_jobs(db, actor, read_order(query_pairs(request, ALLOWED))))
