"""The job list: filters above, the table, and where this page of rows stands in the whole below."""

import reflex as rx

from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.export_menu import export_menu
from siliconmark_ui.ui.components.feedback import failure, notice
from siliconmark_ui.ui.components.native import native_link
from siliconmark_ui.ui.layout import demo_mark, frame
from siliconmark_ui.ui.pages.jobs.actions import deletion_dialog
from siliconmark_ui.ui.pages.jobs.choices import column_chooser, picked_bar
from siliconmark_ui.ui.pages.jobs.filters import active_view, filter_bar
from siliconmark_ui.ui.pages.jobs.state import JobsState
from siliconmark_ui.ui.pages.jobs.table import job_table
from siliconmark_ui.ui.pages.jobs.view import PAGE_SIZES
from siliconmark_ui.ui.values import Shown

state: Shown = JobsState


def jobs_page() -> rx.Component:
    """Draw the job list."""
    return frame(
        rx.el.div(
            rx.el.h1("Jobs", class_name="sm-title"),
            rx.el.span(state.total_text, class_name="sm-muted sm-number", data_testid="jobs-total"),
            demo_mark(),
            rx.el.div(column_chooser(), _export(), _new_job(), class_name="sm-head-end"),
            class_name="sm-page-head",
        ),
        filter_bar(),
        active_view(),
        rx.match(
            state.phase,
            ("failed", _panel(_failed())),
            ("empty", _panel(_empty())),
            ("no_match", _panel(_no_match())),
            ("past_end", _panel(_past_end())),
            job_table(),
        ),
        picked_bar(),
        _foot(),
        deletion_dialog(),
        current="jobs",
        fixed=True,
    )


def _export() -> rx.Component:
    nothing = "No job matches this view, so there is nothing to export."
    return export_menu(state.exports, state.total, state.total_text, nothing, "jobs-export")


def _new_job() -> rx.Component:
    return rx.el.a(
        rx.icon("plus", size=14),
        "New job",
        href=urls.NEW_JOB,
        class_name="sm-button sm-button-main",
        data_testid="jobs-new",
    )


def _panel(content: rx.Component) -> rx.Component:
    return rx.el.div(content, class_name="sm-panel")


def _action(word: str, icon: str, handler: Shown, main: bool = False) -> rx.Component:
    kind = "sm-button sm-button-main" if main else "sm-button"
    return rx.el.button(rx.icon(icon, size=14), word, type="button", class_name=kind, on_click=handler)


def _failed() -> rx.Component:
    return failure(
        "The jobs could not be shown",
        state.failure.message,
        state.failure.request_id,
        rx.el.div(
            _action("Try again", "rotate-cw", state.load, main=True),
            _action("Clear filters", "x", state.clear),
            class_name="sm-actions",
        ),
        testid="jobs-failed",
    )


def _empty() -> rx.Component:
    docs = native_link(
        rx.icon("book-open", size=14),
        "How to create a job over the API",
        href=urls.API_DOCS,
        target="_blank",
        rel="noopener",
        class_name="sm-button",
    )
    create = rx.el.a(rx.icon("plus", size=14), "New job", href=urls.NEW_JOB, class_name="sm-button sm-button-main")
    text = (
        "A job measures the GPUs of one or more nodes. Jobs that you may see appear here as soon as they are created."
    )
    actions = rx.el.div(create, docs, class_name="sm-actions")
    return notice("layers", "No jobs yet", text, actions, testid="jobs-empty")


def _no_match() -> rx.Component:
    return notice(
        "search-x",
        "No job matches",
        state.nothing,
        _action("Clear filters", "x", state.clear, main=True),
        testid="jobs-no-match",
    )


def _past_end() -> rx.Component:
    text = rx.Var.create("There are only ") + state.total_pages.to_string() + " pages of these jobs."
    return notice(
        "search-x",
        "This page is past the end",
        text,
        _action("Go to the last page", "chevrons-left", state.turn(0), main=True),
        testid="jobs-past-end",
    )


def _foot() -> rx.Component:
    sizes = rx.el.select(
        *(rx.el.option(f"{size} rows", value=size) for size in PAGE_SIZES),
        value=state.chosen.per_page,
        on_change=state.resize,
        class_name="sm-select",
        aria_label="Rows per page",
    )
    turning = rx.el.nav(
        _turn_button("Previous page", "chevron-left", -1, state.page <= 1),
        rx.el.span("Page ", state.page, " of ", state.total_pages),
        _turn_button("Next page", "chevron-right", 1, state.page >= state.total_pages),
        class_name="sm-turning",
        aria_label="Pages",
    )
    end = rx.el.div(sizes, rx.cond(state.total_pages > 0, turning), class_name="sm-foot-end")
    return rx.el.footer(rx.el.span(state.summary, data_testid="jobs-summary"), end, class_name="sm-foot")


def _turn_button(word: str, icon: str, step: int, is_end: Shown) -> rx.Component:
    return rx.el.button(
        rx.icon(icon, size=15),
        type="button",
        class_name="sm-button sm-button-icon",
        aria_label=word,
        title=word,
        disabled=is_end,
        on_click=state.turn(step),
    )
