"""The figures that Compare and a machine's page draw: one answer per sheet, opened by the browser's session cookie."""

import asyncio

from fastapi import APIRouter, Request

from siliconmark_ui.api.answers import Json
from siliconmark_ui.api.requests import BrowserActor, Db, query_pairs
from siliconmark_ui.charts.comparison import comparison_sheet, most_different_metric
from siliconmark_ui.charts.machine_history import history_sheet
from siliconmark_ui.comparisons.service import Comparison, compare_jobs
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.machines import service as machines

router = APIRouter(prefix="/auth/figures", include_in_schema=False)
OPTIONS = ("job", "metric")


@router.get("/comparison", response_model=None)
async def comparison_figures(request: Request, actor: BrowserActor, db: Db) -> Json:
    """Give the charts of the jobs `job` (repeated) that the caller sees; `metric` is the one that differs most."""
    pairs = query_pairs(request, OPTIONS)
    metrics = [value for name, value in pairs if name == "metric"]
    if len(metrics) > 1:
        raise InvalidInput("metric must be given once")
    comparison = await compare_jobs(db, actor, [value for name, value in pairs if name == "job"])
    return await asyncio.to_thread(_comparison, comparison, metrics[0] if metrics else "")


def _comparison(comparison: Comparison, metric: str) -> Json:
    return Json(comparison_sheet(comparison.jobs, metric or most_different_metric(comparison.jobs)))


@router.get("/machines/{machine_uuid}", response_model=None)
async def machine_figures(request: Request, machine_uuid: str, actor: BrowserActor, db: Db) -> Json:
    """Give the metric histories of a machine: metric -> title, note, words and Plotly figure."""
    query_pairs(request)
    machine = await machines.get_machine(db, actor, machine_uuid)
    history = await machines.machine_history(db, actor, machine["machine_uuid"])
    return await asyncio.to_thread(lambda: Json(history_sheet(history["measurements"])))
