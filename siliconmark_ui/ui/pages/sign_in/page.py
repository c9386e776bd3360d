"""The sign-in page: a form that the browser posts, so that it works at once and the cookie stays out of scripts."""

import reflex as rx

from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.native import native_form, native_link
from siliconmark_ui.ui.components.sections import said
from siliconmark_ui.ui.demo import demo_label
from siliconmark_ui.ui.pages.sign_in.state import SignInState
from siliconmark_ui.ui.theme import PRODUCT
from siliconmark_ui.ui.values import Shown

state: Shown = SignInState


def sign_in_page() -> rx.Component:
    """Draw the sign-in form and the demonstration accounts."""
    brand = rx.el.div(rx.el.img(src="/favicon.svg", alt=""), PRODUCT, class_name="sm-brand")
    return rx.el.main(
        brand,
        rx.el.div(
            rx.cond(state.has_password, _form(), _heading()),
            rx.foreach(state.providers, _provider),
            class_name="sm-panel sm-door-card sm-stack",
        ),
        rx.cond(state.has_password & (state.demo_accounts.length() > 0), _demo_accounts()),
        class_name="sm-door",
    )


def _form() -> rx.Component:
    return native_form(
        _heading(),
        _field("E-mail", "email", "email", "username", default_value=state.email, key=state.email),
        _field("Password", "password", "password", "current-password"),
        # Until the server has read the address the form says nothing of it, and the route reads it from the referrer.
        rx.el.input(type="hidden", name="next", value=state.after, read_only=True, disabled=state.after == ""),
        rx.el.button("Sign in", type="submit", class_name="sm-button sm-button-main", data_testid="sign-in-submit"),
        rx.el.a("Forgotten your password?", href=urls.FORGOT, class_name="sm-link"),
        action=urls.SIGN_IN_ACTION,
        method="post",
    )


def _heading() -> rx.Component:
    return rx.fragment(
        rx.el.h1("Sign in", class_name="sm-subtitle"),
        said(state.error, state.done, "sign-in"),
    )


def _provider(one: Shown) -> rx.Component:
    return native_link("Sign in with ", one.label, href=one.href, class_name="sm-button", data_testid="sso-link")


def _field(label: str, name: str, kind: str, autocomplete: str, **props: Shown) -> rx.Component:
    field = rx.el.input(
        id=name, name=name, type=kind, auto_complete=autocomplete, required=True, class_name="sm-input", **props
    )
    return rx.el.div(rx.el.label(label, html_for=name), field, class_name="sm-field")


def _demo_accounts() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Try it with a demo account", class_name="sm-demo-title"), demo_label(), class_name="sm-demo-head"
        ),
        rx.cond(state.demo_password != "", _password(state.demo_password)),
        rx.el.ul(rx.foreach(state.demo_accounts, _demo_account), class_name="sm-demo-list"),
        class_name="sm-panel sm-door-card",
    )


def _demo_account(account: Shown) -> rx.Component:
    words = rx.el.div(
        rx.el.div(account.email, class_name="sm-cut"),
        rx.el.div(account.role, " · ", account.customer, class_name="sm-muted"),
        rx.cond(state.demo_password == "", _password(account.password)),
    )
    use = rx.el.button(
        "Use this account",
        rx.el.span(" ", account.email, class_name="sm-visually-hidden"),
        type="button",
        class_name="sm-button",
        on_click=[
            rx.set_value("email", account.email),
            rx.set_value("password", account.password),
            rx.set_focus("password"),
        ],
        data_testid="sign-in-demo",
    )
    return rx.el.li(words, use, data_testid="sign-in-account")


def _password(text: Shown) -> rx.Component:
    return rx.el.div("Password ", rx.el.code(text, class_name="sm-mono"), class_name="sm-muted sm-demo-password")
