"""What the job list does: one handler loads what the address says, every control only changes the address."""

import dataclasses
from collections.abc import Sequence
from typing import Any, ClassVar

import reflex as rx

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.comparisons.service import FEWEST_JOBS, MOST_JOBS
from siliconmark_ui.db import get_database
from siliconmark_ui.instants import now
from siliconmark_ui.jobs import service
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.parameters import IDS_MAX, VIEW_PARAMETERS
from siliconmark_ui.jobs.sentences import describe
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.export_menu import UNKNOWN, ExportChoice
from siliconmark_ui.ui.demo import mark_demo
from siliconmark_ui.ui.listing import JobListState
from siliconmark_ui.ui.pages.jobs import view as views
from siliconmark_ui.ui.pages.jobs.columns import known_columns, table_width
from siliconmark_ui.ui.pages.jobs.rows import NOTHING_DONE, OPEN_STATES, JobRowView, NamedJob, job_row_view
from siliconmark_ui.ui.questions import QueryView, chips, query_view, without_filters
from siliconmark_ui.ui.sharing import follow_progress, shared

MOST_PICKED = IDS_MAX
"""Jobs that can be picked at once."""


@dataclasses.dataclass(frozen=True)
class Listing:
    """One page of rows, and how many match in all; None when that is not counted yet."""

    rows: list[JobRowView]
    total: int | None


async def load_listing(actor: Actor, query: JobQuery) -> Listing:
    """Ask the list service for the page that `query` describes."""
    wide = query.but(include_results=True, include=("performance",))
    answer = await service.list_rows(get_database(), actor, wide)
    running = [row["id"] for row in answer["results"] if row["state"] == "running"]
    done = await service.read_progress(get_database(), actor, running)
    moment = now()
    rows = [job_row_view(row, moment, done.get(row["id"], NOTHING_DONE)) for row in answer["results"]]
    return Listing(rows, answer["total"])


class JobsState(JobListState, rx.State):
    """The job list as its address describes it."""

    rows: list[JobRowView] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    total: int = 0
    chosen: QueryView = QueryView()
    picked: list[NamedJob] = []  # noqa: RUF012
    picked_ids: list[str] = []  # noqa: RUF012
    has_whole_page: bool = False
    comparison: str = ""
    _whole: JobQuery = JobQuery()
    hidden_columns: str = rx.LocalStorage("", name="siliconmark-hidden-columns", sync=True)

    _doing: ClassVar[str] = "The job list could not be loaded"
    _place: ClassVar[str] = "jobs"
    _path: ClassVar[str] = urls.HOME

    @rx.event
    def sort(self, field: str) -> Any:
        """Sort by a field; the same one again turns the direction."""
        return self._go(lambda query: views.sorted_by(query, field))

    @rx.event
    def order(self, direction: str) -> Any:
        """Sort in that direction."""
        return self._go(lambda query: query.but(page=1, sort_order="asc" if direction == "asc" else "desc"))

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
    def exports(self) -> list[ExportChoice]:
        """What the Export menu offers of this view and these columns."""
        return views.export_choices(self._whole, self.hidden, self.total)

    @rx.var
    def picked_exports(self) -> list[ExportChoice]:
        """What the Export menu of the picked rows offers."""
        return views.picked_choices(self._whole, [int(job_id) for job_id in self.picked_ids], self.hidden)

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

    async def _fill(self, actor: Actor) -> None:
        query = self._question()
        self._show_question(query)
        what = f"jobs?{query.to_query()}"
        self._show_listing(await shared(actor, what, lambda: load_listing(actor, query)), query)
        await mark_demo(self, actor, [row.id for row in self.rows])
        self._choose_tags(query.tags)

    def _question(self) -> JobQuery:
        return JobQuery.from_query(self._pairs(), allowed=VIEW_PARAMETERS, several_states=True)

    def _address_of(self, question: JobQuery) -> str:
        return urls.jobs(question.to_query())

    def _without_filters(self, question: JobQuery | None) -> JobQuery:
        return without_filters(question or JobQuery())

    def _show_question(self, query: JobQuery) -> None:
        phrase = describe(query)
        self.sentence = phrase[:1].upper() + phrase[1:]
        self.nothing = f"There are no {views.kind_of_jobs(query)} among those that you may see."
        self.chips = chips(query)
        self.chosen = query_view(query)
        self._whole = query
        self._keep_search(self.chosen.name)

    def _show_no_question(self) -> None:
        super()._show_no_question()
        self.chosen = QueryView()

    def _show_listing(self, listing: Listing, query: JobQuery) -> None:
        self.rows = list(listing.rows)
        follow_progress(self, [row.id for row in self.rows if row.state in OPEN_STATES])
        self._show_total(query, self._known_total(query, listing.total))
        self._show_picked(self.picked)

    def _show_total(self, query: JobQuery, total: int | None) -> None:
        self.total = UNKNOWN if total is None else total
        self._show_place(query, len(self.rows), total, what="job", is_narrowed=bool(query.given))
