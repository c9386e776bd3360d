"""The audit log over the API: read in pages, or exported whole, by admins in their scope."""

from collections.abc import AsyncIterator, Callable

from fastapi import APIRouter, Request
from starlette.responses import StreamingResponse

from siliconmark_ui.api.answers import Json
from siliconmark_ui.api.requests import Db, PersonOrBrowser, query_pairs, whole_number
from siliconmark_ui.api.schema import OpenApi, answers
from siliconmark_ui.audit import reading
from siliconmark_ui.audit.filters import OUTCOMES, EntryFilter
from siliconmark_ui.audit.reading import EntryPage, EntryRow
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.instants import parse_instant
from siliconmark_ui.words import TEXT_PATTERN, check_text

router = APIRouter(prefix="/audit", tags=["Audit"])
FILTERS = ("action", "person", "outcome", "after", "before")
FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
MOST_PAGES, MOST_ROWS, USUAL_ROWS = 10_000, 300, 50
_TEXTS: dict[str, OpenApi] = {
    "action": {"type": "string", "minLength": 1, "maxLength": 60, "pattern": TEXT_PATTERN},
    "person": {"type": "string", "minLength": 1, "maxLength": 254, "pattern": TEXT_PATTERN},
    "outcome": {"type": "string", "enum": list(OUTCOMES)},
    "after": {"type": "string", "format": "date-time"},
    "before": {"type": "string", "format": "date-time"},
}
_WORDS = {
    "action": "Entries whose action begins so, such as `token.` or `person.invited`",
    "person": "Entries of the account with this e-mail; else of whoever has this in their e-mail, or in their name",
    "outcome": "Entries with this outcome",
    "after": "Entries recorded after this time (exclusive)",
    "before": "Entries recorded before this time (exclusive)",
    "page": "Page number",
    "per_page": "Entries a page",
    "format": "Kind of file",
}
_PAGE: dict[str, OpenApi] = {
    "page": {"type": "integer", "minimum": 1, "maximum": MOST_PAGES, "default": 1},
    "per_page": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_ROWS},
}
_FORMAT: dict[str, OpenApi] = {"format": {"type": "string", "enum": list(FORMATS), "default": "csv"}}


def _described(schemas: dict[str, OpenApi]) -> OpenApi:
    return {
        "parameters": [
            {"name": name, "in": "query", "required": False, "description": _WORDS[name], "schema": schema}
            for name, schema in schemas.items()
        ]
    }


@router.get(
    "",
    response_model=None,
    responses={200: {"model": EntryPage}, **answers(400, 401, 403)},
    openapi_extra=_described(_TEXTS | _PAGE),
)
async def list_entries(request: Request, db: Db, actor: PersonOrBrowser) -> Json:
    """List entries of the audit log, newest first; customer admins see those of their customer."""
    given = _given(request, (*FILTERS, "page", "per_page"))
    page = _bounded(given, "page", 1, MOST_PAGES)
    per_page = _bounded(given, "per_page", USUAL_ROWS, MOST_ROWS)
    return Json(await reading.list_entries(db, actor, read_filter(given), page, per_page))


@router.get(
    "/export",
    response_model=None,
    responses={
        200: {
            "description": "The file",
            "content": {"text/csv": {"schema": {"type": "string"}}},
            "model": list[EntryRow],
        },
        **answers(400, 401, 403),
    },
    openapi_extra=_described(_TEXTS | _FORMAT),
)
async def export_entries(request: Request, db: Db, actor: PersonOrBrowser) -> StreamingResponse:
    """Download every matching entry as CSV or JSON."""
    given = _given(request, (*FILTERS, "format"))
    file_format = given.get("format", "csv")
    if file_format not in FORMATS:
        raise InvalidInput(f"format must be one of: {', '.join(FORMATS)}")
    chunks: AsyncIterator[bytes] = await reading.export_entries(db, actor, read_filter(given), file_format)
    name = f'attachment; filename="audit.{file_format}"'
    return StreamingResponse(chunks, headers={"Content-Disposition": name}, media_type=FORMATS[file_format])


def read_filter(given: dict[str, str]) -> EntryFilter:
    """Return which entries a query asks for; raises InvalidInput."""
    outcome = given.get("outcome", "")
    if outcome and outcome not in OUTCOMES:
        raise InvalidInput(f"outcome must be one of: {', '.join(OUTCOMES)}")
    return EntryFilter(
        action=check_text(given.get("action", ""), "action"),
        person=check_text(given.get("person", ""), "person").strip(),
        outcome=outcome,
        after=parse_instant(given["after"], "after") if "after" in given else None,
        before=parse_instant(given["before"], "before") if "before" in given else None,
    )


def _given(request: Request, allowed: tuple[str, ...]) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in query_pairs(request, allowed):
        longest: Callable[[str], int] = lambda key: _TEXTS.get(key, {}).get("maxLength", 100)  # noqa: E731
        if name in given or not value or len(value) > longest(name):
            raise InvalidInput(f"{name} must be given once, with 1 to {longest(name)} characters")
        given[name] = value
    return given


def _bounded(given: dict[str, str], name: str, usual: int, most: int) -> int:
    number = whole_number(given[name], name) if name in given else usual
    if not 1 <= number <= most:
        raise InvalidInput(f"{name} must be from 1 to {most}")
    return number
