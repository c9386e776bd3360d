"""The audit page: a filter, the entries, and the files of all of them."""

import reflex as rx

from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.native import native_link
from siliconmark_ui.ui.layout import frame
from siliconmark_ui.ui.pages.account.parts import choice, failed, submit, table
from siliconmark_ui.ui.pages.audit.state import AuditState
from siliconmark_ui.ui.values import Shown

state: Shown = AuditState

OUTCOMES = (("", "Any"), ("ok", "Done"), ("refused", "Refused"))
HEADINGS = ("Time (UTC)", "Act", "Person", "Customer", "What", "Address", "Details")


def audit_page() -> rx.Component:
    """Draw the audit log."""
    head = rx.el.div(
        rx.el.h1("Audit log", class_name="sm-title"),
        rx.el.span(state.total_text, class_name="sm-muted sm-number"),
        class_name="sm-page-head",
    )
    rows = rx.el.tbody(rx.foreach(state.rows, _entry))
    body = rx.el.div(_filter(), table("Audit log", HEADINGS, rows, "audit-table"), _foot(), class_name="sm-stack")
    return frame(
        head, rx.cond(state.phase == "failed", failed("The audit log could not be shown", state), body), current="audit"
    )


def _text(label: str, name: str, value: Shown) -> rx.Component:
    control = rx.el.input(
        id=name,
        name=name,
        type="text",
        default_value=value,
        key=rx.Var.create(f"{name}-") + value,
        class_name="sm-input",
    )
    return rx.el.div(rx.el.label(label, html_for=name), control, class_name="sm-field")


def _filter() -> rx.Component:
    files = [
        native_link(
            word,
            href=rx.Var.create(f"{urls.AUDIT_EXPORT}?format={name}&") + state.export_query,
            download=True,
            class_name="sm-button",
        )
        for name, word in (("csv", "CSV"), ("json", "JSON"))
    ]
    return rx.el.form(
        _text("Act begins with", "action", state.action),
        _text("Person (e-mail)", "person", state.person),
        choice("Outcome", "outcome", OUTCOMES, default_value=state.outcome, key=state.outcome),
        submit("Show", "audit-show"),
        *files,
        on_submit=state.search,
        class_name="sm-filter-row",
    )


def _entry(row: Shown) -> rx.Component:
    return rx.el.tr(
        rx.el.th(row.time, scope="row"),
        rx.el.td(row.action, rx.cond(row.is_refused, rx.el.strong(" refused"))),
        rx.el.td(row.person),
        rx.el.td(row.customer),
        rx.el.td(rx.el.span(row.target, class_name="sm-cut", title=row.target)),
        rx.el.td(row.address),
        rx.el.td(rx.el.code(row.details, class_name="sm-mono sm-cut", title=row.details)),
        key=row.id,
    )


def _foot() -> rx.Component:
    before = rx.el.button(
        "Newer", type="button", class_name="sm-button", on_click=state.turn(-1), disabled=state.page <= 1
    )
    after = rx.el.button("Older", type="button", class_name="sm-button", on_click=state.turn(1), disabled=state.is_last)
    return rx.el.nav(before, rx.el.span("Page ", state.page), after, class_name="sm-turning", aria_label="Pages")
