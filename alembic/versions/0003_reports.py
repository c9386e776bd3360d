"""Keep the reports of jobs: what was ordered, what was made, what failed."""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the table and the index of what waits."""
    op.create_table(
        "reports",
        sa.Column("job_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(collation="C"), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("job_state", sa.Text(collation="C"), nullable=True),
        sa.Column("object_key", sa.Text(collation="C"), nullable=True),
        sa.Column("bytes", sa.Integer(), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'ready', 'failed', 'discarded')", name=op.f("ck_reports_state")),
        sa.CheckConstraint("(made_at IS NULL) = (object_key IS NULL)", name=op.f("ck_reports_made_with_object")),
        sa.CheckConstraint("(state = 'failed') = (error IS NOT NULL)", name=op.f("ck_reports_error_with_failure")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_reports_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_reports")),
    )
    op.create_index(
        "ix_reports_waiting",
        "reports",
        ["wanted_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('pending', 'discarded')"),
    )


def downgrade() -> None:
    """Take the table away."""
    op.drop_index("ix_reports_waiting", table_name="reports")
    op.drop_table("reports")
