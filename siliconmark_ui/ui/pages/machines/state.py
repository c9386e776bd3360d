"""What the list of machines does: one handler loads what the address says, every control only changes the address."""

import dataclasses
from typing import Any, ClassVar

import reflex as rx

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.db import get_database
from siliconmark_ui.machines import service
from siliconmark_ui.machines.filters import MachineQuery, read_parameter
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.demo import mark_demo
from siliconmark_ui.ui.listing import ListState
from siliconmark_ui.ui.pages.machines.rows import MachineView, machine_view
from siliconmark_ui.ui.questions import Chip
from siliconmark_ui.ui.sharing import shared
from siliconmark_ui.ui.theme import PERFORMANCE
from siliconmark_ui.words import straight

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
    having = f" matching “{straight(query.search)}”" if query.search else ""
    return f"{kind}{having}, {order_words(query.sort_by, query.sort_order)}"


def order_words(field: str, direction: str) -> str:
    """Say an order: `last seen first`, `by score, ascending`."""
    if field == "last_seen":
        return "last seen first" if direction == "desc" else "longest unseen first"
    name = SORT_NAMES[field]
    word = name if name.startswith("GPU") else name.lower()
    return f"by {word}, {'descending' if direction == 'desc' else 'ascending'}"


def chips_of(query: MachineQuery) -> list[Chip]:
    """Give one chip per active filter."""
    texts = {
        "search": query.search and f"Has “{straight(query.search)}”",
        "status": query.status and PERFORMANCE[query.status].word,
    }
    return [Chip(field=name, text=text) for name, text in texts.items() if text]


class MachinesState(ListState, rx.State):
    """The list of machines as its address describes it."""

    rows: list[MachineView] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    chosen: MachineQueryView = MachineQueryView()

    _doing: ClassVar[str] = "The list of machines could not be loaded"
    _place: ClassVar[str] = "machines"
    _path: ClassVar[str] = urls.MACHINES

    @rx.event
    def search(self, text: str) -> Any:
        """Filter by a part of address, UUID or GPU model."""
        self._typed = text.strip()
        return self._choose("search", self._typed)

    @rx.event
    def choose(self, field: str, text: str) -> Any:
        """Set one filter from its control's text; empty text removes it."""
        return self._choose(field, text)

    @rx.event
    def remove(self, field: str, value: str) -> Any:
        """Remove one chip's filter; each filter has one value, so there is nothing to tell apart."""
        return self._choose(field, "")

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
    def choose_order(self, order: str) -> Any:
        """Sort by a field in a direction, `score asc`: what the heads of the columns do where there are none."""
        field, _, direction = order.partition(" ")

        def ordered(query: MachineQuery) -> MachineQuery:
            by, to = read_parameter("sort_by", field), read_parameter("sort_order", direction)
            return query.but(page=1, sort_by=by, sort_order=to)

        return self._go(ordered)

    def _choose(self, field: str, text: str) -> Any:
        if field not in {"search", "status"}:
            return None
        return self._go(
            lambda query: query.but(page=1, **{field: read_parameter(field, text) if text else None}), field=field
        )

    async def _fill(self, actor: Actor) -> None:
        query = self._question()
        self._show_question(query)
        what = f"machines?{query.to_query()}"
        answer = await shared(actor, what, lambda: service.list_machines(get_database(), actor, query))
        self.rows = [machine_view(row) for row in answer["results"]]
        await mark_demo(self, actor, [row.last_job_id for row in self.rows])
        total = answer["pagination"]["total"]
        self._show_place(query, len(self.rows), total, what="machine", is_narrowed=query.is_filtered)

    def _question(self) -> MachineQuery:
        return MachineQuery.from_query(self._pairs())

    def _address_of(self, question: MachineQuery) -> str:
        return urls.machines(question.to_query())

    def _without_filters(self, question: MachineQuery | None) -> MachineQuery:
        return (question or MachineQuery()).but(search=None, status=None, page=1)

    def _show_question(self, query: MachineQuery) -> None:
        self.sentence = sentence_of(query)
        self.nothing = "None of the machines that you may see is like that."
        self.chips = chips_of(query)
        self.chosen = MachineQueryView(
            query.search or "", query.status or "", query.sort_by, query.sort_order, str(query.per_page)
        )
        self._keep_search(self.chosen.search)

    def _show_no_question(self) -> None:
        super()._show_no_question()
        self.rows, self.chosen = [], MachineQueryView()
