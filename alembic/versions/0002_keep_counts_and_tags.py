"""Let the database itself keep `job_counts` and `job_tags`, so that no code path can make them drift."""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Counts only ever grow by rows: writers of one scope never wait for each other, readers add up, the sweep folds.
COUNT_FUNCTION = """
CREATE FUNCTION keep_job_counts() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO job_counts (scope_kind, scope_id, state, jobs, alerts)
    SELECT scope.kind, scope.id, job.state, count(*), count(*) FILTER (WHERE job.performance_status = 'underperforming')
    FROM new_jobs AS job
    CROSS JOIN LATERAL (VALUES ('all', 0), ('customer', job.customer_id), ('owner', job.owner_id)) AS scope (kind, id)
    WHERE job.deleted_at IS NULL AND scope.id IS NOT NULL
    GROUP BY scope.kind, scope.id, job.state;
  ELSE
    INSERT INTO job_counts (scope_kind, scope_id, state, jobs, alerts)
    SELECT scope.kind, scope.id, job.state, sum(job.sign),
           coalesce(sum(job.sign) FILTER (WHERE job.performance_status = 'underperforming'), 0)
    FROM (
      SELECT 1 AS sign, state, performance_status, customer_id, owner_id, deleted_at FROM new_jobs
      UNION ALL
      SELECT -1, state, performance_status, customer_id, owner_id, deleted_at FROM old_jobs
    ) AS job
    CROSS JOIN LATERAL (VALUES ('all', 0), ('customer', job.customer_id), ('owner', job.owner_id)) AS scope (kind, id)
    WHERE job.deleted_at IS NULL AND scope.id IS NOT NULL
    GROUP BY scope.kind, scope.id, job.state
    HAVING sum(job.sign) <> 0
        OR coalesce(sum(job.sign) FILTER (WHERE job.performance_status = 'underperforming'), 0) <> 0;
  END IF;
  RETURN NULL;
END
$body$
"""

TAG_FUNCTION = """
CREATE FUNCTION keep_job_tags() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    DELETE FROM job_tags USING old_jobs AS was JOIN new_jobs AS job USING (id)
    WHERE job_tags.job_id = was.id AND was.deleted_at IS NULL
      AND (job.deleted_at IS NOT NULL OR (was.tags, was.customer_id, was.owner_id)
           IS DISTINCT FROM (job.tags, job.customer_id, job.owner_id));
    INSERT INTO job_tags (job_id, tag, customer_id, owner_id)
    SELECT DISTINCT job.id, tag, job.customer_id, job.owner_id
    FROM new_jobs AS job JOIN old_jobs AS was USING (id) CROSS JOIN LATERAL unnest(job.tags) AS tag
    WHERE job.deleted_at IS NULL
      AND (was.deleted_at IS NOT NULL OR (was.tags, was.customer_id, was.owner_id)
           IS DISTINCT FROM (job.tags, job.customer_id, job.owner_id));
  ELSE
    INSERT INTO job_tags (job_id, tag, customer_id, owner_id)
    SELECT DISTINCT job.id, tag, job.customer_id, job.owner_id
    FROM new_jobs AS job CROSS JOIN LATERAL unnest(job.tags) AS tag
    WHERE job.deleted_at IS NULL;
  END IF;
  RETURN NULL;
END
$body$
"""

# A row that really goes (not the soft delete of the interface) takes its tags and its part of the counts with it.
REMOVAL_FUNCTION = """
CREATE FUNCTION keep_removed_jobs() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  DELETE FROM job_tags USING old_jobs WHERE job_tags.job_id = old_jobs.id;
  INSERT INTO job_counts (scope_kind, scope_id, state, jobs, alerts)
  SELECT scope.kind, scope.id, job.state, -count(*), -count(*) FILTER (WHERE job.performance_status = 'underperforming')
  FROM old_jobs AS job
  CROSS JOIN LATERAL (VALUES ('all', 0), ('customer', job.customer_id), ('owner', job.owner_id)) AS scope (kind, id)
  WHERE job.deleted_at IS NULL AND scope.id IS NOT NULL
  GROUP BY scope.kind, scope.id, job.state;
  RETURN NULL;
END
$body$
"""

NEW = "REFERENCING NEW TABLE AS new_jobs"
BOTH = "REFERENCING OLD TABLE AS old_jobs NEW TABLE AS new_jobs"
OLD = "REFERENCING OLD TABLE AS old_jobs"
TRIGGERS = {
    "job_counts_inserted": ("INSERT", NEW, "keep_job_counts"),
    "job_counts_updated": ("UPDATE", BOTH, "keep_job_counts"),
    "job_tags_inserted": ("INSERT", NEW, "keep_job_tags"),
    "job_tags_updated": ("UPDATE", BOTH, "keep_job_tags"),
    "jobs_removed": ("DELETE", OLD, "keep_removed_jobs"),
}


def upgrade() -> None:
    """Create the functions and hang them on `jobs`, once per statement."""
    for function in (COUNT_FUNCTION, TAG_FUNCTION, REMOVAL_FUNCTION):
        op.execute(function)
    for name, (event, tables, function) in TRIGGERS.items():
        op.execute(
            f"CREATE TRIGGER {name} AFTER {event} ON jobs {tables} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )


def downgrade() -> None:
    """Take the triggers and their functions away."""
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON jobs")
    for function in ("keep_job_counts", "keep_job_tags", "keep_removed_jobs"):
        op.execute(f"DROP FUNCTION {function}()")
