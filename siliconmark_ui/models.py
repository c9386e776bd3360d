"""Tables, their constraints, and the indexes beside the columns that need them.

Live rows are those with `deleted_at IS NULL`; each index on `jobs` holds live rows only. A list never joins result
blobs: what it may be asked to include stands in `job_summaries`, what an agent uploaded in `results`. `job_counts` and
`job_tags` are kept by triggers (see the second migration), so no code path can forget them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    DDL,
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    ColumnElement,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Sequence,
    SmallInteger,
    Text,
    UniqueConstraint,
    event,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

JOB_STATES = ("created", "starting", "running", "completed", "aborted", "failed", "completed_with_warnings")
TASK_STATES = ("created", "running", "completed", "failed", "aborted")
ENDED_STATES = ("completed", "aborted", "failed", "completed_with_warnings")
STATUSES = ("underperforming", "as_expected", "outperforming", "unknown")
ROLES = ("user", "customer_admin", "staff", "root_admin")

# Text that is compared or sorted by code point, whatever the locale of the server.
CodePoints = Text(collation="C")
Instant = DateTime(timezone=True)


def one_of(column: str, values: tuple[str, ...]) -> str:
    """Return the condition that a column holds one of some words."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Base(DeclarativeBase, MappedAsDataclass, kw_only=True):
    """Base of all tables; names of constraints follow one convention, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


ID_SEQUENCE = Sequence("id_sequence", metadata=Base.metadata)


class Customer(Base):
    """An organisation; its jobs' names are unique within it."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text, unique=True)
    is_demo: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)
    created_at: Mapped[datetime] = mapped_column(Instant, server_default=func.now(), init=False)


class User(Base):
    """A person who signs in; `email` is stored in lower case."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint(one_of("role", ROLES), name="role"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    email: Mapped[str] = mapped_column(CodePoints, unique=True)
    name: Mapped[str] = mapped_column(Text)
    # None: a person who signs in at a provider alone.
    password_hash: Mapped[str | None] = mapped_column(Text, repr=False)
    role: Mapped[str] = mapped_column(CodePoints)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"), default=True)
    # Grows when everything that the person holds is revoked: signed tokens of an earlier generation are dead.
    token_generation: Mapped[int] = mapped_column(Integer, server_default=text("0"), default=0)
    created_at: Mapped[datetime] = mapped_column(Instant, server_default=func.now(), init=False)


class BrowserSession(Base):
    """A signed-in browser; only the SHA-256 of the cookie's value is stored."""

    __tablename__ = "browser_sessions"

    key_hash: Mapped[str] = mapped_column(CodePoints, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant, server_default=func.now(), init=False)
    last_seen_at: Mapped[datetime] = mapped_column(Instant, server_default=func.now(), init=False)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    # By which its owner recognises and revokes it; the key's hash never leaves.
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True, init=False)
    address: Mapped[str] = mapped_column(Text, server_default=text("''"), default="")
    user_agent: Mapped[str] = mapped_column(Text, server_default=text("''"), default="")
    # Of a session that a provider opened: which one, and what it is told at sign-out.
    provider: Mapped[str | None] = mapped_column(CodePoints, default=None)
    id_token: Mapped[str | None] = mapped_column(Text, default=None, repr=False)


class ThrottleMark(Base):
    """One counted try (a failed sign-in, an anonymous job) of one bucket; shared by all workers, kept over restarts."""

    __tablename__ = "throttle_marks"
    __table_args__ = (Index(None, "bucket", "marked_at"), Index(None, "marked_at"))

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, init=False)
    bucket: Mapped[str] = mapped_column(CodePoints)
    marked_at: Mapped[datetime] = mapped_column(Instant)


class Job(Base):
    """One benchmarking run over `node_count` nodes. Anonymous jobs have neither customer nor owner."""

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(CodePoints)
    # Lower-cased by Python, so that the filter, the order and the tests share one rule in every database locale.
    name_lower: Mapped[str] = mapped_column(CodePoints)
    description: Mapped[str | None] = mapped_column(Text)
    node_count: Mapped[int] = mapped_column(SmallInteger)
    benchmark_sequence: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    benchmark_ids: Mapped[list[str]] = mapped_column(ARRAY(CodePoints))
    tags: Mapped[list[str]] = mapped_column(ARRAY(CodePoints))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(CodePoints, default="created")
    current_nodes: Mapped[int] = mapped_column(SmallInteger, default=0)
    started_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    deleted_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    gpu_models: Mapped[list[str]] = mapped_column(ARRAY(CodePoints), default_factory=list)
    performance_status: Mapped[str | None] = mapped_column(CodePoints, default=None)
    performance_score: Mapped[float | None] = mapped_column(Double, default=None)


