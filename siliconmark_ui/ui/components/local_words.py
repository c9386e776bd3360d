"""Texts of the server that name instants (`2024-03-15 10:30 UTC`), shown in local time with UTC on hover."""

import reflex as rx


class LocalWords(rx.Component):
    """A `<span>` with the instants of `text` and of its hover text `hint` in the reader's time."""

    library = "$/public/components/local_words.jsx"
    tag = "LocalWords"

    text: rx.Var[str]
    hint: rx.Var[str]


local_words = LocalWords.create
