"""States, statuses, tags and ids as they look everywhere: icon, word and colour together."""

import reflex as rx

from siliconmark_ui.ui.theme import JOB_STATES, PERFORMANCE, STATE_NAMES, Look
from siliconmark_ui.ui.values import Shown


def _badge(look: Look, title: str, name: str) -> rx.Component:
    spin = " sm-spin" if name == "running" else ""
    return rx.el.span(
        rx.icon(look.icon, size=13),
        look.word,
        class_name=f"sm-badge sm-tone-{look.tone}{spin}",
        title=title,
        data_state=name,
    )


def state_badge(state: Shown) -> rx.Component:
    """Draw the state of a job or a task."""
    cases = [(name, _badge(look, STATE_NAMES[name], name)) for name, look in JOB_STATES.items()]
    return rx.match(state, *cases, rx.el.span(state, class_name="sm-muted"))


def missing(reason: Shown) -> rx.Component:
    """Draw what stands for a value that is not there, with the reason for hover and screen readers."""
    dash = rx.el.span("–", aria_hidden="true")
    return rx.el.span(dash, rx.el.span(reason, class_name="sm-visually-hidden"), class_name="sm-muted", title=reason)


def performance_status(status: Shown, score: Shown, reason: Shown) -> rx.Component:
    """Draw a status with its score (`0.87 ×`); `reason` is the hover text, also of a missing status."""
    cases = [(name, _status(look, score, reason, name)) for name, look in PERFORMANCE.items()]
    return rx.match(status, *cases, missing(reason))


def _status(look: Look, score: Shown, reason: Shown, name: str) -> rx.Component:
    return rx.el.span(
        rx.icon(look.icon, size=14),
        rx.el.span(score, class_name="sm-number"),
        rx.el.span(look.word, class_name="sm-muted"),
        class_name=f"sm-status sm-tone-{look.tone}",
        title=reason,
        data_status=name,
    )


def tag(text: Shown) -> rx.Component:
    """Draw one tag; the full text stands in the hover when it is cut."""
    return rx.el.span(text, class_name="sm-tag", title=text)


class CopiedId(rx.Component):
    """An id, or its beginning in `shown`, that is copied on click and says so; `what` names it."""

    library = "$/public/components/copied_id.jsx"
    tag = "CopiedId"

    text: rx.Var[str]
    shown: rx.Var[str]
    what: rx.Var[str]


def copied_id(text: Shown, what: str, shown: Shown = "") -> rx.Component:
    """Draw an id, or `shown` of it, that is copied on click; `what` names it for the hover and for screen readers."""
    return CopiedId.create(text=text, shown=shown, what=what)
