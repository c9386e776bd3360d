"""Let the database keep a table of machines, so that a list of them never reads the tasks of a million jobs."""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "0009"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SCOPES = "(VALUES ('all', 0), ('customer', job.customer_id), ('owner', job.owner_id)) AS scope (kind, id)"
KEY = "(seen.scope_kind, seen.scope_id, seen.machine_uuid)"
IN_SCOPE = """(wanted.kind = 'all' OR (wanted.kind = 'customer' AND job.customer_id = wanted.id)
       OR (wanted.kind = 'owner' AND job.owner_id = wanted.id))"""
COLUMNS = "scope_kind, scope_id, machine_uuid, jobs, last_task_id, machine_ip, gpu_model, gpu_count"
SCORES = "score_task_id, score_measured_at, score, score_status"
# Everywhere rows are taken in one order, so that two writers wait for each other and never for each other's next row.
ORDER = "task.machine_uuid, scope.kind, scope.id"

# Adding is incremental: an upsert adds to what any other writer has just left there.
TASKS_ADDED = f"""
CREATE FUNCTION keep_seen_machines() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  INSERT INTO seen_machines AS seen ({COLUMNS})
  SELECT scope.kind, scope.id, task.machine_uuid, count(*), max(task.id),
         (array_agg(task.machine_ip ORDER BY task.id DESC))[1],
         (array_agg(task.gpu_model ORDER BY task.id DESC))[1],
         (array_agg(task.gpu_count ORDER BY task.id DESC))[1]
  FROM new_tasks AS task JOIN jobs AS job ON job.id = task.job_id CROSS JOIN LATERAL {SCOPES}
  WHERE job.deleted_at IS NULL AND scope.id IS NOT NULL
  GROUP BY task.machine_uuid, scope.kind, scope.id
  ORDER BY {ORDER}
  ON CONFLICT (scope_kind, scope_id, machine_uuid) DO UPDATE SET
    jobs = seen.jobs + excluded.jobs,
    last_task_id = greatest(seen.last_task_id, excluded.last_task_id),
    machine_ip = CASE WHEN excluded.last_task_id > seen.last_task_id THEN excluded.machine_ip ELSE seen.machine_ip END,
    gpu_model = CASE WHEN excluded.last_task_id > seen.last_task_id THEN excluded.gpu_model ELSE seen.gpu_model END,
    gpu_count = CASE WHEN excluded.last_task_id > seen.last_task_id THEN excluded.gpu_count ELSE seen.gpu_count END;
  RETURN NULL;
END
$body$
"""  # noqa: S608 - our own names.

# Figures and the score made of them come in two tables; whichever comes second finds the other there.
SCORES_ADDED = f"""
CREATE FUNCTION keep_machine_scores() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  INSERT INTO seen_machines AS seen ({COLUMNS}, {SCORES})
  SELECT DISTINCT ON (task.machine_uuid, scope.kind, scope.id)
         kept.scope_kind, kept.scope_id, kept.machine_uuid, kept.jobs, kept.last_task_id, kept.machine_ip,
         kept.gpu_model, kept.gpu_count, task.task_id, task.measured_at,
         (node.value ->> 'score')::float8, node.value ->> 'status'
  FROM (SELECT DISTINCT job_id FROM new_rows) AS changed
  JOIN jobs AS job ON job.id = changed.job_id AND job.deleted_at IS NULL
  JOIN job_summaries AS summary ON summary.job_id = job.id
  CROSS JOIN LATERAL jsonb_array_elements(
    CASE WHEN jsonb_typeof(summary.performance_nodes) = 'array' THEN summary.performance_nodes ELSE '[]' END
  ) AS node (value)
  JOIN node_figures AS task ON task.job_id = job.id AND task.task_id::text = node.value ->> 'task_id'
  CROSS JOIN LATERAL {SCOPES}
  JOIN seen_machines AS kept
    ON kept.scope_kind = scope.kind AND kept.scope_id = scope.id AND kept.machine_uuid = task.machine_uuid
  WHERE scope.id IS NOT NULL
  ORDER BY {ORDER}, task.measured_at DESC, task.task_id DESC
  ON CONFLICT (scope_kind, scope_id, machine_uuid) DO UPDATE SET
    score_task_id = excluded.score_task_id, score_measured_at = excluded.score_measured_at,
    score = excluded.score, score_status = excluded.score_status
  WHERE seen.score_task_id IS NULL
     OR (excluded.score_measured_at, excluded.score_task_id) >= (seen.score_measured_at, seen.score_task_id);
  RETURN NULL;
END
$body$
"""  # noqa: S608 - our own names.

