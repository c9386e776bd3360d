"""The report of a job for its page, by session cookie: how it stands, an order for one, and the way to its link.

The signed link opens the document for whoever has it, so page state never holds it: it is made when somebody opens it.
"""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from siliconmark_ui.api.address import public_address
from siliconmark_ui.api.answers import Json
from siliconmark_ui.api.browser import SIGN_IN_PAGE, to_page
from siliconmark_ui.api.requests import NO_QUERY, BrowserActor, Db, calling_browser, whole_number
from siliconmark_ui.errors import InvalidToken
from siliconmark_ui.jobs.service import require_visible
from siliconmark_ui.reports.service import order_report, report_status, shown_report

router = APIRouter(prefix="/auth/jobs", include_in_schema=False, dependencies=NO_QUERY)
_SEE_OTHER = 303


@router.get("/{job_id}/report", response_model=None)
async def read_report_status(job_id: str, actor: BrowserActor, db: Db) -> Json:
    """Give how the job's report stands; raises NotFound."""
    number = whole_number(job_id, "job_id")
    await require_visible(db, actor, number)
    return Json(shown_report(await report_status(db, number)))


@router.post("/{job_id}/report", response_model=None)
async def make_report(job_id: str, actor: BrowserActor, db: Db) -> Json:
    """Order the job's report, a failed one again, and give how it stands; raises NotFound."""
    number = whole_number(job_id, "job_id")
    await require_visible(db, actor, number)
    return Json(shown_report(await order_report(db, number)))


@router.get("/{job_id}/report/open", response_model=None)
async def open_report(request: Request, job_id: str, db: Db) -> Response:
    """Lead to the signed link of the document, to the sign-in page when the session has ended; raises NotFound."""
    number = whole_number(job_id, "job_id")
    page = f"/jobs/{number}"
    try:
        actor = await calling_browser(request, db)
    except InvalidToken:
        return to_page(SIGN_IN_PAGE, next=page)
    await require_visible(db, actor, number)
    link = (await report_status(db, number, public_address(request)))["url"]
    return RedirectResponse(link or page, _SEE_OTHER, headers={"Cache-Control": "no-store"})
