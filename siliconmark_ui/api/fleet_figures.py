"""The figures above the performance page's table: one answer for both plots, opened by the browser's session cookie."""

import asyncio
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.alerts import service
from siliconmark_ui.alerts.query import ALERT_PARAMETERS, AlertQuery
from siliconmark_ui.api.answers import Json
from siliconmark_ui.api.leaving import unless_left
from siliconmark_ui.api.requests import BrowserActor, Db, query_pairs
from siliconmark_ui.charts.fleet import fleet_sheet
from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidInput

router = APIRouter(prefix="/auth/figures", include_in_schema=False)
LAST = "last"


@router.get("/performance", response_model=None)
async def fleet(request: Request, actor: BrowserActor, db: Db) -> Response:
    """Give the charts of the jobs that the page's query asks for; `last` is a day of the trend's last week."""
    pairs = query_pairs(request, (*ALERT_PARAMETERS, LAST))
    asked = (pair for pair in pairs if pair[0] != LAST)
    query = AlertQuery.from_query(asked, allowed=tuple(ALERT_PARAMETERS), several_states=True)
    last = _day(dict(pairs).get(LAST, ""))
    # Whoever filters on leaves these figures, which take longer than rows: nothing may be counted for nobody.
    return await unless_left(request, _figures(db, actor, query, last))


async def _figures(db: Database, actor: Actor, query: AlertQuery, last: date) -> Json:
    models = await service.score_distribution(db, actor, query)
    weeks = await service.alert_trend(db, actor, query, last)
    chosen = service.week_of_range(query.created_after, query.created_before)
    week = chosen.isoformat() if chosen else None
    return await asyncio.to_thread(lambda: Json(fleet_sheet(models, weeks, model=query.gpu_model, week=week)))


def _day(text: str) -> date:
    problem = InvalidInput(f"{LAST} must be a date such as 2024-03-15")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise problem from error
    # Half a year before and the week after must be dates too.
    if not date.min.year < day.year < date.max.year:
        raise problem
    return day
