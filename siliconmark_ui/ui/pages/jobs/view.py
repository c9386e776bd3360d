"""What the job list's own controls change in its question, and where its exports lead."""

from collections.abc import Collection, Sequence

from siliconmark_ui.exports.columns import JOBS
from siliconmark_ui.exports.order import asked_of
from siliconmark_ui.jobs.filters import JobQuery, pairs_of
from siliconmark_ui.jobs.parameters import PARAMETERS
from siliconmark_ui.jobs.sentences import describe
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.export_menu import UNKNOWN, ExportChoice, export_links
from siliconmark_ui.ui.listing import total_words

ASCENDING_FIRST = frozenset({"name", "state", "expires_at"})
SORT_NAMES = {
    "created_at": "Created",
    "started_at": "Started",
    "ended_at": "Ended",
    "expires_at": "Expires",
    "name": "Name",
    "state": "State",
    "node_count": "Expected nodes",
    "current_nodes": "Registered nodes",
}


def kind_of_jobs(query: JobQuery) -> str:
    """Give the filters of `query` as words after "no": `completed jobs tagged production`."""
    newest = query.but(sort_by="created_at", sort_order="desc")
    return describe(newest).removesuffix(", newest first").removeprefix("all ")


def export_choices(query: JobQuery, hidden: Collection[str], total: int) -> list[ExportChoice]:
    """Give what can be exported of the view: every job of it, with the columns that are shown or with all.

    `total` is `UNKNOWN` while the jobs are counted.
    """
    whole = query.but(page=1, per_page=JobQuery().per_page, include_results=True, include=("performance",))
    pairs = pairs_of(whole.to_query())
    shown, every = JOBS.holding(hidden), JOBS.offered(asked_of(whole))
    some = export_links(urls.JOBS_EXPORT, [*pairs, *(("columns", name) for name in shown)])
    count = total_words(None if total == UNKNOWN else total, "job")
    return [
        ExportChoice(some, total, count, "shown", "Shown columns", f"({len(shown)})"),
        ExportChoice(export_links(urls.JOBS_EXPORT, pairs), total, count, "all", "All columns", f"({len(every)})"),
    ]


def picked_choices(query: JobQuery, ids: Sequence[int], hidden: Collection[str]) -> list[ExportChoice]:
    """Give what can be exported of the picked jobs, in the order of the view, whatever its filters."""
    if not ids:
        return []
    picked = JobQuery(sort_by=query.sort_by, sort_order=query.sort_order, ids=tuple(ids))
    return export_choices(picked, hidden, len(ids))


def sorted_by(query: JobQuery, field: str) -> JobQuery:
    """Give the question sorted by `field`; the same field again turns the direction. Raises InvalidInput."""
    value = PARAMETERS["sort_by"].read(field, "sort_by")
    first = "asc" if value in ASCENDING_FIRST else "desc"
    other = "desc" if query.sort_order == "asc" else "asc"
    return query.but(page=1, sort_by=value, sort_order=other if query.sort_by == value else first)
