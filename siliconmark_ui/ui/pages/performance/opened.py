"""An opened row of the performance page: why, what was done about it, and each node's figures against expectation."""

import reflex as rx

from siliconmark_ui.alerts.tables import NOTE_MAX
from siliconmark_ui.ui.components.badges import performance_status
from siliconmark_ui.ui.components.clock import relative_time
from siliconmark_ui.ui.components.table_frame import table_frame
from siliconmark_ui.ui.pages.performance.state import REVIEW_PLACE, PerformanceState
from siliconmark_ui.ui.values import Shown

state: Shown = PerformanceState
opened: Shown = state.opened


def opened_row() -> rx.Component:
    """Draw what stands under the opened row."""
    return rx.el.div(
        _reasons(),
        _review(),
        _nodes(),
        class_name="sm-perf-open",
        data_testid="performance-open",
        custom_attrs={"data-job": opened.id},
    )


def _reasons() -> rx.Component:
    some = rx.el.ul(rx.foreach(opened.reasons, lambda reason: rx.el.li(reason)), class_name="sm-reasons")
    none = rx.el.p("Nothing of this job is below what is expected of its GPUs.", class_name="sm-muted sm-plain")
    return rx.el.section(
        rx.el.h3("Why", class_name="sm-perf-title"),
        rx.cond(opened.reasons.length() > 0, some, none),
        aria_label="Reasons",
    )


def _nodes() -> rx.Component:
    heads = rx.el.tr(
        rx.el.th("Node", scope="col"),
        rx.el.th("Score", scope="col"),
        rx.foreach(opened.heads, lambda word: rx.el.th(word, scope="col")),
    )
    table = rx.el.table(
        rx.el.caption("Nodes against what is expected", class_name="sm-visually-hidden"),
        rx.el.thead(heads),
        rx.el.tbody(rx.foreach(opened.nodes, _node)),
        class_name="sm-table sm-table-pinned sm-perf-nodes",
        data_testid="performance-nodes",
    )
    head = rx.el.div(
        rx.el.h3("Nodes", class_name="sm-perf-title"),
        rx.el.span(opened.nodes_note, class_name="sm-muted"),
        rx.el.a("Every figure of this job", href=opened.all_href, class_name="sm-link sm-perf-all"),
        class_name="sm-perf-head",
    )
    frame = table_frame(table, label="Nodes of this job", rows=opened.nodes)
    return rx.el.section(head, frame, class_name="sm-perf-wide", aria_label="Nodes")


def _node(node: Shown) -> rx.Component:
    name = rx.el.a(node.name, href=node.href, class_name="sm-link sm-cut", title=node.name)
    return rx.el.tr(
        rx.el.th(name, rx.el.span(node.gpus, class_name="sm-cut sm-perf-gpus", title=node.gpus), scope="row"),
        rx.el.td(performance_status(node.status, node.score, node.hint), class_name="sm-perf-score"),
        rx.foreach(node.metrics, _metric),
        key=node.href,
    )


def _metric(metric: Shown) -> rx.Component:
    bar = rx.el.span(
        rx.el.progress(value=metric.share, max=100, class_name="sm-ratio-fill", aria_hidden="true"),
        class_name="sm-ratio-bar",
    )
    text = rx.el.span(
        _marked(metric.status),
        rx.el.span(metric.ratio, class_name="sm-number"),
        class_name=rx.match(
            metric.status,
            ("underperforming", "sm-ratio-text sm-tone-red"),
            ("outperforming", "sm-ratio-text sm-tone-green"),
            "sm-ratio-text sm-tone-grey",
        ),
    )
    figures = rx.cond(metric.figure != "", rx.el.span(metric.figure, class_name="sm-perf-figure"))
    return rx.el.td(text, rx.cond(metric.share >= 0, bar), figures, title=metric.hint, data_status=metric.status)


def _marked(status: Shown) -> rx.Component:
    return rx.match(
        status,
        ("underperforming", rx.icon("arrow-down", size=12, aria_label="underperforming")),
        ("outperforming", rx.icon("arrow-up", size=12, aria_label="outperforming")),
        rx.fragment(),
    )


def _review() -> rx.Component:
    body = rx.cond(
        opened.review == "",
        rx.el.p("No alert: there is nothing to review.", class_name="sm-muted"),
        rx.fragment(
            rx.cond(opened.can_review, _form(), _reading()),
            rx.cond(opened.reviews.length() > 0, _history()),
        ),
    )
    return rx.el.section(
        rx.el.h3("Review", class_name="sm-perf-title"),
        body,
        id=REVIEW_PLACE,
        tab_index=-1,
        class_name="sm-perf-review",
        aria_label="Review",
    )


def _reading() -> rx.Component:
    text = rx.cond(
        opened.review == "open",
        "Nobody has acknowledged this alert. Customer admins and staff do.",
        "This alert is acknowledged.",
    )
    return rx.el.p(text, class_name="sm-muted")


def _form() -> rx.Component:
    return rx.cond(
        opened.review == "open",
        _note_form("What was found or done", "Acknowledge", "check", state.acknowledge, is_needed=True),
        _note_form("Why it is open again (optional)", "Reopen", "rotate-ccw", state.reopen, is_needed=False),
    )


def _note_form(label: str, word: str, icon: str, handler: Shown, *, is_needed: bool) -> rx.Component:
    field = rx.el.label(
        rx.el.span(label, class_name="sm-label"),
        rx.el.textarea(
            name="note",
            rows="3",
            max_length=NOTE_MAX,
            required=is_needed,
            class_name="sm-input sm-note",
            data_testid="performance-note",
        ),
        class_name="sm-field",
    )
    kind = "sm-button sm-button-main" if is_needed else "sm-button"
    button = rx.el.button(
        rx.icon(icon, size=14), word, type="submit", class_name=kind, data_testid="performance-review"
    )
    problem = rx.cond(state.note_problem != "", rx.el.p(state.note_problem, class_name="sm-problem", role="alert"))
    # A new key lays an empty form once the review has changed what stands.
    return rx.el.form(
        field,
        problem,
        button,
        on_submit=handler,
        key=opened.id + opened.reviews.length().to_string(),
        class_name="sm-perf-form",
    )


def _history() -> rx.Component:
    def act(review: Shown) -> rx.Component:
        icon = rx.cond(review.kind == "acknowledged", rx.icon("check", size=14), rx.icon("rotate-ccw", size=14))
        line = rx.el.span(
            rx.el.strong(review.reviewer),
            " ",
            review.kind,
            " it ",
            relative_time(instant=review.reviewed_at, reason=""),
        )
        note = rx.cond(review.note != "", rx.el.p(review.note, class_name="sm-perf-note"))
        return rx.el.li(icon, rx.el.div(line, note))

    return rx.el.ol(
        rx.foreach(opened.reviews, act),
        class_name="sm-perf-history",
        aria_label="Reviews",
        data_testid="performance-history",
    )