LIVE = Job.deleted_at.is_(None)
IS_ALERT: ColumnElement[bool] = Job.performance_status == literal_column("'underperforming'")
_JUDGED = LIVE & Job.performance_status.is_not(None)
_NULLS_LAST = (Job.started_at, Job.ended_at)


def _sort_indexes() -> list[Index]:
    """One partial index per sort field for all jobs and for a customer's; the id breaks ties in the same direction."""
    indexes = []
    for scope in ((), (Job.customer_id,)):
        prefix = "customer_" if scope else ""
        indexes += [
            Index(f"ix_jobs_live_{prefix}{column.key}", *scope, column, Job.id, postgresql_where=LIVE)
            for column in (Job.state, Job.node_count, Job.current_nodes)
        ]
        name_key = (Job.name_lower, Job.name, Job.id)
        indexes.append(Index(f"ix_jobs_live_{prefix}name", *scope, *name_key, postgresql_where=LIVE))
        for column in _NULLS_LAST:
            up = Index(f"ix_jobs_live_{prefix}{column.key}_asc", *scope, column, Job.id, postgresql_where=LIVE)
            falling = (column.desc().nulls_last(), Job.id.desc())
            down = Index(f"ix_jobs_live_{prefix}{column.key}_desc", *scope, *falling, postgresql_where=LIVE)
            indexes += [up, down]
    return indexes


# What filters and orders read besides the id: with these in the index, no total and no page of ids visits the table.
_FILTERED = [
    "state",
    "node_count",
    "current_nodes",
    "started_at",
    "ended_at",
    "name_lower",
    "benchmark_ids",
    "performance_status",
]
# What the performance page reads of every job with performance data: its rows' order, its filters and its figures.
_SPREAD = ["state", "performance_status", "performance_score", "gpu_models"]
JOB_INDEXES = [
    Index("uq_jobs_live_customer_name", Job.customer_id, Job.name, unique=True, postgresql_where=LIVE),
    Index("ix_jobs_live", Job.id, postgresql_where=LIVE, postgresql_include=_FILTERED),
    Index("ix_jobs_live_customer", Job.customer_id, Job.id, postgresql_where=LIVE, postgresql_include=_FILTERED),
    Index("ix_jobs_live_owner", Job.owner_id, Job.id, postgresql_where=LIVE, postgresql_include=_FILTERED),
    Index("ix_jobs_unfinished", Job.expires_at, postgresql_where=Job.ended_at.is_(None) & LIVE),
    Index("ix_jobs_live_alerts_first", IS_ALERT, Job.id, postgresql_where=_JUDGED, postgresql_include=_SPREAD),
    Index(
        "ix_jobs_live_customer_alerts_first",
        Job.customer_id,
        IS_ALERT,
        Job.id,
        postgresql_where=_JUDGED,
        postgresql_include=_SPREAD,
    ),
    *_sort_indexes(),
]
_IN_ID = "created_at = timestamptz '2020-01-01 00:00:00+00' + (id >> 22) * interval '1 millisecond'"
for _constraint in (
    CheckConstraint(one_of("state", JOB_STATES), name="state"),
    CheckConstraint("node_count BETWEEN 1 AND 256", name="node_count"),
    CheckConstraint("current_nodes BETWEEN 0 AND node_count", name="current_nodes"),
    CheckConstraint("char_length(name) BETWEEN 1 AND 60", name="name_length"),
    CheckConstraint("cardinality(tags) <= 10", name="tags_count"),
    CheckConstraint("(customer_id IS NULL) = (owner_id IS NULL)", name="owner_has_customer"),
    CheckConstraint(f"(ended_at IS NOT NULL) = ({one_of('state', ENDED_STATES)})", name="ended_with_state"),
    CheckConstraint("expires_at = created_at + interval '24 hours'", name="expiry"),
    CheckConstraint(_IN_ID, name="created_at_in_id"),
    CheckConstraint(one_of("performance_status", STATUSES), name="performance_status"),
):
    Job.__table__.append_constraint(_constraint)  # type: ignore[attr-defined]


class JobSummary(Base):
    """What a list row shows only when asked: stored when the job ends, read by primary key."""

    __tablename__ = "job_summaries"

    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    quickmark_aggregate_results: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    performance: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    performance_nodes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)


class JobTag(Base):
    """One live job's tag, for tag filters and suggestions; kept by triggers on `jobs`."""

    __tablename__ = "job_tags"
    __table_args__ = (
        Index(None, "tag", "job_id"),
        Index(None, "customer_id", "tag", "job_id"),
        Index(None, "owner_id", "tag", "job_id"),
    )

    job_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    tag: Mapped[str] = mapped_column(CodePoints, primary_key=True)
    customer_id: Mapped[int | None] = mapped_column(BigInteger)
    owner_id: Mapped[int | None] = mapped_column(BigInteger)


