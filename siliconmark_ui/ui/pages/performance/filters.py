"""The filters of the performance page: a bar on wide screens, a sheet on a phone."""

import reflex as rx

from siliconmark_ui.ui.components import filters as parts
from siliconmark_ui.ui.pages.performance.state import PerformanceState
from siliconmark_ui.ui.pages.performance.view import ORDERS, REVIEW_NAMES
from siliconmark_ui.ui.values import Shown

state: Shown = PerformanceState
chosen: Shown = state.chosen

PLACE = "performance"


def filter_bar() -> rx.Component:
    """Draw the filters: search and review always, the others beside them or behind one button."""
    wide = rx.el.div(
        parts.state_panel(state, PLACE),
        _model_select(),
        parts.benchmark_select(state, PLACE),
        parts.tag_panel(state, PLACE),
        parts.created_panel(state, PLACE),
        parts.node_panel(state, PLACE),
        _order_select(),
        class_name="sm-filter-bar sm-wide-only",
    )
    search = parts.name_search(state, PLACE)
    return parts.filter_frame(search, _review_choice(), wide, _sheet(), what="jobs", wraps=True)


def active_view() -> rx.Component:
    """Draw the active filters as chips and the whole question as one sentence."""
    return parts.question_line(state, PLACE)


def _review_choice() -> rx.Component:
    buttons = [
        rx.el.button(
            word,
            type="button",
            class_name="sm-button",
            aria_pressed=chosen.review == value,
            data_active=chosen.review == value,
            on_click=state.choose("review", value),
            data_testid=f"performance-review-{value or 'all'}",
        )
        for value, word in REVIEW_NAMES.items()
    ]
    return rx.el.div(*buttons, class_name="sm-segments", role="group", aria_label="Review of alerts")


def _model_select() -> rx.Component:
    options = rx.foreach(state.models, lambda model: rx.el.option(model, value=model))
    # An address may name a model that no job here has: it stands in the list as long as it is chosen.
    unknown = (chosen.gpu_model != "") & ~state.models.contains(chosen.gpu_model)
    other = rx.cond(unknown, rx.el.option(chosen.gpu_model, value=chosen.gpu_model))
    every = rx.el.option("All GPU models", value="")
    return parts.filter_select(state, PLACE, "gpu_model", chosen.gpu_model, every, options, other, label="GPU model")


def _order_select() -> rx.Component:
    return rx.el.select(
        *(rx.el.option(word, value=order) for order, word in ORDERS.items()),
        value=chosen.order,
        on_change=state.choose_order,
        class_name="sm-select",
        aria_label="Order",
        data_testid="performance-order",
    )


def _sheet() -> rx.Component:
    return parts.filter_sheet(
        state,
        PLACE,
        _order_select(),
        parts.state_choice(state),
        _model_select(),
        parts.benchmark_select(state, PLACE),
        parts.node_choice(state),
        parts.created_choice(state),
        parts.tag_choice(state),
    )
