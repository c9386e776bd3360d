"""The menu of saved views: open one, save what is shown, rename, replace, make it the default, delete.

It takes the state of its list, which has the fields and handlers of `ui/saved_views.py`.
"""

import reflex as rx

from siliconmark_ui.ui.values import Shown
from siliconmark_ui.words import NAME_MAX


def view_menu(state: Shown, place: str, everything: str) -> rx.Component:
    """Draw the button, which shows the name of the view that stands, and the menu; `everything` is the plain list."""
    button = rx.el.button(
        rx.icon("bookmark", size=14),
        rx.el.span(rx.cond(state.view_name != "", state.view_name, "Views"), class_name="sm-cut sm-view-word"),
        rx.icon("chevron-down", size=13),
        type="button",
        class_name="sm-button",
        aria_label=rx.cond(state.view_name != "", rx.Var.create("Views, now ") + state.view_name, "Views"),
        data_active=state.view_name != "",
        data_testid=f"{place}-views",
    )
    panel = rx.popover.content(
        rx.el.div(
            rx.el.ul(
                _everything(state, everything),
                rx.foreach(state.views, lambda view: _row(state, place, view)),
                class_name="sm-plain sm-view-list",
            ),
            _says(state, place),
            _save_form(state, place),
            class_name="sm-view-panel",
        ),
        size="1",
        aria_label="Views",
        side="bottom",
        align="end",
        max_width="min(400px, calc(100vw - 24px))",
    )
    return rx.popover.root(rx.popover.trigger(button), panel, on_open_change=state.open_views)


def _everything(state: Shown, word: str) -> rx.Component:
    note = rx.cond(state.has_default, rx.el.span("without the default view", class_name="sm-muted"))
    link = rx.el.a(word, href=state.plain_address, class_name="sm-link", data_testid="view-everything")
    return rx.el.li(rx.el.span(link, class_name="sm-view-open"), note, class_name="sm-view-row")


def _row(state: Shown, place: str, view: Shown) -> rx.Component:
    current = rx.cond(view.is_current, rx.icon("check", size=14, aria_label="Shown now"))
    link = rx.el.a(view.name, href=view.href, class_name="sm-link sm-cut", title=view.name, data_testid="view-open")
    plain = rx.fragment(
        rx.el.span(link, current, rx.cond(view.is_default, _default_word()), class_name="sm-view-open"),
        _default_button(state, view),
        rx.cond(~view.is_current, _icon("save", "Save what you see as ", view, state.replace_view(view.id))),
        _icon("pencil", "Rename ", view, state.begin_rename(view.id)),
        _icon("trash-2", "Delete ", view, state.delete_view(view.id)),
    )
    shown = rx.cond(state.renamed == view.id, _rename_form(state, place, view), plain)
    return rx.el.li(shown, key=view.id, class_name="sm-view-row", data_testid="view-row")


def _default_word() -> rx.Component:
    return rx.el.span("default", class_name="sm-tag")


def _default_button(state: Shown, view: Shown) -> rx.Component:
    word = rx.cond(view.is_default, "No longer open the page with ", "Open the page with ")
    icon = rx.cond(view.is_default, rx.icon("star-off", size=14), rx.icon("star", size=14))
    label = word + view.name.to(str)
    return rx.el.button(
        icon,
        type="button",
        class_name="sm-button sm-button-quiet sm-button-icon",
        aria_label=label,
        title=label,
        on_click=state.make_default(view.id, ~view.is_default),
    )


def _icon(icon: str, word: str, view: Shown, handler: Shown) -> rx.Component:
    label = rx.Var.create(word) + view.name.to(str)
    return rx.el.button(
        rx.icon(icon, size=14),
        type="button",
        class_name="sm-button sm-button-quiet sm-button-icon",
        aria_label=label,
        title=label,
        on_click=handler,
    )


def _rename_form(state: Shown, place: str, view: Shown) -> rx.Component:
    form = rx.el.form(
        rx.el.input(
            id=f"{place}-view-rename",
            name="name",
            default_value=view.name,
            max_length=NAME_MAX,
            auto_complete="off",
            class_name="sm-input",
            aria_label="New name",
            **_told(state, place, "rename"),
        ),
        rx.el.button("Rename", type="submit", class_name="sm-button sm-button-main"),
        rx.el.button("Cancel", type="button", class_name="sm-button", on_click=state.begin_rename("")),
        on_submit=state.rename_view,
        no_validate=True,
        class_name="sm-view-form",
    )
    return rx.el.div(form, _problem(state, place, "rename"), class_name="sm-view-edit")


def _problem(state: Shown, place: str, field: str = "") -> rx.Component:
    """Draw what is wrong with what a field of the menu was given; without a field, with what was done by a button."""
    line = rx.el.p(
        state.view_problem,
        id=f"{place}-view-{field}-problem",
        class_name="sm-problem",
        role="alert",
        data_testid=f"{place}-view-problem",
    )
    return rx.cond(_is_wrong(state, field), line)


def _told(state: Shown, place: str, field: str) -> dict[str, Shown]:
    is_wrong = rx.cond(_is_wrong(state, field), "true", "false")
    return {"aria_invalid": is_wrong, "aria_describedby": f"{place}-view-{field}-problem"}


def _is_wrong(state: Shown, field: str) -> Shown:
    return (state.view_problem != "") & (state.view_problem_at == field)


def _says(state: Shown, place: str) -> rx.Component:
    return rx.fragment(
        _problem(state, place),
        rx.el.p(state.view_said, class_name="sm-muted sm-flat", role="status", data_testid=f"{place}-view-said"),
    )


def _save_form(state: Shown, place: str) -> rx.Component:
    field = rx.el.label(
        rx.el.span("Save what you see as", class_name="sm-label"),
        rx.el.input(
            name="name",
            max_length=NAME_MAX,
            auto_complete="off",
            placeholder="Failed this week",
            class_name="sm-input",
            data_testid=f"{place}-view-name",
            **_told(state, place, "save"),
        ),
        class_name="sm-field",
    )
    form = rx.el.form(
        field,
        rx.el.button("Save", type="submit", class_name="sm-button sm-button-main", data_testid=f"{place}-view-save"),
        key=rx.Var.create("save-view-") + state.view_round.to_string(),
        on_submit=state.save_view,
        no_validate=True,
        class_name="sm-view-form",
    )
    return rx.fragment(form, _problem(state, place, "save"))
