"""The job list: filters above, the table, and where this page of rows stands in the whole below."""

import reflex as rx

from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.export_menu import export_menu
from siliconmark_ui.ui.components.feedback import notice
from siliconmark_ui.ui.components.listing import list_body, list_foot
from siliconmark_ui.ui.components.native import native_link
from siliconmark_ui.ui.components.saved_views import view_menu
from siliconmark_ui.ui.demo import demo_page_mark
from siliconmark_ui.ui.layout import frame
from siliconmark_ui.ui.pages.jobs.actions import menu_answers
from siliconmark_ui.ui.pages.jobs.choices import column_chooser, picked_bar
from siliconmark_ui.ui.pages.jobs.filters import PLACE, active_view, filter_bar
from siliconmark_ui.ui.pages.jobs.state import JobsState
from siliconmark_ui.ui.pages.jobs.table import job_table
from siliconmark_ui.ui.values import Shown

state: Shown = JobsState


def jobs_page() -> rx.Component:
    """Draw the job list."""
    return frame(
        rx.el.div(
            rx.el.h1("Jobs", class_name="sm-title"),
            rx.el.span(state.total_text, class_name="sm-muted sm-number", data_testid="jobs-total"),
            demo_page_mark(),
            rx.el.div(
                view_menu(state, PLACE, "All jobs"), column_chooser(), _export(), _new_job(), class_name="sm-head-end"
            ),
            class_name="sm-page-head",
        ),
        filter_bar(),
        active_view(),
        list_body(state, PLACE, job_table(), _empty(), what="job"),
        picked_bar(),
        list_foot(state, PLACE),
        menu_answers(),
        current="jobs",
        fixed=True,
    )


def _export() -> rx.Component:
    nothing = "No job matches this view, so there is nothing to export."
    return export_menu(state.exports, nothing, "jobs-export", legend="Columns")


def _new_job() -> rx.Component:
    return rx.el.a(
        rx.icon("plus", size=14),
        "New job",
        href=urls.NEW_JOB,
        class_name="sm-button sm-button-main",
        data_testid="jobs-new",
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
