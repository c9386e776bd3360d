"""What keeps a scrolled table where it is while rows come and go above."""

from typing import Any

import reflex as rx


class KeepPlace(rx.Component):
    """Stands inside a table's frame; `rows` are the rows that the table draws."""

    library = "$/public/components/keep_place.jsx"
    tag = "KeepPlace"

    rows: rx.Var[list[Any]]


keep_place = KeepPlace.create
