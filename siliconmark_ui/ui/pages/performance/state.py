"""What the performance page does: one handler loads what the address says, every control only changes the address."""

import dataclasses
from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

import reflex as rx

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.alerts import service
from siliconmark_ui.alerts.query import AlertQuery
from siliconmark_ui.db import get_database
from siliconmark_ui.errors import AppError
from siliconmark_ui.instants import now
from siliconmark_ui.jobs.performance import performance_nodes
from siliconmark_ui.jobs.schemas import JobRow
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.alert_badge import BadgeState
from siliconmark_ui.ui.components.export_menu import ExportChoice
from siliconmark_ui.ui.demo import mark_demo
from siliconmark_ui.ui.failures import describe_failure
from siliconmark_ui.ui.listing import JobListState
from siliconmark_ui.ui.live import new_address
from siliconmark_ui.ui.pages.performance import view as views
from siliconmark_ui.ui.pages.performance.rows import OpenView, PerformanceRowView, open_view, performance_row
from siliconmark_ui.ui.pages.performance.view import Chosen, View
from siliconmark_ui.ui.questions import without_filters
from siliconmark_ui.ui.session import find_actor, to_sign_in
from siliconmark_ui.ui.sharing import shared
from siliconmark_ui.words import straight

REVIEW_PLACE = "performance-review-place"
SAID_PLACE = "performance-said"


@dataclasses.dataclass(frozen=True)
class Listing:
    """One page of rows, the opened row, and how many match in all; None when that is not counted yet."""

    rows: list[PerformanceRowView]
    opened: OpenView
    total: int | None


async def load_listing(actor: Actor, view: View) -> Listing:
    """Ask for the page of jobs that the address describes, their last reviews, and the nodes of the opened row."""
    db = get_database()
    answer = await service.list_rows(db, actor, view.query)
    results = answer["results"]
    reviews = await service.latest_reviews(db, [row["id"] for row in results])
    rows = [performance_row(row, reviews.get(row["id"]), view.opened) for row in results]
    row = next((row for row in results if row["id"] == view.opened), None)
    opened = await load_opened(actor, row) if row else OpenView()
    return Listing(rows, opened, answer["total"])


async def load_opened(actor: Actor, row: JobRow) -> OpenView:
    """Ask for the nodes and reviews of a job of the page."""
    db = get_database()
    nodes = await performance_nodes(db, actor, row)
    reviews = await service.list_reviews(db, actor, int(row["id"]))
    return open_view(row, nodes, reviews, can_review=service.may_review(actor))


