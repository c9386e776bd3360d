"""Times as people read them: relative, with the absolute local and UTC time on hover."""

import reflex as rx

from siliconmark_ui.ui.values import Shown


class RelativeTime(rx.Component):
    """A `<time>` that keeps its words current; `instant` is RFC 3339 text, empty when `reason` says why.

    `exact` writes the local time to the second instead of the relative words; a time that `is_place` is one that the
    keyboard goes to, and so shows its hover text there.
    """

    library = "$/public/components/clock.jsx"
    tag = "RelativeTime"

    instant: rx.Var[str]
    reason: rx.Var[str]
    exact: rx.Var[bool]
    is_place: rx.Var[bool]


class RunningTime(rx.Component):
    """How long something took, or has been taking until now, which it goes on counting.

    `began` and `ended` are RFC 3339 texts, `ended` empty while it goes on; without `began`, `reason` says why.
    """

    library = "$/public/components/clock.jsx"
    tag = "RunningTime"

    began: rx.Var[str]
    ended: rx.Var[str]
    reason: rx.Var[str]


running_time = RunningTime.create
relative_time = RelativeTime.create


def fact_time(instant: Shown, reason: Shown) -> rx.Component:
    """Draw a time among the facts of a page, where the keyboard reaches it."""
    return RelativeTime.create(instant=instant, reason=reason, is_place=True)
