"""The pages of the dashboard, put together: addresses, titles, what each loads, and what surrounds all of them."""

import reflex as rx
from reflex_components_core.base.error_boundary import ErrorBoundary

from siliconmark_ui.live.changes import Kind
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.alert_badge import BadgeState
from siliconmark_ui.ui.components.fault import fault_notice
from siliconmark_ui.ui.components.native import native_link
from siliconmark_ui.ui.faults import FaultState
from siliconmark_ui.ui.live import LivePage, LiveState, job_of_path, jobs_of_query, keep_current
from siliconmark_ui.ui.pages.account.doors import DoorState, forgot_page, invitation_page, reset_page
from siliconmark_ui.ui.pages.account.page import account_page
from siliconmark_ui.ui.pages.account.state import AccountState
from siliconmark_ui.ui.pages.audit.page import audit_page
from siliconmark_ui.ui.pages.audit.state import AuditState
from siliconmark_ui.ui.pages.compare.page import compare_page
from siliconmark_ui.ui.pages.compare.state import CompareState
from siliconmark_ui.ui.pages.job_detail.page import job_page
from siliconmark_ui.ui.pages.job_detail.state import JobState, OtherViewForgotten
from siliconmark_ui.ui.pages.jobs.page import jobs_page
from siliconmark_ui.ui.pages.jobs.state import JobsState
from siliconmark_ui.ui.pages.machine_detail.page import machine_page
from siliconmark_ui.ui.pages.machine_detail.state import MachineState
from siliconmark_ui.ui.pages.machines.page import machines_page
from siliconmark_ui.ui.pages.machines.state import MachinesState
from siliconmark_ui.ui.pages.new_job.page import new_job_page
from siliconmark_ui.ui.pages.new_job.state import NewJobState
from siliconmark_ui.ui.pages.not_found import not_found_page
from siliconmark_ui.ui.pages.people.page import people_page
from siliconmark_ui.ui.pages.people.state import PeopleState
from siliconmark_ui.ui.pages.performance.page import performance_page
from siliconmark_ui.ui.pages.performance.state import PerformanceState
from siliconmark_ui.ui.pages.sign_in.page import sign_in_page
from siliconmark_ui.ui.pages.sign_in.state import SignInState
from siliconmark_ui.ui.session import SessionGuard
from siliconmark_ui.ui.theme import PRODUCT, STYLESHEETS, head_components
from siliconmark_ui.ui.values import Shown

DESCRIPTION = "GPU benchmark jobs: state, performance and network figures"


def add_pages(app: rx.App) -> None:
    """Give `app` its pages, its look and the guard of its page state. The Radix theme is set in `rxconfig.py`."""
    app.stylesheets.extend(STYLESHEETS)
    app.head_components.extend(head_components())
    # Inside the theme (20), so that its page has the colours of all others.
    app.app_wraps.pop((55, "ErrorBoundary"), None)
    app.app_wraps[15, "ErrorBoundary"] = _error_boundary
    # The frame says in its own words that the connection is lost, and this what no page has a place for.
    app.app_wraps[5, "Overlay"] = _overlay
    app.add_middleware(SessionGuard(), 0)
    app.add_middleware(OtherViewForgotten(), 1)
    _add_job_pages(app)
    _keep_pages_current()
    app.add_page(
        sign_in_page,
        route=urls.SIGN_IN,
        title=f"Sign in · {PRODUCT}",
        description=DESCRIPTION,
        on_load=[FaultState.forget, SignInState.load],
    )
    _add_account_pages(app)
    app.add_page(not_found_page, route="404", title=f"Not found · {PRODUCT}", description=DESCRIPTION)


