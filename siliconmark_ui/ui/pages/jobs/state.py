"""What the job list does: one handler loads what the address says, every control only changes the address."""

import dataclasses
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import reflex as rx

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.charts import words
from siliconmark_ui.comparisons.service import FEWEST_JOBS, MOST_JOBS
from siliconmark_ui.db import get_database
from siliconmark_ui.errors import AppError
from siliconmark_ui.instants import now
from siliconmark_ui.jobs import service
from siliconmark_ui.jobs.filters import JobQuery, pairs_of
from siliconmark_ui.jobs.sentences import describe
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.failures import NO_FAILURE, Failure, describe_failure
from siliconmark_ui.ui.pages.jobs import view as views
from siliconmark_ui.ui.pages.jobs.columns import known_columns, table_width
from siliconmark_ui.ui.pages.jobs.rows import JobRowView, NamedJob, job_row_view
from siliconmark_ui.ui.pages.jobs.view import Chip, QueryView
from siliconmark_ui.ui.session import enter, to_sign_in

VIEW_PARAMETERS = tuple(
    field.name for field in dataclasses.fields(JobQuery) if field.name not in {"include", "include_results"}
)
"""Query parameters of the page: those of the API's list but for the expansions, which the page always asks for."""

MOST_PICKED = 300
"""Jobs that can be picked at once."""


@dataclasses.dataclass(frozen=True)
class Listing:
    """One page of rows with its place in the whole; `summary` reads `21–40 of 412`."""

    rows: list[JobRowView]
    total: int
    page: int
    total_pages: int
    summary: str


async def load_listing(actor: Actor, query: JobQuery) -> Listing:
    """Ask the list service for the page that `query` describes."""
    wide = query.but(include_results=True, include=("performance",))
    answer = await service.list_jobs(get_database(), actor, wide)
    moment = now()
    rows = [job_row_view(row, moment) for row in answer["results"]]
    total = answer["pagination"]["total"]
    first = query.offset + 1
    summary = f"{words.count(first)}–{words.count(first + len(rows) - 1)} of {words.count(total)}" if rows else ""
    return Listing(rows, total, query.page, answer["pagination"]["total_pages"], summary)


def phase_of(listing: Listing, query: JobQuery) -> str:
    """Tell what the table shows: `ready`, `past_end`, `no_match` or `empty`."""
    if listing.rows:
        return "ready"
    if listing.total:
        return "past_end"
    return "no_match" if query.given else "empty"


