"""What the performance page does: one handler loads what the address says, every control only changes the address."""

import dataclasses
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any

import reflex as rx

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.alerts import service
from siliconmark_ui.alerts.query import AlertQuery
from siliconmark_ui.charts import words
from siliconmark_ui.charts.fleet import bar_models
from siliconmark_ui.db import get_database
from siliconmark_ui.errors import AppError
from siliconmark_ui.instants import now
from siliconmark_ui.jobs import service as jobs
from siliconmark_ui.jobs.performance import performance_nodes
from siliconmark_ui.jobs.schemas import JobRow
from siliconmark_ui.ui.alert_badge import BadgeState
from siliconmark_ui.ui.failures import NO_FAILURE, Failure, describe_failure
from siliconmark_ui.ui.pages.jobs.view import PAGE_SIZES, Chip, offered_tags
from siliconmark_ui.ui.pages.performance import view as views
from siliconmark_ui.ui.pages.performance.rows import OpenView, PerformanceRowView, open_view, performance_row
from siliconmark_ui.ui.pages.performance.view import Chosen, View
from siliconmark_ui.ui.session import enter, find_actor, to_sign_in


@dataclasses.dataclass(frozen=True)
class Listing:
    """One page of rows with its place in the whole, and the opened row; `summary` reads `21–40 of 412`."""

    rows: list[PerformanceRowView]
    opened: OpenView
    total: int
    total_pages: int
    summary: str


async def load_listing(actor: Actor, view: View) -> Listing:
    """Ask for the page of jobs that the address describes, their last reviews, and the nodes of the opened row."""
    db = get_database()
    answer = await service.list_performance(db, actor, view.query)
    results = answer["results"]
    reviews = await service.latest_reviews(db, [row["id"] for row in results])
    rows = [performance_row(row, reviews.get(row["id"]), view.opened) for row in results]
    row = next((row for row in results if row["id"] == view.opened), None)
    total = answer["pagination"]["total"]
    first = view.query.offset + 1
    summary = f"{words.count(first)}–{words.count(first + len(rows) - 1)} of {words.count(total)}" if rows else ""
    opened = await load_opened(actor, row) if row else OpenView()
    return Listing(rows, opened, total, answer["pagination"]["total_pages"], summary)


async def load_opened(actor: Actor, row: JobRow) -> OpenView:
    """Ask for the nodes and reviews of a job of the page."""
    db = get_database()
    nodes = await performance_nodes(db, actor, row)
    reviews = await service.list_reviews(db, actor, int(row["id"]))
    return open_view(row, nodes, reviews, can_review=service.may_review(actor))


def phase_of(listing: Listing, query: AlertQuery) -> str:
    """Tell what the table shows: `ready`, `past_end`, `no_match` or `empty`."""
    if listing.rows:
        return "ready"
    if listing.total:
        return "past_end"
    return "no_match" if query.is_narrowed else "empty"


