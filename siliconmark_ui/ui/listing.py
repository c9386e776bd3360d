"""What the states of all lists have in common: the address is the view, and every control only changes the address."""

from collections.abc import AsyncIterator, Callable, Sequence
from time import monotonic
from typing import Any, ClassVar

import reflex as rx

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.charts import words
from siliconmark_ui.db import get_database
from siliconmark_ui.errors import AppError
from siliconmark_ui.instants import now
from siliconmark_ui.jobs.service import list_tags
from siliconmark_ui.ui import questions
from siliconmark_ui.ui.failures import NO_FAILURE, Failure, describe_failure
from siliconmark_ui.ui.questions import PAGE_SIZES, Chip
from siliconmark_ui.ui.saved_views import SavedViewsState
from siliconmark_ui.ui.session import enter, to_sign_in

OFFERS_LAST = 30.0
"""Seconds for which what the menus offer (tags, GPU models, saved views) is not read again."""


def phase_of(*, rows: int, total: int, is_narrowed: bool) -> str:
    """Tell what a table shows: `ready`, `past_end`, `no_match` or `empty`."""
    if rows:
        return "ready"
    if total:
        return "past_end"
    return "no_match" if is_narrowed else "empty"


def summary_of(offset: int, rows: int, total: int) -> str:
    """Say where a page of rows stands in the whole: `21–40 of 412`; empty without rows."""
    return f"{words.count(offset + 1)}–{words.count(offset + rows)} of {words.count(total)}" if rows else ""


