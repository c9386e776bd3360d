"""Hover texts for whoever has no pointer: what a title says of the place that has the keyboard's focus."""

import reflex as rx


class FocusHint(rx.Component):
    """Stands once in a page and serves all of it."""

    library = "$/public/components/focus_hint.jsx"
    tag = "FocusHint"


focus_hint = FocusHint.create
