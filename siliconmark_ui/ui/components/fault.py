"""The word that something failed which the page itself has no place to say, with what to do and the id in the log."""

import reflex as rx

from siliconmark_ui.ui.components.native import native_link
from siliconmark_ui.ui.values import Shown


def fault_notice(request_id: Shown, forget: Shown) -> rx.Component:
    """Draw it while there is a `request_id`; `forget` takes it away."""
    words = rx.el.span(
        "That failed unexpectedly. Try again, or ",
        native_link("load the page anew", href="", class_name="sm-link"),
        ". Request ",
        rx.el.code(request_id, class_name="sm-mono"),
    )
    close = rx.el.button(
        rx.icon("x", size=14),
        type="button",
        class_name="sm-button sm-button-quiet sm-button-icon",
        aria_label="Dismiss",
        on_click=forget,
    )
    banner = rx.el.div(rx.icon("circle-x", size=15), words, close, class_name="sm-link-banner sm-fault-banner")
    # The region stands there before its words, and dialogs leave what is live to screen readers.
    return rx.el.div(
        rx.cond(request_id != "", banner),
        role="alert",
        aria_live="assertive",
        class_name="sm-link-region sm-fault-region",
        data_testid="fault",
    )
