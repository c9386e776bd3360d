"""What a job's page does: one handler loads the tab that the address names, and nothing else is kept."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.app import App
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.db import get_database
from siliconmark_ui.errors import NotFound
from siliconmark_ui.instants import now
from siliconmark_ui.jobs import service
from siliconmark_ui.jobs.performance import performance_nodes
from siliconmark_ui.jobs.schemas import JobDetail
from siliconmark_ui.reports.service import report_status, shown_report
from siliconmark_ui.scoreboard.service import fleet_spreads
from siliconmark_ui.ui.demo import mark_demo
from siliconmark_ui.ui.failures import NO_FAILURE, Failure, describe_failure
from siliconmark_ui.ui.live import renewed
from siliconmark_ui.ui.pages.job_detail.heading import FIRST_TAB, TABS, HeadingView, heading_view
from siliconmark_ui.ui.pages.job_detail.network import NetworkTabView, network_tab_view
from siliconmark_ui.ui.pages.job_detail.nodes import TaskView, task_views
from siliconmark_ui.ui.pages.job_detail.overview import OverviewView, overview_view
from siliconmark_ui.ui.pages.job_detail.quickmark_view import QuickMarkTabView, quickmark_tab_view
from siliconmark_ui.ui.session import enter, to_sign_in
from siliconmark_ui.ui.sharing import shared

LONGEST_ID = 19
VIEW = ("tab", "order", "result", "rows")
"""What of the address decides what the tabs hold; the node that is looked at does in the tab QuickMark alone."""


class JobState(rx.State):
    """One job as its address describes it; only the shown tab holds anything."""

    phase: str = "loading"
    is_busy: bool = False
    tab: str = FIRST_TAB
    heading: HeadingView = HeadingView()
    overview: OverviewView = OverviewView()
    network: NetworkTabView = NetworkTabView()
    quickmark: QuickMarkTabView = QuickMarkTabView()
    tasks: list[TaskView] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    report: dict[str, Any] = {}  # noqa: RUF012
    failure: Failure = NO_FAILURE
    _revision: int = 0
    _changes: int = 0
    _view: tuple[str, ...] = ()

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Load the job and the tab of the address; an anonymous visitor is led to the sign-in page."""
        job_id = self.router.url.path.rstrip("/").rpartition("/")[2]
        self.is_busy = True
        if job_id != self.heading.id:
            self.phase, self.heading = "loading", HeadingView()
        yield
        try:
            actor = await enter(self)
            if actor is None:
                yield to_sign_in(self)
                return
            await self._show(actor, job_id)
            self.phase = "ready"
        except NotFound as error:
            self.phase = "not_found"
            self.failure = Failure(error.message)
        except Exception as error:
            self.phase = "failed"
            self.failure = describe_failure(error, "The job could not be loaded")
        finally:
            self.is_busy = False

    async def _refresh(self, actor: Actor, *, has_new_figures: bool) -> None:
        """Show what has changed since, in place; charts ask for their figures again when there are new ones."""
        job_id = self.router.url.path.rstrip("/").rpartition("/")[2]
        if self.phase == "loading" or job_id != self.heading.id:
            return
        self._revision += has_new_figures
        self._changes += 1
        try:
            await self._show(actor, job_id, keeps=not has_new_figures)
            self.phase, self.failure = "ready", NO_FAILURE
        except NotFound as error:
            self.phase = "not_found"
            self.failure = Failure(error.message)

    async def _show(self, actor: Actor, job_id: str, *, keeps: bool = False) -> None:
        if not (job_id.isascii() and job_id.isdigit() and len(job_id) <= LONGEST_ID):
            raise NotFound(f"Job with id {job_id[:LONGEST_ID]} not found")
        self._view = self._asked_view()
        asked = self.router.url.query_parameters
        tab = asked.get("tab", FIRST_TAB)
        tab = tab if tab in TABS else FIRST_TAB
        detail = await shared(actor, f"job {job_id}", lambda: service.get_job(get_database(), actor, int(job_id)))
        await mark_demo(self, actor, [job_id])
        moment = now()
        # What is read from the addresses of the head, such as the API's JSON, is read again after each change.
        self.heading = renewed(heading_view(detail, moment), self._changes)
        self.report = dict(shown_report(await report_status(get_database(), int(job_id))))
        if tab not in {view.name for view in self.heading.tabs}:
            # The job has lost the tab, as Agent when the job ends, since the link to it was made.
            tab = FIRST_TAB
        self.overview = overview_view(detail) if tab == "overview" else OverviewView()
        self.tasks = task_views(detail) if tab == "nodes" else []
        if not (keeps and tab == self.tab):
            await self._show_figures(actor, detail, tab)
        self.tab = tab

    def _asked_view(self) -> tuple[str, ...]:
        url = self.router.url
        asked = url.query_parameters
        node = asked.get("node", "") if asked.get("tab") == "quickmark" else ""
        return (url.path.rstrip("/"), *(asked.get(name, "") for name in VIEW), node)

    async def _show_figures(self, actor: Actor, detail: JobDetail, tab: str) -> None:
        asked = self.router.url.query_parameters
        network, quickmark = NetworkTabView(), QuickMarkTabView()
        if tab == "network":
            order, result = asked.get("order", ""), asked.get("result", "")
            what = f"network of {detail['id']} {order} {result}"
            network = await shared(actor, what, lambda: asyncio.to_thread(network_tab_view, detail, order, result))
        if tab == "quickmark":
            nodes = await performance_nodes(get_database(), actor, detail)
            spreads = await fleet_spreads(get_database(), nodes)
            chosen, show_all = asked.get("node", ""), asked.get("rows") == "all"
            quickmark = await asyncio.to_thread(quickmark_tab_view, detail, nodes, chosen, spreads, show_all=show_all)
        self.network, self.quickmark = renewed(network, self._revision), renewed(quickmark, self._revision)


class OtherViewForgotten(Middleware):
    """Forgets the job's view that a browser tab showed before it loaded a page anew at another address.

    A tab's state outlives its pages: the new page would show the earlier view for a moment and ask for its figures. A
    tab that connects again at the same address keeps what it shows.
    """

    async def preprocess(self, app: App, state: BaseState, event: Event) -> StateUpdate | None:
        """Reset the job's state before a page is filled with a view that its address does not name."""
        if event.name.endswith("hydrate_and_load"):
            job = await state._get_root_state().get_state(JobState)
            if job._view and job._view != job._asked_view():
                job.reset()  # type: ignore[no-untyped-call]
        return None
