"""Compare: which jobs, what differs between them, and how their figures are spread."""

import reflex as rx

from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.badges import state_badge
from siliconmark_ui.ui.components.clock import relative_time
from siliconmark_ui.ui.components.export_menu import export_menu
from siliconmark_ui.ui.components.feedback import failure, notice
from siliconmark_ui.ui.components.plot import headed_plot
from siliconmark_ui.ui.demo import demo_page_mark
from siliconmark_ui.ui.layout import frame
from siliconmark_ui.ui.pages.compare.state import CompareState
from siliconmark_ui.ui.pages.compare.table import comparison_table, waiting_table
from siliconmark_ui.ui.values import Shown

state: Shown = CompareState
view: Shown = state.view

TYPING_PAUSE_MS = 250


def compare_page() -> rx.Component:
    """Draw the comparison."""
    head = rx.el.div(
        rx.el.h1("Compare", class_name="sm-title"),
        rx.el.span(
            rx.match(
                state.phase,
                ("ready", rx.fragment(view.columns.length(), rx.cond(view.columns.length() == 1, " job", " jobs"))),
                rx.fragment(),
            ),
            class_name="sm-muted sm-number",
            data_testid="compare-count",
        ),
        demo_page_mark(),
        class_name="sm-page-head",
    )
    body = rx.match(
        state.phase,
        ("loading", waiting_table()),
        ("failed", rx.el.div(_failed(), class_name="sm-panel")),
        ("empty", rx.el.div(_empty(), class_name="sm-panel")),
        rx.el.div(
            rx.cond(view.columns.length() == 1, _second()),
            comparison_table(view),
            _spreads(),
            class_name=rx.Var.create("sm-stack") + rx.cond(state.is_busy, " sm-busy", ""),
            aria_busy=state.is_busy,
        ),
    )
    return frame(head, _controls(), _refused(), body, current="compare")


def _controls() -> rx.Component:
    toggle = rx.cond(
        view.toggle_href != "",
        rx.el.a(view.toggle_word, href=view.toggle_href, class_name="sm-button", data_testid="compare-toggle"),
    )
    summary = rx.el.span(
        view.summary, aria_live="polite", class_name="sm-muted sm-number", data_testid="compare-summary"
    )
    return rx.el.div(
        _adder("Add a job", "compare-add"),
        rx.cond(state.phase == "ready", rx.fragment(toggle, summary, rx.el.div(_export(), margin_left="auto"))),
        class_name="sm-filters sm-compare-bar",
    )


def _export() -> rx.Component:
    lead = "What this table shows, a row per job"
    return export_menu(view.exports, "There is nothing to export yet", "compare-export", lead=lead)


def _adder(word: str, testid: str) -> rx.Component:
    button = rx.el.button(
        rx.icon("plus", size=14),
        word,
        type="button",
        class_name="sm-button sm-button-main",
        disabled=state.is_full,
        title=rx.cond(state.is_full, "At most 8 jobs are compared: remove one first", ""),
        data_testid=testid,
    )
    find = rx.el.input(
        type="search",
        class_name="sm-input",
        placeholder="Name or id",
        aria_label="Find a job by name or id",
        default_value=state.search_text,
        max_length=60,
        on_change=state.find.debounce(TYPING_PAUSE_MS),
        data_testid="compare-search",
    )
    nothing = rx.el.p("No further job that you may see is like that.", class_name="sm-muted")
    options = rx.el.ul(
        rx.foreach(state.suggestions, _suggestion), class_name="sm-suggestions", aria_label="Jobs to add"
    )
    panel = rx.el.div(
        rx.el.span(
            rx.cond(state.search_text == "", "Newest jobs with figures", "Jobs found, newest first"),
            class_name="sm-label",
        ),
        find,
        rx.cond(state.problem != "", rx.el.p(state.problem, class_name="sm-problem", role="alert")),
        rx.cond(state.suggestions.length() > 0, options, nothing),
        class_name="sm-filter-panel sm-suggestion-panel",
    )
    content = rx.popover.content(panel, size="1", aria_label="Add a job", side="bottom", align="start")
    return rx.popover.root(rx.popover.trigger(button), content)


def _suggestion(item: Shown) -> rx.Component:
    about = rx.el.span(
        rx.cond(item.state != "", state_badge(item.state)),
        rx.cond(item.created_at != "", relative_time(instant=item.created_at, reason="")),
        class_name="sm-suggestion-about",
    )
    link = rx.el.a(
        rx.el.span(item.name, class_name="sm-cut"), about, href=item.href, class_name="sm-suggestion", title=item.name
    )
    return rx.el.li(rx.popover.close(link), key=item.href)


def _refused() -> rx.Component:
    def line(item: Shown) -> rx.Component:
        return rx.el.div(
            rx.icon("circle-x", size=15),
            rx.el.span(item.message),
            rx.el.a("Remove", href=item.remove_href, class_name="sm-link sm-alert-action"),
            class_name="sm-alert",
            role="alert",
            data_testid="compare-refused",
        )

    return rx.cond(
        view.refused.length() > 0, rx.el.div(rx.foreach(view.refused, line), class_name="sm-stack sm-refusals")
    )


def _second() -> rx.Component:
    return rx.el.div(
        rx.icon("git-compare", size=15),
        rx.el.span("Add a second job to see what differs."),
        class_name="sm-alert sm-alert-quiet",
        data_testid="compare-second",
    )


def _empty() -> rx.Component:
    text = "Add two to eight jobs: their configuration and figures then stand side by side, with what differs first."
    to_jobs = rx.el.a("Go to the jobs", href=urls.HOME, class_name="sm-button")
    return notice("git-compare", "No jobs to compare yet", text, to_jobs, testid="compare-empty")


def _failed() -> rx.Component:
    again = rx.el.button(
        rx.icon("rotate-cw", size=14),
        "Try again",
        type="button",
        class_name="sm-button sm-button-main",
        on_click=state.load,
    )
    anew = rx.el.button("Begin anew", type="button", class_name="sm-button", on_click=state.clear)
    actions = rx.el.div(again, anew, class_name="sm-actions")
    return failure(
        "The comparison could not be shown",
        state.failure.message,
        state.failure.request_id,
        actions,
        testid="compare-failed",
    )


def _spreads() -> rx.Component:
    def option(item: Shown) -> rx.Component:
        return rx.el.option(item.word, value=item.value)

    def chart(name: Shown) -> rx.Component:
        return headed_plot(view.headings[name], source=view.source, chart=name, key=name)

    choice = rx.el.select(
        rx.foreach(view.metrics, option),
        value=view.metric,
        on_change=state.choose_metric,
        class_name="sm-select sm-section-action",
        aria_label="Metric to draw",
        data_testid="compare-metric",
    )
    head = rx.el.div(
        rx.el.h2("Distributions", class_name="sm-subtitle"),
        rx.cond(view.metrics.length() > 0, choice),
        class_name="sm-page-head",
    )
    return rx.cond(
        view.source != "",
        rx.el.section(
            head,
            rx.cond(view.metric != "", rx.el.div(chart("metric"), chart("metric/curves"), class_name="sm-split")),
            rx.el.div(rx.foreach(view.network_charts, chart), class_name="sm-split"),
            class_name="sm-section",
        ),
    )
