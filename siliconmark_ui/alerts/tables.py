"""Tables of alert reviews: a history that is only ever added to, and what it comes to, kept by a trigger.

The triggers stand in the fifth migration: a review can neither be changed nor removed while its job is there.
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from siliconmark_ui.models import Base, CodePoints, Instant, one_of

REVIEW_KINDS = ("acknowledged", "reopened")
NOTE_MAX = 512


class AlertReview(Base):
    """One act on an alert: who acknowledged or reopened it, when, and what they noted.

    People are named as they were then, without a reference: a review outlives its reviewer.
    """

    __tablename__ = "alert_reviews"
    __table_args__ = (
        CheckConstraint(one_of("kind", REVIEW_KINDS), name="kind"),
        CheckConstraint(f"char_length(note) <= {NOTE_MAX}", name="note_length"),
        CheckConstraint("kind <> 'acknowledged' OR note <> ''", name="acknowledged_with_note"),
        Index(None, "job_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(CodePoints)
    reviewer_id: Mapped[int] = mapped_column(BigInteger)
    reviewer_name: Mapped[str] = mapped_column(Text)
    reviewer_email: Mapped[str] = mapped_column(CodePoints)
    reviewed_at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(Text, server_default=text("''"), default="")


class AlertAcknowledgement(Base):
    """An alert whose last review acknowledged it; a trigger on the history adds and removes these rows."""

    __tablename__ = "alert_acknowledgements"

    job_id: Mapped[int] = mapped_column(
        ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
