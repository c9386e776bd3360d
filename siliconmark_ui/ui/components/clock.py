"""Times as people read them: relative, with the absolute local and UTC time on hover."""

import reflex as rx


class RelativeTime(rx.Component):
    """A `<time>` that keeps its words current; `instant` is RFC 3339 text, empty when `reason` says why.

    `absolute` writes the local date and time before the relative words, `exact` the local time to the second instead.
    """

    library = "$/public/components/clock.jsx"
    tag = "RelativeTime"

    instant: rx.Var[str]
    reason: rx.Var[str]
    absolute: rx.Var[bool]
    exact: rx.Var[bool]


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
