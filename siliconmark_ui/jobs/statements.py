"""The statements behind lists, totals and exports: one set of conditions for all three.

A statement is built once per shape (everything about a question but its values) and compiled to text for psycopg;
after that a question costs a dictionary of values and one round trip.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, LiteralString, cast

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    any_,
    bindparam,
    func,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect
from sqlalchemy.orm import InstrumentedAttribute

from siliconmark_ui.accounts.repository import IS_AS_RECALLED
from siliconmark_ui.accounts.roles import Scope, ScopeKind
from siliconmark_ui.alerts.tables import AlertAcknowledgement
from siliconmark_ui.benchmarks.catalogue import QUICK_MARK
from siliconmark_ui.identifiers import first_id_after, first_id_from
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.models import IS_ALERT, LIVE, Job, JobCount, JobSummary, JobTag

_DIALECT = psycopg_dialect.dialect()  # type: ignore[no-untyped-call]
# The order of the ids is the order of creation, and of expiry a day later.
_SORT_COLUMNS: dict[str, tuple[str, ...]] = {
    "created_at": (),
    "expires_at": (),
    "started_at": ("started_at",),
    "ended_at": ("ended_at",),
    "name": ("name_lower", "name"),
    "state": ("state",),
    "node_count": ("node_count",),
    "current_nodes": ("current_nodes",),
    # Not of the API: the performance page's own order.
    "alerts": ("is_alert",),
}
_SORTED: Mapping[str, ColumnElement[Any]] = {**dict(Job.__table__.c.items()), "is_alert": IS_ALERT.label("is_alert")}
_NULLABLE = {"started_at", "ended_at"}
# Written into the text: a statement takes no values but a question's own.
_NOUGHT: ColumnElement[int] = literal_column("0")
HEAD_COLUMNS = (
    Job.id,
    Job.name,
    Job.description,
    Job.state,
    Job.node_count,
    Job.current_nodes,
    Job.benchmark_sequence,
    Job.tags,
    Job.created_at,
    Job.started_at,
    Job.expires_at,
    Job.ended_at,
    Job.benchmark_ids.label("benchmarks"),
)
# A job's id, and the transaction that wrote the present version of its row.
VERSION: ColumnElement[str] = literal_column("jobs.id || ' ' || jobs.xmin").label("version")


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides the text of a statement: scope, filters in use, number of states and tags, order, expansions."""

    scope: ScopeKind
    given: frozenset[str]
    state_count: int
    tag_count: int
    sort_by: str
    sort_order: str
    expanded: frozenset[str]


def shape_of(scope: Scope, query: JobQuery) -> Shape:
    """Return the shape of a question; a filter that every job passes is left out of it."""
    given = query.given
    if query.benchmark_id == QUICK_MARK:
        given -= {"benchmark_id"}
    expanded = frozenset(query.include) | (frozenset({"results"}) if query.include_results else frozenset())
    return Shape(scope.kind, given, len(query.state), len(query.tags), query.sort_by, query.sort_order, expanded)


def values_of(scope: Scope, query: JobQuery) -> dict[str, Any]:
    """Return the values that a statement of this question's shape takes."""
    values: dict[str, Any] = {
        "scope_kind": scope.kind,
        "scope_id": scope.id,
        "benchmark_id": query.benchmark_id,
        "node_count_min": query.node_count_min,
        "node_count_max": query.node_count_max,
        "limit": query.per_page,
        "offset": query.offset,
    }
    if query.name is not None:
        values["name_pattern"] = f"%{_escaped(query.name.lower())}%"
    if query.created_after is not None:
        values["first_id"] = first_id_after(query.created_after)
    if query.created_before is not None:
        values["end_id"] = first_id_from(query.created_before)
    if query.ids:
        values["ids"] = list(query.ids)
    values |= query.own_values
    values |= {f"state_{index}": state for index, state in enumerate(query.state)}
    return values | {f"tag_{index}": tag for index, tag in enumerate(query.tags)}


def _escaped(part: str) -> str:
    return part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def in_scope(scope: ScopeKind, table: type[Job | JobTag], *, is_settled: bool = False) -> list[ColumnElement[bool]]:
    """Return the condition that keeps what a caller may see; none for everything.

    With `is_settled` the planner does not look at who it is, so that one plan serves all.
    """
    if scope == "all":
        return []
    column = table.customer_id if scope == "customer" else table.owner_id
    scope_id: ColumnElement[int] = bindparam("scope_id")
    return [column == (select(scope_id).scalar_subquery() if is_settled else scope_id)]


