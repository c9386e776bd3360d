"""Labelled controls, and the button that sends them."""

import reflex as rx

from siliconmark_ui.ui.values import Shown


def field(label: str, name: str, kind: str = "text", *, hint: str = "", **props: Shown) -> rx.Component:
    """Draw a labelled input; its id is its name."""
    says = {"aria_describedby": f"{name}-hint"} if hint else {}
    control = rx.el.input(id=name, name=name, type=kind, required=True, class_name="sm-input", **says, **props)
    under = [rx.el.span(hint, id=f"{name}-hint", class_name="sm-field-hint")] if hint else []
    return rx.el.div(rx.el.label(label, html_for=name), control, *under, class_name="sm-field")


def choice(label: str, name: str, *options: rx.Component | Shown, **props: Shown) -> rx.Component:
    """Draw a labelled select."""
    control = rx.el.select(*options, id=name, name=name, class_name="sm-select", **props)
    return rx.el.div(rx.el.label(label, html_for=name), control, class_name="sm-field")


def submit(word: str, testid: str, icon: str = "") -> rx.Component:
    """Draw the button that sends its form, as wide as its words."""
    sign = [rx.icon(icon, size=14)] if icon else []
    return rx.el.button(*sign, word, type="submit", class_name="sm-button sm-button-main", data_testid=testid)


def new_password(*, hint: str = "At least 10 characters") -> tuple[rx.Component, rx.Component]:
    """Draw the two inputs of a new password."""
    bounds: dict[str, Shown] = {"auto_complete": "new-password", "min_length": 10, "max_length": 256}
    return (
        field("New password", "new", "password", hint=hint, **bounds),
        field("New password again", "again", "password", **bounds),
    )
