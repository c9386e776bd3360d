"""Deleting jobs: asked for, confirmed by name, refused in words."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.charts import words
from siliconmark_ui.db import get_database
from siliconmark_ui.jobs import service
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.failures import describe_failure
from siliconmark_ui.ui.pages.jobs.rows import NamedJob
from siliconmark_ui.ui.pages.jobs.state import JobsState
from siliconmark_ui.ui.session import find_actor, to_sign_in
from siliconmark_ui.words import straight


class DeletionState(rx.State):
    """The jobs that somebody is about to delete, and why some could not be."""

    doomed: list[NamedJob] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    question: str = ""
    problems: list[str] = []  # noqa: RUF012
    stops: list[str] = []  # noqa: RUF012
    is_open: bool = False
    is_busy: bool = False

    @rx.event
    def ask(self, job_id: str, name: str) -> None:
        """Ask whether to delete one job."""
        self._ask([NamedJob(str(job_id), str(name))])

    @rx.event
    async def ask_picked(self) -> None:
        """Ask whether to delete the jobs that are picked in the list."""
        jobs = await self.get_state(JobsState)
        self._ask(list(jobs.picked))

    @rx.event
    async def leave(self) -> AsyncIterator[Any]:
        """Close the dialog; a list from which jobs have gone is shown anew."""
        self.is_open = False
        self.doomed = []
        if self.stops:
            self.stops = []
            yield self._show_what_is_left()

    @rx.event
    def opened(self, is_open: bool) -> Any:
        """Hear of the dialog being closed, by its button or the Escape key."""
        return None if is_open else DeletionState.leave

    @rx.event
    async def confirm(self) -> AsyncIterator[Any]:
        """Delete the jobs; those that cannot be deleted stay in the dialog with the reason."""
        if self.is_busy or not self.doomed:
            return
        self.is_busy = True
        yield
        try:
            actor = await find_actor(self)
            if actor is None:
                yield to_sign_in(self)
                return
            await self._delete(actor)
        except Exception as error:
            # Nothing was deleted: each job that fails is counted by itself below.
            self.problems = [describe_failure(error, "The deletion could not begin").line]
        finally:
            self.is_busy = False
        if not self.doomed and not self.stops:
            self.is_open = False
            yield self._show_what_is_left()

    async def _delete(self, actor: Actor) -> None:
        left, self.problems = [], []
        jobs = await self.get_state(JobsState)
        for job in self.doomed:
            try:
                number = service.read_deletion({"id": job.id})
                answer = await service.delete_job(get_database(), actor, number)
            except Exception as error:
                left.append(job)
                self.problems.append(f"{job.name}: {describe_failure(error, 'It could not be deleted').line}")
                continue
            jobs.forget(job.id)
            if answer["requires_agent_stop"]:
                self.stops.append(job.name)
        self._name(left)

    def _ask(self, jobs: list[NamedJob]) -> None:
        self.problems, self.stops = [], []
        self._name(jobs)
        self.is_open = bool(jobs)

    def _name(self, jobs: list[NamedJob]) -> None:
        self.doomed = jobs
        many = f"Delete {words.plural(len(jobs), 'job')}?"
        self.question = f"Delete the job “{straight(jobs[0].name)}”?" if len(jobs) == 1 else many

    def _show_what_is_left(self) -> Any:
        is_list = self.router.url.path.rstrip("/") == ""
        return JobsState.load if is_list else rx.redirect(urls.HOME, replace=True)
