"""The performance page: what the fleet looks like above, the jobs with alerts first below, each open to its nodes."""

import reflex as rx

from siliconmark_ui.ui import urls
from siliconmark_ui.ui.alert_badge import BadgeState
from siliconmark_ui.ui.components.feedback import failure, notice
from siliconmark_ui.ui.components.plot import sheet_plot
from siliconmark_ui.ui.layout import demo_mark, frame
from siliconmark_ui.ui.pages.jobs.view import PAGE_SIZES
from siliconmark_ui.ui.pages.performance.filters import active_view, filter_bar
from siliconmark_ui.ui.pages.performance.state import PerformanceState
from siliconmark_ui.ui.pages.performance.table import performance_table
from siliconmark_ui.ui.values import Shown

state: Shown = PerformanceState
badge: Shown = BadgeState

PLOT_HEIGHT = 260


def performance_page() -> rx.Component:
    """Draw the performance page."""
    content = rx.match(
        state.phase,
        ("failed", _panel(_failed())),
        ("empty", _panel(_empty())),
        ("no_match", _panel(_no_match())),
        ("past_end", _panel(_past_end())),
        rx.el.div(_plots(), rx.el.div(performance_table(), _foot()), class_name="sm-perf-content"),
    )
    return frame(_head(), filter_bar(), active_view(), content, current="performance")


def _head() -> rx.Component:
    alerts = rx.el.a(
        badge.words,
        href=urls.performance("state=completed"),
        class_name="sm-link sm-number",
        title="Alerts among completed jobs, as the badge counts them",
        data_testid="performance-alerts",
    )
    return rx.el.div(
        rx.el.h1("Performance", class_name="sm-title"),
        rx.el.span(state.total_text, class_name="sm-muted sm-number", data_testid="performance-total"),
        rx.cond(badge.alerts > 0, alerts),
        demo_mark(),
        class_name="sm-page-head",
    )


def _plots() -> rx.Component:
    waiting = rx.el.div(class_name="sm-panel sm-panel-wait")
    shown = rx.fragment(
        sheet_plot(source=state.source, chart="scores_by_model", height=PLOT_HEIGHT, on_point=state.pick_model),
        sheet_plot(source=state.source, chart="alerts_by_week", height=PLOT_HEIGHT, on_point=state.pick_week),
    )
    return rx.el.div(
        rx.cond(state.source != "", shown, rx.fragment(waiting, waiting)), class_name="sm-split sm-perf-plots"
    )


def _panel(content: rx.Component) -> rx.Component:
    return rx.el.div(content, class_name="sm-panel")


def _action(word: str, icon: str, handler: Shown, main: bool = False) -> rx.Component:
    kind = "sm-button sm-button-main" if main else "sm-button"
    return rx.el.button(rx.icon(icon, size=14), word, type="button", class_name=kind, on_click=handler)


def _failed() -> rx.Component:
    return failure(
        "The performance of jobs could not be shown",
        state.failure.message,
        state.failure.request_id,
        rx.el.div(
            _action("Try again", "rotate-cw", state.load, main=True),
            _action("Clear filters", "x", state.clear),
            class_name="sm-actions",
        ),
        testid="performance-failed",
    )


def _empty() -> rx.Component:
    text = (
        "When a job has ended, its QuickMark figures are held against what is expected of its GPUs. "
        "The result stands here, alerts first."
    )
    jobs = rx.el.a("Go to the jobs", href=urls.HOME, class_name="sm-button sm-button-main")
    return notice("gauge", "No job has performance data yet", text, jobs, testid="performance-empty")


def _no_match() -> rx.Component:
    return notice(
        "search-x",
        "No job matches",
        state.nothing,
        _action("Clear filters", "x", state.clear, main=True),
        testid="performance-no-match",
    )


def _past_end() -> rx.Component:
    text = rx.Var.create("There are only ") + state.total_pages.to_string() + " pages of these jobs."
    return notice(
        "search-x",
        "This page is past the end",
        text,
        _action("Go to the last page", "chevrons-left", state.turn(0), main=True),
        testid="performance-past-end",
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
    return rx.el.footer(rx.el.span(state.summary, data_testid="performance-summary"), end, class_name="sm-foot")


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
