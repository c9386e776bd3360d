"""The table of people; on a phone each reads as a card."""

import reflex as rx

from siliconmark_ui.ui.components.card_table import Column, card_table, cell, row_button, row_head
from siliconmark_ui.ui.pages.people.state import PeopleState
from siliconmark_ui.ui.values import Shown

state: Shown = PeopleState

NAME = Column("name", "Name", 200)
CUSTOMER = Column("customer", "Customer", 232)
ROLE = Column("role", "Role", 188)
STANDING = Column("standing", "Signs in", 116)
BUTTONS = Column("buttons", "Keep out or let in", 116, is_buttons=True)
COLUMNS = (Column("email", "E-mail"), NAME, CUSTOMER, ROLE, STANDING, BUTTONS)


def people_table() -> rx.Component:
    """Draw the people of this page of the list."""
    return card_table(
        "People",
        COLUMNS,
        state.rows,
        _person,
        "people-table",
        waits=state.phase == "loading",
        is_busy=state.is_busy & (state.phase == "ready"),
        bones=8,
    )


def _person(person: Shown) -> rx.Component:
    you = rx.el.span("You", class_name="sm-tag")
    email = rx.el.span(person.email, class_name="sm-cut", title=person.email)
    return rx.el.tr(
        row_head(rx.el.div(email, rx.cond(person.is_self, you), class_name="sm-name-cell")),
        cell(NAME, rx.el.span(person.name, class_name="sm-cut", title=person.name)),
        cell(CUSTOMER, rx.el.span(person.customer, class_name="sm-cut", title=person.customer)),
        cell(ROLE, rx.cond(person.may_change, _role(person), person.role_name)),
        cell(STANDING, _standing(person.is_active)),
        cell(BUTTONS, rx.cond(person.may_change, _buttons(person))),
        key=person.id,
        data_testid="people-row",
    )


def _role(person: Shown) -> rx.Component:
    return rx.el.select(
        rx.foreach(state.roles, lambda role: rx.el.option(role.word, value=role.name)),
        value=person.role,
        on_change=lambda value: state.change_role(person.id, value),
        class_name="sm-select sm-select-row",
        aria_label=rx.Var.create("Role of ") + person.email,
        data_testid="people-role",
    )


def _standing(is_active: Shown) -> rx.Component:
    yes = rx.el.span(rx.icon("circle-check", size=14), "Yes", class_name="sm-status sm-tone-green")
    no = rx.el.span(rx.icon("ban", size=14), "Kept out", class_name="sm-status sm-tone-red")
    return rx.cond(is_active, yes, no)


def _buttons(person: Shown) -> rx.Component:
    out = row_button("Keep out…", state.ask_keep_out(person.id), name=person.email, testid="people-keep-out")
    back = row_button("Let in", state.set_active(person.id, True), name=person.email, testid="people-let-in")
    return rx.cond(person.is_active, out, back)
