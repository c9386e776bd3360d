"""The people page: who is here, who is invited, and, for root admins, which customers there are."""

import reflex as rx

from siliconmark_ui.ui.layout import frame
from siliconmark_ui.ui.pages.account.parts import button, failed, field, said, section, submit, table
from siliconmark_ui.ui.pages.people.state import PeopleState
from siliconmark_ui.ui.values import Shown

state: Shown = PeopleState

# Without a configured address the link is a path; only the browser knows what address it reached us by.
HERE: Shown = rx.Var("(typeof window === 'undefined' ? '' : window.location.origin)").to(str)


def people_page() -> rx.Component:
    """Draw people, invitations and customers."""
    whole = rx.cond(state.link.startswith("/"), HERE + state.link, state.link)
    link = rx.el.div(
        rx.el.p("Pass this link on; it works once and is not shown again."),
        rx.el.code(whole, class_name="sm-mono sm-break", data_testid="people-link"),
        button("Copy", rx.set_clipboard(whole), name="the link"),
        class_name="sm-alert sm-alert-quiet",
        role="status",
    )
    body = rx.el.div(
        said(state.problem, state.done),
        rx.cond(state.link != "", link),
        _people(),
        _invitations(),
        rx.cond(state.is_root, _customers()),
        class_name="sm-stack",
    )
    return frame(
        rx.el.div(rx.el.h1("People", class_name="sm-title"), class_name="sm-page-head"),
        rx.cond(state.phase == "failed", failed("The people could not be shown", state), body),
        current="people",
    )


def _people() -> rx.Component:
    headings = ("E-mail", "Name", "Customer", "Role", "Signs in", "")
    rows = rx.el.tbody(rx.foreach(state.people, _person))
    text = "Keeping somebody out ends their sessions and tokens at once. Their jobs stay."
    return section("People", text, table("People", headings, rows, "people-table"))


def _person(person: Shown) -> rx.Component:
    role = rx.el.select(
        rx.foreach(state.roles, lambda name: rx.el.option(name, value=name)),
        value=person.role,
        on_change=lambda value: state.change_role(person.id, value),
        class_name="sm-select",
        aria_label=rx.Var.create("Role of ") + person.email,
    )
    keep_out = button("Keep out", state.set_active(person.id, False), name=person.email, testid="people-keep-out")
    let_in = button("Let in", state.set_active(person.id, True), name=person.email, testid="people-let-in")
    return rx.el.tr(
        rx.el.th(person.email, scope="row"),
        rx.el.td(person.name),
        rx.el.td(person.customer),
        rx.el.td(rx.cond(person.may_change, role, person.role)),
        rx.el.td(rx.cond(person.is_active, "yes", "no")),
        rx.el.td(rx.cond(person.may_change, rx.cond(person.is_active, keep_out, let_in))),
        key=person.id,
    )


def _invitations() -> rx.Component:
    customer = rx.el.select(
        rx.foreach(state.customers, lambda row: rx.el.option(row.name, value=row.name)),
        id="customer",
        name="customer",
        class_name="sm-select",
    )
    role = rx.el.select(
        rx.foreach(state.roles, lambda name: rx.el.option(name, value=name)),
        id="role",
        name="role",
        class_name="sm-select",
    )
    form = rx.el.form(
        field("E-mail", "email", "email", auto_complete="off"),
        rx.el.div(rx.el.label("Role", html_for="role"), role, class_name="sm-field"),
        rx.cond(
            state.is_root, rx.el.div(rx.el.label("Customer", html_for="customer"), customer, class_name="sm-field")
        ),
        submit("Invite", "people-invite"),
        on_submit=state.invite,
        reset_on_submit=True,
        class_name="sm-filter-row",
    )
    headings = ("E-mail", "Customer", "Role", "Open until (UTC)", "")
    rows = rx.el.tbody(rx.foreach(state.invitations, _invitation))
    return section(
        "Invitations",
        "An invitation is a link that works once, within seven days.",
        form,
        rx.cond(state.invitations.length() > 0, table("Invitations", headings, rows, "people-invitations")),
    )


def _invitation(one: Shown) -> rx.Component:
    take_back = button("Take back", state.revoke_invitation(one.id), name=one.email, testid="people-take-back")
    return rx.el.tr(
        rx.el.th(one.email, scope="row"),
        rx.el.td(one.customer),
        rx.el.td(one.role),
        rx.el.td(one.expires),
        rx.el.td(take_back),
        key=one.id,
    )


def _customers() -> rx.Component:
    form = rx.el.form(
        field("Name", "customer_name", max_length=120),
        submit("Add a customer", "people-add-customer"),
        on_submit=state.add_customer,
        reset_on_submit=True,
        class_name="sm-filter-row",
    )
    rows = rx.el.tbody(rx.foreach(state.customers, _customer))
    text = "Leave a name's field to rename the customer."
    return section("Customers", text, form, table("Customers", ("Name", "Active people"), rows, "people-customers"))


def _customer(row: Shown) -> rx.Component:
    name = rx.el.input(
        default_value=row.name,
        on_blur=lambda value: state.rename_customer(row.id, value),
        max_length=120,
        class_name="sm-input",
        aria_label=rx.Var.create("Name of ") + row.name,
    )
    return rx.el.tr(rx.el.th(name, scope="row"), rx.el.td(row.people, class_name="sm-number"), key=row.id + row.name)