def _add_account_pages(app: rx.App) -> None:
    pages = (
        (account_page, urls.ACCOUNT, "Your account", AccountState.load),
        (people_page, urls.PEOPLE, "People", PeopleState.load),
        (audit_page, urls.AUDIT, "Audit log", AuditState.load),
        (forgot_page, urls.FORGOT, "Forgotten password", DoorState.load),
        (reset_page, urls.RESET, "Set a new password", DoorState.load_reset),
        (invitation_page, urls.INVITATION, "Invitation", DoorState.load_invitation),
    )
    for page, route, title, load in pages:
        events = [LiveState.attend, load, BadgeState.load]
        app.add_page(page, route=route, title=f"{title} · {PRODUCT}", description=DESCRIPTION, on_load=events)


def _add_job_pages(app: rx.App) -> None:
    pages = (
        (jobs_page, urls.HOME, "Jobs", JobsState.load),
        (performance_page, urls.PERFORMANCE, "Performance", PerformanceState.load),
        (new_job_page, urls.NEW_JOB, "New job", NewJobState.load),
        (job_page, "/jobs/[job_id]", "Job", JobState.load),
        (machines_page, urls.MACHINES, "Machines", MachinesState.load),
        (machine_page, f"{urls.MACHINES}/[machine_uuid]", "Machine", MachineState.load),
        (compare_page, urls.COMPARISON, "Compare", CompareState.load),
    )
    for page, route, title, load in pages:
        # Changes are heard of from before the page reads; the badge is counted after it has what it shows.
        events = [LiveState.attend, load, BadgeState.load]
        app.add_page(page, route=route, title=f"{title} · {PRODUCT}", description=DESCRIPTION, on_load=events)


def _keep_pages_current() -> None:
    rows: frozenset[Kind] = frozenset({"created", "changed", "ended"})
    ended: frozenset[Kind] = frozenset({"ended"})
    alerts: frozenset[Kind] = frozenset({"ended", "review"})
    job: frozenset[Kind] = frozenset({"changed", "ended", "task", "result", "review", "report"})
    figures: frozenset[Kind] = frozenset({"ended", "result"})
    machines: frozenset[Kind] = frozenset({"task", "ended"})
    for route, page in {
        urls.HOME: LivePage(JobsState, rows, progress=frozenset({"task", "result"})),
        urls.PERFORMANCE: LivePage(PerformanceState, alerts, alerts),
        "/jobs/[job_id]": LivePage(JobState, job, figures, job_of_path),
        urls.MACHINES: LivePage(MachinesState, machines),
        f"{urls.MACHINES}/[machine_uuid]": LivePage(MachineState, machines, ended),
        urls.COMPARISON: LivePage(CompareState, job, figures, jobs_of_query),
        urls.NEW_JOB: LivePage(NewJobState, frozenset()),
        urls.ACCOUNT: LivePage(AccountState, frozenset()),
        urls.PEOPLE: LivePage(PeopleState, frozenset()),
        urls.AUDIT: LivePage(AuditState, frozenset()),
    }.items():
        keep_current(route, page)


def _overlay(stateful: bool) -> rx.Component:
    faults: Shown = FaultState
    return rx.fragment(fault_notice(faults.request_id, faults.forget))


def _error_boundary(stateful: bool) -> rx.Component:
    return ErrorBoundary.create(fallback_render=_broken_page())


def _broken_page() -> rx.Var[rx.Component]:
    words = rx.el.div(
        # The page that is gone took its own with it.
        rx.el.title(f"Stopped · {PRODUCT}"),
        rx.el.h1("This page has stopped working", class_name="sm-subtitle"),
        rx.el.p("Its program met an error that it could not handle. Your data is safe; load the page anew."),
        # Links of the browser: the router's would lead on inside a program that draws nothing but this any longer.
        native_link("Load the page anew", href="", class_name="sm-button sm-button-main"),
        native_link("Go to the jobs", href=urls.HOME, class_name="sm-button"),
        class_name="sm-notice sm-panel sm-door-card",
        role="alert",
    )
    return rx.Var.create(rx.el.main(words, class_name="sm-door"))
