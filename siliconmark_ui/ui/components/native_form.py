"""A form that the browser itself posts: it works before the page is hydrated and receives HttpOnly cookies."""

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML


class NativeForm(BaseHTML):
    """A plain `<form>`; Reflex's own form never leaves the page, so it cannot carry a sign-in."""

    tag = "form"

    action: rx.Var[str]
    method: rx.Var[str]


native_form = NativeForm.create
