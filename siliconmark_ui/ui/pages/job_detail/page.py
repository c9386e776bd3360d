"""The page of one job: its head, its tabs, and the tab that the address names."""

from itertools import starmap

import reflex as rx

from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.badges import copied_id, state_badge, tag
from siliconmark_ui.ui.components.clock import fact_time, running_time
from siliconmark_ui.ui.components.feedback import bone, failure, notice
from siliconmark_ui.ui.components.page_title import page_title
from siliconmark_ui.ui.components.papers import report_button
from siliconmark_ui.ui.components.table_frame import FlashFacts
from siliconmark_ui.ui.demo import demo_page_mark
from siliconmark_ui.ui.layout import frame
from siliconmark_ui.ui.pages.job_detail.network import network_tab
from siliconmark_ui.ui.pages.job_detail.nodes import nodes_tab
from siliconmark_ui.ui.pages.job_detail.overview import overview_tab
from siliconmark_ui.ui.pages.job_detail.papers import agent_tab, raw_tab
from siliconmark_ui.ui.pages.job_detail.quickmark import quickmark_tab
from siliconmark_ui.ui.pages.job_detail.state import JobState
from siliconmark_ui.ui.pages.jobs.actions import job_menu, menu_answers
from siliconmark_ui.ui.values import Shown

state: Shown = JobState
NOT_BEGUN = "No node has registered yet"

heading: Shown = state.heading


def job_page() -> rx.Component:
    """Draw the page of one job."""
    crumbs = rx.el.nav(
        rx.el.a("Jobs", href=urls.HOME, class_name="sm-link"),
        rx.icon("chevron-right", size=13),
        rx.el.span(
            rx.cond(heading.name != "", heading.name, "Job"),
            class_name="sm-cut",
            title=heading.name,
            custom_attrs={"aria-current": "page"},
        ),
        class_name="sm-crumbs",
        aria_label="Breadcrumbs",
    )
    body = rx.match(
        state.phase,
        ("loading", _skeleton()),
        ("not_found", _not_found()),
        ("failed", _failed()),
        rx.fragment(_head(), _tabs(), _tab()),
    )
    return frame(page_title(heading.name), crumbs, body, menu_answers(), current="jobs")


def _head() -> rx.Component:
    title = rx.el.div(
        rx.el.h1(heading.name, class_name="sm-title sm-break", data_testid="job-name"),
        state_badge(heading.state),
        demo_page_mark(),
        rx.el.div(
            report_button(source=heading.report_address, report=state.report),
            job_menu(heading, labelled=True),
            class_name="sm-head-end",
        ),
        class_name="sm-page-head sm-job-head",
    )
    facts: tuple[tuple[Shown, rx.Component], ...] = (
        ("Nodes", _nodes()),
        ("Created", fact_time(heading.created_at, "")),
        ("Started", fact_time(heading.started_at, NOT_BEGUN)),
        ("Ended", fact_time(heading.ended_at, "The job has not ended")),
        ("Duration", running_time(began=heading.started_at, ended=heading.ended_at, reason=NOT_BEGUN)),
        (rx.cond(heading.is_expired, "Expired", "Expires"), fact_time(heading.expires_at, "")),
        ("Benchmarks", rx.el.span(heading.benchmarks)),
        ("Id", copied_id(heading.id, "job's id")),
    )
    return rx.fragment(
        title,
        rx.cond(heading.description != "", rx.el.p(heading.description, class_name="sm-muted sm-description")),
        rx.cond(heading.tags.length() > 0, rx.el.div(rx.foreach(heading.tags, tag), class_name="sm-tags sm-tags-wrap")),
        FlashFacts.create(of=heading),
        rx.el.dl(*starmap(_fact, facts), class_name="sm-facts"),
    )


def _fact(word: Shown, value: rx.Component) -> rx.Component:
    return rx.el.div(rx.el.dt(word), rx.el.dd(value, data_quiet=word == "Duration"))


def _nodes() -> rx.Component:
    meter = rx.el.progress(value=heading.progress, max=100, class_name="sm-meter", aria_label=heading.progress_words)
    share = rx.el.span(heading.progress_words, class_name="sm-muted", data_testid="job-progress")
    nodes = rx.el.span(
        heading.nodes, rx.cond(heading.progress >= 0, meter), class_name="sm-nodes", title=heading.progress_words
    )
    return rx.fragment(nodes, rx.cond(heading.state == "running", share))


def _tabs() -> rx.Component:
    def tab(view: Shown) -> rx.Component:
        current = {"aria-current": rx.cond(view.name == state.tab, "page", "false")}
        return rx.el.a(
            view.word,
            rx.cond(view.count != "", rx.el.span(view.count, class_name="sm-muted")),
            href=view.href,
            class_name="sm-tab",
            custom_attrs=current,
        )

    return rx.el.nav(rx.foreach(heading.tabs, tab), class_name="sm-tabs", aria_label="Parts of the job")


def _tab() -> rx.Component:
    content = rx.match(
        state.tab,
        ("network", network_tab(state.network, heading)),
        ("quickmark", quickmark_tab(state.quickmark, state.load, heading)),
        ("nodes", nodes_tab(state.tasks, heading)),
        ("agent", agent_tab(heading)),
        ("raw", raw_tab(heading)),
        overview_tab(state.overview, heading),
    )
    # The old tab stays until the new one is there, and says by its look that it is the old one.
    kind = rx.cond(state.is_busy, "sm-job-tab sm-busy", "sm-job-tab")
    return rx.el.div(content, class_name=kind, aria_busy=state.is_busy, data_testid="job-tab", data_tab=state.tab)


def _skeleton() -> rx.Component:
    facts = [rx.el.div(rx.el.dt(bone(1)), rx.el.dd(bone(2))) for _ in range(8)]
    return rx.el.div(
        rx.el.div(bone(4), class_name="sm-page-head sm-job-head"),
        rx.el.dl(*facts, class_name="sm-facts"),
        rx.el.div(*(rx.el.span(bone(1), class_name="sm-tab") for _ in range(4)), class_name="sm-tabs"),
        rx.el.div(class_name="sm-panel sm-panel-wait"),
        aria_busy="true",
    )


def _not_found() -> rx.Component:
    back = rx.el.a("Go to the jobs", href=urls.HOME, class_name="sm-button sm-button-main")
    words = notice(
        "search-x", "There is no such job", state.failure.message, back, testid="job-not-found", is_page=True
    )
    return rx.el.div(words, class_name="sm-panel")


def _failed() -> rx.Component:
    again = rx.el.button(
        rx.icon("rotate-cw", size=14),
        "Try again",
        type="button",
        class_name="sm-button sm-button-main",
        on_click=state.load,
    )
    words = failure(
        "The job could not be shown", state.failure.message, state.failure.request_id, again, testid="job-failed"
    )
    return rx.el.div(words, class_name="sm-panel")