def matching(shape: Shape, *, state: int | None = None, is_settled: bool = False) -> list[ColumnElement[bool]]:
    """Return the conditions on `jobs` of every list, total and export of this shape.

    `state` is the place of the only state that is meant, None for all that are asked for; `is_settled` as `in_scope`.
    """
    conditions = {
        "state": _in_states(Job.state, range(shape.state_count) if state is None else [state]),
        "name": Job.name_lower.like(bindparam("name_pattern")),
        "benchmark_id": bindparam("benchmark_id") == any_(Job.benchmark_ids),
        "created_after": Job.id >= bindparam("first_id"),
        "created_before": Job.id < bindparam("end_id"),
        "node_count_min": Job.node_count >= bindparam("node_count_min"),
        "node_count_max": Job.node_count <= bindparam("node_count_max"),
        "ids": Job.id == any_(bindparam("ids", type_=ARRAY(BigInteger))),
        "has_performance_data": Job.performance_status.is_not(None),
        "gpu_model": bindparam("gpu_model") == any_(Job.gpu_models),
        "review_open": IS_ALERT & Job.id.not_in(select(AlertAcknowledgement.job_id)),
        "review_done": IS_ALERT & Job.id.in_(select(AlertAcknowledgement.job_id)),
    }
    wanted = [condition for name, condition in conditions.items() if name in shape.given]
    return [*in_scope(shape.scope, Job, is_settled=is_settled), LIVE, *wanted, *_tagged(shape)]


def _in_states(column: ColumnElement[str] | InstrumentedAttribute[str], places: Sequence[int]) -> ColumnElement[bool]:
    states: list[ColumnElement[str]] = [bindparam(f"state_{place}") for place in places]
    return column == states[0] if len(states) == 1 else column.in_(states)


def _tagged(shape: Shape) -> list[ColumnElement[bool]]:
    return [
        Job.id.in_(select(JobTag.job_id).where(*in_scope(shape.scope, JobTag), JobTag.tag == bindparam(f"tag_{index}")))
        for index in range(shape.tag_count)
    ]


def total_of(shape: Shape, extra: Sequence[ColumnElement[bool]] = ()) -> Select[Any]:
    """Return the exact number of matching jobs: from the kept counts or the tag table where they say it."""
    if not extra and shape.given <= {"state", "has_performance_data"}:
        return _kept_total(shape)
    if not extra and shape.given == {"tags"} and shape.tag_count == 1:
        conditions = [*in_scope(shape.scope, JobTag), JobTag.tag == bindparam("tag_0")]
        return select(func.count().label("total")).select_from(JobTag).where(*conditions)
    return select(func.count().label("total")).select_from(Job).where(*matching(shape), *extra)


def _kept_total(shape: Shape) -> Select[Any]:
    conditions = [JobCount.scope_kind == bindparam("scope_kind"), JobCount.scope_id == bindparam("scope_id")]
    if "state" in shape.given:
        conditions.append(_in_states(JobCount.state, range(shape.state_count)))
    counted = JobCount.judged if "has_performance_data" in shape.given else JobCount.jobs
    return select(func.coalesce(func.sum(counted), _NOUGHT).label("total")).where(*conditions)


def _keys(shape: Shape) -> tuple[str, ...]:
    return (*_SORT_COLUMNS[shape.sort_by], "id")


