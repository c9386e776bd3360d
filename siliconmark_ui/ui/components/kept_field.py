"""A field of a filter that follows the address and never throws out whoever types in it."""

import reflex as rx


def _text(text: rx.Var[str]) -> list[rx.Var[str]]:
    return [text]


class KeptField(rx.Component):
    """An input that shows `value`, except while it has the focus; `on_text` gets what it holds after each change."""

    library = "$/public/components/kept_field.jsx"
    tag = "KeptField"

    value: rx.Var[str]
    type: rx.Var[str]
    input_mode: rx.Var[str]
    max_length: rx.Var[int]
    placeholder: rx.Var[str]
    on_text: rx.EventHandler[_text]  # type: ignore[type-arg, valid-type]


kept_field = KeptField.create
