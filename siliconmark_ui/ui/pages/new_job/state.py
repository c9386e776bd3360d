"""What the form of a new job does: it begins empty or as another job was, and makes the job."""

import dataclasses
from collections.abc import AsyncIterator, Mapping
from typing import Any

import reflex as rx

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.benchmarks.catalogue import BENCHMARKS, QUICK_MARK
from siliconmark_ui.benchmarks.sequence import ENTRIES_MAX
from siliconmark_ui.db import get_database
from siliconmark_ui.errors import AlreadyExists, AppError, NotFound
from siliconmark_ui.jobs import service
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.failures import NO_FAILURE, Failure, describe_failure
from siliconmark_ui.ui.pages.new_job.form import (
    EntryView,
    FormView,
    Problems,
    body_of,
    check,
    entry_view,
    form_like,
    place_after,
    suggested_tags,
    with_problems,
    with_suggestion,
)
from siliconmark_ui.ui.session import enter, find_actor, to_sign_in

NO_PROBLEMS = Problems()
LONGEST_ID = 19
TAGS_FIELD = "new-job-tags"


class NewJobState(rx.State):
    """The form; `round` changes when it is to be laid anew, so that a browser never keeps what it held before.

    `wrong` is the id of the first field that was refused, which gets the focus when `refusals` grow. `next_place` is
    the id of where the keyboard goes on after a benchmark was taken out, which gets it when `removals` grow.
    """

    phase: str = "loading"
    is_sending: bool = False
    round: int = 0
    start: FormView = FormView()
    entries: list[EntryView] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    source_name: str = ""
    problems: Problems = NO_PROBLEMS
    wrong: str = ""
    refusals: int = 0
    next_place: str = ""
    removals: int = 0
    failure: Failure = NO_FAILURE
    suggestions: list[str] = []  # noqa: RUF012
    _tags: list[str] = []  # noqa: RUF012
    _typed_tags: str = ""
    _next_key: int = 0

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Lay the form, as the job named by `from` was asked for if there is one that the person sees."""
        # The form of an earlier visit leaves at once: what is typed into it now would be lost with it in a moment.
        self.phase, self.source_name = "loading", ""
        yield
        try:
            actor = await enter(self)
            if actor is None:
                yield to_sign_in(self)
                return
            await self._begin(actor)
            self.phase = "ready"
        except Exception as error:
            self.phase = "failed"
            self.failure = describe_failure(error, "The form could not be laid")

    @rx.event
    def type_tags(self, text: str) -> None:
        """Suggest tags in use that go with what is typed."""
        self._suggest(text)

    @rx.event
    def take_tag(self, tag: str) -> Any:
        """Put a suggested tag in the place of what was being typed."""
        if tag not in self.suggestions:
            return None
        text = with_suggestion(self._typed_tags, tag)
        self._suggest(text)
        return [rx.set_value(TAGS_FIELD, text), rx.set_focus(TAGS_FIELD)]

    @rx.event
    def add(self, benchmark_id: str) -> None:
        """Add a benchmark to the job, or say that it has as many as a job can have."""
        if benchmark_id not in BENCHMARKS or benchmark_id == QUICK_MARK:
            return
        if len(self.entries) >= ENTRIES_MAX - 1:
            full = f"A job has at most {ENTRIES_MAX} benchmarks, with QuickMark"
            self.problems = dataclasses.replace(self.problems, benchmarks=full)
            return
        self.entries = [*self.entries, entry_view(self._next_key, benchmark_id)]
        self._next_key += 1

    @rx.event
    def remove(self, key: str) -> None:
        """Take an entry out again; the keyboard goes on from the one that is now in its place."""
        place = next((index for index, entry in enumerate(self.entries) if entry.key == key), None)
        if place is None:
            return
        removed = self.entries[place]
        self.entries = [*self.entries[:place], *self.entries[place + 1 :]]
        self.problems = dataclasses.replace(self.problems, benchmarks="")
        self.next_place = place_after(self.entries, place, removed.benchmark_id)
        self.removals += 1

    @rx.event
    async def submit(self, fields: dict[str, Any]) -> AsyncIterator[Any]:
        """Make the job and show it with the commands of its agents; what is wrong is said beside its field."""
        if self.is_sending:
            return
        self.is_sending = True
        self.failure = NO_FAILURE
        yield
        try:
            actor = await find_actor(self)
            if actor is None:
                yield to_sign_in(self)
                return
            job_id = await self._create(actor, {name: str(text) for name, text in fields.items()})
        except Exception as error:
            job_id = ""
            self.failure = describe_failure(error, "The job could not be created")
        if job_id:
            # Stays busy: a second press of the button while the page changes makes no second job.
            yield rx.redirect(urls.shown_commands(job_id))
            return
        self.is_sending = False
        if self.problems.first:
            self.wrong = f"new-job-{self.problems.first.replace('_', '-')}"
            self.refusals += 1

    def _suggest(self, text: str) -> None:
        self._typed_tags = text
        self.suggestions = suggested_tags(self._tags, text)

    async def _begin(self, actor: Actor) -> None:
        self._lay(FormView(), [])
        asked = self.router.url.query_parameters.get("from", "")
        if asked:
            try:
                await self._lay_like(actor, asked)
            except AppError as error:
                self.failure = describe_failure(error, "The job could not be read for a copy")
        self._tags = await service.list_tags(get_database(), actor)
        self._suggest(self.start.tags)

    async def _create(self, actor: Actor, fields: Mapping[str, str]) -> str:
        new, self.problems = check(body_of(fields, self.entries), self.entries)
        self.entries = with_problems(self.entries, self.problems)
        if new is None:
            return ""
        try:
            return (await service.create_job(get_database(), actor, new))["id"]
        except AlreadyExists as error:
            self.problems = Problems(name=error.message)
            return ""

    async def _lay_like(self, actor: Actor, job_id: str) -> None:
        if not (job_id.isascii() and job_id.isdigit() and len(job_id) <= LONGEST_ID):
            raise NotFound(f"Job with id {job_id[:LONGEST_ID]} not found")
        job = await service.get_job(get_database(), actor, int(job_id))
        self._lay(*form_like(job))
        self.source_name = job["name"]

    def _lay(self, start: FormView, entries: list[EntryView]) -> None:
        self.start, self.entries = start, entries
        self._next_key = len(entries)
        self.round += 1
        self.source_name = ""
        self.problems, self.failure = NO_PROBLEMS, NO_FAILURE
        self.wrong, self.refusals = "", 0
        self.next_place, self.removals = "", 0
        self.is_sending = False
