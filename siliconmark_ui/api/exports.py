"""The export routes: every row of a table as one file, streamed as an attachment, stopped when the client goes away."""

import asyncio
import contextlib
from collections.abc import Iterable
from contextlib import aclosing
from functools import partial

from fastapi import APIRouter, Request
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.api.answers import Json
from siliconmark_ui.api.leaving import is_done_before_leaving
from siliconmark_ui.api.requests import NO_QUERY, BrowserActor, Db, PersonOrBrowser, query_pairs, whole_number
from siliconmark_ui.api.schema import OpenApi, answers
from siliconmark_ui.exports.columns import PERFORMANCE_JOBS, PERFORMANCE_NODES
from siliconmark_ui.exports.comparison import export_comparison
from siliconmark_ui.exports.job_columns import LINKS, QUICKMARK
from siliconmark_ui.exports.job_service import export_links, export_quickmark
from siliconmark_ui.exports.names import disposition
from siliconmark_ui.exports.order import (
    ALLOWED,
    COMPARISON_ALLOWED,
    COMPARISON_PARAMETERS,
    LINKS_ALLOWED,
    OPTIONS,
    PERFORMANCE_ALLOWED,
    PERFORMANCE_FILTERS,
    QUICKMARK_ALLOWED,
    RESULT_PARAMETER,
    options_of,
    read_comparison_order,
    read_links_order,
    read_order,
    read_performance_order,
    read_quickmark_order,
)
from siliconmark_ui.exports.sending import MEDIA_TYPES, Export
from siliconmark_ui.exports.service import export_jobs
from siliconmark_ui.exports.underway import followed, progress_of
from siliconmark_ui.jobs.parameters import EXPORT_PARAMETERS, PARAMETERS, SEVERAL_STATES, Parameter

router = APIRouter(tags=["Jobs"])
follow = APIRouter(prefix="/auth/exports", include_in_schema=False, dependencies=NO_QUERY)
TICKET_HEADER = "X-Export-Ticket"
# A client that takes nothing for this long has left its connection open and gone.
STALLED_SECONDS = 120.0


class Attachment(Response):
    """A file that is sent while it is made. Both end with the connection: a client that leaves stops the query."""

    def __init__(self, export: Export, actor: Actor) -> None:
        self._chunks = export.chunks
        self._follow = partial(followed, actor, progress=export.progress)
        headers = {"Content-Disposition": disposition(export.file_name), "Cache-Control": "no-store"}
        super().__init__(headers=headers, media_type=None)
        del self.headers["content-length"]
        self.headers["content-type"] = export.media_type

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the end of the file or of the connection; raises what making the file raises."""
        # A page follows its export by a ticket; nobody else sends one.
        ticket = Headers(scope=scope).get(TICKET_HEADER)
        with self._follow(ticket) if ticket else contextlib.nullcontext():
            await self._serve(receive, send)

    async def _serve(self, receive: Receive, send: Send) -> None:
        sending = asyncio.create_task(self._send(send))
        if await is_done_before_leaving(sending, receive):
            sending.result()

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


def _described(parameters: Iterable[Parameter]) -> OpenApi:
    return {
        "parameters": [
            {
                "name": one.name,
                "in": "query",
                "required": one.required,
                "description": one.description,
                "schema": one.schema,
            }
            for one in parameters
        ]
    }


_FILTERS = [SEVERAL_STATES if name == "state" else PARAMETERS[name] for name in EXPORT_PARAMETERS]
_FILE: OpenApi = {"schema": {"type": "string", "format": "binary"}}
_CONTENT: OpenApi = {media_type.partition(";")[0]: _FILE for media_type in MEDIA_TYPES.values()}


def _file(rows: str) -> OpenApi:
    return {
        "description": f"The file; JSON is the array of {rows}",
        "content": _CONTENT | {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}},
        "headers": {"Content-Disposition": {"schema": {"type": "string"}, "description": "The file's name"}},
    }


@router.get(
    "/jobs/export",
    response_model=None,
    response_class=Response,
    responses={200: _file("list rows without the job token"), **answers(400, 401)},
    openapi_extra=_described([*_FILTERS, *OPTIONS.values()]),
)
async def export(request: Request, actor: PersonOrBrowser, db: Db) -> Attachment:
    """Download every matching job as CSV, XLSX, Parquet or JSON, in the list's order; bearer token or session."""
    return Attachment(await export_jobs(db, actor, read_order(query_pairs(request, ALLOWED))), actor)


