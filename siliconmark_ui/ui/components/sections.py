"""The parts of a page that is made of titled panels, and what such a page says of acts."""

import reflex as rx

from siliconmark_ui.ui.components.feedback import alert_line, failure
from siliconmark_ui.ui.values import Shown


def section(title: str, text: Shown, *content: rx.Component, testid: str = "") -> rx.Component:
    """Draw a titled panel with a sentence about it."""
    head = rx.el.div(rx.el.h2(title, class_name="sm-subtitle"), rx.el.p(text, class_name="sm-muted sm-flat sm-measure"))
    return rx.el.section(head, *content, class_name="sm-panel sm-section", data_testid=testid)


def said(problem: Shown, done: Shown, place: str = "page") -> rx.Component:
    """Draw what went wrong or what was done; the region stands there before its words, so that they are heard."""
    good = rx.el.div(
        rx.icon("circle-check", size=15),
        rx.el.span(done, data_testid=f"{place}-done"),
        class_name="sm-alert sm-alert-good",
    )
    return rx.el.div(
        rx.cond(problem != "", alert_line(problem, f"{place}-problem")),
        rx.el.div(rx.cond(done != "", good), role="status"),
        class_name="sm-said",
    )


def shown_once(text: str, secret: Shown, what: str, testid: str, *more: rx.Component) -> rx.Component:
    """Draw a secret that is shown this once, to be copied; `what` names it."""
    copy = rx.el.button(
        rx.icon("copy", size=14),
        f"Copy {what}",
        type="button",
        class_name="sm-button",
        on_click=rx.set_clipboard(secret),
        data_testid=f"{testid}-copy",
    )
    return rx.el.div(
        rx.el.p(text, class_name="sm-flat"),
        rx.el.code(secret, class_name="sm-code sm-break", data_testid=testid),
        rx.el.div(copy, *more, class_name="sm-actions sm-actions-start"),
        class_name="sm-once",
        role="status",
    )


def failed_page(title: str, state: Shown, testid: str) -> rx.Component:
    """Draw a load that failed."""
    again = rx.el.button(
        rx.icon("rotate-cw", size=14),
        "Try again",
        type="button",
        class_name="sm-button sm-button-main",
        on_click=state.load,
    )
    words = failure(title, state.failure.message, state.failure.request_id, again, testid=testid)
    return rx.el.div(words, class_name="sm-panel")
