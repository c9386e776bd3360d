"""What the account, people and audit pages are drawn from: sections, fields and small tables."""

import reflex as rx

from siliconmark_ui.ui.components.feedback import alert_line, failure
from siliconmark_ui.ui.values import Shown


def section(title: str, text: str, *content: rx.Component) -> rx.Component:
    """Draw a titled panel with a sentence about it."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2(title, class_name="sm-subtitle"), rx.el.p(text, class_name="sm-muted"), *content,
            class_name="sm-panel-body sm-stack",
        ),
        class_name="sm-panel",
    )  # fmt: skip


def field(label: str, name: str, kind: str = "text", **props: Shown) -> rx.Component:
    """Draw a labelled input; its id is its name."""
    control = rx.el.input(id=name, name=name, type=kind, required=True, class_name="sm-input", **props)
    return rx.el.div(rx.el.label(label, html_for=name), control, class_name="sm-field")


def choice(label: str, name: str, options: tuple[tuple[str, str], ...], **props: Shown) -> rx.Component:
    """Draw a labelled select of (value, word) pairs."""
    listed = [rx.el.option(word, value=value) for value, word in options]
    control = rx.el.select(*listed, id=name, name=name, class_name="sm-select", **props)
    return rx.el.div(rx.el.label(label, html_for=name), control, class_name="sm-field")


def button(word: str, handler: Shown, *, name: Shown = "", testid: str = "") -> rx.Component:
    """Draw a small button; `name` says to screen readers which thing it acts on."""
    label = rx.Var.create(f"{word} ") + name if name is not None else word
    return rx.el.button(
        word, type="button", class_name="sm-button sm-button-small", on_click=handler, aria_label=label,
        data_testid=testid,
    )  # fmt: skip


def submit(word: str, testid: str) -> rx.Component:
    """Draw the button that sends its form."""
    return rx.el.button(word, type="submit", class_name="sm-button sm-button-main", data_testid=testid)


def table(caption: str, headings: tuple[str, ...], body: rx.Component, testid: str) -> rx.Component:
    """Draw a table that scrolls sideways where it is too wide."""
    head = rx.el.thead(rx.el.tr(*(rx.el.th(word, scope="col") for word in headings)))
    return rx.el.div(
        rx.el.table(
            rx.el.caption(caption, class_name="sm-visually-hidden"), head, body, class_name="sm-table",
            data_testid=testid,
        ),
        class_name="sm-table-frame", role="region", aria_label=caption, tab_index=0,
    )  # fmt: skip


def said(problem: Shown, done: Shown) -> rx.Component:
    """Draw what went wrong or what was done."""
    return rx.fragment(
        rx.cond(problem != "", alert_line(problem, "page-problem")),
        rx.cond(
            done != "", rx.el.div(done, class_name="sm-alert sm-alert-quiet", role="status", data_testid="page-done")
        ),
    )


def _quiet(done: Shown) -> rx.Component:
    return rx.el.div(done, class_name="sm-alert sm-alert-quiet", role="status", data_testid="page-done")


def failed(title: str, state: Shown) -> rx.Component:
    """Draw a load that failed."""
    again = rx.el.button("Try again", type="button", class_name="sm-button sm-button-main", on_click=state.load)
    words = failure(title, state.failure.message, state.failure.request_id, again, testid="page-failed")
    return rx.el.div(words, class_name="sm-panel")