@router.get(
    "/jobs/export/performance",
    response_model=None,
    response_class=Response,
    responses={200: _file("the jobs, `performance` as in the list"), **answers(400, 401)},
    openapi_extra=_described([*PERFORMANCE_FILTERS.values(), *options_of(PERFORMANCE_JOBS).values()]),
)
async def export_performance(request: Request, actor: PersonOrBrowser, db: Db) -> Attachment:
    """Download every matching job that has performance data, alerts first, a row each; bearer token or session."""
    order = read_performance_order(PERFORMANCE_JOBS, query_pairs(request, PERFORMANCE_ALLOWED))
    return Attachment(await export_jobs(db, actor, order), actor)


@router.get(
    "/jobs/export/performance-nodes",
    response_model=None,
    response_class=Response,
    responses={200: _file("the entries of `performance_nodes`, each led by its job"), **answers(400, 401)},
    openapi_extra=_described([*PERFORMANCE_FILTERS.values(), *options_of(PERFORMANCE_NODES).values()]),
)
async def export_performance_nodes(request: Request, actor: PersonOrBrowser, db: Db) -> Attachment:
    """Download every node of the matching jobs with its scores, a row each; bearer token or session."""
    order = read_performance_order(PERFORMANCE_NODES, query_pairs(request, PERFORMANCE_ALLOWED))
    return Attachment(await export_jobs(db, actor, order), actor)


@router.get(
    "/jobs/export/comparison",
    response_model=None,
    response_class=Response,
    responses={200: _file("the compared jobs"), **answers(400, 401, 404)},
    openapi_extra=_described(COMPARISON_PARAMETERS.values()),
)
async def export_compared_jobs(request: Request, actor: PersonOrBrowser, db: Db) -> Attachment:
    """Download a comparison of jobs, a row per job and a column per value that differs; bearer token or session."""
    order = read_comparison_order(query_pairs(request, COMPARISON_ALLOWED))
    return Attachment(await export_comparison(db, actor, order), actor)


@router.get(
    "/jobs/{job_id}/export/links",
    response_model=None,
    response_class=Response,
    responses={200: _file("the links"), **answers(400, 401, 404)},
    openapi_extra=_described([RESULT_PARAMETER, *options_of(LINKS).values()]),
)
async def export_job_links(request: Request, job_id: str, actor: PersonOrBrowser, db: Db) -> Attachment:
    """Download the measured links of a job's network result, a row per directed pair; bearer token or session."""
    order = read_links_order(query_pairs(request, LINKS_ALLOWED))
    return Attachment(await export_links(db, actor, whole_number(job_id, "job_id"), order), actor)


@router.get(
    "/jobs/{job_id}/export/quickmark",
    response_model=None,
    response_class=Response,
    responses={200: _file("the nodes and their GPUs"), **answers(400, 401, 404)},
    openapi_extra=_described(options_of(QUICKMARK).values()),
)
async def export_job_quickmark(request: Request, job_id: str, actor: PersonOrBrowser, db: Db) -> Attachment:
    """Download a job's QuickMark figures, a row per node and one per GPU; bearer token or session."""
    order = read_quickmark_order(query_pairs(request, QUICKMARK_ALLOWED))
    return Attachment(await export_quickmark(db, actor, whole_number(job_id, "job_id"), order), actor)


@follow.get("/{ticket}", response_model=None)
async def read_progress(ticket: str, actor: BrowserActor) -> Json:
    """Give how far an export of this person is; `rows` null when this process makes none with that ticket."""
    found = progress_of(actor, ticket)
    return Json({"rows": max(0, found.rows) if found else None, "is_waiting": found is not None and found.is_waiting})
