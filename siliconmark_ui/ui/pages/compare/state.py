"""What Compare does: one handler loads the jobs of the address; links and controls only change the address."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.comparisons.service import MOST_JOBS, compare_jobs
from siliconmark_ui.db import get_database
from siliconmark_ui.errors import AppError, InvalidInput
from siliconmark_ui.jobs import service as jobs
from siliconmark_ui.jobs.filters import JobQuery, pairs_of
from siliconmark_ui.jobs.parameters import read_boolean
from siliconmark_ui.ui.demo import mark_demo
from siliconmark_ui.ui.failures import NO_FAILURE, Failure, describe_failure
from siliconmark_ui.ui.live import renewed
from siliconmark_ui.ui.pages.compare.view import CompareQuery, ComparisonView, comparison_view
from siliconmark_ui.ui.session import enter, find_actor, to_sign_in
from siliconmark_ui.words import NAME_MAX

PARAMETERS = ("job", "all", "metric")
SUGGESTIONS = 10
SHORTEST_ID = 6
LONGEST_ID = 19


@dataclasses.dataclass(frozen=True)
class SuggestionView:
    """One job that can be added."""

    name: str = ""
    id: str = ""
    state: str = ""
    created_at: str = ""
    href: str = ""


def read_query(query_string: str) -> CompareQuery:
    """Read the address; raises InvalidInput for an unknown or repeated parameter."""
    pairs = pairs_of(query_string)
    for name, _ in pairs:
        if name not in PARAMETERS:
            raise InvalidInput(f"Unknown query parameter '{name}'; allowed are: {', '.join(PARAMETERS)}")
    single = [(name, value) for name, value in pairs if name != "job"]
    if len(dict(single)) < len(single):
        raise InvalidInput("all and metric must be given once")
    chosen = dict(single)
    job_ids = tuple(dict.fromkeys(value.strip() for name, value in pairs if name == "job" and value.strip()))
    return CompareQuery(job_ids, read_boolean(chosen.get("all", "0"), "all"), chosen.get("metric", ""))


class CompareState(rx.State):
    """A comparison as its address describes it, and the search for a further job."""

    phase: str = "loading"
    is_busy: bool = False
    view: ComparisonView = ComparisonView()
    is_full: bool = False
    suggestions: list[SuggestionView] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    search_text: str = ""
    problem: str = ""
    failure: Failure = NO_FAILURE
    _revision: int = 0

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Load the jobs of the address; an anonymous visitor is led to the sign-in page."""
        self.is_busy = True
        self.problem = ""
        yield
        try:
            actor = await enter(self)
            if actor is None:
                yield to_sign_in(self)
                return
            query = self._query()
            await self._compare(actor, query)
            self.search_text = ""
            self.suggestions = await self._suggested(actor, query)
        except Exception as error:
            self.phase = "failed"
            self.failure = describe_failure(error, "The comparison could not be loaded")
        finally:
            self.is_busy = False

    @rx.event
    async def find(self, text: str) -> Any:
        """Offer the jobs whose name has `text`, or the one with that id; else the newest with figures."""
        self.search_text = text.strip()[:NAME_MAX]
        try:
            actor = await find_actor(self)
            if actor is None:
                return to_sign_in(self)
            self.suggestions = await self._suggested(actor, self._query())
            self.problem = ""
        except Exception as error:
            self.suggestions = []
            self.problem = describe_failure(error, "The jobs could not be searched").line
        return None

    @rx.event
    def choose_metric(self, metric: str) -> Any:
        """Draw that metric's figures."""
        return rx.redirect(self._query().address(metric=metric), replace=True)

    @rx.event
    def clear(self) -> Any:
        """Begin anew without any job."""
        return rx.redirect(CompareQuery().address())

    async def _refresh(self, actor: Actor, *, has_new_figures: bool) -> None:
        """Show what has changed since, in place; the search for a further job stays as it is."""
        if self.phase != "loading":
            self._revision += has_new_figures
            await self._compare(actor, self._query())

    async def _compare(self, actor: Actor, query: CompareQuery) -> None:
        comparison = await compare_jobs(get_database(), actor, query.job_ids)
        # Sorting eight jobs of tens of thousands of links takes a while; other pages are answered meanwhile.
        self.view = renewed(await asyncio.to_thread(comparison_view, comparison, query), self._revision)
        await mark_demo(self, actor, [job.id for job in comparison.jobs])
        self.is_full = len(comparison.jobs) >= MOST_JOBS
        self.phase = "ready" if comparison.jobs else "empty"

    def _query(self) -> CompareQuery:
        return read_query(self.router.url.query)

    async def _suggested(self, actor: Actor, query: CompareQuery) -> list[SuggestionView]:
        text = self.search_text
        db = get_database()
        # Jobs without figures are only offered to somebody who names them.
        filters = [("name", text)] if text else [("has_performance_data", "true")]
        wanted = JobQuery.from_query(filters, per_page=SUGGESTIONS + MOST_JOBS)
        listed = await jobs.list_jobs(db, actor, wanted)
        found = [
            SuggestionView(row["name"], row["id"], row["state"], row["created_at"], _adding(query, row["id"]))
            for row in listed["results"]
            if row["id"] not in query.job_ids
        ]
        if text.isascii() and text.isdecimal() and SHORTEST_ID <= len(text) <= LONGEST_ID:
            found = [*await self._by_id(actor, query, text), *found]
        return found[:SUGGESTIONS]

    async def _by_id(self, actor: Actor, query: CompareQuery, job_id: str) -> list[SuggestionView]:
        try:
            await jobs.require_visible(get_database(), actor, int(job_id))
        except AppError:
            return []
        is_new = job_id not in query.job_ids
        return [SuggestionView(f"Job {job_id}", job_id, "", "", _adding(query, job_id))] if is_new else []


def _adding(query: CompareQuery, job_id: str) -> str:
    return query.address(job_ids=(*query.job_ids, job_id))
