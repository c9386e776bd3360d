"""The visual language in one place: the Radix theme, the stylesheet and how every state and status looks.

Colours, sizes and spacing are custom properties in `assets/tokens.css`, derived from the Radix tokens, so that
pages, plots and components follow light and dark together. A status is always icon, word and colour.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import reflex as rx

THEME = rx.theme(
    appearance="inherit",
    accent_color="indigo",
    gray_color="slate",
    radius="small",
    scaling="95%",
    has_background=True,
)
STYLESHEETS = [
    "/tokens.css",
    "/frame.css",
    "/controls.css",
    "/tables.css",
    "/panels.css",
    "/job.css",
    "/phone.css",
    "/parts.css",
    "/job_tabs.css",
    "/new_job.css",
    "/node_focus.css",
    "/lists.css",
    "/navigation.css",
    "/network.css",
    "/performance.css",
    "/performance_opened.css",
    "/compare.css",
    "/exports.css",
    "/live.css",
    "/admin.css",
]
PRODUCT = "SiliconMark"
THEME_COLOURS = {"light": "#ffffff", "dark": "#111113"}


@dataclass(frozen=True)
class Look:
    """How one state reads: the lucide icon, the word beside it and the tone (a class of the stylesheet)."""

    icon: str
    word: str
    tone: str


JOB_STATES: Mapping[str, Look] = {
    "created": Look("circle-dashed", "Created", "grey"),
    "starting": Look("circle-dot", "Starting", "sky"),
    "running": Look("loader-circle", "Running", "indigo"),
    "completed": Look("circle-check", "Completed", "green"),
    "completed_with_warnings": Look("triangle-alert", "With warnings", "amber"),
    "failed": Look("circle-x", "Failed", "red"),
    "aborted": Look("circle-slash", "Aborted", "grey"),
}
"""Look of every state that a job or a task can be in."""

STATE_NAMES: Mapping[str, str] = {
    "created": "Created",
    "starting": "Starting",
    "running": "Running",
    "completed": "Completed",
    "completed_with_warnings": "Completed with warnings",
    "failed": "Failed",
    "aborted": "Aborted",
}
"""The full words of a state, for menus, chips and hover texts."""

PERFORMANCE: Mapping[str, Look] = {
    "underperforming": Look("arrow-down", "Underperforming", "red"),
    "as_expected": Look("equal", "As expected", "grey"),
    "outperforming": Look("arrow-up", "Outperforming", "green"),
    "unknown": Look("minus", "Unknown", "grey"),
}
"""Look of every status that the scoreboard gives."""


def head_components() -> list[rx.Component]:
    """Give the elements that stand in every page's head: icons and the browser's own colours."""
    return [
        rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        rx.el.link(rel="alternate icon", href="/favicon.ico", sizes="32x32"),
        rx.el.link(
            rel="preload",
            href="/fonts/inter-latin.woff2",
            custom_attrs={"as": "font", "crossOrigin": "anonymous"},
            type="font/woff2",
        ),
        rx.el.meta(name="color-scheme", content="light dark"),
        *(
            rx.el.meta(name="theme-color", content=colour, custom_attrs={"media": f"(prefers-color-scheme: {mode})"})
            for mode, colour in THEME_COLOURS.items()
        ),
    ]
