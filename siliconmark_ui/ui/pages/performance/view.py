"""What the performance page's address says, in words and for its controls, and what each control changes in it."""

import dataclasses
from datetime import date
from urllib.parse import urlencode

from siliconmark_ui.alerts.query import ALERT_PARAMETERS, ALERTS_FIRST, AlertQuery
from siliconmark_ui.alerts.service import week_of_range, week_range
from siliconmark_ui.charts.fleet import short_model, week_name
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.jobs.filters import JobQuery, pairs_of
from siliconmark_ui.jobs.sentences import describe
from siliconmark_ui.ui import questions, urls
from siliconmark_ui.ui.components.export_menu import UNKNOWN, ExportChoice, export_links
from siliconmark_ui.ui.listing import total_words
from siliconmark_ui.ui.questions import Chip, QueryView

OPEN = "open"
LONGEST_ID = 19
REVIEW_NAMES = {"": "All", "open": "Not reviewed", "done": "Reviewed"}
"""The review filter: its values and their words."""
ORDERS = {
    "alerts desc": "Alerts first",
    "created_at desc": "Newest first",
    "created_at asc": "Oldest first",
    "name asc": "By name",
    "node_count desc": "Most nodes first",
}
"""The orders that the page offers, by field and direction."""
_REVIEW_WORDS = {"open": "alerts that nobody has acknowledged", "done": "acknowledged alerts"}


@dataclasses.dataclass(frozen=True)
class View:
    """The page as its address says it: the question, and the id of the row that stands open, empty for none."""

    query: AlertQuery
    opened: str = ""

    def to_address(self) -> str:
        """Give the address that says this."""
        parts = [self.query.to_query(), urlencode({OPEN: self.opened}) if self.opened else ""]
        return urls.performance("&".join(part for part in parts if part))


def read_view(query_string: str) -> View:
    """Read an address's query string; raises InvalidInput."""
    pairs = questions.pairs_of_view(query_string)
    asked = (pair for pair in pairs if pair[0] != OPEN)
    query = AlertQuery.from_query(asked, allowed=tuple(ALERT_PARAMETERS), several_states=True)
    opened = dict(pairs).get(OPEN, "")
    if opened and not (opened.isascii() and opened.isdigit() and len(opened) <= LONGEST_ID):
        raise InvalidInput(f"{OPEN} must be the id of a job")
    return View(query, opened)


@dataclasses.dataclass(frozen=True)
class Chosen(QueryView):
    """The values that the controls show, those of the job list and the page's own."""

    review: str = ""
    gpu_model: str = ""
    order: str = "alerts desc"


def chosen_view(query: AlertQuery) -> Chosen:
    """Give what the controls show for `query`."""
    shown = questions.query_view(query)
    values = {field.name: getattr(shown, field.name) for field in dataclasses.fields(QueryView)}
    return Chosen(
        **values,
        review=query.review or "",
        gpu_model=query.gpu_model or "",
        order=f"{query.sort_by} {query.sort_order}",
    )


def chips(query: AlertQuery) -> list[Chip]:
    """Give one chip per active filter; a created range that is a week is one chip, and so is each tag."""
    own = []
    if query.review:
        own.append(Chip(field="review", text=REVIEW_NAMES[query.review]))
    if query.gpu_model:
        own.append(Chip(field="gpu_model", text=short_model(query.gpu_model)))
    if week := _week(query):
        own.append(Chip(field="week", text=f"Week of {week_name(week.isoformat())}"))
    return [*own, *questions.chips(_plain(query))]


def sentence(query: AlertQuery) -> str:
    """Give the whole question as one sentence without a full stop."""
    text = f"{_kind(query)}, {_order_words(query)}"
    return text[:1].upper() + text[1:]


def nothing(query: AlertQuery) -> str:
    """Give the sentence of a question that no job answers."""
    return f"Nothing among what you may see answers this: {_kind(query)}."


def _kind(query: AlertQuery) -> str:
    jobs_words = describe(_plain(query)).removesuffix(", newest first")
    parts = [jobs_words, "with performance data" if jobs_words == "all jobs" else ""]
    if query.gpu_model:
        parts.append(f"on {short_model(query.gpu_model)}")
    if week := _week(query):
        parts.append(f"created in the week of {week_name(week.isoformat())}")
    text = " ".join(part for part in parts if part)
    return f"{text}, only {_REVIEW_WORDS[query.review]}" if query.review else text


def _order_words(query: AlertQuery) -> str:
    if query.sort_by == ALERTS_FIRST:
        return "alerts first" if query.sort_order == "desc" else "alerts last"
    return describe(JobQuery(sort_by=query.sort_by, sort_order=query.sort_order)).partition(", ")[2]


def _week(query: AlertQuery) -> date | None:
    return week_of_range(query.created_after, query.created_before)


def _plain(query: AlertQuery) -> AlertQuery:
    """Give the question as far as the job list's words reach, without what a week's chip says."""
    span = {"created_after": None, "created_before": None} if _week(query) else {}
    return query.but(sort_by="created_at", sort_order="desc", has_performance_data=False, **span)


def without(query: AlertQuery, field: str, value: str) -> AlertQuery:
    """Give the question without the filter of a chip."""
    if field == "week":
        return query.but(page=1, created_after=None, created_before=None)
    return questions.without(query, field, value)


def ordered(query: AlertQuery, order: str) -> AlertQuery:
    """Give the question in one of the offered orders; raises InvalidInput for another."""
    if order not in ORDERS:
        raise InvalidInput("The order must be one of the offered ones")
    field, direction = order.split(" ")
    return query.but(page=1, sort_by=field, sort_order=direction)


def with_week(query: AlertQuery, monday: date) -> AlertQuery:
    """Give the question for the jobs created in a week; for the same week again, for those of any time."""
    if _week(query) == monday:
        return query.but(page=1, created_after=None, created_before=None)
    after, before = week_range(monday)
    return query.but(page=1, created_after=after, created_before=before)


def with_model(query: AlertQuery, model: str) -> AlertQuery:
    """Give the question for jobs with that GPU model; for the same again, for those of any. Raises InvalidInput."""
    return questions.changed(query, "gpu_model", "" if query.gpu_model == model else model)


def figures_address(query: AlertQuery, today: date) -> str:
    """Give the address of the plots' figures: the same for every page, order and size, which they do not show."""
    asked = without_place(query).to_query()
    return urls.performance_figures("&".join(part for part in (asked, f"last={today.isoformat()}") if part))


def export_choices(query: AlertQuery, total: int | None) -> list[ExportChoice]:
    """Give what can be exported of the view: its jobs, or the nodes of these jobs, in its order.

    `total` is None while the jobs are counted.
    """
    pairs = pairs_of(query.but(page=1, per_page=AlertQuery().per_page).to_query())
    jobs_links, node_links = (
        export_links(place, pairs) for place in (urls.PERFORMANCE_EXPORT, urls.PERFORMANCE_NODES_EXPORT)
    )
    count, jobs = total_words(total, "job"), UNKNOWN if total is None else total
    nodes = UNKNOWN if jobs else 0
    return [
        ExportChoice(jobs_links, jobs, count, "jobs", "Jobs", "with their scores and reasons"),
        ExportChoice(node_links, nodes, f"the nodes of {count}", "nodes", "Nodes", "with each figure and its ratio"),
    ]


def without_place(query: AlertQuery) -> AlertQuery:
    """Give the question with its filters alone."""
    return query.but(page=1, per_page=20, sort_by=ALERTS_FIRST, sort_order="desc")
