"""What the controls of the job pages show of a question about jobs, and what each control changes in it."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS
from siliconmark_ui.charts import words
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.jobs.filters import FILTERS, JobQuery, pairs_of
from siliconmark_ui.ui.theme import STATE_NAMES
from siliconmark_ui.words import straight

PRESETS = {"1": "Last 24 hours", "7": "Last 7 days", "30": "Last 30 days", "90": "Last 90 days"}
"""Spans of the created filter: days back from now, and their words."""
PAGE_SIZES = ("20", "50", "100", "300")
"""Rows of a page that every list offers."""
TAGS_OFFERED = 50
PLAIN_PAIR = ("view", "all")
"""What an address says that means the plain list although the page opens with another view by default."""
# What a control may set by one text; a page's own question may know more of them than the API's.
ONE_VALUE = frozenset(FILTERS) - {"state", "tags", "ids"} | {"review", "gpu_model"}

Question = TypeVar("Question", bound=JobQuery)


@dataclasses.dataclass(frozen=True)
class Chip:
    """One active filter; `value` tells one state or tag from another."""

    field: str = ""
    value: str = ""
    text: str = ""


@dataclasses.dataclass(frozen=True)
class QueryView:
    """The values that the controls show; texts, empty where nothing is chosen. Times are UTC to the minute."""

    name: str = ""
    state: list[str] = dataclasses.field(default_factory=list)
    benchmark_id: str = ""
    tags: list[str] = dataclasses.field(default_factory=list)
    created_after: str = ""
    created_before: str = ""
    node_count_min: str = ""
    node_count_max: str = ""
    has_performance_data: bool = False
    sort_by: str = "created_at"
    sort_order: str = "desc"
    per_page: str = "20"


def pairs_of_view(query_string: str) -> list[tuple[str, str]]:
    """Give the decoded pairs of a page's address without the mark of the plain list; raises InvalidInput."""
    return [pair for pair in pairs_of(query_string) if pair != PLAIN_PAIR]


def query_view(query: JobQuery) -> QueryView:
    """Give what the controls show for `query`."""
    return QueryView(
        name=query.name or "",
        state=list(query.state),
        benchmark_id=query.benchmark_id or "",
        tags=list(query.tags),
        created_after=_control_time(query.created_after),
        created_before=_control_time(query.created_before),
        node_count_min=str(query.node_count_min or ""),
        node_count_max=str(query.node_count_max or ""),
        has_performance_data=query.has_performance_data,
        sort_by=query.sort_by,
        sort_order=query.sort_order,
        per_page=str(query.per_page),
    )


def chips(query: JobQuery) -> list[Chip]:
    """Give one chip per active filter, one per state and per tag, in the order of the controls."""
    texts = {
        "name": query.name and f"Name has “{straight(query.name)}”",
        "benchmark_id": query.benchmark_id and BENCHMARKS[query.benchmark_id].name,
        "created_after": query.created_after and f"Created after {_chip_time(query.created_after)}",
        "created_before": query.created_before and f"Created before {_chip_time(query.created_before)}",
        "node_count_min": query.node_count_min and f"At least {words.plural(query.node_count_min, 'node')}",
        "node_count_max": query.node_count_max and f"At most {words.plural(query.node_count_max, 'node')}",
        "has_performance_data": query.has_performance_data and "Has performance data",
    }
    single = [Chip(field=name, text=str(text)) for name, text in texts.items() if text]
    states = [Chip(field="state", value=state, text=STATE_NAMES[state]) for state in query.state]
    return [*states, *single, *(Chip(field="tags", value=tag, text=f"Tag: {tag}") for tag in query.tags)]


def changed(query: Question, field: str, text: str) -> Question:
    """Give the question with one filter set from a control's text, empty for none; the first page again.

    Raises InvalidInput for an unknown filter or a value that is not allowed.
    """
    if field not in ONE_VALUE or field not in query.parameters:
        raise InvalidInput(f"{field} is no filter with one value")
    parameter = query.parameters[field]
    value = parameter.read(text, field) if text.strip() else parameter.default
    return query.but(page=1, **{field: value})


def without(query: Question, field: str, value: str) -> Question:
    """Give the question without the filter of a chip."""
    if field == "state":
        return with_state(query, value, is_wanted=False)
    return with_tag(query, value, is_wanted=False) if field == "tags" else changed(query, field, "")


def with_state(query: Question, state: str, *, is_wanted: bool) -> Question:
    """Give the question for jobs in that state too, or no longer; the states stay in the order of a job's life."""
    value = query.parameters["state"].read(state, "state")
    wanted = {*query.state, value} if is_wanted else {*query.state} - {value}
    return query.but(page=1, state=tuple(name for name in STATE_NAMES if name in wanted))


def with_tag(query: Question, tag: str, *, is_wanted: bool) -> Question:
    """Give the question with that tag demanded or not; raises InvalidInput for a text that is no tag."""
    value = query.parameters["tags"].read(tag, "tags")
    others = tuple(other for other in query.tags if other != value)
    wanted = JobQuery.from_query([("tags", each) for each in (*others, value)]).tags if is_wanted else others
    return query.but(page=1, tags=wanted)


def offered_tags(tags: Sequence[str], chosen: Sequence[str], text: str) -> list[str]:
    """Give the tags to offer: the chosen ones first, then those that contain `text` in any case; at most 50."""
    part = text.lower()
    found = (tag for tag in tags if part in tag.lower() and tag not in chosen)
    return [*chosen, *islice(found, TAGS_OFFERED)]


def without_filters(query: Question) -> Question:
    """Give the question without any filter; order and page size stay."""
    return type(query)(sort_by=query.sort_by, sort_order=query.sort_order, per_page=query.per_page)


def created_within(query: Question, days: str, now: datetime) -> Question:
    """Give the question for jobs created in the last `days` days, as an absolute time that a shared link keeps."""
    if days not in PRESETS:
        raise InvalidInput("The span must be one of the offered ones")
    after = (now - timedelta(days=int(days))).replace(second=0, microsecond=0)
    return query.but(page=1, created_after=after, created_before=None)


def _control_time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}" if moment else ""


def _chip_time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
