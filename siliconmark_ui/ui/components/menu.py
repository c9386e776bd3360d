"""A menu of actions behind one button."""

import reflex as rx

from siliconmark_ui.ui.values import Shown


def menu_item(icon: str, word: str, on_select: Shown, *, is_grave: bool = False) -> rx.Component:
    """Draw one action; a grave one is coloured as such."""
    kind = {"color_scheme": "red"} if is_grave else {}
    return rx.menu.item(rx.icon(icon, size=14), word, on_select=on_select, **kind)


def action_menu(label: Shown, testid: str, *items: rx.Component, word: str = "") -> rx.Component:
    """Draw the button, with `word` or three dots, and its menu; `label` says what the actions are for."""
    inner = [word, rx.icon("chevron-down", size=13)] if word else [rx.icon("ellipsis", size=15)]
    kind = "sm-button" if word else "sm-button sm-button-quiet sm-row-menu"
    button = rx.el.button(*inner, type="button", class_name=kind, aria_label=label, title=label, data_testid=testid)
    return rx.menu.root(
        rx.menu.trigger(button),
        rx.menu.content(*items, size="1", variant="soft", high_contrast=True, align="end"),
        # A modal menu hides the page from screen readers while parts of it could still have the focus.
        modal=False,
    )
