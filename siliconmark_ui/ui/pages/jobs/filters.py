"""The filters of the job list: a bar on wide screens, a sheet on a phone."""

import reflex as rx

from siliconmark_ui.ui.components import filters as parts
from siliconmark_ui.ui.pages.jobs.state import JobsState
from siliconmark_ui.ui.pages.jobs.view import SORT_NAMES
from siliconmark_ui.ui.values import Shown

state: Shown = JobsState
chosen: Shown = state.chosen

PLACE = "jobs"


def filter_bar() -> rx.Component:
    """Draw the filters: search always, the others beside it or behind one button."""
    wide = rx.el.div(
        parts.state_panel(state, PLACE),
        parts.benchmark_select(state, PLACE),
        parts.tag_panel(state, PLACE),
        parts.created_panel(state, PLACE),
        parts.node_panel(state, PLACE),
        _performance_button(),
        class_name="sm-filter-bar sm-wide-only",
    )
    return parts.filter_frame(parts.name_search(state, PLACE), wide, _sheet(), what="jobs")


def active_view() -> rx.Component:
    """Draw the active filters as chips and the whole question as one sentence."""
    return parts.question_line(state, PLACE)


def _performance_button() -> rx.Component:
    return rx.el.button(
        rx.icon("gauge", size=14),
        "Has performance data",
        type="button",
        class_name="sm-button",
        aria_pressed=chosen.has_performance_data,
        data_active=chosen.has_performance_data,
        on_click=state.choose("has_performance_data", rx.cond(chosen.has_performance_data, "", "true")),
    )


def _sort_choice() -> rx.Component:
    fields = rx.el.select(
        *(rx.el.option(word, value=name) for name, word in SORT_NAMES.items()),
        value=chosen.sort_by,
        on_change=state.sort,
        class_name="sm-select",
        aria_label="Sort by",
    )
    directions = rx.el.select(
        rx.el.option("Descending", value="desc"),
        rx.el.option("Ascending", value="asc"),
        value=chosen.sort_order,
        on_change=state.order,
        class_name="sm-select",
        aria_label="Direction",
    )
    return rx.el.div(fields, directions, class_name="sm-filter-row")


def _sheet() -> rx.Component:
    return parts.filter_sheet(
        state,
        PLACE,
        parts.state_choice(state),
        parts.benchmark_select(state, PLACE),
        _performance_button(),
        parts.node_choice(state),
        parts.created_choice(state),
        parts.tag_choice(state),
        _sort_choice(),
    )
