"""The parts of a list's page around its table: what stands there without rows, and the foot with its pages.

Each takes the state of its list, which has the fields and handlers of `ui/listing.py`, and `place`, the word with
which the test ids of the page begin.
"""

import reflex as rx

from siliconmark_ui.ui.components.feedback import failure, notice
from siliconmark_ui.ui.questions import PAGE_SIZES
from siliconmark_ui.ui.values import Shown


def list_body(
    state: Shown, place: str, table: rx.Component, empty: rx.Component, *, what: str, many: str = ""
) -> rx.Component:
    """Draw the table, or what stands in its place; `what` is the word of one row, `many` of several."""
    rows = many or f"{what}s"
    return rx.match(
        state.phase,
        ("failed", panel(_failed(state, place, rows))),
        ("empty", panel(empty)),
        ("no_match", panel(_no_match(state, place, what))),
        ("past_end", panel(_past_end(state, place, rows))),
        table,
    )


def panel(content: rx.Component) -> rx.Component:
    """Draw the frame of what stands in a table's place."""
    return rx.el.div(content, class_name="sm-panel")


def action(word: str, icon: str, handler: Shown, *, is_main: bool = False) -> rx.Component:
    """Draw a button that helps where there are no rows."""
    kind = "sm-button sm-button-main" if is_main else "sm-button"
    return rx.el.button(rx.icon(icon, size=14), word, type="button", class_name=kind, on_click=handler)


def _failed(state: Shown, place: str, rows: str) -> rx.Component:
    # What was foreseen has no request id: the address could not be read, or asks for what is not to be had.
    has_filters = (state.chips.length() > 0) | (state.failure.request_id == "")
    actions = rx.el.div(
        action("Try again", "rotate-cw", state.load, is_main=True),
        rx.cond(has_filters, action("Clear filters", "x", state.clear)),
        class_name="sm-actions",
    )
    title = f"The {rows} could not be shown"
    return failure(title, state.failure.message, state.failure.request_id, actions, testid=f"{place}-failed")


def _no_match(state: Shown, place: str, what: str) -> rx.Component:
    clear = action("Clear filters", "x", state.clear, is_main=True)
    return notice("search-x", f"No {what} matches", state.nothing, clear, testid=f"{place}-no-match")


def _past_end(state: Shown, place: str, rows: str) -> rx.Component:
    text = rx.Var.create("There are only ") + state.total_pages.to_string() + f" pages of these {rows}."
    last = action("Go to the last page", "chevrons-left", state.turn(0), is_main=True)
    return notice("search-x", "This page is past the end", text, last, testid=f"{place}-past-end")


def list_foot(state: Shown, place: str) -> rx.Component:
    """Draw where this page stands in the whole, how many rows it has, and the way to the others; only below rows."""
    sizes = rx.el.select(
        *(rx.el.option(f"{size} rows", value=size) for size in PAGE_SIZES),
        value=state.chosen.per_page,
        on_change=state.resize,
        class_name="sm-select",
        aria_label="Rows per page",
    )
    turning = rx.el.nav(
        _turn_button(state, "Previous page", "chevron-left", -1, state.page <= 1),
        rx.el.span(state.pages_text),
        _turn_button(state, "Next page", "chevron-right", 1, ~state.has_next),
        class_name="sm-turning",
        aria_label="Pages",
    )
    end = rx.el.div(sizes, rx.cond(state.pages_text != "", turning), class_name="sm-foot-end")
    foot = rx.el.footer(rx.el.span(state.summary, data_testid=f"{place}-summary"), end, class_name="sm-foot")
    return rx.cond((state.phase == "ready") | (state.phase == "loading"), foot)


def _turn_button(state: Shown, word: str, icon: str, step: int, is_end: Shown) -> rx.Component:
    return rx.el.button(
        rx.icon(icon, size=15),
        type="button",
        class_name="sm-button sm-button-icon",
        aria_label=word,
        title=word,
        disabled=is_end,
        on_click=state.turn(step),
    )
