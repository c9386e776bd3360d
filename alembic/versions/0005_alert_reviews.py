"""Keep who reviewed which alert, append-only, and let lists put alerts first by an index."""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# What was noted about a job goes with the job, and in no other way.
REFUSAL = """
CREATE FUNCTION refuse_review_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF NOT EXISTS (SELECT FROM jobs WHERE id = OLD.job_id) THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION 'reviews of alerts are append-only' USING ERRCODE = 'insufficient_privilege';
END
$body$
"""
ACKNOWLEDGEMENTS = """
CREATE FUNCTION keep_alert_acknowledgements() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF NEW.kind = 'acknowledged' THEN
    INSERT INTO alert_acknowledgements (job_id) VALUES (NEW.job_id) ON CONFLICT DO NOTHING;
  ELSE
    DELETE FROM alert_acknowledgements WHERE job_id = NEW.job_id;
  END IF;
  RETURN NULL;
END
$body$
"""
IS_ALERT = sa.text("(performance_status = 'underperforming')")
JUDGED = sa.text("deleted_at IS NULL AND performance_status IS NOT NULL")


def upgrade() -> None:
    """Create the history, what it comes to, their triggers, and the indexes of the order."""
    op.create_table(
        "alert_reviews",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(collation="C"), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger(), nullable=False),
        sa.Column("reviewer_name", sa.Text(), nullable=False),
        sa.Column("reviewer_email", sa.Text(collation="C"), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint("kind IN ('acknowledged', 'reopened')", name=op.f("ck_alert_reviews_kind")),
        sa.CheckConstraint("char_length(note) <= 512", name=op.f("ck_alert_reviews_note_length")),
        sa.CheckConstraint(
            "kind <> 'acknowledged' OR note <> ''", name=op.f("ck_alert_reviews_acknowledged_with_note")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_alert_reviews_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_reviews")),
    )
    op.create_index(op.f("ix_alert_reviews_job_id_id"), "alert_reviews", ["job_id", "id"], unique=False)
    op.create_table(
        "alert_acknowledgements",
        sa.Column("job_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name=op.f("fk_alert_acknowledgements_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_alert_acknowledgements")),
    )
    op.execute(REFUSAL)
    op.execute(ACKNOWLEDGEMENTS)
    op.execute(
        "CREATE TRIGGER alert_reviews_append_only BEFORE UPDATE OR DELETE ON alert_reviews "
        "FOR EACH ROW EXECUTE FUNCTION refuse_review_change()"
    )
    op.execute(
        "CREATE TRIGGER alert_reviews_not_emptied BEFORE TRUNCATE ON alert_reviews "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_review_change()"
    )
    op.execute(
        "CREATE TRIGGER alert_reviews_inserted AFTER INSERT ON alert_reviews "
        "FOR EACH ROW EXECUTE FUNCTION keep_alert_acknowledgements()"
    )
    op.create_index("ix_jobs_live_alerts_first", "jobs", [IS_ALERT, "id"], unique=False, postgresql_where=JUDGED)
    op.create_index(
        "ix_jobs_live_customer_alerts_first",
        "jobs",
        ["customer_id", IS_ALERT, "id"],
        unique=False,
        postgresql_where=JUDGED,
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_jobs_live_customer_alerts_first", table_name="jobs")
    op.drop_index("ix_jobs_live_alerts_first", table_name="jobs")
    op.drop_table("alert_acknowledgements")
    op.drop_index(op.f("ix_alert_reviews_job_id_id"), table_name="alert_reviews")
    op.drop_table("alert_reviews")
    op.execute("DROP FUNCTION keep_alert_acknowledgements()")
    op.execute("DROP FUNCTION refuse_review_change()")
