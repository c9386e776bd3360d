"""The account page: API tokens, browser sessions, password."""

import reflex as rx

from siliconmark_ui.accounts.api_tokens import USUAL_DAYS
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.card_table import Column, card_table, cell, row_button, row_head
from siliconmark_ui.ui.components.clock import relative_time
from siliconmark_ui.ui.components.confirmation import confirmation
from siliconmark_ui.ui.components.forms import choice, field, new_password, submit
from siliconmark_ui.ui.components.native import native_form
from siliconmark_ui.ui.components.sections import failed_page, said, section, shown_once
from siliconmark_ui.ui.layout import demo_mark, frame
from siliconmark_ui.ui.pages.account.state import AccountState
from siliconmark_ui.ui.session import PersonState
from siliconmark_ui.ui.values import Shown
from siliconmark_ui.words import NAME_MAX

state: Shown = AccountState
person: Shown = PersonState

SCOPES = {"read": "Read", "write": "Read and write"}
DAYS = {"7": "7 days", "30": "30 days", str(USUAL_DAYS): f"{USUAL_DAYS} days", "366": "A year"}
SCOPE = Column("scope", "May", 120)
HINT = Column("hint", "Begins with", 116)
MADE = Column("made", "Made", 90)
USED = Column("used", "Last used", 100)
EXPIRES = Column("expires", "Expires", 90)
REVOKE = Column("buttons", "Revoke", 96, is_buttons=True)
TOKEN_COLUMNS = (Column("name", "Name"), SCOPE, HINT, MADE, USED, EXPIRES, REVOKE)
ADDRESS = Column("address", "Address", 150)
WAY = Column("way", "Signed in by", 140)
SINCE = Column("since", "Since", 90)
SEEN = Column("seen", "Last seen", 100)
END = Column("buttons", "End", 96, is_buttons=True)
SESSION_COLUMNS = (Column("browser", "Browser"), ADDRESS, WAY, SINCE, SEEN, END)


def account_page() -> rx.Component:
    """Draw the own account."""
    head = rx.el.div(
        rx.el.h1("Your account", class_name="sm-title"),
        rx.cond(
            person.email != "",
            rx.el.span(person.email, " · ", person.role, " · ", person.customer, class_name="sm-muted sm-break"),
        ),
        demo_mark(),
        class_name="sm-page-head",
    )
    body = rx.el.div(
        said(state.act_problem, state.done),
        _tokens(),
        _sessions(),
        rx.cond(state.has_password_form, _password()),
        confirmation(state),
        class_name="sm-stack sm-page-body",
    )
    failed = failed_page("Your account could not be shown", state, "page-failed")
    return frame(head, rx.cond(state.phase == "failed", failed, body), current="account")


def _options(words: dict[str, str]) -> list[rx.Component]:
    return [rx.el.option(word, value=value) for value, word in words.items()]


def _tokens() -> rx.Component:
    form = rx.el.form(
        field("Name", "name", max_length=NAME_MAX, placeholder="nightly script", auto_complete="off"),
        choice("May", "scope", *_options(SCOPES)),
        choice("Lives for", "days", *_options(DAYS), default_value=str(USUAL_DAYS)),
        submit("Create token", "account-make-token", "plus"),
        on_submit=state.make_token,
        reset_on_submit=True,
        class_name="sm-form-line",
    )
    done = rx.el.button("Done", type="button", class_name="sm-button", on_click=state.forget_token)
    fresh = shown_once(
        "Copy the token now: it is not shown again.", state.fresh_token, "the token", "account-fresh-token", done
    )
    table = card_table(
        "API tokens",
        TOKEN_COLUMNS,
        state.tokens,
        _token,
        "account-tokens",
        waits=state.phase == "loading",
        bones=2,
        kind="sm-account-table",
    )
    none = rx.el.p("No token yet. One that you create stands here until it expires.", class_name="sm-muted sm-flat")
    has_table = (state.tokens.length() > 0) | (state.phase == "loading")
    return section(
        "API tokens",
        "For programs that call the API in your name. A token never reaches accounts and people.",
        form,
        rx.cond(state.fresh_token != "", fresh),
        rx.cond(has_table, table, none),
    )


def _token(token: Shown) -> rx.Component:
    revoke = row_button("Revoke…", state.ask_revoke(token.id), name=token.name, testid="account-revoke-token")
    return rx.el.tr(
        row_head(rx.el.span(token.name, class_name="sm-cut", title=token.name)),
        cell(SCOPE, rx.cond(token.scope == "read", SCOPES["read"], SCOPES["write"])),
        cell(HINT, rx.el.code(token.hint, class_name="sm-mono")),
        cell(MADE, relative_time(instant=token.created_at, reason="")),
        cell(USED, relative_time(instant=token.last_used_at, reason="Never used")),
        cell(EXPIRES, relative_time(instant=token.expires_at, reason="")),
        cell(REVOKE, revoke),
        key=token.id,
    )


def _sessions() -> rx.Component:
    others = rx.el.button(
        rx.icon("log-out", size=14),
        "End every other session",
        type="button",
        class_name="sm-button",
        on_click=state.end_other_sessions,
        disabled=~state.has_others,
        data_testid="account-end-others",
    )
    table = card_table(
        "Browser sessions",
        SESSION_COLUMNS,
        state.sessions,
        _session,
        "account-sessions",
        waits=state.phase == "loading",
        bones=2,
        kind="sm-account-table",
    )
    return section(
        "Browser sessions",
        state.session_rule,
        table,
        rx.el.div(others, class_name="sm-actions sm-actions-start"),
    )


def _session(one: Shown) -> rx.Component:
    end = row_button("End", state.end_session(one.id), name=one.browser, testid="account-end-session")
    this = rx.el.span(rx.icon("circle-check", size=14), "This one", class_name="sm-status sm-tone-green")
    return rx.el.tr(
        row_head(rx.el.span(one.browser, class_name="sm-cut", title=one.agent)),
        cell(ADDRESS, one.address),
        cell(WAY, one.way),
        cell(SINCE, relative_time(instant=one.created_at, reason="")),
        cell(SEEN, relative_time(instant=one.last_seen_at, reason="")),
        cell(END, rx.cond(one.is_current, this, end)),
        key=one.id,
    )


def _password() -> rx.Component:
    form = native_form(
        field("Current password", "current", "password", auto_complete="current-password"),
        *new_password(),
        rx.el.div(submit("Change password", "account-change-password"), class_name="sm-actions sm-actions-start"),
        action=urls.PASSWORD_ACTION,
        method="post",
        class_name="sm-form sm-form-narrow",
    )
    text = "Changing it ends every other session and revokes every API token."
    return section("Password", text, form)
