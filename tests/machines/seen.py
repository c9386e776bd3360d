"""The table of machines beside what the jobs, tasks and scores say it should hold."""

from collections import Counter

from sqlalchemy import text

from siliconmark_ui.db import Database

RECOUNTED = text("""
    WITH live AS (
      SELECT scope.kind, scope.id AS scope_id, jobs.id FROM jobs CROSS JOIN LATERAL
        (VALUES ('all', 0), ('customer', customer_id), ('owner', owner_id)) AS scope (kind, id)
      WHERE deleted_at IS NULL AND scope.id IS NOT NULL
    ), counted AS (
      SELECT kind, scope_id, machine_uuid, count(*) AS jobs, max(tasks.id) AS last_task_id
      FROM live JOIN tasks ON tasks.job_id = live.id GROUP BY kind, scope_id, machine_uuid
    ), scored AS (
      SELECT DISTINCT ON (kind, scope_id, figures.machine_uuid) kind, scope_id, figures.machine_uuid, figures.task_id,
             figures.measured_at, (node ->> 'score')::float8 AS score, node ->> 'status' AS status
      FROM live JOIN node_figures AS figures ON figures.job_id = live.id
      JOIN job_summaries AS summary ON summary.job_id = live.id
      CROSS JOIN LATERAL jsonb_array_elements(summary.performance_nodes) AS node
      WHERE (node ->> 'task_id')::bigint = figures.task_id
      ORDER BY kind, scope_id, figures.machine_uuid, figures.measured_at DESC, figures.task_id DESC
    )
    SELECT counted.*, last.machine_ip, last.gpu_model, last.gpu_count,
           scored.task_id, scored.measured_at, scored.score, scored.status
    FROM counted JOIN tasks AS last ON last.id = last_task_id
    LEFT JOIN scored ON (counted.kind, counted.scope_id, counted.machine_uuid)
                      = (scored.kind, scored.scope_id, scored.machine_uuid)
""")
KEPT = text("""
    SELECT scope_kind, scope_id, seen.machine_uuid, jobs, last_task_id, machine_ip, gpu_model, gpu_count, score_task_id,
           score_measured_at, score, score_status FROM seen_machines AS seen
""")


async def agree(db: Database) -> int:
    """Hold what is kept to what the jobs say; give how many rows that is."""
    async with db.session_scope() as session:
        kept = [tuple(row) for row in await session.execute(KEPT)]
        assert Counter(kept) == Counter(tuple(row) for row in await session.execute(RECOUNTED))
        return len(kept)