# Taking away begins anew from the tasks. The rows are held first: the statements after it then see what those wrote
# who held them before. `gone` is a job that is about to be removed and still stands there.
REFRESH = f"""
CREATE FUNCTION refresh_seen_machines(kinds text[], ids bigint[], uuids text[], gone bigint DEFAULT 0)
RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
  PERFORM FROM seen_machines AS seen
  JOIN unnest(kinds, ids, uuids) AS wanted (kind, id, uuid) ON {KEY} = (wanted.kind, wanted.id, wanted.uuid)
  ORDER BY seen.machine_uuid, seen.scope_kind, seen.scope_id FOR UPDATE OF seen;

  INSERT INTO seen_machines AS seen ({COLUMNS}, {SCORES})
  SELECT wanted.kind, wanted.id, wanted.uuid, counted.jobs, last.id, last.machine_ip, last.gpu_model, last.gpu_count,
         scored.task_id, scored.measured_at, scored.score, scored.status
  FROM (SELECT DISTINCT kind, id, uuid COLLATE "C" AS uuid FROM unnest(kinds, ids, uuids) AS given (kind, id, uuid))
    AS wanted
  CROSS JOIN LATERAL (
    SELECT count(*) AS jobs, max(task.id) AS last_task_id
    FROM tasks AS task JOIN jobs AS job ON job.id = task.job_id
    WHERE task.machine_uuid = wanted.uuid AND job.deleted_at IS NULL AND job.id <> gone AND {IN_SCOPE}
  ) AS counted
  JOIN tasks AS last ON last.id = counted.last_task_id
  LEFT JOIN LATERAL (
    SELECT figures.task_id, figures.measured_at,
           (node.value ->> 'score')::float8 AS score, node.value ->> 'status' AS status
    FROM node_figures AS figures
    JOIN jobs AS job ON job.id = figures.job_id
    JOIN job_summaries AS summary ON summary.job_id = job.id
    CROSS JOIN LATERAL (
      SELECT jsonb_path_query_first(
        summary.performance_nodes, '$[*] ? (@.task_id == $task)', jsonb_build_object('task', figures.task_id::text)
      ) AS value
    ) AS node
    WHERE figures.machine_uuid = wanted.uuid AND job.deleted_at IS NULL AND job.id <> gone AND {IN_SCOPE}
      AND node.value IS NOT NULL
    ORDER BY figures.measured_at DESC, figures.task_id DESC LIMIT 1
  ) AS scored ON true
  ORDER BY wanted.uuid, wanted.kind, wanted.id
  ON CONFLICT (scope_kind, scope_id, machine_uuid) DO UPDATE SET
    (jobs, last_task_id, machine_ip, gpu_model, gpu_count, {SCORES}) =
    (excluded.jobs, excluded.last_task_id, excluded.machine_ip, excluded.gpu_model, excluded.gpu_count,
     excluded.score_task_id, excluded.score_measured_at, excluded.score, excluded.score_status);

  DELETE FROM seen_machines AS seen USING unnest(kinds, ids, uuids) AS wanted (kind, id, uuid)
  WHERE {KEY} = (wanted.kind, wanted.id, wanted.uuid) AND NOT EXISTS (
    SELECT FROM tasks AS task JOIN jobs AS job ON job.id = task.job_id
    WHERE task.machine_uuid = wanted.uuid COLLATE "C" AND job.deleted_at IS NULL AND job.id <> gone AND {IN_SCOPE});
END
$body$
"""  # noqa: S608 - our own names.

