"""What a machine's page does: one handler loads the machine, its history and the page of jobs of the address."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.charts.machine_history import metric_histories
from siliconmark_ui.db import get_database
from siliconmark_ui.errors import NotFound
from siliconmark_ui.machines import service
from siliconmark_ui.ui.demo import mark_demo
from siliconmark_ui.ui.failures import NO_FAILURE, Failure, describe_failure
from siliconmark_ui.ui.live import renewed
from siliconmark_ui.ui.pages.machine_detail.question import MachineQuestion
from siliconmark_ui.ui.pages.machine_detail.view import (
    HistoryView,
    JobsView,
    MachineHeadingView,
    history_view,
    jobs_view,
    machine_heading_view,
)
from siliconmark_ui.ui.session import enter, to_sign_in

JOBS_A_PAGE = 20


class MachineState(rx.State):
    """One machine as its address describes it."""

    phase: str = "loading"
    is_busy: bool = False
    heading: MachineHeadingView = MachineHeadingView()
    history: HistoryView = HistoryView()
    jobs: JobsView = JobsView()
    failure: Failure = NO_FAILURE
    _revision: int = 0

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Load the machine of the address; an anonymous visitor is led to the sign-in page."""
        machine_uuid = self.router.url.path.rstrip("/").rpartition("/")[2].lower()
        self.is_busy = True
        if machine_uuid != self.heading.uuid:
            self.phase, self.heading = "loading", MachineHeadingView()
        yield
        try:
            actor = await enter(self)
            if actor is None:
                yield to_sign_in(self)
                return
            await self._show(actor, machine_uuid)
            self.phase = "ready"
        except NotFound as error:
            self.phase = "not_found"
            self.failure = Failure(error.message)
        except Exception as error:
            self.phase = "failed"
            self.failure = describe_failure(error, "The machine could not be loaded")
        finally:
            self.is_busy = False

    async def _refresh(self, actor: Actor, *, has_new_figures: bool) -> None:
        """Show what has changed since, in place."""
        machine_uuid = self.router.url.path.rstrip("/").rpartition("/")[2].lower()
        if self.phase == "ready" and machine_uuid == self.heading.uuid:
            self._revision += has_new_figures
            await self._show(actor, machine_uuid)

    async def _show(self, actor: Actor, machine_uuid: str) -> None:
        db = get_database()
        question = MachineQuestion.from_query(machine_uuid, self.router.url.query_parameters)
        machine = await service.get_machine(db, actor, machine_uuid)
        jobs = await service.list_machine_jobs(db, actor, machine, page=question.page, per_page=JOBS_A_PAGE)
        history = await service.machine_history(db, actor, machine_uuid)
        measurements = history["measurements"]
        histories = await asyncio.to_thread(metric_histories, measurements)
        self.heading = machine_heading_view(machine)
        self.jobs = jobs_view(question, jobs)
        await mark_demo(self, actor, [row["job_id"] for row in jobs["results"]])
        shown = history_view(question, histories, len(measurements), history["total"])
        self.history = renewed(shown, self._revision)
