"""The scored nodes of one job, for its page: the figures that the list gives with `performance_nodes`.

They are stored when the job ends; until then they are worked out from what has been uploaded so far.
"""

from datetime import timedelta

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.db import Database
from siliconmark_ui.instants import from_text
from siliconmark_ui.jobs import service
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.schemas import JobHead
from siliconmark_ui.scoreboard.schemas import NodePerformance
from siliconmark_ui.scoreboard.service import nodes_so_far

# Ids and times of creation are in whole milliseconds: this window holds the job and hardly ever another.
_STEP = timedelta(milliseconds=1)
_LARGEST_PAGE = 300


async def performance_nodes(db: Database, actor: Actor, detail: JobHead) -> list[NodePerformance]:
    """Return the scored nodes of a job that the actor has read; empty when none reported figures."""
    if detail["ended_at"] is None:
        return await nodes_so_far(db, int(detail["id"]))
    moment = from_text(detail["created_at"])
    query = JobQuery(
        per_page=_LARGEST_PAGE,
        created_after=moment - _STEP,
        created_before=moment + _STEP,
        include=("performance", "performance_nodes"),
    )
    page = await service.list_jobs(db, actor, query)
    rows = (row["performance_nodes"] for row in page["results"] if row["id"] == detail["id"])
    return next(rows, None) or []