class PerformanceState(JobListState, rx.State):
    """The performance page as its address describes it."""

    rows: list[PerformanceRowView] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    opened: OpenView = OpenView()
    chosen: Chosen = Chosen()
    source: str = ""
    exports: list[ExportChoice] = []  # noqa: RUF012
    models: list[str] = []  # noqa: RUF012
    note_problem: str = ""
    said: str = ""
    _to_say: str = ""
    _today: date = date.min
    _revision: int = 0

    _doing: ClassVar[str] = "The performance of jobs could not be loaded"
    _place: ClassVar[str] = "performance"
    _path: ClassVar[str] = urls.PERFORMANCE

    @rx.event
    def choose_order(self, order: str) -> Any:
        """Sort in one of the offered orders."""
        return self._go(lambda query: views.ordered(query, order))

    @rx.event
    def toggle(self, job_id: str) -> Any:
        """Open a row, or close it when it is open."""
        try:
            view = self._view()
        except AppError as error:
            self.problem, self.problem_field = error.message, ""
            return None
        opened = "" if view.opened == job_id else job_id
        return rx.redirect(self._marked(dataclasses.replace(view, opened=opened).to_address()), replace=True)

    @rx.event
    def pick_model(self, model: str) -> Any:
        """Show the jobs of the GPU model whose bar was chosen, those of every model when it was the chosen one."""
        # Any client can send anything here; nothing is no model.
        is_named = isinstance(model, str) and model.strip()
        return self._go(lambda query: views.with_model(query, model)) if is_named else None

    @rx.event
    def pick_week(self, monday: str) -> Any:
        """Show the jobs of the week whose bar was chosen, those of any time when it was the chosen one."""
        weeks = service.trend_weeks(self._today) if self._today > date.min else []
        week = next((week for week in weeks if week.isoformat() == monday), None)
        return self._go(lambda query: views.with_week(query, week)) if week else None

    @rx.event
    async def acknowledge(self, form: dict[str, Any]) -> Any:
        """Acknowledge the alert of the opened row with the note of the form."""
        return await self._review(service.acknowledge, str(form.get("note", "")), "acknowledged")

    @rx.event
    async def reopen(self, form: dict[str, Any]) -> Any:
        """Take the acknowledgement of the opened row's alert back."""
        return await self._review(service.reopen, str(form.get("note", "")), "open again")

    @rx.event
    def tell_review(self) -> Any:
        """Give the focus back after a review: to the row, or, when the view has it no more, to where that is said."""
        said, self._to_say = self._to_say, ""
        if not said:
            return None
        self.said = "" if self.opened.id else said
        return rx.set_focus(REVIEW_PLACE if self.opened.id else SAID_PLACE)

    def _begin(self) -> None:
        super()._begin()
        self.said = ""

    async def _review(self, act: Callable[..., Any], note: str, word: str) -> Any:
        try:
            actor = await find_actor(self)
            if actor is None:
                return to_sign_in(self)
            await act(get_database(), actor, int(self._view().opened or 0), note)
        except Exception as error:
            self.note_problem = describe_failure(error, "The review could not be stored").line
            return None
        # The trend tells what is reviewed from what is not, and must not wait for the page to hear of its own review.
        self._revision += 1
        self._to_say = f"“{straight(self.opened.name)}” is {word} and has left this view."
        return [PerformanceState.load, BadgeState.load, PerformanceState.tell_review]

    async def _fill(self, actor: Actor) -> None:
        self.note_problem = ""
        view = self._view()
        self._show_question(view.query)
        listing = await shared(actor, view.to_address(), lambda: load_listing(actor, view))
        self._show_listing(listing, view.query)
        await mark_demo(self, actor, [row.id for row in self.rows])
        self._choose_tags(view.query.tags)

    async def _read_offers(self, actor: Actor) -> None:
        self.models = await service.gpu_models(get_database(), actor)
        await super()._read_offers(actor)

    async def _refresh(self, actor: Actor, *, has_new_figures: bool) -> Any:
        self._revision += has_new_figures
        problem = self.note_problem
        rest = await super()._refresh(actor, has_new_figures=has_new_figures)
        self.note_problem = problem
        return rest

    def _view(self) -> View:
        return views.read_view(self.router.url.query)

    def _question(self) -> AlertQuery:
        return self._view().query

    def _address_of(self, question: AlertQuery) -> str:
        return View(question).to_address()

    def _without_filters(self, question: AlertQuery | None) -> AlertQuery:
        return without_filters(question or AlertQuery())

    def _without(self, query: AlertQuery, field: str, value: str) -> AlertQuery:
        return views.without(query, field, value)

    def _show_no_question(self) -> None:
        super()._show_no_question()
        self.chosen = Chosen()

    def _show_question(self, query: AlertQuery) -> None:
        self._today = now().date()
        self.sentence = views.sentence(query)
        self.nothing = views.nothing(query)
        self.chips = views.chips(query)
        self.chosen = views.chosen_view(query)
        self.source = new_address(views.figures_address(query, self._today), self._revision)
        self._keep_search(self.chosen.name)

    def _show_listing(self, listing: Listing, query: AlertQuery) -> None:
        self.rows = list(listing.rows)
        self.opened = listing.opened
        self._show_total(query, self._known_total(query, listing.total))

    def _show_total(self, query: AlertQuery, total: int | None) -> None:
        self.exports = views.export_choices(query, total)
        self._show_place(query, len(self.rows), total, what="job", is_narrowed=query.is_narrowed)
