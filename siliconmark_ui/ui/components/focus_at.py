"""The focus for a place whose id is only known to the state: Reflex's own event finds none that is drawn in a loop."""

import reflex as rx


class FocusAt(rx.Component):
    """Gives the focus to the element with the id `place` whenever `round` has grown."""

    library = "$/public/components/focus_at.jsx"
    tag = "FocusAt"

    place: rx.Var[str]
    round: rx.Var[int]
