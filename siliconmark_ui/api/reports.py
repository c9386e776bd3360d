"""The route that a report's signed link leads to: it opens without sign-in, so the link alone decides."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from siliconmark_ui.api.requests import Db, query_pairs, whole_number
from siliconmark_ui.api.schema import OpenApi, answers
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.reports.links import PATH, TOKEN
from siliconmark_ui.reports.service import open_report

router = APIRouter(tags=["Reports"])
MEDIA_TYPE = "application/pdf"
_OK: OpenApi = {
    "description": "The report",
    "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    "headers": {"Content-Disposition": {"schema": {"type": "string"}, "description": "The document's name"}},
}
_TOKEN: OpenApi = {
    "name": TOKEN,
    "in": "query",
    "required": True,
    "description": "What signs the link: part of `pdf_report_url`",
    "schema": {"type": "string"},
}


@router.get(
    f"{PATH}/{{job_id}}",
    response_model=None,
    response_class=Response,
    responses={200: _OK, **answers(400, 401, 404)},
    openapi_extra={"parameters": [_TOKEN]},
)
async def read_report(request: Request, job_id: str, db: Db) -> Response:
    """Open the report that a job's `pdf_report_url` leads to."""
    tokens = [value for _, value in query_pairs(request, (TOKEN,))]
    if len(tokens) > 1:
        raise InvalidInput(f"{TOKEN} may be given once")
    token = tokens[0] if tokens else ""
    opened = await open_report(db, request.app.state.report_store, whole_number(job_id, "job_id"), token)
    name = quote(opened.file_name, safe="")
    headers = {"Content-Disposition": f"inline; filename=\"{opened.ascii_name}\"; filename*=UTF-8''{name}"}
    return Response(opened.document, media_type=MEDIA_TYPE, headers=headers)
