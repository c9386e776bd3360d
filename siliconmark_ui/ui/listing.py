"""What the states of all lists have in common: the address is the view, and every control only changes the address."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from time import monotonic
from typing import Any, ClassVar

import reflex as rx

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.charts import words
from siliconmark_ui.db import get_database
from siliconmark_ui.errors import AppError
from siliconmark_ui.instants import now
from siliconmark_ui.jobs.service import count_jobs, list_tags
from siliconmark_ui.ui import questions
from siliconmark_ui.ui.counting import Place, counted, stop_counting
from siliconmark_ui.ui.failures import NO_FAILURE, Failure, describe_failure
from siliconmark_ui.ui.questions import PAGE_SIZES, Chip
from siliconmark_ui.ui.saved_views import SavedViewsState
from siliconmark_ui.ui.session import enter, find_actor, to_sign_in

TYPED = frozenset({"name", "search", "person", "created_after", "created_before", "node_count_min", "node_count_max"})
"""What is typed into a field, in the words of the questions."""
SAY_THEMSELVES = frozenset({"created_after", "created_before", "node_count_min", "node_count_max", "after", "before"})
"""The filters whose fields say below themselves what is wrong with what they were given."""
COUNTING = "…"
"""Stands for a number of rows that is being counted."""
COUNT_PAUSE = 0.1
"""Seconds after the rows, while the browser draws them, before they are counted."""
OFFERS_LAST = 30.0
"""Seconds for which what the menus offer (tags, GPU models, saved views) is not read again."""


def phase_of(*, rows: int, total: int, is_narrowed: bool) -> str:
    """Tell what a table shows: `ready`, `past_end`, `no_match` or `empty`."""
    if rows:
        return "ready"
    if total:
        return "past_end"
    return "no_match" if is_narrowed else "empty"


def summary_of(offset: int, rows: int, total: int | None) -> str:
    """Say where a page of rows stands in the whole: `21–40 of 412`; empty without rows."""
    whole = COUNTING if total is None else words.count(total)
    return f"{words.count(offset + 1)}–{words.count(offset + rows)} of {whole}" if rows else ""


def total_words(total: int | None, what: str, many: str | None = None) -> str:
    """Write how many rows there are: `1 job`, `1,204 jobs`, `… jobs` while they are counted."""
    return words.plural(total, what, many) if total is not None else f"{COUNTING} {many or what + 's'}"


class ListState(SavedViewsState, mixin=True):
    """One page of a list as its address describes it. A page gives the four methods that raise here."""

    phase: str = "loading"
    is_busy: bool = False
    total_text: str = ""
    page: int = 1
    total_pages: int = 0
    pages_text: str = ""
    has_next: bool = False
    is_counting: bool = False
    summary: str = ""
    sentence: str = ""
    nothing: str = ""
    chips: list[Chip] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    failure: Failure = NO_FAILURE
    problem: str = ""
    problem_field: str = ""
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
        self.problem = self.problem_field = ""
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
        # The rows are what somebody waits for: they leave before they are counted and what the menus offer is read.
        yield self._still_to_count()
        await self._offer(actor)

    def _begin(self) -> None:
        """Forget, at the beginning of a load, what the page says of an earlier act, and stop what is left undone."""

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

    async def _refresh(self, actor: Actor, *, has_new_figures: bool) -> Any:
        """Show what has changed since, in place: nothing says that it loads, and what is being typed stays.

        Give the event that does what is left to do, None when nothing is.
        """
        if self.phase == "loading":
            return None
        search = self._typed, self.search_round
        await self._fill(actor)
        self._typed, self.search_round = search
        self.failure = NO_FAILURE
        return self._still_to_count()

    def _still_to_count(self) -> Any:
        """Give the event that counts the rows in all, None when that is done."""

    @rx.event
    def turn(self, step: int) -> Any:
        """Go that many pages on or back; past an end, to the end. The browser's back button comes back here."""
        last = self.page + 1 if self.is_counting else max(1, self.total_pages)
        return self._go(lambda query: query.but(page=min(max(1, query.page + step), last)))

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
        return rx.redirect(self._marked(self._address_of(query)))

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

    def _go(self, change: Callable[[Any], Any], *, field: str = "") -> Any:
        """Ask a changed question, to whose predecessor the browser's back button leads.

        Of what is typed into a `field`, which asks again with each pause, only the last remains.
        """
        try:
            before = self._question()
            question = change(before)
        except AppError as error:
            self.problem, self.problem_field = error.message, field if field in SAY_THEMSELVES else ""
            return None
        self.problem = self.problem_field = ""
        is_typed_on = field in TYPED and bool(getattr(before, field)) and bool(getattr(question, field))
        return rx.redirect(self._marked(self._address_of(question)), replace=is_typed_on or question == before)

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
        self.sentence = self.total_text = self.summary = self.pages_text = ""
        self._keep_search("")

    def _show_place(
        self, question: Any, rows: int, total: int | None, *, what: str, is_narrowed: bool, many: str | None = None
    ) -> None:
        """Show where the page of rows stands among `total` of `what`, for several of them `many`.

        `total` is None while some rows are there and all of them are being counted.
        """
        self.total_text = total_words(total, what, many)
        self.page = question.page
        self.total_pages = -(-(total or 0) // question.per_page)
        self.has_next = total is None or self.page < self.total_pages
        self.pages_text = self._pages_text(total)
        self.summary = summary_of(question.offset, rows, total)
        self.phase = phase_of(rows=rows, total=total or 0, is_narrowed=is_narrowed)

    def _pages_text(self, total: int | None) -> str:
        if total == 0:
            return ""
        return f"Page {self.page} of {COUNTING if total is None else self.total_pages}"


def _filters_of(query: Any) -> str:
    text: str = query.but(page=1, per_page=20, sort_by="created_at", sort_order="desc").to_query()
    return text


class JobListState(ListState, mixin=True):
    """A list of jobs: the filters of the specification and their controls."""

    tag_options: list[str] = []  # noqa: RUF012
    has_tags: bool = False
    tag_search: str = ""
    _tags: list[str] = []  # noqa: RUF012
    _chosen_tags: list[str] = []  # noqa: RUF012
    # How often the list was filled, and what the last total was of.
    _fillings: int = 0
    _counted_of: str = ""
    _counted: int = 0

    @rx.event
    def search(self, text: str) -> Any:
        """Filter by a part of the name."""
        self._typed = text.strip()
        return self._go(lambda query: questions.changed(query, "name", text.strip()), field="name")

    @rx.event
    def choose(self, field: str, text: str) -> Any:
        """Set one filter from its control's text; empty text removes it."""
        return self._go(lambda query: questions.changed(query, field, text), field=field)

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

    @rx.event(background=True)
    async def count(self) -> None:
        """Say how many jobs match in all, unless something else is asked for by the time they are counted."""
        try:
            filling = self._fillings
            await asyncio.sleep(COUNT_PAUSE)
            async with self:
                # Whoever has gone on meanwhile is not kept waiting by the count of what they have left.
                actor = await find_actor(self) if self._fillings == filling else None
                query: Any = self._question() if actor else None
                place = self._counting_place()
            if actor is None:
                return
            total = await counted(place, count_jobs(get_database(), actor, query))
            async with self:
                if total is not None and self._fillings == filling:
                    self._show_total(query, self._known_total(query, total))
        except Exception as error:
            # The rows are there; the next load counts again.
            describe_failure(error, "The jobs of a list could not be counted")

    def _begin(self) -> None:
        super()._begin()
        stop_counting(self._counting_place())

    def _counting_place(self) -> Place:
        return self.router.session.client_token, self.get_full_name()

    def _still_to_count(self) -> Any:
        return type(self).count if self.is_counting else None

    def _known_total(self, query: Any, total: int | None) -> int | None:
        """Give the total of a filling: as it was counted, else as it was for the same filters, None for neither."""
        asked = _filters_of(query)
        self._fillings += 1
        self.is_counting = total is None
        if total is None:
            return self._counted if asked == self._counted_of else None
        self._counted_of, self._counted = asked, total
        return total

    def _show_total(self, query: Any, total: int | None) -> None:
        """Show how many jobs match in all, None while they are counted."""
        raise NotImplementedError

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
