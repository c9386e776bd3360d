"""Who is invited, and the form that invites."""

import reflex as rx

from siliconmark_ui.ui.components.card_table import Column, card_table, cell, row_button, row_head
from siliconmark_ui.ui.components.clock import relative_time
from siliconmark_ui.ui.components.feedback import alert_line
from siliconmark_ui.ui.components.forms import choice, field, submit
from siliconmark_ui.ui.components.sections import section
from siliconmark_ui.ui.pages.people.state import PeopleState
from siliconmark_ui.ui.values import Shown

state: Shown = PeopleState

CUSTOMER = Column("customer", "Customer", 232)
ROLE = Column("role", "Role", 188)
EXPIRES = Column("expires", "Open until", 116)
BUTTONS = Column("buttons", "Take back", 116, is_buttons=True)
COLUMNS = (Column("email", "E-mail"), CUSTOMER, ROLE, EXPIRES, BUTTONS)
TEXT = "An invitation is a link that works once, within seven days."


def invite_dialog() -> rx.Component:
    """Draw the button that opens the form of an invitation, and the form."""
    opener = rx.el.button(
        rx.icon("user-plus", size=14),
        "Invite",
        type="button",
        class_name="sm-button sm-button-main",
        data_testid="people-open-invite",
    )
    return rx.dialog.root(
        rx.dialog.trigger(opener),
        rx.dialog.content(
            rx.dialog.title("Invite a person", class_name="sm-sheet-title"),
            rx.dialog.description(TEXT, size="2", class_name="sm-muted sm-flat"),
            _form(),
            class_name="sm-dialog",
            data_testid="people-invite-dialog",
        ),
        open=state.is_inviting,
        on_open_change=state.show_invite,
    )


def _form() -> rx.Component:
    roles = rx.foreach(state.roles, lambda role: rx.el.option(role.word, value=role.name))
    names = rx.foreach(state.customer_names, lambda name: rx.el.option(name, value=name))
    cancel = rx.dialog.close(rx.el.button("Cancel", type="button", class_name="sm-button"))
    return rx.el.form(
        rx.cond(state.invite_problem != "", alert_line(state.invite_problem, "people-invite-problem")),
        field("E-mail", "email", "email", auto_complete="off"),
        choice("Role", "role", roles),
        rx.cond(state.is_root, choice("Customer", "customer", names, default_value=state.own_customer)),
        rx.el.div(cancel, submit("Invite", "people-invite"), class_name="sm-actions sm-actions-end"),
        on_submit=state.invite,
        class_name="sm-form",
    )


def invitations_section() -> rx.Component:
    """Draw the open invitations."""
    table = card_table("Invitations", COLUMNS, state.invitations, _invitation, "people-invitations")
    none = rx.el.p("Nobody has an open invitation.", class_name="sm-muted sm-flat")
    return section("Invitations", TEXT, rx.cond(state.invitations.length() > 0, table, none))


def _invitation(one: Shown) -> rx.Component:
    back = row_button("Take back", state.revoke_invitation(one.id), name=one.email, testid="people-take-back")
    return rx.el.tr(
        row_head(rx.el.span(one.email, class_name="sm-cut", title=one.email)),
        cell(CUSTOMER, rx.el.span(one.customer, class_name="sm-cut", title=one.customer)),
        cell(ROLE, one.role_name),
        cell(EXPIRES, relative_time(instant=one.expires_at, reason="")),
        cell(BUTTONS, back),
        key=one.id,
    )