class ListState(SavedViewsState, mixin=True):
    """One page of a list as its address describes it. A page gives the four methods that raise here."""

    phase: str = "loading"
    is_busy: bool = False
    total_text: str = ""
    page: int = 1
    total_pages: int = 0
    summary: str = ""
    sentence: str = ""
    nothing: str = ""
    chips: list[Chip] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    failure: Failure = NO_FAILURE
    problem: str = ""
    search_round: int = 0
    _typed: str = ""
    _offered_to: int = 0
    _offered_until: float = 0.0

    # The step that failed when a load does.
    _doing: ClassVar[str] = "The list could not be loaded"

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Load the rows that the address asks for; an anonymous visitor is led to the sign-in page."""
        self.is_busy = True
        self.problem = ""
        self._begin()
        yield
        try:
            actor = await enter(self)
            if actor is None:
                yield to_sign_in(self)
                return
            default = await self._default_address(actor)
            if default:
                yield rx.redirect(default, replace=True)
                return
            await self._fill(actor)
            self.failure = NO_FAILURE
            self._show_views()
        except Exception as error:
            self._show_failure(describe_failure(error, self._doing))
            return
        finally:
            self.is_busy = False
        # The rows are what somebody waits for: they leave before what the menus offer is read.
        yield
        await self._offer(actor)

    def _begin(self) -> None:
        """Forget, at the beginning of a load, what the page says of an earlier act."""

    async def _offer(self, actor: Actor) -> None:
        """Read what the menus offer, unless it was read for this person a moment ago."""
        if actor.user_id == self._offered_to and monotonic() < self._offered_until:
            return
        try:
            await self._read_views(actor)
            await self._read_offers(actor)
        except Exception as error:
            # The rows are there; the menus keep what they offered, and the next load tries again.
            describe_failure(error, "What the menus offer could not be read")
            return
        self._offered_to, self._offered_until = actor.user_id, monotonic() + OFFERS_LAST

    async def _read_offers(self, actor: Actor) -> None:
        """Read what the page's own menus offer."""

    async def _refresh(self, actor: Actor, *, has_new_figures: bool) -> None:
        """Show what has changed since, in place: nothing says that it loads, and what is being typed stays."""
        if self.phase == "loading":
            return
        search = self._typed, self.search_round
        await self._fill(actor)
        self._typed, self.search_round = search
        self.failure = NO_FAILURE

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
    def clear(self) -> Any:
        """Remove every filter, also from an address that cannot be read."""
        try:
            query = self._without_filters(self._question())
        except AppError:
            query = self._without_filters(None)
        return rx.redirect(self._marked(self._address_of(query)), replace=True)

    async def _fill(self, actor: Actor) -> None:
        """Read the address and show what it asks for."""
        raise NotImplementedError

    def _question(self) -> Any:
        """Give the question of the address; raises InvalidInput."""
        raise NotImplementedError

    def _pairs(self) -> list[tuple[str, str]]:
        """Give the decoded pairs of the address without the mark of the plain list; raises InvalidInput."""
        return questions.pairs_of_view(self.router.url.query)

    def _shown_query(self) -> str:
        query: str = self._question().but(page=1).to_query()
        return query

    def _address_of(self, question: Any) -> str:
        """Give the address that asks a question."""
        raise NotImplementedError

    def _without_filters(self, question: Any) -> Any:
        """Give a question without its filters; for None, the plain one."""
        raise NotImplementedError

    def _go(self, change: Callable[[Any], Any], *, replace: bool = True) -> Any:
        try:
            question = change(self._question())
        except AppError as error:
            self.problem = error.message
            return None
        self.problem = ""
        return rx.redirect(self._marked(self._address_of(question)), replace=replace)

    def _keep_search(self, text: str) -> None:
        """Lay the search box anew when its text comes from elsewhere; while somebody types in it, let it be."""
        if text != self._typed:
            self._typed = text
            self.search_round += 1

    def _show_failure(self, failure: Failure) -> None:
        self.phase, self.failure = "failed", failure
        try:
            self._question()
        except AppError:
            # Nothing of the view before may seem to belong to an address that cannot be read.
            self._show_no_question()

    def _show_no_question(self) -> None:
        """Show that nothing is asked for, neither filters nor rows."""
        self.chips, self.total_pages = [], 0
        self.sentence = self.total_text = self.summary = ""
        self._keep_search("")

    def _show_place(
        self, question: Any, rows: int, total: int, *, what: str, is_narrowed: bool, many: str | None = None
    ) -> None:
        """Show where the page of rows stands among `total` of `what`, for several of them `many`."""
        self.total_text = words.plural(total, what, many)
        self.page = question.page
        self.total_pages = -(-total // question.per_page)
        self.summary = summary_of(question.offset, rows, total)
        self.phase = phase_of(rows=rows, total=total, is_narrowed=is_narrowed)


class JobListState(ListState, mixin=True):
    """A list of jobs: the filters of the specification and their controls."""

    tag_options: list[str] = []  # noqa: RUF012
    has_tags: bool = False
    tag_search: str = ""
    _tags: list[str] = []  # noqa: RUF012
    _chosen_tags: list[str] = []  # noqa: RUF012

    @rx.event
    def search(self, text: str) -> Any:
        """Filter by a part of the name."""
        self._typed = text.strip()
        return self._go(lambda query: questions.changed(query, "name", text.strip()))

    @rx.event
    def choose(self, field: str, text: str) -> Any:
        """Set one filter from its control's text; empty text removes it."""
        return self._go(lambda query: questions.changed(query, field, text))

    @rx.event
    def choose_span(self, days: str) -> Any:
        """Filter by a created range that ends now."""
        return self._go(lambda query: questions.created_within(query, days, now()))

    @rx.event
    def choose_state(self, state: str, is_wanted: bool) -> Any:
        """Ask for jobs in a state too, or no longer."""
        return self._go(lambda query: questions.with_state(query, state, is_wanted=is_wanted))

    @rx.event
    def choose_tag(self, tag: str, is_wanted: bool) -> Any:
        """Demand a tag or stop demanding it."""
        return self._go(lambda query: questions.with_tag(query, tag, is_wanted=is_wanted))

    @rx.event
    def find_tags(self, text: str) -> None:
        """Offer the tags that contain a text."""
        self.tag_search = text.strip()
        self._offer_tags()

    @rx.event
    def remove(self, field: str, value: str) -> Any:
        """Remove one chip's filter."""
        return self._go(lambda query: self._without(query, field, value))

    def _without(self, query: Any, field: str, value: str) -> Any:
        """Give the question without the filter of a chip."""
        return questions.without(query, field, value)

    async def _read_offers(self, actor: Actor) -> None:
        self._tags = await list_tags(get_database(), actor)
        self._offer_tags()

    def _choose_tags(self, chosen: Sequence[str]) -> None:
        """Offer the tags of the person's jobs, the chosen ones first."""
        self._chosen_tags = list(chosen)
        self._offer_tags()

    def _offer_tags(self) -> None:
        self.has_tags = bool(self._tags)
        self.tag_options = questions.offered_tags(self._tags, self._chosen_tags, self.tag_search)
