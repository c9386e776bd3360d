"""The states of a place that has no rows to show: nothing yet, nothing that matches, or a load that failed."""

import reflex as rx

from siliconmark_ui.ui.values import Shown


def notice(
    icon: str, title: Shown, text: Shown, *actions: rx.Component, testid: str, is_page: bool = False
) -> rx.Component:
    """Draw a calm message in the middle of its panel, with the actions that help; `is_page` when it is all there is."""
    return rx.el.div(
        rx.icon(icon, size=24),
        rx.el.h1(title) if is_page else rx.el.h2(title),
        rx.el.p(text),
        *actions,
        class_name="sm-notice",
        data_testid=testid,
    )


def failure(title: str, message: Shown, request_id: Shown, *actions: rx.Component, testid: str) -> rx.Component:
    """Draw what failed, the id that finds it in the log, and the actions that help."""
    return rx.el.div(
        rx.icon("circle-x", size=24),
        rx.el.h2(title),
        rx.el.p(message),
        rx.cond(request_id != "", rx.el.p("Request ", rx.el.code(request_id, class_name="sm-mono"))),
        *actions,
        class_name="sm-notice",
        role="alert",
        data_testid=testid,
    )


def alert_line(message: Shown, testid: str) -> rx.Component:
    """Draw one line that says what is wrong with what was entered."""
    return rx.el.div(
        rx.icon("circle-x", size=15), rx.el.span(message), class_name="sm-alert", role="alert", data_testid=testid
    )


def bone(size: int = 2) -> rx.Component:
    """Draw the grey bar, of size 1 (short) to 4 (long), that stands for a value not loaded yet."""
    return rx.el.span(class_name=f"sm-bone sm-bone-{size}")
