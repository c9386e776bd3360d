"""The table of machines: what a list of them shows, sorts and filters by, kept by triggers (see the ninth migration).

Without it a list of machines would read the tasks of every visible job: a second over a million jobs.
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Double, Integer, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from siliconmark_ui.models import STATUSES, Base, CodePoints, Instant, one_of


class SeenMachine(Base):
    """A machine as one scope sees it: its live jobs there, its last task, and its newest score.

    `scope_kind` and `scope_id` are those of `job_counts`. Description (`machine_ip` to `gpu_count`) is the last task's;
    score and status are null until a job of the scope ended with figures of the machine.
    """

    __tablename__ = "seen_machines"
    __table_args__ = (
        CheckConstraint(one_of("scope_kind", ("all", "customer", "owner")), name="scope_kind"),
        CheckConstraint(one_of("score_status", STATUSES), name="score_status"),
        # Room for the next version of a row beside it, so that an update leaves the index alone.
        {"postgresql_with": {"fillfactor": "80"}},
    )

    scope_kind: Mapped[str] = mapped_column(CodePoints, primary_key=True)
    scope_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    machine_uuid: Mapped[str] = mapped_column(CodePoints, primary_key=True)
    jobs: Mapped[int] = mapped_column(Integer)
    last_task_id: Mapped[int] = mapped_column(BigInteger)
    machine_ip: Mapped[str | None] = mapped_column(Text)
    gpu_model: Mapped[str | None] = mapped_column(Text)
    gpu_count: Mapped[int] = mapped_column(SmallInteger)
    score_task_id: Mapped[int | None] = mapped_column(BigInteger)
    score_measured_at: Mapped[datetime | None] = mapped_column(Instant)
    score: Mapped[float | None] = mapped_column(Double)
    score_status: Mapped[str | None] = mapped_column(CodePoints)
