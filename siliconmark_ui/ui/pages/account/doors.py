"""The doors for who cannot sign in yet: a forgotten password, a reset link, an invitation."""

from typing import Any

import reflex as rx

from siliconmark_ui.accounts import people
from siliconmark_ui.accounts.own_password import get_post
from siliconmark_ui.db import get_database
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.native import native_form
from siliconmark_ui.ui.failures import describe_failure
from siliconmark_ui.ui.pages.account.parts import field, said, submit
from siliconmark_ui.ui.theme import PRODUCT
from siliconmark_ui.ui.values import Shown

SENT = "If there is an account with this e-mail, a link is on its way to it. It works once, within the hour."


class DoorState(rx.State):
    """What the address of a door says, and whom an invitation is for."""

    key_: str = ""
    problem: str = ""
    done: str = ""
    email: str = ""
    customer: str = ""
    sends_mail: bool = True

    @rx.event
    def load(self) -> None:
        """Read the address."""
        asked = self.router.url.query_parameters
        self.key_, self.problem = asked.get("key", "")[:100], asked.get("error", "")[:300]
        self.done = SENT if "done" in asked else ""
        self.sends_mail = get_post().server is not None

    @rx.event
    async def load_invitation(self) -> Any:
        """Read the address, and whom the invitation is for."""
        asked = self.router.url.query_parameters
        self.key_, self.problem, self.done = asked.get("key", "")[:100], asked.get("error", "")[:300], ""
        self.email = self.customer = ""
        try:
            self.email, self.customer = await people.invitation_of(get_database(), self.key_)
        except Exception as error:
            self.problem = describe_failure(error, "The invitation could not be read").message


state: Shown = DoorState


def forgot_page() -> rx.Component:
    """Draw the form that asks for a reset link."""
    form = native_form(
        field("E-mail", "email", "email", auto_complete="username"),
        submit("Send me a link", "door-submit"),
        action=urls.FORGOT_ACTION,
        method="post",
    )
    no_mail = rx.el.p("No mail server is set here: ask an admin or whoever runs the server for a link.")
    return _door("Forgotten password", rx.cond(state.sends_mail, form, no_mail))


def reset_page() -> rx.Component:
    """Draw the form that sets a new password by a link."""
    form = native_form(
        rx.el.input(type="hidden", name="key", value=state.key_, read_only=True),
        *_new_password(),
        submit("Set the password", "door-submit"),
        action=urls.RESET_ACTION,
        method="post",
    )
    return _door("Set a new password", form)


def invitation_page() -> rx.Component:
    """Draw the form by which an invited person comes in."""
    form = native_form(
        rx.el.p(
            "You are invited to ", rx.el.strong(state.customer), " as ", rx.el.strong(state.email), ".",
            data_testid="door-invited",
        ),
        rx.el.input(type="hidden", name="key", value=state.key_, read_only=True),
        field("Your name", "name", auto_complete="name", max_length=60),
        *_new_password(),
        submit("Come in", "door-submit"),
        action=urls.INVITATION_ACTION,
        method="post",
    )  # fmt: skip
    return _door("Invitation", rx.cond(state.email != "", form))


def _new_password() -> tuple[rx.Component, rx.Component]:
    bounds = {"auto_complete": "new-password", "min_length": 10, "max_length": 256}
    return (
        field("New password, at least 10 characters", "new", "password", **bounds),
        field("New password again", "again", "password", **bounds),
    )


def _door(title: str, content: rx.Component) -> rx.Component:
    brand = rx.el.div(rx.el.img(src="/favicon.svg", alt=""), PRODUCT, class_name="sm-brand")
    back = rx.el.a("Go to the sign-in page", href=urls.SIGN_IN, class_name="sm-link")
    card = rx.el.div(
        rx.el.h1(title, class_name="sm-subtitle"), said(state.problem, state.done), content, back,
        class_name="sm-panel sm-door-card sm-stack",
    )  # fmt: skip
    return rx.el.main(brand, card, class_name="sm-door")
