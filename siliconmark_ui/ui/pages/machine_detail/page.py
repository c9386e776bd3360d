"""The page of one machine: its head, its changes of level, a chart a metric, and its jobs."""

import reflex as rx

from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.badges import copied_id, missing, performance_status, state_badge
from siliconmark_ui.ui.components.clock import fact_time, relative_time, running_time
from siliconmark_ui.ui.components.feedback import bone, failure, notice
from siliconmark_ui.ui.components.local_words import local_words
from siliconmark_ui.ui.components.page_title import page_title
from siliconmark_ui.ui.components.plot import headed_plot
from siliconmark_ui.ui.components.table_frame import table_frame
from siliconmark_ui.ui.demo import demo_job_mark, demo_page_mark
from siliconmark_ui.ui.layout import frame
from siliconmark_ui.ui.pages.machine_detail.state import MachineState
from siliconmark_ui.ui.values import Shown

state: Shown = MachineState

heading: Shown = state.heading
history: Shown = state.history
jobs: Shown = state.jobs


def machine_page() -> rx.Component:
    """Draw the page of one machine."""
    crumbs = rx.el.nav(
        rx.el.a("Machines", href=urls.MACHINES, class_name="sm-link"),
        rx.icon("chevron-right", size=13),
        rx.el.span(
            rx.cond(heading.name != "", heading.name, "Machine"),
            class_name="sm-cut",
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
        rx.el.div(_head(), _history(), _jobs(), class_name="sm-stack", aria_busy=state.is_busy),
    )
    return frame(page_title(heading.name), crumbs, body, current="machines")


def _head() -> rx.Component:
    title = rx.el.div(
        rx.el.h1(heading.name, class_name="sm-title sm-break", data_testid="machine-name"),
        performance_status(heading.performance, heading.score, heading.performance_hint),
        demo_page_mark(),
        class_name="sm-page-head sm-job-head",
    )
    facts = (
        ("GPUs", rx.el.span(heading.gpus)),
        ("Jobs", rx.el.span(heading.jobs)),
        ("Last seen", fact_time(heading.last_seen_at, "")),
        ("Last task", state_badge(heading.state)),
        ("Worst metric", rx.el.span(rx.cond(heading.worst != "", heading.worst, "–"), title=heading.performance_hint)),
        ("UUID", copied_id(heading.uuid, "machine's UUID")),
    )
    return rx.el.div(
        title,
        rx.el.dl(*(rx.el.div(rx.el.dt(word), rx.el.dd(value)) for word, value in facts), class_name="sm-facts"),
    )


def _history() -> rx.Component:
    empty = notice(
        "chart-line",
        "No measurements yet",
        "A measurement is added when a job ends in which this machine reported QuickMark figures.",
        rx.el.a("Go to the jobs", href=urls.HOME, class_name="sm-button"),
        testid="machine-no-history",
    )
    charts = rx.fragment(
        _changes(),
        rx.el.div(rx.foreach(history.metrics, _chart), class_name="sm-split", data_testid="machine-charts"),
    )
    toggle = rx.el.a(
        history.toggle_word,
        href=history.toggle_href,
        class_name="sm-button sm-section-action",
        data_testid="machine-metrics",
    )
    return rx.el.section(
        _section_head("Metric history", history.note, rx.cond(history.toggle_href != "", toggle)),
        rx.cond(history.metrics.length() > 0, charts, rx.el.div(empty, class_name="sm-panel")),
        class_name="sm-section",
    )


def _section_head(title: str, note: Shown, *actions: rx.Component) -> rx.Component:
    return rx.el.div(
        rx.el.h2(title, class_name="sm-subtitle"),
        rx.el.span(note, class_name="sm-muted sm-number"),
        *actions,
        class_name="sm-page-head",
    )


def _chart(metric: Shown) -> rx.Component:
    return headed_plot(history.headings[metric], source=history.source, chart=metric, key=metric)


def _changes() -> rx.Component:
    def change(item: Shown) -> rx.Component:
        tones = [(verdict, f"sm-status sm-tone-{tone}") for verdict, tone in (("bad", "red"), ("good", "green"))]
        way = rx.cond(item.is_fall, rx.icon("trending-down", size=15), rx.icon("trending-up", size=15))
        words = rx.el.span(local_words(text=item.text), " (job ", item.job, ")")
        tone = rx.match(item.verdict, *tones, "sm-status sm-tone-grey")
        return rx.el.li(rx.el.span(way, class_name=tone), words)

    listed = rx.el.ul(rx.foreach(history.changes, change), class_name="sm-changes", data_testid="machine-changes")
    none = rx.el.p("No metric has changed its level.", class_name="sm-muted sm-changes")
    return rx.cond(history.changes.length() > 0, listed, none)


def _jobs() -> rx.Component:
    heads = ("Job", "State", "This machine", "Performance", "Created", "Duration", "Nodes", "GPUs", "Failure")
    table = rx.el.table(
        rx.el.caption("Jobs of this machine", class_name="sm-visually-hidden"),
        rx.el.thead(rx.el.tr(*(rx.el.th(word, scope="col", class_name=_side(word)) for word in heads))),
        rx.el.tbody(rx.foreach(jobs.rows, _job)),
        class_name="sm-table sm-table-pinned sm-job-table sm-named-rows sm-machine-jobs",
        data_testid="machine-jobs",
    )
    is_first = jobs.earlier_href == ""
    compare = rx.cond(
        jobs.compare_href != "",
        rx.el.a(
            rx.icon("git-compare", size=14),
            "Compare the newest of these",
            href=jobs.compare_href,
            class_name="sm-button sm-section-action",
            data_testid="machine-compare",
        ),
    )
    past_end = notice(
        "search-x",
        "This page is past the end",
        "The machine has fewer jobs than that.",
        rx.el.a("Go to the first page", href=urls.MACHINES + "/" + heading.uuid, class_name="sm-button"),
        testid="machine-past-end",
    )
    what = rx.cond(is_first, "job", "")
    rows = table_frame(table, label="Jobs of this machine", rows=jobs.rows, what=what, is_busy=state.is_busy)
    return rx.el.section(
        _section_head("Jobs", jobs.summary, compare),
        rx.cond(jobs.rows.length() > 0, rows, rx.el.div(past_end, class_name="sm-panel")),
        _turning(),
        class_name="sm-section",
    )


def _side(word: str) -> str:
    return "sm-right" if word in {"Nodes", "Duration"} else ""


def _job(row: Shown) -> rx.Component:
    return rx.el.tr(
        rx.el.th(
            rx.el.a(row.name, href=row.href, class_name="sm-link sm-cut", title=row.name),
            demo_job_mark(row.id),
            scope="row",
        ),
        rx.el.td(state_badge(row.state), data_wide=True),
        rx.el.td(state_badge(row.task_state), data_cell="state"),
        rx.el.td(performance_status(row.performance, row.score, row.performance_hint), data_cell="performance"),
        rx.el.td(relative_time(instant=row.created_at, reason=""), data_cell="created"),
        rx.el.td(
            running_time(began=row.started_at, ended=row.ended_at, reason="The node has not begun"),
            class_name="sm-right",
            data_wide=True,
            data_quiet=True,
        ),
        rx.el.td(row.nodes, class_name="sm-right", data_wide=True),
        rx.el.td(row.gpus, data_wide=True),
        rx.el.td(
            rx.cond(row.message != "", row.message, missing("The node reports no failure")),
            title=row.message,
            data_wide=True,
        ),
        key=row.id,
    )


def _turning() -> rx.Component:
    def to(address: Shown, word: str, icon: str) -> rx.Component:
        link = rx.el.a(rx.icon(icon, size=15), word, href=address, class_name="sm-button")
        return rx.cond(address != "", link)

    return rx.el.nav(
        to(jobs.earlier_href, "Newer jobs", "chevron-left"),
        to(jobs.later_href, "Older jobs", "chevron-right"),
        class_name="sm-actions",
        aria_label="Pages of jobs",
    )


def _skeleton() -> rx.Component:
    facts = [rx.el.div(rx.el.dt(bone(1)), rx.el.dd(bone(2))) for _ in range(6)]
    return rx.el.div(
        rx.el.div(bone(4), class_name="sm-page-head sm-job-head"),
        rx.el.dl(*facts, class_name="sm-facts"),
        rx.el.div(class_name="sm-panel sm-panel-wait"),
        aria_busy="true",
    )


def _not_found() -> rx.Component:
    back = rx.el.a("Go to the machines", href=urls.MACHINES, class_name="sm-button sm-button-main")
    words = notice(
        "search-x", "There is no such machine", state.failure.message, back, testid="machine-not-found", is_page=True
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
        "The machine could not be shown",
        state.failure.message,
        state.failure.request_id,
        again,
        testid="machine-failed",
    )
    return rx.el.div(words, class_name="sm-panel")
