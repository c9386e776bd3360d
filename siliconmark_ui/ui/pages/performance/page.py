"""The performance page: what the fleet looks like above, the jobs with alerts first below, each open to its nodes."""

import reflex as rx

from siliconmark_ui.charts.fleet import HEIGHT, PICK_MODEL, PICK_WEEK
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.alert_badge import BadgeState
from siliconmark_ui.ui.components.export_menu import export_menu
from siliconmark_ui.ui.components.feedback import bone, notice
from siliconmark_ui.ui.components.listing import list_body, list_foot
from siliconmark_ui.ui.components.plot import sheet_plot
from siliconmark_ui.ui.components.rows_first import rows_first
from siliconmark_ui.ui.components.saved_views import view_menu
from siliconmark_ui.ui.demo import demo_page_mark
from siliconmark_ui.ui.layout import frame
from siliconmark_ui.ui.pages.performance.filters import PLACE, active_view, filter_bar
from siliconmark_ui.ui.pages.performance.state import SAID_PLACE, PerformanceState
from siliconmark_ui.ui.pages.performance.table import performance_table
from siliconmark_ui.ui.values import Shown

state: Shown = PerformanceState
badge: Shown = BadgeState


def performance_page() -> rx.Component:
    """Draw the performance page."""
    table = rx.el.div(performance_table(), list_foot(state, PLACE))
    content = rows_first(_plots(), table, class_name="sm-perf-content")
    body = list_body(state, PLACE, content, _empty(), what="job")
    return frame(_head(), filter_bar(), active_view(), _said(), body, current="performance")


def _head() -> rx.Component:
    alerts = rx.el.a(
        badge.words,
        href=urls.performance("state=completed"),
        class_name="sm-link sm-number",
        title="Alerts among completed jobs, as the badge counts them",
        data_testid="performance-alerts",
    )
    none = rx.el.span("No alerts", class_name="sm-muted", data_testid="performance-no-alerts")
    return rx.el.div(
        rx.el.h1("Performance", class_name="sm-title"),
        rx.el.span(state.total_text, class_name="sm-muted sm-number", data_testid="performance-total"),
        # What is counted later has its room before: on a phone it is a line of its own.
        rx.el.span(
            rx.cond(badge.words == "", bone(3), rx.cond(badge.alerts > 0, alerts, none)), class_name="sm-perf-alerts"
        ),
        demo_page_mark(),
        rx.el.div(view_menu(state, PLACE, "All jobs with performance data"), _export(), class_name="sm-head-end"),
        class_name="sm-page-head",
    )


def _said() -> rx.Component:
    line = rx.el.div(
        rx.icon("circle-check", size=15), rx.el.span(state.said), class_name="sm-alert sm-alert-good sm-perf-said"
    )
    return rx.el.div(
        rx.cond(state.said != "", line), id=SAID_PLACE, role="status", tab_index=-1, data_testid="performance-said"
    )


def _export() -> rx.Component:
    nothing = "No job matches this view, so there is nothing to export."
    return export_menu(state.exports, nothing, "performance-export", legend="Rows")


def _plots() -> rx.Component:
    waiting = rx.el.div(class_name="sm-panel sm-panel-wait")
    shown = rx.fragment(
        _plot(chart="scores_by_model", note=PICK_MODEL, on_pick=state.pick_model),
        _plot(chart="alerts_by_week", note=PICK_WEEK, on_pick=state.pick_week),
    )
    return rx.el.div(
        rx.cond(state.source != "", shown, rx.fragment(waiting, waiting)), class_name="sm-split sm-perf-plots"
    )


def _plot(**props: Shown) -> rx.Component:
    return sheet_plot(source=state.source, height=HEIGHT, is_paused=state.is_busy, **props)


def _empty() -> rx.Component:
    text = (
        "When a job has ended, its QuickMark figures are held against what is expected of its GPUs. "
        "The result stands here, alerts first."
    )
    jobs = rx.el.a("Go to the jobs", href=urls.HOME, class_name="sm-button sm-button-main")
    return notice("gauge", "No job has performance data yet", text, jobs, testid="performance-empty")