# A job comes or goes for its readers (soft delete) or changes hands: both its old and its new scopes are looked at.
JOBS_CHANGED = """
CREATE FUNCTION keep_machines_of_jobs() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF EXISTS (
    SELECT FROM old_jobs AS was JOIN new_jobs AS job USING (id)
    WHERE (was.deleted_at IS NULL, was.customer_id, was.owner_id)
          IS DISTINCT FROM (job.deleted_at IS NULL, job.customer_id, job.owner_id)
  ) THEN
    PERFORM refresh_seen_machines(array_agg(kind), array_agg(id), array_agg(machine_uuid)) FROM (
      SELECT DISTINCT scope.kind, scope.id, task.machine_uuid
      FROM old_jobs AS was JOIN new_jobs AS job USING (id) JOIN tasks AS task ON task.job_id = job.id
      CROSS JOIN LATERAL (VALUES ('all', 0), ('customer', was.customer_id), ('owner', was.owner_id),
                                 ('customer', job.customer_id), ('owner', job.owner_id)) AS scope (kind, id)
      WHERE scope.id IS NOT NULL AND (was.deleted_at IS NULL, was.customer_id, was.owner_id)
            IS DISTINCT FROM (job.deleted_at IS NULL, job.customer_id, job.owner_id)
    ) AS touched HAVING count(*) > 0;
  END IF;
  RETURN NULL;
END
$body$
"""
JOB_REMOVED = f"""
CREATE FUNCTION keep_machines_of_removed_job() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  PERFORM refresh_seen_machines(array_agg(kind), array_agg(id), array_agg(machine_uuid), OLD.id) FROM (
    SELECT DISTINCT scope.kind, scope.id, task.machine_uuid
    FROM (SELECT OLD.customer_id, OLD.owner_id) AS job
    JOIN tasks AS task ON task.job_id = OLD.id CROSS JOIN LATERAL {SCOPES}
    WHERE scope.id IS NOT NULL AND OLD.deleted_at IS NULL
  ) AS touched HAVING count(*) > 0;
  RETURN OLD;
END
$body$
"""  # noqa: S608 - our own names.
# What no path of the program does (a task, a score or figures taken away or corrected) is kept true as well.
ROWS_CORRECTED = f"""
CREATE FUNCTION keep_machines_of_rows() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  PERFORM refresh_seen_machines(array_agg(kind), array_agg(id), array_agg(machine_uuid)) FROM (
    SELECT DISTINCT scope.kind, scope.id, task.machine_uuid
    FROM (SELECT DISTINCT job_id FROM old_rows) AS changed
    JOIN jobs AS job ON job.id = changed.job_id AND job.deleted_at IS NULL
    JOIN %s AS task ON task.job_id = job.id
    CROSS JOIN LATERAL {SCOPES} WHERE scope.id IS NOT NULL
  ) AS touched HAVING count(*) > 0;
  RETURN NULL;
END
$body$
"""  # noqa: S608 - our own names.
TASK_REMOVED = ROWS_CORRECTED.replace("keep_machines_of_rows", "keep_machines_of_removed_tasks") % "old_rows"
SCORE_CORRECTED = ROWS_CORRECTED.replace("keep_machines_of_rows", "keep_machines_of_scores") % "tasks"
TASK_CORRECTED = f"""
CREATE FUNCTION keep_machines_of_corrected_task() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  PERFORM refresh_seen_machines(array_agg(kind), array_agg(id), array_agg(machine_uuid)) FROM (
    SELECT DISTINCT scope.kind, scope.id, task.machine_uuid
    FROM (VALUES (OLD.job_id, OLD.machine_uuid), (NEW.job_id, NEW.machine_uuid)) AS task (job_id, machine_uuid)
    JOIN jobs AS job ON job.id = task.job_id AND job.deleted_at IS NULL
    CROSS JOIN LATERAL {SCOPES} WHERE scope.id IS NOT NULL
  ) AS touched HAVING count(*) > 0;
  RETURN NULL;
END
$body$
"""  # noqa: S608 - our own names.

FUNCTIONS = {
    "refresh_seen_machines": REFRESH,
    "keep_seen_machines": TASKS_ADDED,
    "keep_machine_scores": SCORES_ADDED,
    "keep_machines_of_jobs": JOBS_CHANGED,
    "keep_machines_of_removed_job": JOB_REMOVED,
    "keep_machines_of_removed_tasks": TASK_REMOVED,
    "keep_machines_of_corrected_task": TASK_CORRECTED,
    "keep_machines_of_scores": SCORE_CORRECTED,
}
ROW, STATEMENT = "FOR EACH ROW", "FOR EACH STATEMENT"
NEW, OLD = "REFERENCING NEW TABLE AS new_rows", "REFERENCING OLD TABLE AS old_rows"
BOTH = "REFERENCING OLD TABLE AS old_jobs NEW TABLE AS new_jobs"
DESCRIPTION = "UPDATE OF job_id, machine_uuid, machine_ip, gpu_model, gpu_count"
TRIGGERS = (
    ("machines_of_tasks_added", "tasks", "AFTER INSERT", f"REFERENCING NEW TABLE AS new_tasks {STATEMENT}",
     "keep_seen_machines"),
    ("machines_of_tasks_removed", "tasks", "AFTER DELETE", f"{OLD} {STATEMENT}", "keep_machines_of_removed_tasks"),
    ("machines_of_task_corrected", "tasks", f"AFTER {DESCRIPTION}", ROW, "keep_machines_of_corrected_task"),
    ("machines_of_figures_added", "node_figures", "AFTER INSERT", f"{NEW} {STATEMENT}", "keep_machine_scores"),
    ("machines_of_figures_corrected", "node_figures", "AFTER UPDATE", f"{OLD} {STATEMENT}", "keep_machines_of_scores"),
    ("machines_of_figures_removed", "node_figures", "AFTER DELETE", f"{OLD} {STATEMENT}", "keep_machines_of_scores"),
    ("machines_of_scores_added", "job_summaries", "AFTER INSERT", f"{NEW} {STATEMENT}", "keep_machine_scores"),
    ("machines_of_scores_corrected", "job_summaries", "AFTER UPDATE", f"{OLD} {STATEMENT}", "keep_machines_of_scores"),
    ("machines_of_scores_removed", "job_summaries", "AFTER DELETE", f"{OLD} {STATEMENT}", "keep_machines_of_scores"),
    ("machines_of_jobs_changed", "jobs", "AFTER UPDATE", f"{BOTH} {STATEMENT}", "keep_machines_of_jobs"),
    ("machines_of_job_removed", "jobs", "BEFORE DELETE", ROW, "keep_machines_of_removed_job"),
)  # fmt: skip

