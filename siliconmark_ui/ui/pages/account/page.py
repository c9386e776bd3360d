"""The account page: API tokens, browser sessions, password."""

import reflex as rx

from siliconmark_ui.accounts.api_tokens import USUAL_DAYS
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.clock import relative_time
from siliconmark_ui.ui.components.native import native_form
from siliconmark_ui.ui.layout import frame
from siliconmark_ui.ui.pages.account.parts import button, choice, failed, field, said, section, submit, table
from siliconmark_ui.ui.pages.account.state import AccountState
from siliconmark_ui.ui.values import Shown

state: Shown = AccountState

SCOPES = (("read", "Read"), ("write", "Read and write"))
DAYS = (("7", "7 days"), ("30", "30 days"), (str(USUAL_DAYS), f"{USUAL_DAYS} days"), ("366", "A year"))


def account_page() -> rx.Component:
    """Draw the own account."""
    body = rx.el.div(
        said(state.problem, state.done),
        _tokens(),
        _sessions(),
        rx.cond(state.has_password_form, _password()),
        class_name="sm-stack",
    )
    return frame(
        rx.el.div(rx.el.h1("Your account", class_name="sm-title"), class_name="sm-page-head"),
        rx.cond(state.phase == "failed", failed("Your account could not be shown", state), body),
        current="account",
    )


def _tokens() -> rx.Component:
    form = rx.el.form(
        field("Name", "name", max_length=60, placeholder="nightly script"),
        choice("May", "scope", SCOPES),
        choice("Lives for", "days", DAYS, default_value=str(USUAL_DAYS)),
        submit("Make a token", "account-make-token"),
        on_submit=state.make_token,
        reset_on_submit=True,
        class_name="sm-filter-row",
    )
    fresh = rx.el.div(
        rx.el.p("Copy the token now: it is not shown again."),
        rx.el.code(state.fresh_token, class_name="sm-mono sm-break", data_testid="account-fresh-token"),
        rx.el.div(
            button("Copy", rx.set_clipboard(state.fresh_token), name="the token"),
            button("Done", state.forget_token, name="with the token"),
            class_name="sm-actions",
        ),
        class_name="sm-alert sm-alert-quiet",
        role="status",
    )
    headings = ("Name", "May", "Begins with", "Made", "Last used", "Expires (UTC)", "")
    rows = rx.el.tbody(rx.foreach(state.tokens, _token))
    return section(
        "API tokens",
        "For programs that call the API in your name. A token never reaches accounts and people.",
        form,
        rx.cond(state.fresh_token != "", fresh),
        rx.cond(state.tokens.length() > 0, table("API tokens", headings, rows, "account-tokens")),
    )


def _token(token: Shown) -> rx.Component:
    return rx.el.tr(
        rx.el.th(token.name, scope="row"),
        rx.el.td(rx.cond(token.scope == "read", "read", "read and write")),
        rx.el.td(rx.el.code(token.hint, class_name="sm-mono")),
        rx.el.td(relative_time(instant=token.created_at, reason="")),
        rx.el.td(relative_time(instant=token.last_used_at, reason="Never used")),
        rx.el.td(token.expires),
        rx.el.td(button("Revoke", state.revoke_token(token.id), name=token.name, testid="account-revoke-token")),
        key=token.id,
    )


def _sessions() -> rx.Component:
    headings = ("Browser", "Address", "Signed in by", "Since", "Last seen", "")
    rows = rx.el.tbody(rx.foreach(state.sessions, _session))
    return section(
        "Browser sessions",
        "Where you are signed in. A session ends after 3 days without use, and after 14 days in any case.",
        table("Browser sessions", headings, rows, "account-sessions"),
        rx.el.div(
            button("End every other session", state.end_other_sessions, testid="account-end-others"),
            class_name="sm-actions",
        ),
    )


def _session(one: Shown) -> rx.Component:
    end = button("End", state.end_session(one.id), name=one.agent, testid="account-end-session")
    return rx.el.tr(
        rx.el.th(rx.el.span(one.agent, class_name="sm-cut", title=one.agent), scope="row"),
        rx.el.td(one.address),
        rx.el.td(one.way),
        rx.el.td(relative_time(instant=one.created_at, reason="")),
        rx.el.td(relative_time(instant=one.last_seen_at, reason="")),
        rx.el.td(rx.cond(one.is_current, rx.el.span("This one", class_name="sm-muted"), end)),
        key=one.id,
    )


def _password() -> rx.Component:
    form = native_form(
        field("Current password", "current", "password", auto_complete="current-password"),
        field("New password", "new", "password", auto_complete="new-password", min_length=10, max_length=256),
        field("New password again", "again", "password", auto_complete="new-password", min_length=10, max_length=256),
        submit("Change the password", "account-change-password"),
        action=urls.PASSWORD_ACTION,
        method="post",
        class_name="sm-stack",
        style={"maxWidth": "26rem"},
    )
    text = "At least 10 characters. Changing it ends every other session and revokes every API token."
    return section("Password", text, form)
