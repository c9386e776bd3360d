"""The table of the audit log; on a phone each entry reads as a card."""

import reflex as rx

from siliconmark_ui.ui.components.card_table import Column, card_table, cell, row_head
from siliconmark_ui.ui.components.clock import relative_time
from siliconmark_ui.ui.pages.audit.state import AuditState
from siliconmark_ui.ui.values import Shown

state: Shown = AuditState

SKELETON_ROWS = 20
ACT = Column("act", "Act", 176)
OUTCOME = Column("outcome", "Outcome", 96)
TIME = Column("time", "Time", 192)
PERSON = Column("person", "Person", 216)
WHAT = Column("what", "What")
CUSTOMER = Column("customer", "Customer", 184)
ADDRESS = Column("address", "Address", 116)


def audit_table() -> rx.Component:
    """Draw the entries; customers stand in it for those who see more than one."""
    return rx.cond(state.shows_customers, _table((CUSTOMER,)), _table(()))


def _table(more: tuple[Column, ...]) -> rx.Component:
    return card_table(
        "Audit log",
        (ACT, OUTCOME, TIME, PERSON, WHAT, *more, ADDRESS),
        state.rows,
        lambda row: _entry(row, more),
        "audit-table",
        waits=state.phase == "loading",
        is_busy=state.is_busy & (state.phase == "ready"),
        bones=SKELETON_ROWS,
        kind="sm-audit-table",
        fills=True,
    )


def _entry(row: Shown, more: tuple[Column, ...]) -> rx.Component:
    customer = [cell(column, _or_dash(row.customer, "No customer is recorded")) for column in more]
    return rx.el.tr(
        row_head(row.act, title=row.action),
        cell(OUTCOME, _outcome(row.outcome)),
        cell(TIME, relative_time(instant=row.recorded_at, reason="", exact=True)),
        cell(PERSON, _person(row.person), data_empty=row.person == ""),
        cell(WHAT, _what(row), data_empty=(row.target == "") & (row.details.length() == 0)),
        *customer,
        cell(ADDRESS, _or_dash(row.address, "Done on the server itself")),
        key=row.id,
        data_testid="audit-row",
    )


def _or_dash(text: Shown, reason: str) -> rx.Component:
    missing = rx.el.span("–", class_name="sm-muted", title=reason)
    return rx.cond(text != "", rx.el.span(text, class_name="sm-cut", title=text), missing)


def _outcome(outcome: Shown) -> rx.Component:
    refused = rx.el.span(rx.icon("ban", size=13), "Refused", class_name="sm-badge sm-tone-red")
    done = rx.el.span(rx.icon("check", size=13), "Done", class_name="sm-status sm-tone-grey")
    return rx.cond(outcome == "refused", refused, done)


def _person(email: Shown) -> rx.Component:
    only = rx.el.button(
        email,
        type="button",
        class_name="sm-pick sm-cut",
        title=rx.Var.create("Show the entries of ") + email.to(str),
        on_click=state.choose("person", email),
    )
    return rx.cond(email != "", only, rx.el.span("–", class_name="sm-muted", title="Nobody was signed in"))


def _what(row: Shown) -> rx.Component:
    target = rx.el.span(row.target, class_name="sm-audit-target")
    nothing = rx.el.span("–", class_name="sm-muted", title="Nothing more is recorded")
    return rx.el.div(
        rx.cond(row.target != "", target),
        rx.foreach(row.details, _detail),
        rx.cond((row.target == "") & (row.details.length() == 0), nothing),
        class_name="sm-audit-what",
        title=row.raw,
    )


def _detail(detail: Shown) -> rx.Component:
    value = rx.cond(detail.instant != "", relative_time(instant=detail.instant, reason=""), rx.el.span(detail.text))
    return rx.el.span(rx.el.span(detail.label, " ", class_name="sm-muted"), value)
