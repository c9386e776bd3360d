"""The table of reports: one row a job, which is both the order to make a report and the record of the one there is."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, SmallInteger, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from siliconmark_ui.models import Base, CodePoints, Instant

REPORT_STATES = ("pending", "ready", "failed", "discarded")
_STATES = ", ".join(repr(state) for state in REPORT_STATES)


class Report(Base):
    """A job's report. `state` is that of the last order; `made_at` tells whether there is a document, of whatever age.

    `pending` waits to be made, by whom `claimed_until` has passed; `discarded` belongs to a deleted job and waits to be
    taken out of the store. `bytes` is the size of the document, `job_state` the job's state that it shows.
    """

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("(made_at IS NULL) = (object_key IS NULL)", name="made_with_object"),
        CheckConstraint("(state = 'failed') = (error IS NOT NULL)", name="error_with_failure"),
        Index("ix_reports_waiting", "wanted_at", postgresql_where=text("state IN ('pending', 'discarded')")),
    )

    job_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    state: Mapped[str] = mapped_column(CodePoints)
    wanted_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, server_default=func.now(), init=False)
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"), default=0)
    claimed_until: Mapped[datetime | None] = mapped_column(Instant, default=None)
    error: Mapped[str | None] = mapped_column(Text, default=None)
    made_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    job_state: Mapped[str | None] = mapped_column(CodePoints, default=None)
    object_key: Mapped[str | None] = mapped_column(CodePoints, default=None)
    bytes: Mapped[int | None] = mapped_column(Integer, default=None)
