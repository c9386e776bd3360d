"""Elements that the browser handles itself, where Reflex's own would never leave the page."""

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML
from reflex_components_core.el.elements.inline import A


class NativeForm(BaseHTML):  # type: ignore[misc]
    """A form that the browser posts: it works before the page is hydrated and receives HttpOnly cookies."""

    tag = "form"

    action: rx.Var[str]
    method: rx.Var[str]


native_form = NativeForm.create
native_link = A.create
"""A link to what is no page of the dashboard, or to a place on this page; `rx.el.a` is the router's link."""
