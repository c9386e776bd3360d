"""The first tables: people, jobs, tasks, results, and what lists read."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FILTERED = [
    "state",
    "node_count",
    "current_nodes",
    "started_at",
    "ended_at",
    "name_lower",
    "benchmark_ids",
    "performance_status",
]


def upgrade() -> None:
    """Apply this step."""
    op.execute(sa.schema.CreateSequence(sa.Sequence("id_sequence")))
    op.create_table(
        "customers",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("name", name=op.f("uq_customers_name")),
    )
    op.create_table(
        "job_counts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("scope_kind", sa.Text(collation="C"), nullable=False),
        sa.Column("scope_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(collation="C"), nullable=False),
        sa.Column("jobs", sa.Integer(), nullable=False),
        sa.Column("alerts", sa.Integer(), nullable=False),
        sa.CheckConstraint("scope_kind IN ('all', 'customer', 'owner')", name=op.f("ck_job_counts_scope_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_counts")),
    )
    op.create_index(
        op.f("ix_job_counts_scope_kind_scope_id_state"),
        "job_counts",
        ["scope_kind", "scope_id", "state"],
        unique=False,
        postgresql_include=["jobs", "alerts"],
    )
    op.create_table(
        "job_tags",
        sa.Column("job_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tag", sa.Text(collation="C"), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("job_id", "tag", name=op.f("pk_job_tags")),
    )
    op.create_index(
        op.f("ix_job_tags_customer_id_tag_job_id"), "job_tags", ["customer_id", "tag", "job_id"], unique=False
    )
    op.create_index(op.f("ix_job_tags_owner_id_tag_job_id"), "job_tags", ["owner_id", "tag", "job_id"], unique=False)
    op.create_index(op.f("ix_job_tags_tag_job_id"), "job_tags", ["tag", "job_id"], unique=False)
    op.create_table(
        "throttle_marks",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("bucket", sa.Text(collation="C"), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_throttle_marks")),
    )
    op.create_index(op.f("ix_throttle_marks_bucket_marked_at"), "throttle_marks", ["bucket", "marked_at"], unique=False)
    op.create_index(op.f("ix_throttle_marks_marked_at"), "throttle_marks", ["marked_at"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("email", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(collation="C"), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("role IN ('user', 'customer_admin', 'staff', 'root_admin')", name=op.f("ck_users_role")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_users_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_index(op.f("ix_users_customer_id"), "users", ["customer_id"], unique=False)
    op.create_table(
        "browser_sessions",
        sa.Column("key_hash", sa.Text(collation="C"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_browser_sessions_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_browser_sessions")),
    )
    op.create_index(op.f("ix_browser_sessions_expires_at"), "browser_sessions", ["expires_at"], unique=False)
    op.create_index(op.f("ix_browser_sessions_user_id"), "browser_sessions", ["user_id"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(collation="C"), nullable=False),
        sa.Column("name_lower", sa.Text(collation="C"), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(collation="C"), nullable=False),
        sa.Column("node_count", sa.SmallInteger(), nullable=False),
        sa.Column("current_nodes", sa.SmallInteger(), nullable=False),
        sa.Column("benchmark_sequence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("benchmark_ids", sa.ARRAY(sa.Text(collation="C")), nullable=False),
        sa.Column("tags", sa.ARRAY(sa.Text(collation="C")), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gpu_models", sa.ARRAY(sa.Text(collation="C")), nullable=False),
        sa.Column("performance_status", sa.Text(collation="C"), nullable=True),
        sa.Column("performance_score", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NOT NULL) = (state IN ('completed', 'aborted', 'failed', 'completed_with_warnings'))",
            name=op.f("ck_jobs_ended_with_state"),
        ),
        sa.CheckConstraint(
            "created_at = timestamptz '2020-01-01 00:00:00+00' + (id >> 22) * interval '1 millisecond'",
            name=op.f("ck_jobs_created_at_in_id"),
        ),
        sa.CheckConstraint("expires_at = created_at + interval '24 hours'", name=op.f("ck_jobs_expiry")),
        sa.CheckConstraint(
            "performance_status IN ('underperforming', 'as_expected', 'outperforming', 'unknown')",
            name=op.f("ck_jobs_performance_status"),
        ),
        sa.CheckConstraint(
            "state IN ('created', 'starting', 'running', 'completed', 'aborted', 'failed', 'completed_with_warnings')",
            name=op.f("ck_jobs_state"),
        ),
        sa.CheckConstraint("(customer_id IS NULL) = (owner_id IS NULL)", name=op.f("ck_jobs_owner_has_customer")),
        sa.CheckConstraint("cardinality(tags) <= 10", name=op.f("ck_jobs_tags_count")),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 60", name=op.f("ck_jobs_name_length")),
        sa.CheckConstraint("current_nodes BETWEEN 0 AND node_count", name=op.f("ck_jobs_current_nodes")),
        sa.CheckConstraint("node_count BETWEEN 1 AND 256", name=op.f("ck_jobs_node_count")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_jobs_customer_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_jobs_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index(
        "ix_jobs_live",
        "jobs",
        ["id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
        postgresql_include=FILTERED,
    )
    op.create_index(
        "ix_jobs_live_current_nodes",
        "jobs",
        ["current_nodes", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_jobs_live_customer",
        "jobs",
        ["customer_id", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
        postgresql_include=FILTERED,
    )
    op.create_index(
        "ix_jobs_live_customer_current_nodes",
        "jobs",
        ["customer_id", "current_nodes", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_jobs_live_customer_ended_at_asc",
        "jobs",
        ["customer_id", "ended_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_jobs_live_customer_ended_at_desc",
        "jobs",
        ["customer_id", sa.literal_column("ended_at DESC NULLS LAST"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_jobs_live_customer_name",
        "jobs",
        ["customer_id", "name_lower", "name", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_jobs_live_customer_node_count",
        "jobs",
        ["customer_id", "node_count", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_jobs_live_customer_started_at_asc",
        "jobs",
        ["customer_id", "started_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_jobs_live_customer_started_at_desc",
        "jobs",
        ["customer_id", sa.literal_column("started_at DESC NULLS LAST"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_jobs_live_customer_state",
        "jobs",
        ["customer_id", "state", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_jobs_live_ended_at_asc",
        "jobs",
        ["ended_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_jobs_live_ended_at_desc",
        "jobs",
        [sa.literal_column("ended_at DESC NULLS LAST"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_jobs_live_name",
        "jobs",
        ["name_lower", "name", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_jobs_live_node_count",
        "jobs",
        ["node_count", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_jobs_live_owner",
        "jobs",
        ["owner_id", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
        postgresql_include=FILTERED,
    )
    op.create_index(
        "ix_jobs_live_started_at_asc",
        "jobs",
        ["started_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_jobs_live_started_at_desc",
        "jobs",
        [sa.literal_column("started_at DESC NULLS LAST"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_jobs_live_state", "jobs", ["state", "id"], unique=False, postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.create_index(
        "ix_jobs_unfinished",
        "jobs",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "uq_jobs_live_customer_name",
        "jobs",
        ["customer_id", "name"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "job_summaries",
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("quickmark_aggregate_results", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("performance", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("performance_nodes", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_job_summaries_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_job_summaries")),
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("machine_uuid", sa.Text(collation="C"), nullable=False),
        sa.Column("machine_ip", sa.Text(), nullable=True),
        sa.Column("gpu_model", sa.Text(), nullable=True),
        sa.Column("gpu_count", sa.SmallInteger(), nullable=False),
        sa.Column("inventory", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(collation="C"), nullable=False),
        sa.Column("failed_message", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('created', 'running', 'completed', 'failed', 'aborted')", name=op.f("ck_tasks_state")
        ),
        sa.CheckConstraint("gpu_count BETWEEN 1 AND 64", name=op.f("ck_tasks_gpu_count")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_tasks_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("job_id", "machine_uuid", name=op.f("uq_tasks_job_id_machine_uuid")),
    )
    op.create_table(
        "node_figures",
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("machine_uuid", sa.Text(collation="C"), nullable=False),
        sa.Column("gpu_model", sa.Text(collation="C"), nullable=True),
        sa.Column("gpu_count", sa.SmallInteger(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bf16_tflops", sa.Double(), nullable=True),
        sa.Column("fp16_tflops", sa.Double(), nullable=True),
        sa.Column("fp32_tflops", sa.Double(), nullable=True),
        sa.Column("fp32_cuda_core_tflops", sa.Double(), nullable=True),
        sa.Column("mixed_precision_tflops", sa.Double(), nullable=True),
        sa.Column("memory_bandwidth_gbs", sa.Double(), nullable=True),
        sa.Column("allreduce_bandwidth_gbs", sa.Double(), nullable=True),
        sa.Column("broadcast_bandwidth_gbs", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_node_figures_job_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_node_figures_task_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_node_figures")),
    )
    op.create_index(
        op.f("ix_node_figures_gpu_model_measured_at"), "node_figures", ["gpu_model", "measured_at"], unique=False
    )
    op.create_index(
        op.f("ix_node_figures_gpu_model_gpu_count_measured_at"),
        "node_figures",
        ["gpu_model", "gpu_count", "measured_at"],
        unique=False,
    )
    op.create_index(op.f("ix_node_figures_job_id"), "node_figures", ["job_id"], unique=False)
    op.create_index(
        op.f("ix_node_figures_machine_uuid_measured_at"), "node_figures", ["machine_uuid", "measured_at"], unique=False
    )
    op.create_table(
        "results",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.Text(collation="C"), nullable=False),
        sa.Column("state", sa.Text(collation="C"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.CheckConstraint("state IN ('completed', 'failed')", name=op.f("ck_results_state")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_results_job_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_results_task_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_results")),
    )
    op.create_index(op.f("ix_results_job_id"), "results", ["job_id"], unique=False)
    op.create_index(
        "uq_results_job", "results", ["job_id", "key"], unique=True, postgresql_where=sa.text("task_id IS NULL")
    )
    op.create_index(
        "uq_results_task", "results", ["task_id", "key"], unique=True, postgresql_where=sa.text("task_id IS NOT NULL")
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_index("uq_results_task", table_name="results", postgresql_where=sa.text("task_id IS NOT NULL"))
    op.drop_index("uq_results_job", table_name="results", postgresql_where=sa.text("task_id IS NULL"))
    op.drop_index(op.f("ix_results_job_id"), table_name="results")
    op.drop_table("results")
    op.drop_index(op.f("ix_node_figures_machine_uuid_measured_at"), table_name="node_figures")
    op.drop_index(op.f("ix_node_figures_job_id"), table_name="node_figures")
    op.drop_index(op.f("ix_node_figures_gpu_model_measured_at"), table_name="node_figures")
    op.drop_index(op.f("ix_node_figures_gpu_model_gpu_count_measured_at"), table_name="node_figures")
    op.drop_table("node_figures")
    op.drop_table("tasks")
    op.drop_table("job_summaries")
    op.drop_index("uq_jobs_live_customer_name", table_name="jobs", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(
        "ix_jobs_unfinished", table_name="jobs", postgresql_where=sa.text("ended_at IS NULL AND deleted_at IS NULL")
    )
    op.drop_index("ix_jobs_live_state", table_name="jobs", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index("ix_jobs_live_started_at_desc", table_name="jobs", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index("ix_jobs_live_started_at_asc", table_name="jobs", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(
        "ix_jobs_live_owner",
        table_name="jobs",
        postgresql_where=sa.text("deleted_at IS NULL"),
        postgresql_include=FILTERED,
    )
    op.drop_index("ix_jobs_live_node_count", table_name="jobs", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index("ix_jobs_live_name", table_name="jobs", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index("ix_jobs_live_ended_at_desc", table_name="jobs", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index("ix_jobs_live_ended_at_asc", table_name="jobs", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index("ix_jobs_live_customer_state", table_name="jobs", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(
        "ix_jobs_live_customer_started_at_desc", table_name="jobs", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(
        "ix_jobs_live_customer_started_at_asc", table_name="jobs", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index("ix_jobs_live_customer_node_count", table_name="jobs", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index("ix_jobs_live_customer_name", table_name="jobs", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(
        "ix_jobs_live_customer_ended_at_desc", table_name="jobs", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(
        "ix_jobs_live_customer_ended_at_asc", table_name="jobs", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(
        "ix_jobs_live_customer_current_nodes", table_name="jobs", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(
        "ix_jobs_live_customer",
        table_name="jobs",
        postgresql_where=sa.text("deleted_at IS NULL"),
        postgresql_include=FILTERED,
    )
    op.drop_index("ix_jobs_live_current_nodes", table_name="jobs", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(
        "ix_jobs_live",
        table_name="jobs",
        postgresql_where=sa.text("deleted_at IS NULL"),
        postgresql_include=FILTERED,
    )
    op.drop_table("jobs")
    op.drop_index(op.f("ix_browser_sessions_user_id"), table_name="browser_sessions")
    op.drop_index(op.f("ix_browser_sessions_expires_at"), table_name="browser_sessions")
    op.drop_table("browser_sessions")
    op.drop_index(op.f("ix_users_customer_id"), table_name="users")
    op.drop_table("users")
    op.drop_index(op.f("ix_throttle_marks_marked_at"), table_name="throttle_marks")
    op.drop_index(op.f("ix_throttle_marks_bucket_marked_at"), table_name="throttle_marks")
    op.drop_table("throttle_marks")
    op.drop_index(op.f("ix_job_tags_tag_job_id"), table_name="job_tags")
    op.drop_index(op.f("ix_job_tags_owner_id_tag_job_id"), table_name="job_tags")
    op.drop_index(op.f("ix_job_tags_customer_id_tag_job_id"), table_name="job_tags")
    op.drop_table("job_tags")
    op.drop_index(
        op.f("ix_job_counts_scope_kind_scope_id_state"), table_name="job_counts", postgresql_include=["jobs", "alerts"]
    )
    op.drop_table("job_counts")
    op.drop_table("customers")
    op.execute(sa.schema.DropSequence(sa.Sequence("id_sequence")))
