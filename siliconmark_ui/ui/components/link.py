"""The quiet word that what a page shows may be out of date, for as long as that is so."""

import reflex as rx
from reflex_components_core.core.banner import has_too_many_connection_errors

from siliconmark_ui.ui.values import Shown


def link_banner(is_cut: Shown) -> rx.Component:
    """Draw it while the server cannot be reached, or (`is_cut`) while the server does not hear of changes.

    A connection that comes back at its first try is not worth a word, so the second failure shows it.
    """
    words = rx.cond(
        has_too_many_connection_errors,
        "The connection is lost. This page tries again and then catches up.",
        rx.cond(is_cut, "Live updates are paused. They go on by themselves, and this page then catches up.", ""),
    )
    banner = rx.el.div(rx.icon("unplug", size=15), rx.el.span(words), class_name="sm-link-banner")
    # The region stands there before its words, so that screen readers hear them.
    return rx.el.div(
        rx.cond(has_too_many_connection_errors | is_cut, banner),
        role="status",
        class_name="sm-link-region",
        data_testid="link-banner",
    )