# What the triggers would have kept of the jobs that are there already, in one pass.
FIRST_ROWS = f"""
WITH counted AS (
  SELECT scope.kind, scope.id AS scope_id, task.machine_uuid, count(*) AS jobs, max(task.id) AS last_task_id
  FROM tasks AS task JOIN jobs AS job ON job.id = task.job_id CROSS JOIN LATERAL {SCOPES}
  WHERE job.deleted_at IS NULL AND scope.id IS NOT NULL
  GROUP BY scope.kind, scope.id, task.machine_uuid
), newest AS (
  SELECT DISTINCT ON (scope.kind, scope.id, task.machine_uuid)
         scope.kind, scope.id AS scope_id, task.machine_uuid, task.task_id, task.job_id, task.measured_at
  FROM node_figures AS task JOIN jobs AS job ON job.id = task.job_id
  JOIN job_summaries AS summary ON summary.job_id = job.id AND jsonb_typeof(summary.performance_nodes) = 'array'
  CROSS JOIN LATERAL {SCOPES}
  WHERE job.deleted_at IS NULL AND scope.id IS NOT NULL
  ORDER BY scope.kind, scope.id, task.machine_uuid, task.measured_at DESC, task.task_id DESC
), scored AS (
  SELECT node.value ->> 'task_id' AS task_id,
         (node.value ->> 'score')::float8 AS score, node.value ->> 'status' AS status
  FROM (SELECT DISTINCT job_id FROM newest) AS ended JOIN job_summaries AS summary ON summary.job_id = ended.job_id
  CROSS JOIN LATERAL jsonb_array_elements(summary.performance_nodes) AS node (value)
)
INSERT INTO seen_machines ({COLUMNS}, {SCORES})
SELECT counted.kind, counted.scope_id, counted.machine_uuid, counted.jobs, last.id, last.machine_ip, last.gpu_model,
       last.gpu_count, newest.task_id, newest.measured_at, scored.score, scored.status
FROM counted JOIN tasks AS last ON last.id = counted.last_task_id
LEFT JOIN newest ON newest.kind = counted.kind AND newest.scope_id = counted.scope_id
                AND newest.machine_uuid = counted.machine_uuid
LEFT JOIN scored ON scored.task_id = newest.task_id::text
"""  # noqa: S608 - our own names.


def upgrade() -> None:
    """Create the table, fill it from what is there, and hang the functions that keep it on the tables it follows."""
    op.create_table(
        "seen_machines",
        sa.Column("scope_kind", sa.Text(collation="C"), nullable=False),
        sa.Column("scope_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("machine_uuid", sa.Text(collation="C"), nullable=False),
        sa.Column("jobs", sa.Integer(), nullable=False),
        sa.Column("last_task_id", sa.BigInteger(), nullable=False),
        sa.Column("machine_ip", sa.Text(), nullable=True),
        sa.Column("gpu_model", sa.Text(), nullable=True),
        sa.Column("gpu_count", sa.SmallInteger(), nullable=False),
        sa.Column("score_task_id", sa.BigInteger(), nullable=True),
        sa.Column("score_measured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("score_status", sa.Text(collation="C"), nullable=True),
        sa.CheckConstraint("scope_kind IN ('all', 'customer', 'owner')", name=op.f("ck_seen_machines_scope_kind")),
        sa.CheckConstraint(
            "score_status IN ('underperforming', 'as_expected', 'outperforming', 'unknown')",
            name=op.f("ck_seen_machines_score_status"),
        ),
        postgresql_with={"fillfactor": "80"},
    )
    # Millions of groups are added up in memory, and an index is made quicker of rows that are there.
    op.execute("SET LOCAL work_mem = '256MB'")
    op.execute(FIRST_ROWS)
    op.create_primary_key(op.f("pk_seen_machines"), "seen_machines", ["scope_kind", "scope_id", "machine_uuid"])
    for statement in FUNCTIONS.values():
        op.execute(statement)
    for name, table, event, each, function in TRIGGERS:
        op.execute(f"CREATE TRIGGER {name} {event} ON {table} {each} EXECUTE FUNCTION {function}()")


def downgrade() -> None:
    """Take triggers, functions and table away."""
    for name, table, *_ in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for function in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("seen_machines")