class PerformanceState(rx.State):
    """The performance page as its address describes it."""

    phase: str = "loading"
    is_busy: bool = False
    rows: list[PerformanceRowView] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    opened: OpenView = OpenView()
    total_text: str = ""
    page: int = 1
    total_pages: int = 0
    summary: str = ""
    sentence: str = ""
    chips: list[Chip] = []  # noqa: RUF012
    chosen: Chosen = Chosen()
    nothing: str = ""
    source: str = ""
    models: list[str] = []  # noqa: RUF012
    tag_options: list[str] = []  # noqa: RUF012
    has_tags: bool = False
    tag_search: str = ""
    failure: Failure = NO_FAILURE
    problem: str = ""
    note_problem: str = ""
    name_round: int = 0
    _typed_name: str = ""
    _tags: list[str] = []  # noqa: RUF012
    _today: date = date.min

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Load the rows that the address asks for; an anonymous visitor is led to the sign-in page."""
        self.is_busy = True
        self.problem = self.note_problem = ""
        yield
        try:
            actor = await enter(self)
            if actor is None:
                yield to_sign_in(self)
                return
            view = self._asked()
            self._show_question(view.query)
            self._show_listing(await load_listing(actor, view), view.query)
            self.models = await service.gpu_models(get_database(), actor)
            self._tags = await jobs.list_tags(get_database(), actor)
            self._offer_tags()
        except Exception as error:
            self.phase = "failed"
            self.failure = describe_failure(error, "The performance of jobs could not be loaded")
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
    def choose_order(self, order: str) -> Any:
        """Sort in one of the offered orders."""
        return self._go(lambda query: views.ordered(query, order))

    @rx.event
    def find_tags(self, text: str) -> None:
        """Offer the tags that contain the text."""
        self.tag_search = text
        self._offer_tags()

    @rx.event
    def remove(self, field: str, value: str) -> Any:
        """Remove the filter of one chip."""
        return self._go(lambda query: views.without(query, field, value))

    @rx.event
    def clear(self) -> Any:
        """Remove every filter, also from an address that cannot be read."""
        try:
            query = views.without_filters(self._view().query)
        except AppError:
            query = AlertQuery()
        return rx.redirect(View(query).to_address(), replace=True)

    @rx.event
    def turn(self, step: int) -> Any:
        """Go that many pages on or back; past an end, to the end. The browser's back button comes back here."""
        last = max(1, self.total_pages)
        return self._go(lambda query: query.but(page=min(max(1, query.page + step), last)), replace=False)

    @rx.event
    def resize(self, per_page: str) -> Any:
        """Set the rows of a page."""
        if per_page not in PAGE_SIZES:
            return None
        return self._go(lambda query: query.but(page=1, per_page=int(per_page)))

    @rx.event
    def toggle(self, job_id: str) -> Any:
        """Open a row, or close it when it is open."""
        try:
            view = self._view()
        except AppError as error:
            self.problem = error.message
            return None
        opened = "" if view.opened == job_id else job_id
        return rx.redirect(dataclasses.replace(view, opened=opened).to_address(), replace=True)

    @rx.event
    async def pick_model(self, index: int) -> Any:
        """Show the jobs of the GPU model whose bar was clicked, those of every model when it was the chosen one."""
        try:
            actor = await find_actor(self)
            if actor is None:
                return to_sign_in(self)
            # A click tells only which point it was: the same figures again say whose it is.
            figures = await service.score_distribution(get_database(), actor, self._view().query)
            bars = bar_models(figures)
        except AppError as error:
            self.problem = error.message
            return None
        if not isinstance(index, int) or not 0 <= index < len(bars):
            return None
        return self._go(lambda query: views.with_model(query, bars[index]))

    @rx.event
    def pick_week(self, index: int) -> Any:
        """Show the jobs of the week whose bar was clicked, those of any time when it was the chosen one."""
        weeks = service.trend_weeks(self._today) if self._today > date.min else []
        if not isinstance(index, int) or not 0 <= index < len(weeks):
            return None
        return self._go(lambda query: views.with_week(query, weeks[index]))

    @rx.event
    async def acknowledge(self, form: dict[str, Any]) -> Any:
        """Acknowledge the alert of the opened row with the note of the form."""
        return await self._review(service.acknowledge, str(form.get("note", "")))

    @rx.event
    async def reopen(self, form: dict[str, Any]) -> Any:
        """Take the acknowledgement of the opened row's alert back."""
        return await self._review(service.reopen, str(form.get("note", "")))

    async def _review(self, act: Callable[..., Any], note: str) -> Any:
        try:
            actor = await find_actor(self)
            if actor is None:
                return to_sign_in(self)
            await act(get_database(), actor, int(self._view().opened or 0), note)
        except Exception as error:
            self.note_problem = describe_failure(error, "The review could not be stored").message
            return None
        return [PerformanceState.load, BadgeState.load]

    def _view(self) -> View:
        return views.read_view(self.router.url.query)

    def _asked(self) -> View:
        """Give the view of the address; one that cannot be read leaves no words of an earlier question standing."""
        try:
            return self._view()
        except AppError:
            self.chips, self.chosen = [], Chosen()
            self.sentence = self.total_text = self.summary = ""
            raise

    def _go(self, change: Callable[[AlertQuery], AlertQuery], *, replace: bool = True) -> Any:
        try:
            query = change(self._view().query)
        except AppError as error:
            self.problem = error.message
            return None
        self.problem = ""
        return rx.redirect(View(query).to_address(), replace=replace)

    def _show_question(self, query: AlertQuery) -> None:
        self._today = now().date()
        self.sentence = views.sentence(query)
        self.nothing = views.nothing(query)
        self.chips = views.chips(query)
        self.chosen = views.chosen_view(query)
        self.source = views.figures_address(query, self._today)
        if self.chosen.name != self._typed_name:
            # A new key lays the search box anew; while somebody types in it, it is left alone.
            self._typed_name = self.chosen.name
            self.name_round += 1

    def _offer_tags(self) -> None:
        self.has_tags = bool(self._tags)
        self.tag_options = offered_tags(self._tags, self.chosen.tags, self.tag_search)

    def _show_listing(self, listing: Listing, query: AlertQuery) -> None:
        self.rows = listing.rows
        self.opened = listing.opened
        self.total_text = words.plural(listing.total, "job")
        self.page = query.page
        self.total_pages = listing.total_pages
        self.summary = listing.summary
        self.phase = phase_of(listing, query)
        self.failure = NO_FAILURE
