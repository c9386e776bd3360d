"""What a question about jobs must answer, in plain Python: slow, obvious, and written from the contract alone."""

from collections.abc import Sequence
from functools import cmp_to_key
from typing import Any

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.rows import LIFE
from tests.jobs.population import Stored


def sees(actor: Actor, job: Stored) -> bool:
    """Tell whether a person sees a job, whatever is asked."""
    if job.is_deleted:
        return False
    if actor.role in {"staff", "root_admin"}:
        return True
    if job.owner is None:
        return False
    if actor.role == "customer_admin":
        return job.owner.customer_id == actor.customer_id
    return job.owner.user_id == actor.user_id


def matches(query: JobQuery, job: Stored) -> bool:
    """Tell whether a job passes every filter."""
    return all(
        (
            not query.state or job.state in query.state,
            not query.ids or job.id in query.ids,
            query.name is None or query.name.lower() in job.name.lower(),
            query.benchmark_id is None or query.benchmark_id in job.benchmarks,
            set(query.tags) <= set(job.tags),
            query.created_after is None or job.created_at > query.created_after,
            query.created_before is None or job.created_at < query.created_before,
            query.node_count_min is None or job.node_count >= query.node_count_min,
            query.node_count_max is None or job.node_count <= query.node_count_max,
            not query.has_performance_data or job.status is not None,
        )
    )


def _value(job: Stored, field: str) -> Any:
    if field == "name":
        return job.name.lower(), job.name
    if field == "expires_at":
        return job.created_at + LIFE
    return getattr(job, field)


def _compared(field: str, sign: int, one: Stored, other: Stored) -> int:
    left, right = _value(one, field), _value(other, field)
    if left is None and right is not None:
        return 1
    if right is None and left is not None:
        return -1
    if left != right:
        return sign * (1 if left > right else -1)
    return sign * (1 if one.id > other.id else -1)


def answer(query: JobQuery, actor: Actor, jobs: Sequence[Stored]) -> list[Stored]:
    """Return every job that a person gets for a question, in order, all pages together."""
    sign = 1 if query.sort_order == "asc" else -1
    found = [job for job in jobs if sees(actor, job) and matches(query, job)]

    def compared(one: Stored, other: Stored) -> int:
        return _compared(query.sort_by, sign, one, other)

    return sorted(found, key=cmp_to_key(compared))


def page_of(query: JobQuery, ordered: Sequence[Stored]) -> list[Stored]:
    """Return the part of the answer that is on the question's page."""
    first = (query.page - 1) * query.per_page
    return list(ordered[first : first + query.per_page])


def tags_of(actor: Actor, jobs: Sequence[Stored]) -> list[str]:
    """Return the tags in use within a person's scope, sorted."""
    return sorted({tag for job in jobs if sees(actor, job) for tag in job.tags})
