"""Which customers there are, for root admins: adding one, and giving one another name."""

import reflex as rx

from siliconmark_ui.ui.components.card_table import Column, card_table, cell, row_button, row_head
from siliconmark_ui.ui.components.forms import field, submit
from siliconmark_ui.ui.components.sections import section
from siliconmark_ui.ui.pages.people.question import CUSTOMER_MAX
from siliconmark_ui.ui.pages.people.state import PeopleState
from siliconmark_ui.ui.values import Shown

state: Shown = PeopleState

PEOPLE = Column("people", "Active people", 120, is_number=True)
BUTTONS = Column("buttons", "Rename", 116, is_buttons=True)
COLUMNS = (Column("name", "Name"), PEOPLE, BUTTONS)


def customers_section() -> rx.Component:
    """Draw the customers and the form that adds one."""
    form = rx.el.form(
        field("Name of a new customer", "customer_name", max_length=CUSTOMER_MAX, auto_complete="off"),
        submit("Add customer", "people-add-customer", "plus"),
        on_submit=state.add_customer,
        reset_on_submit=True,
        class_name="sm-form-line",
    )
    table = card_table("Customers", COLUMNS, state.customers, _customer, "people-customers")
    return section("Customers", "Jobs and people belong to a customer; its admins see those of their own.", table, form)


def _customer(row: Shown) -> rx.Component:
    is_edited = state.renamed == row.id
    name = rx.el.span(row.name, class_name="sm-cut", title=row.name)
    rename = row_button("Rename", state.begin_rename(row.id), name=row.name, testid="people-rename")
    return rx.el.tr(
        row_head(rx.cond(is_edited, _editor(row), name)),
        cell(PEOPLE, row.people),
        cell(BUTTONS, rx.cond(is_edited, row_button("Cancel", state.begin_rename(""), name="renaming"), rename)),
        key=row.id,
    )


def _editor(row: Shown) -> rx.Component:
    box = rx.el.input(
        id="renamed_customer",
        name="renamed_customer",
        default_value=row.name,
        required=True,
        max_length=CUSTOMER_MAX,
        auto_focus=True,
        class_name="sm-input",
        aria_label=rx.Var.create("Name of ") + row.name,
    )
    save = rx.el.button("Save", type="submit", class_name="sm-button sm-button-main", data_testid="people-save-name")
    # The row cannot be named here: what a form sends is put together outside the rows.
    return rx.el.form(box, save, on_submit=state.rename_customer, class_name="sm-rename")