def _order(shape: Shape, columns: Mapping[str, ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    names = _keys(shape)
    if shape.sort_order == "asc":
        return [columns[name].asc() for name in names]
    return [columns[name].desc().nulls_last() if name in _NULLABLE else columns[name].desc() for name in names]


def _picked(shape: Shape) -> Select[Any]:
    keys = [_SORTED[name] for name in _keys(shape)]
    if shape.state_count > 1 and _keys(shape) == ("id",) and not shape.tag_count:
        # No index has the jobs of several states in the order of their ids, but one has those of each: as many of each
        # as the page may need are merged.
        each = [_first_of_state(shape, index) for index in range(shape.state_count)]
        merged = union_all(*each).subquery("of_states")
        return select(merged.c.id).order_by(*_order(shape, dict(merged.c.items())))
    return select(*keys).where(*matching(shape)).order_by(*_order(shape, _SORTED))


def _first_of_state(shape: Shape, place: int) -> Select[Any]:
    found = select(Job.id).where(*matching(shape, state=place)).order_by(*_order(shape, _SORTED))
    return select(found.limit(bindparam("limit") + bindparam("offset")).subquery(f"of_state_{place}").c.id)


def is_plain(shape: Shape) -> bool:
    """Tell whether one index yields the rows in order, whatever the values: such a plan is made once and kept."""
    is_one_state = shape.given == {"state"} and shape.state_count == 1 and not _SORT_COLUMNS[shape.sort_by]
    return not shape.expanded and (not shape.given or is_one_state)


def _rows(shape: Shape, picked: Select[Any]) -> Select[Any]:
    # The ids are picked from an index alone; only the rows that leave are read from the table.
    ids = picked.subquery("picked")
    columns: list[Any] = [*HEAD_COLUMNS]
    if "results" in shape.expanded:
        columns += [Job.gpu_models, JobSummary.quickmark_aggregate_results]
    columns += [getattr(JobSummary, name) for name in ("performance", "performance_nodes") if name in shape.expanded]
    keys = [ids.c[name].label(f"sort_{name}") for name in _keys(shape)]
    statement = select(*columns, *keys).join(ids, ids.c.id == Job.id)
    return statement.outerjoin(JobSummary, JobSummary.job_id == Job.id) if shape.expanded else statement


@lru_cache(maxsize=4096)
def page_statement(shape: Shape) -> LiteralString:
    """Return the text that yields one page and the total: at least one row, whose `id` is null for an empty page."""
    total, picked = _searched(shape) if "name" in shape.given else (total_of(shape), _picked(shape))
    return _with_total(shape, total, _rows(shape, picked.limit(bindparam("limit")).offset(bindparam("offset"))))


@lru_cache(maxsize=4096)
def first_page_statement(shape: Shape, limit: int) -> LiteralString:
    """Return the text that yields the first page of a plain shape, its length written into it, each row with the total.

    There is no row where nothing matches.
    """
    return compiled(_first_page(shape, limit, [total_of(shape).scalar_subquery().label("total"), *HEAD_COLUMNS]))


@lru_cache(maxsize=4096)
def first_versions_statement(shape: Shape, limit: int) -> LiteralString:
    """Return the text that yields one row: the total, whether the caller is who the values say, and the versions.

    The versions are those of the rows of a plain shape's first page, in order.
    """
    versions = func.array(_first_page(shape, limit, [VERSION]).scalar_subquery())
    return compiled(select(total_of(shape).scalar_subquery(), IS_AS_RECALLED, versions))


def _first_page(shape: Shape, limit: int, columns: Sequence[Any]) -> Select[Any]:
    # A prepared statement that the planner found cheaper for a particular customer would be planned anew each time,
    # which takes twice as long as the rest of it.
    conditions = matching(shape, is_settled=True)
    rows = select(*columns).select_from(Job).where(*conditions).order_by(*_order(shape, _SORTED))
    return rows.limit(literal_column(str(int(limit))))


def _with_total(shape: Shape, total: Select[Any], rows: Select[*tuple[Any, ...]]) -> LiteralString:
    counted, page = total.subquery("counted"), rows.subquery("page")
    shown = [column for name, column in page.c.items() if not name.startswith("sort_")]
    keys = {name: page.c[f"sort_{name}"] for name in _keys(shape)}
    statement = select(counted.c.total, *shown).select_from(counted.outerjoin(page, true()))
    return compiled(statement.order_by(*_order(shape, keys)))


def _searched(shape: Shape) -> tuple[Select[Any], Select[Any]]:
    # A part of a name has no index to find it: the jobs are read through once, for the total and the page together.
    found = select(*(_SORTED[name] for name in _keys(shape))).where(*matching(shape))
    matched = found.cte("matched").prefix_with("MATERIALIZED", dialect="postgresql")
    total = select(func.count().label("total")).select_from(matched)
    return total, select(*(matched.c[name] for name in _keys(shape))).order_by(*_order(shape, dict(matched.c.items())))


def every(shape: Shape, columns: Sequence[Any]) -> Select[Any]:
    """Return the statement that yields `columns` of every matching row in order, beside its summary when expanded."""
    rows = select(*columns).select_from(Job).where(*matching(shape)).order_by(*_order(shape, _SORTED))
    return rows.outerjoin(JobSummary, JobSummary.job_id == Job.id) if shape.expanded else rows


@lru_cache(maxsize=1024)
def alerts_statement(shape: Shape) -> LiteralString:
    """Return the text that counts the alerts among the matching jobs, as `total`."""
    if shape.given == {"state"}:
        conditions = [JobCount.scope_kind == bindparam("scope_kind"), JobCount.scope_id == bindparam("scope_id")]
        statement = select(func.coalesce(func.sum(JobCount.alerts), _NOUGHT).label("total"))
        return compiled(statement.where(*conditions, _in_states(JobCount.state, range(shape.state_count))))
    return compiled(total_of(shape, [IS_ALERT]))


def compiled(statement: Select[*tuple[Any, ...]]) -> LiteralString:
    """Return a statement as text with psycopg's named placeholders."""
    text: LiteralString = cast("Any", statement.compile(dialect=_DIALECT)).string
    return text
