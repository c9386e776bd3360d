"""Reading and storing reviews of alerts, and the aggregates over scores and weeks."""

from collections.abc import Sequence
from typing import Any, LiteralString

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.accounts.roles import Scope
from siliconmark_ui.alerts.query import AlertQuery
from siliconmark_ui.alerts.tables import AlertAcknowledgement, AlertReview
from siliconmark_ui.db import Reader
from siliconmark_ui.jobs.statements import compiled, in_scope, matching, shape_of, values_of
from siliconmark_ui.models import IS_ALERT, LIVE, Job

Row = dict[str, Any]

_REVIEW_COLUMNS: tuple[Any, ...] = (
    AlertReview.id,
    AlertReview.job_id,
    AlertReview.kind,
    AlertReview.reviewer_name,
    AlertReview.reviewed_at,
    AlertReview.note,
)
_HISTORY = compiled(
    select(*_REVIEW_COLUMNS).where(AlertReview.job_id == bindparam("job_id")).order_by(AlertReview.id.desc())
)
_LATEST = compiled(
    select(*_REVIEW_COLUMNS).where(
        AlertReview.id.in_(
            select(func.max(AlertReview.id))
            .where(AlertReview.job_id == any_(bindparam("job_ids")))
            .group_by(AlertReview.job_id)
        )
    )
)
# The badge counts completed jobs, as the specification's default says, and so does its second figure.
_ACKNOWLEDGED: dict[str, LiteralString] = {
    kind: compiled(
        select(func.count().label("total"))
        .select_from(AlertAcknowledgement)
        .join(Job, Job.id == AlertAcknowledgement.job_id)
        .where(*in_scope(kind, Job), LIVE, IS_ALERT, Job.state == literal_column("'completed'"))
    )
    for kind in ("all", "customer", "owner")
}
_MODELS: dict[str, LiteralString] = {
    kind: compiled(
        select(func.unnest(Job.gpu_models).label("gpu_model"))
        .distinct()
        .where(*in_scope(kind, Job), LIVE, Job.performance_status.is_not(None))
        .order_by(literal_column("gpu_model"))
    )
    for kind in ("customer", "owner")
}
# A loose index scan: each step jumps to the next model, so that the cost is that of the models, not of the nodes.
_MODELS["all"] = """
    WITH RECURSIVE found AS (
      (SELECT gpu_model FROM node_figures WHERE gpu_model IS NOT NULL ORDER BY gpu_model LIMIT 1)
      UNION ALL
      SELECT (SELECT gpu_model FROM node_figures WHERE gpu_model > found.gpu_model ORDER BY gpu_model LIMIT 1)
      FROM found WHERE found.gpu_model IS NOT NULL)
    SELECT gpu_model FROM found WHERE gpu_model IS NOT NULL"""


async def history(reader: Reader, job_id: int) -> list[Row]:
    """Return the reviews of a job, newest first."""
    return await (await reader.execute(_HISTORY, {"job_id": job_id})).fetchall()


async def latest(reader: Reader, job_ids: Sequence[int]) -> list[Row]:
    """Return the last review of each of the jobs that have any."""
    return await (await reader.execute(_LATEST, {"job_ids": list(job_ids)})).fetchall()


async def is_acknowledged(session: AsyncSession, job_id: int) -> bool:
    """Tell whether a job's last review acknowledged it, as the database keeps it."""
    return await session.get(AlertAcknowledgement, job_id, populate_existing=True) is not None


async def count_acknowledged(reader: Reader, scope: Scope) -> int:
    """Return how many of the alerts that the badge counts stand acknowledged."""
    row = await (await reader.execute(_ACKNOWLEDGED[scope.kind], {"scope_id": scope.id})).fetchone()
    return int(row["total"]) if row else 0


async def gpu_models(reader: Reader, scope: Scope) -> list[str]:
    """Return the GPU models of the scope's jobs with performance data, sorted."""
    rows = await (await reader.execute(_MODELS[scope.kind], {"scope_id": scope.id})).fetchall()
    return [row["gpu_model"] for row in rows]


async def score_counts(reader: Reader, scope: Scope, query: AlertQuery) -> list[Row]:
    """Return how many matching jobs have each set of GPU models with each score and status of alert; in no order.

    Scores have four decimals, so that the counts say everything about how they spread; one pass over an index.
    """
    score, alert = Job.performance_score.label("score"), IS_ALERT.label("alert")
    groups = (Job.gpu_models, score, alert)
    statement = select(*groups, func.count().label("jobs")).where(*matching(shape_of(scope, query)))
    text = compiled(statement.group_by(Job.gpu_models, Job.performance_score, IS_ALERT))
    return await (await reader.execute(text, values_of(scope, query), prepare=False)).fetchall()


async def weekly(reader: Reader, scope: Scope, query: AlertQuery, edges: Sequence[int]) -> list[Row]:
    """Return the matching jobs, the alerts and the acknowledged ones by `place` between the edges, which are ids.

    Place 1 lies from the first edge to below the second one; places without jobs lack.
    """
    place = func.width_bucket(Job.id, bindparam("edges", type_=ARRAY(BigInteger))).label("place")
    acknowledged = AlertAcknowledgement.job_id.is_not(None)
    statement = (
        select(
            place,
            func.count().label("jobs"),
            func.count().filter(IS_ALERT).label("alerts"),
            func.count().filter(IS_ALERT & acknowledged).label("acknowledged"),
        )
        .select_from(Job)
        .outerjoin(AlertAcknowledgement, AlertAcknowledgement.job_id == Job.id)
        .where(*matching(shape_of(scope, query)))
        .group_by(literal_column("place"))
    )
    values = {**values_of(scope, query), "edges": list(edges)}
    return await (await reader.execute(compiled(statement), values, prepare=False)).fetchall()
