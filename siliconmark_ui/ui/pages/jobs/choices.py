"""What somebody chooses in the job list besides its filters: the columns, and the rows to do something with."""

import reflex as rx

from siliconmark_ui.comparisons.service import FEWEST_JOBS, MOST_JOBS
from siliconmark_ui.ui.components.export_menu import export_menu
from siliconmark_ui.ui.pages.jobs.columns import HIDEABLE, Column
from siliconmark_ui.ui.pages.jobs.deletion import DeletionState
from siliconmark_ui.ui.pages.jobs.state import JobsState
from siliconmark_ui.ui.values import Shown

state: Shown = JobsState
deletion: Shown = DeletionState


def column_chooser() -> rx.Component:
    """Draw the button behind which the columns are chosen; a phone shows the ones that decide and no more."""
    button = rx.el.button(
        rx.icon("columns-3", size=14),
        "Columns",
        rx.icon("chevron-down", size=13),
        type="button",
        class_name="sm-button sm-wide-only",
        data_active=state.hidden.length() > 0,
        data_testid="jobs-columns",
    )
    choice = rx.el.fieldset(
        rx.el.legend("Columns shown", class_name="sm-label"), *map(_column, HIDEABLE), class_name="sm-fieldset"
    )
    everything = rx.el.button(
        "Show all", type="button", class_name="sm-button", on_click=state.show_all_columns, disabled=~_is_any_hidden()
    )
    panel = rx.popover.content(
        rx.el.div(choice, everything, class_name="sm-column-panel"),
        size="1",
        aria_label="Columns",
        side="bottom",
        align="end",
    )
    return rx.popover.root(rx.popover.trigger(button), panel)


def _is_any_hidden() -> Shown:
    return state.hidden.length() > 0


def _column(column: Column) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            checked=~state.hidden.contains(column.name),
            on_change=lambda is_shown: state.show_column(column.name, is_shown),
        ),
        column.word,
        class_name="sm-check",
    )


def picked_bar() -> rx.Component:
    """Draw what can be done with the picked rows, nothing while there are none."""
    few = f"Select {FEWEST_JOBS} to {MOST_JOBS} jobs to compare them"
    compare = rx.cond(
        state.comparison != "",
        rx.el.a(
            rx.icon("git-compare-arrows", size=14),
            "Compare",
            href=state.comparison,
            class_name="sm-button sm-button-main",
            data_testid="jobs-compare",
        ),
        rx.el.span(few, class_name="sm-muted"),
    )
    bar = rx.el.div(
        rx.el.strong(state.picked.length(), " selected", class_name="sm-number", role="status"),
        rx.cond(
            ~state.has_whole_page,
            rx.el.button("Select this page", type="button", class_name="sm-button", on_click=state.pick_page(True)),
        ),
        compare,
        export_menu(
            state.picked_exports, "", "jobs-export-picked", lead="The selected rows, in this order", legend="Columns"
        ),
        rx.el.button(
            rx.icon("trash-2", size=14),
            "Delete…",
            type="button",
            class_name="sm-button",
            on_click=deletion.ask_picked,
            data_testid="jobs-delete-picked",
        ),
        rx.el.button("Clear selection", type="button", class_name="sm-button sm-button-quiet", on_click=state.unpick),
        class_name="sm-picked",
        role="group",
        aria_label="Selected jobs",
        data_testid="jobs-picked",
    )
    return rx.cond(state.picked.length() > 0, bar)
