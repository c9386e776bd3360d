"""The doors for who cannot sign in yet: a forgotten password, a reset link, an invitation."""

from collections.abc import Awaitable, Callable

import reflex as rx

from siliconmark_ui.accounts import own_password, people
from siliconmark_ui.accounts.own_password import get_post
from siliconmark_ui.accounts.reasons import notice_in, problem_in
from siliconmark_ui.db import get_database
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.forms import field, new_password, submit
from siliconmark_ui.ui.components.native import native_form
from siliconmark_ui.ui.components.sections import said
from siliconmark_ui.ui.failures import describe_failure
from siliconmark_ui.ui.theme import PRODUCT
from siliconmark_ui.ui.values import Shown
from siliconmark_ui.words import NAME_MAX


class DoorState(rx.State):
    """What the address of a door says, and whom the link is for; a link that is dead opens no form."""

    key_: str = ""
    problem: str = ""
    done: str = ""
    email: str = ""
    customer: str = ""
    is_dead: bool = False
    sends_mail: bool = True

    @rx.event
    def load(self) -> None:
        """Read the address."""
        self._read_address()
        self.done = notice_in(self.router.url.query_parameters, "sent")
        self.sends_mail = get_post().server is not None

    @rx.event
    async def load_reset(self) -> None:
        """Read the address, and whose password the link sets."""

        async def find() -> None:
            self.email = await own_password.reset_is_for(get_database(), self.key_)

        await self._look(find)

    @rx.event
    async def load_invitation(self) -> None:
        """Read the address, and whom the invitation is for."""

        async def find() -> None:
            self.email, self.customer = await people.invitation_of(get_database(), self.key_)

        await self._look(find)

    async def _look(self, find: Callable[[], Awaitable[None]]) -> None:
        self._read_address()
        self.email = self.customer = ""
        self.is_dead = False
        try:
            await find()
        except Exception as error:
            self.problem, self.is_dead = describe_failure(error, "The link could not be read").line, True

    def _read_address(self) -> None:
        asked = self.router.url.query_parameters
        self.key_, self.problem, self.done = asked.get("key", "")[:100], problem_in(asked), ""


state: Shown = DoorState


def forgot_page() -> rx.Component:
    """Draw the form that asks for a reset link."""
    form = native_form(
        field("E-mail", "email", "email", auto_complete="username"),
        submit("Send me a link", "door-submit"),
        action=urls.FORGOT_ACTION,
        method="post",
    )
    no_mail = rx.el.p(
        "No mail server is set here: ask an admin or whoever runs the server for a link.", class_name="sm-flat"
    )
    hint = rx.el.p("We mail you a link that sets a new password.", class_name="sm-muted sm-flat")
    return _door("Forgotten password", rx.cond(state.sends_mail, rx.fragment(hint, form), no_mail))


def reset_page() -> rx.Component:
    """Draw the form that sets a new password by a link."""
    form = native_form(
        rx.el.p("For ", rx.el.strong(state.email), ".", class_name="sm-flat sm-break"),
        rx.el.input(type="hidden", name="key", value=state.key_, read_only=True),
        *new_password(),
        submit("Set the password", "door-submit"),
        action=urls.RESET_ACTION,
        method="post",
    )
    again = rx.el.a("Ask for a new link", href=urls.FORGOT, class_name="sm-button sm-button-main")
    return _door("Set a new password", rx.cond(state.is_dead, again, rx.cond(state.email != "", form)))


def invitation_page() -> rx.Component:
    """Draw the form by which an invited person comes in."""
    form = native_form(
        rx.el.p(
            "You are invited to ", rx.el.strong(state.customer), " as ", rx.el.strong(state.email), ".",
            class_name="sm-flat sm-break", data_testid="door-invited",
        ),
        rx.el.input(type="hidden", name="key", value=state.key_, read_only=True),
        field("Your name", "name", auto_complete="name", max_length=NAME_MAX),
        *new_password(),
        submit("Come in", "door-submit"),
        action=urls.INVITATION_ACTION,
        method="post",
    )  # fmt: skip
    dead = rx.el.p("Whoever invited you can send another link.", class_name="sm-muted sm-flat")
    return _door("Invitation", rx.cond(state.is_dead, dead, rx.cond(state.email != "", form)))


def _door(title: str, content: rx.Component) -> rx.Component:
    brand = rx.el.div(rx.el.img(src="/favicon.svg", alt=""), PRODUCT, class_name="sm-brand")
    back = rx.el.a(
        rx.icon("arrow-left", size=14), "Back to the sign-in page", href=urls.SIGN_IN, class_name="sm-link sm-door-back"
    )
    card = rx.el.div(
        rx.el.h1(title, class_name="sm-subtitle"), said(state.problem, state.done), content, back,
        class_name="sm-panel sm-door-card sm-stack",
    )  # fmt: skip
    return rx.el.main(brand, card, class_name="sm-door")
