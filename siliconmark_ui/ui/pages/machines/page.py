"""The list of machines: filters above, the table, and where this page of rows stands in the whole below."""

import reflex as rx

from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components import filters as parts
from siliconmark_ui.ui.components.feedback import notice
from siliconmark_ui.ui.components.listing import list_body, list_foot
from siliconmark_ui.ui.components.saved_views import view_menu
from siliconmark_ui.ui.demo import demo_page_mark
from siliconmark_ui.ui.layout import frame
from siliconmark_ui.ui.pages.machines.state import SORT_NAMES, MachinesState, order_words
from siliconmark_ui.ui.pages.machines.table import machine_table
from siliconmark_ui.ui.theme import PERFORMANCE
from siliconmark_ui.ui.values import Shown

state: Shown = MachinesState
chosen: Shown = state.chosen

PLACE = "machines"


def machines_page() -> rx.Component:
    """Draw the list of machines."""
    return frame(
        rx.el.div(
            rx.el.h1("Machines", class_name="sm-title"),
            rx.el.span(state.total_text, class_name="sm-muted sm-number", data_testid="machines-total"),
            demo_page_mark(),
            rx.el.div(view_menu(state, PLACE, "All machines"), class_name="sm-head-end"),
            class_name="sm-page-head",
        ),
        _filters(),
        parts.question_line(state, PLACE),
        list_body(state, PLACE, machine_table(), _empty(), what="machine"),
        list_foot(state, PLACE),
        current="machines",
        fixed=True,
    )


def _filters() -> rx.Component:
    what = "Search by address, UUID or GPU model"
    search = parts.search_box(state, PLACE, chosen.search, label=what, placeholder="Address, UUID or GPU model")
    options = parts.options_of("All statuses", {name: look.word for name, look in PERFORMANCE.items()})
    status = parts.filter_select(state, PLACE, "status", chosen.status, *options, label="Last status")
    return parts.filter_frame(search, status, _order(), what="machines", wraps=True)


def _order() -> rx.Component:
    """Draw the choice of the order; wide screens have the heads of the columns."""
    orders = [(f"{field} {to}", order_words(field, to)) for field in SORT_NAMES for to in ("desc", "asc")]
    return rx.el.select(
        *(rx.el.option(words[:1].upper() + words[1:], value=order) for order, words in orders),
        value=chosen.sort_by + " " + chosen.sort_order,
        on_change=state.choose_order,
        class_name="sm-select sm-phone-only",
        aria_label="Order",
        data_testid="machines-order",
    )


def _empty() -> rx.Component:
    text = "A machine appears here when its agent registers for a job that you may see."
    to_jobs = rx.el.a("Go to the jobs", href=urls.HOME, class_name="sm-button sm-button-main")
    return notice("server", "No machines yet", text, to_jobs, testid="machines-empty")