class JobName(Base):
    """One live job's name in lower case, for a search by a part of it; kept by triggers on `jobs` (14th migration).

    The index holds every three characters in a row of each name. Jobs change often and their names never, so that an
    index on `jobs` itself would be written again and again.
    """

    __tablename__ = "job_names"
    __table_args__ = (Index("ix_job_names_parts", text("name_parts(name_lower)"), postgresql_using="gin"),)

    job_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name_lower: Mapped[str] = mapped_column(CodePoints)


# Tables are made by migrations, which have their own word for it; this is for whoever makes them from the models.
_NAME_PARTS = DDL(  # type: ignore[no-untyped-call]
    """
CREATE OR REPLACE FUNCTION name_parts(name text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ARRAY(SELECT DISTINCT substr(name, place, 3) FROM generate_series(1, char_length(name) - 2) AS place)
"""
)
event.listen(JobName.__table__, "before_create", _NAME_PARTS)


class JobCount(Base):
    """Live jobs, alerts and jobs with performance data (`judged`) by scope and state.

    Each is a sum over rows, appended by triggers and folded by the sweep.

    Appending never waits for another writer, so counting costs no concurrency; readers add up what is there.
    `scope_kind` is `all` (`scope_id` 0), `customer` or `owner`.
    """

    __tablename__ = "job_counts"
    __table_args__ = (
        Index(None, "scope_kind", "scope_id", "state", postgresql_include=["jobs", "alerts", "judged"]),
        CheckConstraint(one_of("scope_kind", ("all", "customer", "owner")), name="scope_kind"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, init=False)
    scope_kind: Mapped[str] = mapped_column(CodePoints)
    scope_id: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(CodePoints)
    jobs: Mapped[int] = mapped_column(Integer)
    alerts: Mapped[int] = mapped_column(Integer)
    judged: Mapped[int] = mapped_column(Integer, server_default=text("0"), default=0)


class Task(Base):
    """One node's part of a job: one machine, its GPUs."""

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("job_id", "machine_uuid"),
        Index(None, "machine_uuid", "id"),
        CheckConstraint(one_of("state", TASK_STATES), name="state"),
        CheckConstraint("gpu_count BETWEEN 1 AND 64", name="gpu_count"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    machine_uuid: Mapped[str] = mapped_column(CodePoints)
    machine_ip: Mapped[str | None] = mapped_column(Text)
    gpu_model: Mapped[str | None] = mapped_column(Text)
    gpu_count: Mapped[int] = mapped_column(SmallInteger)
    inventory: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(CodePoints, default="created")
    failed_message: Mapped[str | None] = mapped_column(Text, default=None)
    started_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class Result(Base):
    """One benchmark's result: of a node (`task_id` set) or of the whole job.

    `document` keeps the uploaded JSON text as it came (type json, not jsonb), so that figures leave exactly as they
    arrived and a result of 65,280 links is passed on without being parsed.
    """

    __tablename__ = "results"
    __table_args__ = (
        Index("uq_results_task", "task_id", "key", unique=True, postgresql_where=text("task_id IS NOT NULL")),
        Index("uq_results_job", "job_id", "key", unique=True, postgresql_where=text("task_id IS NULL")),
        Index(None, "job_id"),
        CheckConstraint(one_of("state", ("completed", "failed")), name="state"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(CodePoints)
    state: Mapped[str] = mapped_column(CodePoints)
    started_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime] = mapped_column(Instant)
    config: Mapped[dict[str, Any]] = mapped_column(JSON)
    error_message: Mapped[str | None] = mapped_column(Text)
    document: Mapped[Any] = mapped_column(JSON)


class NodeFigures(Base):
    """One node's QuickMark figures of an ended job, flat, for fleet medians and histories. Units as in the contract."""

    __tablename__ = "node_figures"
    __table_args__ = (
        Index(None, "gpu_model", "measured_at"),
        Index(None, "gpu_model", "gpu_count", "measured_at"),
        Index(None, "machine_uuid", "measured_at"),
    )

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    machine_uuid: Mapped[str] = mapped_column(CodePoints)
    gpu_model: Mapped[str | None] = mapped_column(CodePoints)
    gpu_count: Mapped[int] = mapped_column(SmallInteger)
    measured_at: Mapped[datetime] = mapped_column(Instant)
    bf16_tflops: Mapped[float | None] = mapped_column(Double)
    fp16_tflops: Mapped[float | None] = mapped_column(Double)
    fp32_tflops: Mapped[float | None] = mapped_column(Double)
    fp32_cuda_core_tflops: Mapped[float | None] = mapped_column(Double)
    mixed_precision_tflops: Mapped[float | None] = mapped_column(Double)
    memory_bandwidth_gbs: Mapped[float | None] = mapped_column(Double)
    allreduce_bandwidth_gbs: Mapped[float | None] = mapped_column(Double)
    broadcast_bandwidth_gbs: Mapped[float | None] = mapped_column(Double)
