"""Count the jobs with performance data too, and let the performance page's rows and figures come from indexes alone."""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ALERT = "job.performance_status = 'underperforming'"
JUDGED = "job.performance_status IS NOT NULL"
SCOPES = "(VALUES ('all', 0), ('customer', job.customer_id), ('owner', job.owner_id)) AS scope (kind, id)"
FIELDS = "state, performance_status, customer_id, owner_id, deleted_at"


def _count_function(*, judged: bool) -> str:
    column, new, signed, moved = "", "", "", ""
    if judged:
        column = ", judged"
        new = f", count(*) FILTER (WHERE {JUDGED})"
        signed = f", coalesce(sum(job.sign) FILTER (WHERE {JUDGED}), 0)"
        moved = f" OR coalesce(sum(job.sign) FILTER (WHERE {JUDGED}), 0) <> 0"
    return f"""
CREATE OR REPLACE FUNCTION keep_job_counts() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO job_counts (scope_kind, scope_id, state, jobs, alerts{column})
    SELECT scope.kind, scope.id, job.state, count(*), count(*) FILTER (WHERE {ALERT}){new}
    FROM new_jobs AS job CROSS JOIN LATERAL {SCOPES}
    WHERE job.deleted_at IS NULL AND scope.id IS NOT NULL
    GROUP BY scope.kind, scope.id, job.state;
  ELSE
    INSERT INTO job_counts (scope_kind, scope_id, state, jobs, alerts{column})
    SELECT scope.kind, scope.id, job.state, sum(job.sign),
           coalesce(sum(job.sign) FILTER (WHERE {ALERT}), 0){signed}
    FROM (
      SELECT 1 AS sign, {FIELDS} FROM new_jobs
      UNION ALL
      SELECT -1, {FIELDS} FROM old_jobs
    ) AS job
    CROSS JOIN LATERAL {SCOPES}
    WHERE job.deleted_at IS NULL AND scope.id IS NOT NULL
    GROUP BY scope.kind, scope.id, job.state
    HAVING sum(job.sign) <> 0 OR coalesce(sum(job.sign) FILTER (WHERE {ALERT}), 0) <> 0{moved};
  END IF;
  RETURN NULL;
END
$body$
"""  # noqa: S608 - our own names.


def _removal_function(*, judged: bool) -> str:
    column, gone = (", judged", f", -count(*) FILTER (WHERE {JUDGED})") if judged else ("", "")
    return f"""
CREATE OR REPLACE FUNCTION keep_removed_jobs() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  DELETE FROM job_tags USING old_jobs WHERE job_tags.job_id = old_jobs.id;
  INSERT INTO job_counts (scope_kind, scope_id, state, jobs, alerts{column})
  SELECT scope.kind, scope.id, job.state, -count(*), -count(*) FILTER (WHERE {ALERT}){gone}
  FROM old_jobs AS job CROSS JOIN LATERAL {SCOPES}
  WHERE job.deleted_at IS NULL AND scope.id IS NOT NULL
  GROUP BY scope.kind, scope.id, job.state;
  RETURN NULL;
END
$body$
"""  # noqa: S608 - our own names.


COUNT_NOW = f"""
INSERT INTO job_counts (scope_kind, scope_id, state, jobs, alerts, judged)
SELECT scope.kind, scope.id, job.state, 0, 0, count(*)
FROM jobs AS job CROSS JOIN LATERAL {SCOPES}
WHERE job.deleted_at IS NULL AND {JUDGED} AND scope.id IS NOT NULL
GROUP BY scope.kind, scope.id, job.state
"""  # noqa: S608 - our own names.
IS_ALERT = sa.text("(performance_status = 'underperforming')")
IS_JUDGED = sa.text("deleted_at IS NULL AND performance_status IS NOT NULL")
READ = ["state", "performance_status", "performance_score", "gpu_models"]
COUNTS = ["scope_kind", "scope_id", "state"]


def _remake_indexes(included: list[str], counted: list[str]) -> None:
    for name, scope in (("ix_jobs_live_alerts_first", []), ("ix_jobs_live_customer_alerts_first", ["customer_id"])):
        op.drop_index(name, table_name="jobs")
        columns = [*scope, IS_ALERT, "id"]
        op.create_index(name, "jobs", columns, postgresql_where=IS_JUDGED, postgresql_include=included)
    op.drop_index(op.f("ix_job_counts_scope_kind_scope_id_state"), table_name="job_counts")
    op.create_index(op.f("ix_job_counts_scope_kind_scope_id_state"), "job_counts", COUNTS, postgresql_include=counted)


def upgrade() -> None:
    """Add the count, keep it from here on, and count what is there."""
    op.execute("LOCK TABLE jobs IN SHARE ROW EXCLUSIVE MODE")
    op.add_column("job_counts", sa.Column("judged", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.execute(_count_function(judged=True))
    op.execute(_removal_function(judged=True))
    op.execute(COUNT_NOW)
    _remake_indexes(READ, ["jobs", "alerts", "judged"])


def downgrade() -> None:
    """Take the count away."""
    _remake_indexes([], ["jobs", "alerts"])
    op.execute(_count_function(judged=False))
    op.execute(_removal_function(judged=False))
    op.drop_column("job_counts", "judged")
