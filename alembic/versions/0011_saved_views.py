"""Keep the views of lists that people name, and which of them a page opens with."""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "saved_views",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("page", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.Text(collation="C"), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("page IN ('jobs', 'performance', 'machines')", name=op.f("ck_saved_views_page")),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 60", name=op.f("ck_saved_views_name_length")),
        sa.CheckConstraint("char_length(query) <= 4000", name=op.f("ck_saved_views_query_length")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_views_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("user_id", "page", "name", name=op.f("uq_saved_views_user_id_page_name")),
    )
    op.create_index(
        "uq_saved_views_default",
        "saved_views",
        ["user_id", "page"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_index("uq_saved_views_default", table_name="saved_views")
    op.drop_table("saved_views")
