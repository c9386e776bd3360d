"""Find jobs by a rare part of their name in an index: a list looked through a million jobs for it."""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# What pg_trgm does, for servers that do not have it: each three characters in a row, wherever they stand.
PARTS_FUNCTION = """
CREATE FUNCTION name_parts(name text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ARRAY(SELECT DISTINCT substr(name, place, 3) FROM generate_series(1, char_length(name) - 2) AS place)
"""
# A job changes often, its name never: only what takes it away or brings it back is looked at.
NAME_FUNCTION = """
CREATE FUNCTION keep_job_names() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO job_names (job_id, name_lower) SELECT id, name_lower FROM new_jobs WHERE deleted_at IS NULL;
  ELSIF TG_OP = 'UPDATE' THEN
    DELETE FROM job_names WHERE job_id = OLD.id;
    IF NEW.deleted_at IS NULL THEN
      INSERT INTO job_names (job_id, name_lower) VALUES (NEW.id, NEW.name_lower);
    END IF;
  ELSE
    DELETE FROM job_names USING old_jobs WHERE job_names.job_id = old_jobs.id;
  END IF;
  RETURN NULL;
END
$body$
"""
CHANGED = """(OLD.id, OLD.name_lower, OLD.deleted_at IS NULL)
  IS DISTINCT FROM (NEW.id, NEW.name_lower, NEW.deleted_at IS NULL)"""
TRIGGERS = {
    "job_names_inserted": "AFTER INSERT ON jobs REFERENCING NEW TABLE AS new_jobs FOR EACH STATEMENT",
    "job_names_updated": f"AFTER UPDATE ON jobs FOR EACH ROW WHEN ({CHANGED})",
    "job_names_removed": "AFTER DELETE ON jobs REFERENCING OLD TABLE AS old_jobs FOR EACH STATEMENT",
}


def upgrade() -> None:
    """Create the table, fill it, and hang the function that keeps it on `jobs`."""
    op.execute("LOCK TABLE jobs IN SHARE ROW EXCLUSIVE MODE")
    op.execute(PARTS_FUNCTION)
    op.create_table(
        "job_names",
        sa.Column("job_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name_lower", sa.Text(collation="C"), nullable=False),
    )
    op.execute("INSERT INTO job_names SELECT id, name_lower FROM jobs WHERE deleted_at IS NULL ORDER BY id")
    op.create_primary_key(op.f("pk_job_names"), "job_names", ["job_id"])
    op.create_index("ix_job_names_parts", "job_names", [sa.text("name_parts(name_lower)")], postgresql_using="gin")
    op.execute("ANALYZE job_names")
    op.execute(NAME_FUNCTION)
    for name, event in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {event} EXECUTE FUNCTION keep_job_names()")


def downgrade() -> None:
    """Take triggers, functions and table away."""
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON jobs")
    op.execute("DROP FUNCTION keep_job_names()")
    op.drop_table("job_names")
    op.execute("DROP FUNCTION name_parts(text)")
