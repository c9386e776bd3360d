"""The statements behind lists, totals and exports: one set of conditions for all three.

A statement is built once per shape (everything about a question but its values) and compiled to text for psycopg;
after that a question costs a dictionary of values and one round trip.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, LiteralString, cast

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
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
from siliconmark_ui.models import IS_ALERT, LIVE, Job, JobCount, JobName, JobSummary, JobTag

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


def shape_of(scope: Scope, query: JobQuery, named: Sequence[int] | None = None) -> Shape:
    """Return the shape of a question; a filter that every job passes is left out of it.

    `named` are the ids of all jobs with such a name when they were looked up, None when they are not known.
    """
    given = query.given if named is None else query.given | {"named"}
    if query.benchmark_id == QUICK_MARK:
        given -= {"benchmark_id"}
    expanded = frozenset(query.include) | (frozenset({"results"}) if query.include_results else frozenset())
    return Shape(scope.kind, given, len(query.state), len(query.tags), query.sort_by, query.sort_order, expanded)


def values_of(scope: Scope, query: JobQuery, named: Sequence[int] | None = None) -> dict[str, Any]:
    """Return the values that a statement of this question's shape takes; `named` as in `shape_of`."""
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
        values["name_part"] = query.name.lower()
        values["name_pattern"] = f"%{_escaped(query.name.lower())}%"
    if query.created_after is not None:
        values["first_id"] = first_id_after(query.created_after)
    if query.created_before is not None:
        values["end_id"] = first_id_from(query.created_before)
    if query.ids:
        values["ids"] = list(query.ids)
    if named is not None:
        values["named"] = list(named)
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
        "named": Job.id == any_(bindparam("named", type_=ARRAY(BigInteger))),
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
    """Return the exact number of matching jobs: from the kept counts, tags or names where they say it."""
    if not extra and is_counted(shape):
        return _kept_total(shape)
    if not extra and shape.given == {"tags"} and shape.tag_count == 1:
        conditions = [*in_scope(shape.scope, JobTag), JobTag.tag == bindparam("tag_0")]
        return select(func.count().label("total")).select_from(JobTag).where(*conditions)
    if not extra and _is_name_alone(shape):
        named = JobName.name_lower.like(bindparam("name_pattern"))
        return select(func.count().label("total")).select_from(JobName).where(named)
    return select(func.count().label("total")).select_from(Job).where(*matching(shape), *extra)


def is_counted(shape: Shape) -> bool:
    """Tell whether the total stands in the kept counts, whatever the values."""
    return shape.given <= {"state", "has_performance_data"}


def _is_name_alone(shape: Shape) -> bool:
    return shape.given == {"name"} and shape.scope == "all"


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
    if is_gathered(shape):
        return _in_order(shape, _gathered(shape))
    if shape.sort_by == "name" and shape.given > {"name"}:
        return _picked_by_name(shape)
    if shape.state_count > 1 and _keys(shape) == ("id",) and not shape.tag_count:
        # No index has the jobs of several states in the order of their ids, but one has those of each: as many of each
        # as the page may need are merged.
        each = [_first_of_state(shape, index) for index in range(shape.state_count)]
        merged = union_all(*each).subquery("of_states")
        return select(merged.c.id).where(*_any_at_all(shape)).order_by(*_order(shape, dict(merged.c.items())))
    keys = [_SORTED[name] for name in _keys(shape)]
    return select(*keys).where(*matching(shape), *_any_at_all(shape)).order_by(*_order(shape, _SORTED))


def _picked_by_name(shape: Shape) -> Select[Any]:
    # The index of names says which of them match without a visit to the table; only those are looked at further. The
    # offset keeps the planner from making one of the two steps.
    keys = [_SORTED[name] for name in _keys(shape)]
    such = [*in_scope(shape.scope, Job), LIVE, Job.name_lower.like(bindparam("name_pattern"))]
    named = select(*keys).where(*such).order_by(*_order(shape, _SORTED)).offset(_NOUGHT).subquery("by_name")
    columns = dict(named.c.items())
    rest = replace(shape, given=shape.given - {"name"})
    found = select(*(columns[name] for name in _keys(shape))).join(Job, Job.id == named.c.id).where(*matching(rest))
    return found.order_by(*_order(shape, columns))


def is_gathered(shape: Shape) -> bool:
    """Tell whether the matching jobs are few enough to be read and then put in order, whatever the values.

    No index has a person's jobs, or those of two tags, in any order but that of their ids, and the planner would look
    for them in the order of everybody's.
    """
    is_by_id = _keys(shape) == ("id",)
    return "named" in shape.given or (not is_by_id and (shape.scope == "owner" or shape.tag_count > 1))


def _gathered(shape: Shape) -> CTE:
    found = select(*(_SORTED[name] for name in _keys(shape))).where(*matching(shape))
    return found.cte("matched").prefix_with("MATERIALIZED", dialect="postgresql")


def _in_order(shape: Shape, matched: CTE) -> Select[Any]:
    return select(*(matched.c[name] for name in _keys(shape))).order_by(*_order(shape, dict(matched.c.items())))


def _any_at_all(shape: Shape) -> list[ColumnElement[bool]]:
    """Return what spares a search through every job with performance data for states in which there is none."""
    if shape.given != {"state", "has_performance_data"}:
        return []
    return [_kept_total(shape).scalar_subquery() > _NOUGHT]


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
    if _is_read_once(shape):
        return read_once_statement(shape)
    return _with_total(shape, total_of(shape), _page_of(shape, _picked(shape)))


@lru_cache(maxsize=4096)
def read_once_statement(shape: Shape) -> LiteralString:
    """Return the text that yields what `page_statement` does by reading all matching jobs and then sorting them.

    It takes a while when they are many, and no longer than that whatever is asked for.
    """
    matched = _gathered(shape)
    total = select(func.count().label("total")).select_from(matched)
    return _with_total(shape, total, _page_of(shape, _in_order(shape, matched)))


def _page_of(shape: Shape, picked: Select[Any]) -> Select[Any]:
    return _rows(shape, picked.limit(bindparam("limit")).offset(bindparam("offset")))


@lru_cache(maxsize=4096)
def rows_statement(shape: Shape) -> LiteralString:
    """Return the text that yields the rows of one page without the total: what somebody waits for."""
    rows = _page_of(shape, _picked(shape)).subquery("page")
    return compiled(select(*_shown(rows)).order_by(*_order_of_page(shape, rows)))


@lru_cache(maxsize=4096)
def total_statement(shape: Shape) -> LiteralString:
    """Return the text that yields the exact `total` alone."""
    return compiled(total_of(shape))


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
    statement = select(counted.c.total, *_shown(page)).select_from(counted.outerjoin(page, true()))
    return compiled(statement.order_by(*_order_of_page(shape, page)))


def _shown(page: Subquery) -> list[ColumnElement[Any]]:
    return [column for name, column in page.c.items() if not name.startswith("sort_")]


def _order_of_page(shape: Shape, page: Subquery) -> list[ColumnElement[Any]]:
    return _order(shape, {name: page.c[f"sort_{name}"] for name in _keys(shape)})


def _is_read_once(shape: Shape) -> bool:
    # No index finds a common part of a name: where the total is not to be had otherwise, the jobs are read through
    # once, for the total and the page together.
    return is_gathered(shape) or ("name" in shape.given and not _is_name_alone(shape))


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
