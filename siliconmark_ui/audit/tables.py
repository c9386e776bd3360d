"""The table of the audit log. A trigger refuses every UPDATE, DELETE and TRUNCATE of it (see the fourth migration)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from siliconmark_ui.audit.filters import OUTCOMES
from siliconmark_ui.models import Base, CodePoints, Instant, one_of


class AuditEntry(Base):
    """One act. People and customers are named as they were then, without a reference: an entry outlives them."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint(one_of("outcome", OUTCOMES), name="outcome"),
        Index(None, "customer_id", "id"),
        Index(None, "action", "id"),
        Index(None, "actor_email", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    action: Mapped[str] = mapped_column(CodePoints)
    outcome: Mapped[str] = mapped_column(CodePoints)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_email: Mapped[str] = mapped_column(CodePoints)
    customer_id: Mapped[int | None] = mapped_column(BigInteger)
    customer_name: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
