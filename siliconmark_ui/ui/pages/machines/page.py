"""The list of machines: filters above, the table, and where this page of rows stands in the whole below."""

import reflex as rx

from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.feedback import failure, notice
from siliconmark_ui.ui.layout import demo_mark, frame
from siliconmark_ui.ui.pages.machines.state import PAGE_SIZES, MachinesState
from siliconmark_ui.ui.pages.machines.table import machine_table
from siliconmark_ui.ui.theme import PERFORMANCE
from siliconmark_ui.ui.values import Shown

state: Shown = MachinesState
chosen: Shown = state.chosen

TYPING_PAUSE_MS = 250


def machines_page() -> rx.Component:
    """Draw the list of machines."""
    return frame(
        rx.el.div(
            rx.el.h1("Machines", class_name="sm-title"),
            rx.el.span(state.total_text, class_name="sm-muted sm-number", data_testid="machines-total"),
            demo_mark(),
            class_name="sm-page-head",
        ),
        _filters(),
        _question(),
        rx.match(
            state.phase,
            ("failed", _panel(_failed())),
            ("empty", _panel(_empty())),
            ("no_match", _panel(_no_match())),
            ("past_end", _panel(_past_end())),
            machine_table(),
        ),
        _foot(),
        current="machines",
        fixed=True,
    )


def _filters() -> rx.Component:
    search = rx.el.input(
        key=rx.Var.create("search-") + state.search_round.to_string(),
        type="search",
        class_name="sm-input sm-search",
        placeholder="Address, UUID or GPU model",
        aria_label="Search by address, UUID or GPU model",
        default_value=chosen.search,
        max_length=60,
        on_change=state.search.debounce(TYPING_PAUSE_MS),
        data_testid="machines-search",
    )
    status = rx.el.select(
        rx.el.option("All statuses", value=""),
        *(rx.el.option(look.word, value=name) for name, look in PERFORMANCE.items()),
        value=chosen.status,
        on_change=state.choose_status,
        class_name="sm-select",
        aria_label="Last status",
        data_active=chosen.status != "",
        data_testid="machines-status",
    )
    return rx.el.div(search, status, class_name="sm-filters", role="search", aria_label="Filter machines")


def _question() -> rx.Component:
    clear = rx.el.button(
        "Clear filters", type="button", class_name="sm-button sm-button-quiet sm-button-small", on_click=state.clear
    )
    return rx.el.div(
        rx.el.span(state.sentence, aria_live="polite", data_testid="machines-sentence"),
        rx.cond(state.has_filters, clear),
        rx.cond(state.problem != "", rx.el.span(state.problem, class_name="sm-problem", role="alert")),
        class_name="sm-view",
    )


def _panel(content: rx.Component) -> rx.Component:
    return rx.el.div(content, class_name="sm-panel")


def _action(word: str, icon: str, handler: Shown, main: bool = False) -> rx.Component:
    kind = "sm-button sm-button-main" if main else "sm-button"
    return rx.el.button(rx.icon(icon, size=14), word, type="button", class_name=kind, on_click=handler)


def _failed() -> rx.Component:
    actions = rx.el.div(
        _action("Try again", "rotate-cw", state.load, main=True),
        _action("Clear filters", "x", state.clear),
        class_name="sm-actions",
    )
    return failure(
        "The machines could not be shown",
        state.failure.message,
        state.failure.request_id,
        actions,
        testid="machines-failed",
    )


def _empty() -> rx.Component:
    text = "A machine appears here when its agent registers for a job that you may see."
    to_jobs = rx.el.a("Go to the jobs", href=urls.HOME, class_name="sm-button sm-button-main")
    return notice("server", "No machines yet", text, to_jobs, testid="machines-empty")


def _no_match() -> rx.Component:
    return notice(
        "search-x",
        "No machine matches",
        "None of the machines that you may see is like that.",
        _action("Clear filters", "x", state.clear, main=True),
        testid="machines-no-match",
    )


def _past_end() -> rx.Component:
    text = rx.Var.create("There are only ") + state.total_pages.to_string() + " pages of these machines."
    return notice(
        "search-x",
        "This page is past the end",
        text,
        _action("Go to the last page", "chevrons-left", state.turn(0), main=True),
        testid="machines-past-end",
    )


def _foot() -> rx.Component:
    sizes = rx.el.select(
        *(rx.el.option(f"{size} rows", value=size) for size in PAGE_SIZES),
        value=chosen.per_page,
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
    return rx.el.footer(rx.el.span(state.summary, data_testid="machines-summary"), end, class_name="sm-foot")


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
