"""What the list of machines does: one handler loads what the address says, every control only changes the address."""

import dataclasses
from collections.abc import AsyncIterator, Callable
from typing import Any

import reflex as rx

from siliconmark_ui.charts import words
from siliconmark_ui.db import get_database
from siliconmark_ui.errors import AppError
from siliconmark_ui.jobs.filters import pairs_of
from siliconmark_ui.machines import service
from siliconmark_ui.machines.filters import MachineQuery, read_parameter
from siliconmark_ui.machines.schemas import MachinePage
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.failures import NO_FAILURE, Failure, describe_failure
from siliconmark_ui.ui.pages.machines.rows import MachineView, machine_view
from siliconmark_ui.ui.session import enter, to_sign_in
from siliconmark_ui.ui.theme import PERFORMANCE

PAGE_SIZES = ("20", "50", "100", "300")
ASCENDING_FIRST = frozenset({"address", "gpu_model", "score"})
SORT_NAMES = {
    "last_seen": "Last seen",
    "address": "Address",
    "gpu_model": "GPU model",
    "gpu_count": "GPUs",
    "jobs": "Jobs",
    "score": "Score",
}


@dataclasses.dataclass(frozen=True)
class MachineQueryView:
    """The values that the controls show; texts, empty where nothing is chosen."""

    search: str = ""
    status: str = ""
    sort_by: str = "last_seen"
    sort_order: str = "desc"
    per_page: str = "50"


def sentence_of(query: MachineQuery) -> str:
    """Say the whole question: `Underperforming machines matching “10.0.”, by score, ascending`."""
    kind = f"{PERFORMANCE[query.status].word} machines" if query.status else "All machines"
    having = f" matching “{query.search}”" if query.search else ""
    if query.sort_by == "last_seen":
        return f"{kind}{having}, {'last seen first' if query.sort_order == 'desc' else 'longest unseen first'}"
    direction = "descending" if query.sort_order == "desc" else "ascending"
    return f"{kind}{having}, by {_word_of(query.sort_by)}, {direction}"


def _word_of(field: str) -> str:
    name = SORT_NAMES[field]
    return name if name.startswith("GPU") else name.lower()


class MachinesState(rx.State):
    """The list of machines as its address describes it."""

    phase: str = "loading"
    is_busy: bool = False
    rows: list[MachineView] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    total_text: str = ""
    page: int = 1
    total_pages: int = 0
    summary: str = ""
    sentence: str = ""
    chosen: MachineQueryView = MachineQueryView()
    has_filters: bool = False
    failure: Failure = NO_FAILURE
    problem: str = ""
    search_round: int = 0
    _typed: str = ""

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
            self._show(await service.list_machines(get_database(), actor, query), query)
        except Exception as error:
            self._show_failure(describe_failure(error, "The list of machines could not be loaded"))
        finally:
            self.is_busy = False

    @rx.event
    def search(self, text: str) -> Any:
        """Filter by a part of address, UUID or GPU model."""
        self._typed = text.strip()
        return self._choose("search", self._typed)

    @rx.event
    def choose_status(self, status: str) -> Any:
        """Filter by the last scored status, empty for all."""
        return self._choose("status", status)

    @rx.event
    def clear(self) -> Any:
        """Remove every filter, also from an address that cannot be read."""
        try:
            query = self._query().but(search=None, status=None, page=1)
        except AppError:
            query = MachineQuery()
        return rx.redirect(urls.machines(query.to_query()), replace=True)

    @rx.event
    def sort(self, field: str) -> Any:
        """Sort by a field; the same one again turns the direction."""

        def sorted_by(query: MachineQuery) -> MachineQuery:
            value = read_parameter("sort_by", field)
            first = "asc" if value in ASCENDING_FIRST else "desc"
            other = "desc" if query.sort_order == "asc" else "asc"
            return query.but(page=1, sort_by=value, sort_order=other if query.sort_by == value else first)

        return self._go(sorted_by)

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

    def _choose(self, name: str, text: str) -> Any:
        return self._go(lambda query: query.but(page=1, **{name: read_parameter(name, text) if text else None}))

    def _query(self) -> MachineQuery:
        return MachineQuery.from_query(pairs_of(self.router.url.query))

    def _go(self, change: Callable[[MachineQuery], MachineQuery], *, replace: bool = True) -> Any:
        try:
            query = change(self._query())
        except AppError as error:
            self.problem = error.message
            return None
        self.problem = ""
        return rx.redirect(urls.machines(query.to_query()), replace=replace)

    def _show_question(self, query: MachineQuery) -> None:
        self.sentence = sentence_of(query)
        self.has_filters = query.is_filtered
        self.chosen = MachineQueryView(
            query.search or "", query.status or "", query.sort_by, query.sort_order, str(query.per_page)
        )
        if self.chosen.search != self._typed:
            # A new key lays the search box anew; while somebody types in it, it is left alone.
            self._typed = self.chosen.search
            self.search_round += 1

    def _show_failure(self, failure: Failure) -> None:
        self.phase = "failed"
        self.failure = failure
        self.rows = []
        self.total_pages = 0
        self.total_text = self.summary = self.sentence = ""

    def _show(self, answer: MachinePage, query: MachineQuery) -> None:
        place = answer["pagination"]
        self.rows = [machine_view(row) for row in answer["results"]]
        self.total_text = words.plural(place["total"], "machine")
        self.page = query.page
        self.total_pages = place["total_pages"]
        first = query.offset + 1
        span = f"{words.count(first)}–{words.count(first + len(self.rows) - 1)} of {words.count(place['total'])}"
        self.summary = span if self.rows else ""
        empty = "past_end" if place["total"] else "no_match" if query.is_filtered else "empty"
        self.phase = "ready" if self.rows else empty
        self.failure = NO_FAILURE
