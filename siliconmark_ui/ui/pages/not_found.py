"""The page for an address that leads nowhere."""

import reflex as rx

from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.feedback import notice
from siliconmark_ui.ui.theme import PRODUCT


def not_found_page() -> rx.Component:
    """Draw what is said about an unknown address, with the way back."""
    back = rx.el.a(
        rx.icon("arrow-left", size=14), "Go to the jobs", href=urls.HOME, class_name="sm-button sm-button-main"
    )
    brand = rx.el.div(rx.el.img(src="/favicon.svg", alt=""), PRODUCT, class_name="sm-brand")
    words = notice(
        "map-pin-off",
        "There is no such page",
        "The address may be mistyped, or what it showed is gone.",
        back,
        testid="not-found",
        is_page=True,
    )
    return rx.el.main(brand, rx.el.div(words, class_name="sm-panel sm-door-card"), class_name="sm-door")
