"""Let the database itself tell which jobs have changed: with their tasks, results, reviews and reports."""

from collections.abc import Sequence

from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# A change reads `kind job customer owner`, 0 for a job that belongs to nobody. NOTIFY inside a transaction makes its
# commit wait for that of every other such transaction, disk and all. So a session that promises to pass changes on by
# itself (`siliconmark.relay`) is told them beside its answer, and every other session's commit notifies.
TELL = """
CREATE FUNCTION tell_change(change text) RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
  IF current_setting('siliconmark.relay', true) = 'on' THEN
    RAISE INFO USING ERRCODE = 'SM001', MESSAGE = change;
  ELSE
    PERFORM pg_notify('siliconmark_changes', change);
  END IF;
END
$body$
"""

# A statement that changes more than 20 jobs, such as a bulk load, is one change: `many`.
JOBS = """
CREATE FUNCTION tell_changed_jobs() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  job record;
BEGIN
  IF (SELECT count(*) FROM (SELECT FROM changed LIMIT 21) AS first_few) > 20 THEN
    PERFORM tell_change('many 0 0 0');
    RETURN NULL;
  END IF;
  FOR job IN SELECT id, customer_id, owner_id, ended_at, deleted_at FROM changed LOOP
    PERFORM tell_change(concat_ws(' ',
      CASE WHEN TG_OP = 'DELETE' OR job.ended_at IS NOT NULL OR job.deleted_at IS NOT NULL THEN 'ended'
           WHEN TG_OP = 'INSERT' THEN 'created' ELSE 'changed' END,
      job.id, coalesce(job.customer_id, 0), coalesce(job.owner_id, 0)
    ));
  END LOOP;
  RETURN NULL;
END
$body$
"""
PARTS = """
CREATE FUNCTION tell_changed_parts() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  ids bigint[] := ARRAY(SELECT job_id FROM changed LIMIT 21);
  job record;
BEGIN
  IF cardinality(ids) > 20 THEN
    PERFORM tell_change('many 0 0 0');
    RETURN NULL;
  END IF;
  FOR job IN SELECT id, customer_id, owner_id FROM jobs WHERE id = ANY (ids) LOOP
    PERFORM tell_change(concat_ws(' ', TG_ARGV[0], job.id, coalesce(job.customer_id, 0), coalesce(job.owner_id, 0)));
  END LOOP;
  RETURN NULL;
END
$body$
"""
NEW, OLD = "NEW TABLE AS changed", "OLD TABLE AS changed"
TRIGGERS = (
    ("jobs", "INSERT", NEW, "tell_changed_jobs()"),
    ("jobs", "UPDATE", NEW, "tell_changed_jobs()"),
    ("jobs", "DELETE", OLD, "tell_changed_jobs()"),
    ("tasks", "INSERT", NEW, "tell_changed_parts('task')"),
    ("tasks", "UPDATE", NEW, "tell_changed_parts('task')"),
    ("results", "INSERT", NEW, "tell_changed_parts('result')"),
    ("results", "UPDATE", NEW, "tell_changed_parts('result')"),
    ("alert_reviews", "INSERT", NEW, "tell_changed_parts('review')"),
    ("reports", "INSERT", NEW, "tell_changed_parts('report')"),
    ("reports", "UPDATE", NEW, "tell_changed_parts('report')"),
)


def upgrade() -> None:
    """Create the functions and hang them on the tables, once per statement."""
    for function in (TELL, JOBS, PARTS):
        op.execute(function)
    for table, event, changed, function in TRIGGERS:
        op.execute(
            f"CREATE TRIGGER {_name(table, event)} AFTER {event} ON {table} REFERENCING {changed} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {function}"
        )


def downgrade() -> None:
    """Take the triggers and their functions away."""
    for table, event, _, _ in TRIGGERS:
        op.execute(f"DROP TRIGGER {_name(table, event)} ON {table}")
    for function in ("tell_changed_parts()", "tell_changed_jobs()", "tell_change(text)"):
        op.execute(f"DROP FUNCTION {function}")


def _name(table: str, event: str) -> str:
    return f"{table}_told_{event.lower()}"
