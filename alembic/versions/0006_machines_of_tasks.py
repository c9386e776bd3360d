"""Find a machine's tasks without reading all of them: what the Machines pages ask."""

from collections.abc import Sequence

from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply this step."""
    op.create_index(op.f("ix_tasks_machine_uuid_id"), "tasks", ["machine_uuid", "id"], unique=False)


def downgrade() -> None:
    """Take this step back."""
    op.drop_index(op.f("ix_tasks_machine_uuid_id"), table_name="tasks")