class JobsState(rx.State):
    """The job list as its address describes it."""

    phase: str = "loading"
    is_busy: bool = False
    rows: list[JobRowView] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    total: int = 0
    total_text: str = ""
    page: int = 1
    total_pages: int = 0
    summary: str = ""
    sentence: str = ""
    chips: list[Chip] = []  # noqa: RUF012
    chosen: QueryView = QueryView()
    nothing: str = ""
    tag_options: list[str] = []  # noqa: RUF012
    has_tags: bool = False
    tag_search: str = ""
    failure: Failure = NO_FAILURE
    problem: str = ""
    exports: dict[str, str] = {}  # noqa: RUF012
    picked: list[NamedJob] = []  # noqa: RUF012
    picked_ids: list[str] = []  # noqa: RUF012
    has_whole_page: bool = False
    comparison: str = ""
    hidden_columns: str = rx.LocalStorage("", name="siliconmark-hidden-columns", sync=True)
    name_round: int = 0
    _typed_name: str = ""
    _tags: list[str] = []  # noqa: RUF012

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Load the rows that the address asks for; an anonymous visitor is led to the sign-in page."""
        self.is_busy = True
        self.problem = ""
        yield
        try:
            actor = await enter(self)
            if actor is None:
                yield to_sign_in(self)
                return
            query = self._query()
            self._show_question(query)
            self._show_listing(await load_listing(actor, query), query)
            self._tags = await service.list_tags(get_database(), actor)
            self._offer_tags()
        except Exception as error:
            self.phase = "failed"
            self.failure = describe_failure(error, "The job list could not be loaded")
        finally:
            self.is_busy = False

    @rx.event
    def search(self, text: str) -> Any:
        """Filter by a part of the name."""
        self._typed_name = text.strip()
        return self._go(lambda query: views.changed(query, "name", text.strip()))

    @rx.event
    def choose(self, field: str, text: str) -> Any:
        """Set one filter from its control's text; empty text removes it."""
        return self._go(lambda query: views.changed(query, field, text))

    @rx.event
    def choose_span(self, days: str) -> Any:
        """Filter by a created range that ends now."""
        return self._go(lambda query: views.created_within(query, days, now()))

    @rx.event
    def choose_tag(self, tag: str, is_wanted: bool) -> Any:
        """Demand a tag or stop demanding it."""
        return self._go(lambda query: views.with_tag(query, tag, is_wanted=is_wanted))

    @rx.event
    def find_tags(self, text: str) -> None:
        """Offer the tags that contain a text."""
        self.tag_search = text.strip()
        self._offer_tags()

    @rx.event
    def remove(self, field: str, value: str) -> Any:
        """Remove one chip's filter."""
        if field == "tags":
            return self._go(lambda query: views.with_tag(query, value, is_wanted=False))
        return self._go(lambda query: views.changed(query, field, ""))

    @rx.event
    def clear(self) -> Any:
        """Remove every filter, also from an address that cannot be read."""
        try:
            query = views.without_filters(self._query())
        except AppError:
            query = JobQuery()
        return rx.redirect(urls.jobs(query.to_query()), replace=True)

    @rx.event
    def sort(self, field: str) -> Any:
        """Sort by a field; the same one again turns the direction."""
        return self._go(lambda query: views.sorted_by(query, field))

    @rx.event
    def order(self, direction: str) -> Any:
        """Sort in that direction."""
        return self._go(lambda query: query.but(page=1, sort_order="asc" if direction == "asc" else "desc"))

    @rx.event
    def turn(self, step: int) -> Any:
        """Go that many pages on or back; past an end, to the end. The browser's back button comes back here."""
        last = max(1, self.total_pages)
        return self._go(lambda query: query.but(page=min(max(1, query.page + step), last)), replace=False)

    @rx.event
    def resize(self, per_page: str) -> Any:
        """Set the rows of a page."""
        if per_page not in views.PAGE_SIZES:
            return None
        return self._go(lambda query: query.but(page=1, per_page=int(per_page)))

    @rx.event
    def pick(self, job_id: str, is_picked: bool) -> None:
        """Pick one row for what can be done with several jobs, or leave it out again."""
        self._pick([row for row in self.rows if row.id == job_id], is_picked=is_picked)

    @rx.event
    def pick_page(self, is_picked: bool) -> None:
        """Pick every row of this page, or leave all of them out."""
        self._pick(self.rows, is_picked=is_picked)

    @rx.event
    def unpick(self) -> None:
        """Pick nothing."""
        self._show_picked([])

    def forget(self, job_id: str) -> None:
        """Leave out a job that is gone."""
        self._show_picked([job for job in self.picked if job.id != job_id])

    @rx.event
    def show_column(self, name: str, is_shown: bool) -> None:
        """Show a column or hide it; the browser remembers which."""
        others = [column for column in known_columns(self.hidden_columns) if column != name]
        self.hidden_columns = " ".join(known_columns(" ".join([*others, "" if is_shown else str(name)])))

    @rx.event
    def show_all_columns(self) -> None:
        """Show every column."""
        self.hidden_columns = ""

    @rx.var
    def hidden(self) -> list[str]:
        """The names of the columns that are not shown."""
        return known_columns(self.hidden_columns)

    @rx.var
    def width(self) -> str:
        """The width below which the table scrolls sideways, by the columns that it shows."""
        return f"{table_width(self.hidden)}px"

    def _pick(self, rows: Sequence[JobRowView], *, is_picked: bool) -> None:
        ids = {row.id for row in rows}
        others = [job for job in self.picked if job.id not in ids]
        chosen = [NamedJob(row.id, row.name) for row in rows] if is_picked else []
        self._show_picked([*others, *chosen][:MOST_PICKED])

    def _show_picked(self, jobs: list[NamedJob]) -> None:
        self.picked = jobs
        self.picked_ids = ids = [job.id for job in jobs]
        self.has_whole_page = bool(self.rows) and all(row.id in ids for row in self.rows)
        self.comparison = urls.comparison(ids) if FEWEST_JOBS <= len(ids) <= MOST_JOBS else ""

    def _query(self) -> JobQuery:
        return JobQuery.from_query(pairs_of(self.router.url.query), allowed=VIEW_PARAMETERS)

    def _go(self, change: Callable[[JobQuery], JobQuery], *, replace: bool = True) -> Any:
        try:
            query = change(self._query())
        except AppError as error:
            self.problem = error.message
            return None
        self.problem = ""
        return rx.redirect(urls.jobs(query.to_query()), replace=replace)

    def _show_question(self, query: JobQuery) -> None:
        phrase = describe(query)
        self.sentence = phrase[:1].upper() + phrase[1:]
        self.nothing = f"There are no {views.kind_of_jobs(query)} among those that you may see."
        self.chips = views.chips(query)
        self.chosen = views.query_view(query)
        self.exports = views.export_links(query)
        if self.chosen.name != self._typed_name:
            # A new key lays the search box anew; while somebody types in it, it is left alone.
            self._typed_name = self.chosen.name
            self.name_round += 1

    def _offer_tags(self) -> None:
        self.has_tags = bool(self._tags)
        self.tag_options = views.offered_tags(self._tags, self.chosen.tags, self.tag_search)

    def _show_listing(self, listing: Listing, query: JobQuery) -> None:
        self.rows = listing.rows
        self.total = listing.total
        self.total_text = words.plural(listing.total, "job")
        self.page = listing.page
        self.total_pages = listing.total_pages
        self.summary = listing.summary
        self.phase = phase_of(listing, query)
        self.failure = NO_FAILURE
        self._show_picked(self.picked)
