"""The figures that a job's page draws: one answer per sheet, opened by the browser's session cookie."""

import asyncio

from fastapi import APIRouter, Request

from siliconmark_ui.api.answers import Json
from siliconmark_ui.api.requests import BrowserActor, Db, query_pairs, whole_number
from siliconmark_ui.charts.figures import sheet_for
from siliconmark_ui.jobs import service
from siliconmark_ui.jobs.performance import performance_nodes
from siliconmark_ui.scoreboard.service import fleet_spreads

router = APIRouter(prefix="/auth/figures", include_in_schema=False)
OPTIONS = ("order", "result", "node")


@router.get("/jobs/{job_id}/{sheet}", response_model=None)
async def job_sheet(request: Request, job_id: str, sheet: str, actor: BrowserActor, db: Db) -> Json:
    """Give the charts of one tab of a job: chart name -> title, note, words and Plotly figure."""
    options = dict(query_pairs(request, OPTIONS))
    detail = await service.get_job(db, actor, whole_number(job_id, "job_id"))
    nodes = await performance_nodes(db, actor, detail) if sheet == "quickmark" else []
    spreads = await fleet_spreads(db, nodes)
    # 65,280 links take a part of a second; meanwhile other requests are answered.
    return await asyncio.to_thread(lambda: Json(sheet_for(detail, nodes, sheet, spreads=spreads, **options)))
