"""What can be done with a job, wherever it is shown: the menu of its actions, and the dialog before a deletion."""

import reflex as rx

from siliconmark_ui.ui.components.confirmation import FocusReturn
from siliconmark_ui.ui.components.menu import action_menu, menu_item
from siliconmark_ui.ui.components.papers import agent_copied, agent_menu_item
from siliconmark_ui.ui.pages.jobs.deletion import DeletionState
from siliconmark_ui.ui.values import Shown

state: Shown = DeletionState


def job_menu(job: Shown, *, labelled: bool = False) -> rx.Component:
    """Draw the actions of a job: of a row of the list, or, `labelled`, of the page that shows the job."""
    agent = agent_menu_item(source=job.agent_source, href=job.agent_href, name=job.name)
    items = [
        *([] if labelled else [menu_item("arrow-right", "Open", rx.redirect(job.href))]),
        menu_item("copy", "Duplicate", rx.redirect(job.duplicate_href)),
        rx.cond(job.takes_agents, agent),
        rx.menu.separator(),
        menu_item("trash-2", "Delete…", state.ask(job.id, job.name), is_grave=True),
    ]
    label = rx.Var.create("Actions of ") + job.name.to(str)
    return action_menu(label, "job-actions", *items, word="Actions" if labelled else "")


def menu_answers() -> rx.Component:
    """Draw what answers to the menus: the question before a deletion, and what became of a copy."""
    goes = rx.cond(
        state.doomed.length() > 1,
        "Their tasks and results go with them, and their names are free again.",
        "Its tasks and results go with it, and its name is free again.",
    )
    warning = rx.alert_dialog.description(goes, " This cannot be undone.", size="2", class_name="sm-muted sm-flat")
    names = rx.el.ul(rx.foreach(state.doomed, lambda job: rx.el.li(job.name)), class_name="sm-doomed", tab_index=0)
    problems = rx.el.div(
        rx.icon("circle-x", size=15),
        rx.el.ul(rx.foreach(state.problems, rx.el.li), class_name="sm-plain"),
        class_name="sm-alert",
        role="alert",
        data_testid="deletion-problems",
    )
    dialog = rx.alert_dialog.root(
        rx.alert_dialog.content(
            rx.cond(state.stops.length() > 0, _stop_agents(), _question(names, warning)),
            rx.cond(state.problems.length() > 0, problems),
            _buttons(),
            FocusReturn.create(),
            class_name="sm-dialog",
            data_testid="deletion-dialog",
        ),
        open=state.is_open,
        on_open_change=state.opened,
    )
    return rx.fragment(dialog, agent_copied())


def _question(names: rx.Component, warning: rx.Component) -> rx.Component:
    return rx.fragment(
        rx.alert_dialog.title(state.question, class_name="sm-sheet-title sm-break"),
        rx.cond(state.doomed.length() > 1, names),
        warning,
    )


def _stop_agents() -> rx.Component:
    stops = rx.el.ul(rx.foreach(state.stops, rx.el.li), class_name="sm-doomed", tab_index=0)
    return rx.fragment(
        rx.alert_dialog.title("Deleted: stop the agents", class_name="sm-sheet-title"),
        rx.alert_dialog.description(
            "Agents had registered for these jobs already. Stop them on their machines.", class_name="sm-flat"
        ),
        stops,
    )


def _buttons() -> rx.Component:
    # The dialog gives this one the focus, so that Enter destroys nothing, and hears of its click by itself.
    close = rx.alert_dialog.cancel(
        rx.el.button(
            rx.cond(state.doomed.length() > 0, "Cancel", "Close"),
            type="button",
            class_name="sm-button",
            data_testid="deletion-cancel",
        )
    )
    delete = rx.el.button(
        rx.icon("trash-2", size=14),
        rx.cond(state.problems.length() > 0, "Try again", "Delete"),
        type="button",
        class_name="sm-button sm-button-grave",
        disabled=state.is_busy,
        on_click=state.confirm,
        data_testid="deletion-confirm",
    )
    return rx.el.div(close, rx.cond(state.doomed.length() > 0, delete), class_name="sm-actions sm-actions-end")
