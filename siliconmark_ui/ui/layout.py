"""The frame of every signed-in page: navigation, account menu, and the phone's bar with its drawer."""

from typing import Literal

import reflex as rx
from reflex.style import color_mode, set_color_mode

from siliconmark_ui.ui import urls
from siliconmark_ui.ui.alert_badge import BadgeState, alert_badge
from siliconmark_ui.ui.components.export_menu import export_tray
from siliconmark_ui.ui.components.focus_hint import focus_hint
from siliconmark_ui.ui.components.link import link_banner
from siliconmark_ui.ui.components.native import native_form, native_link
from siliconmark_ui.ui.demo import demo_label
from siliconmark_ui.ui.live import LiveState
from siliconmark_ui.ui.session import PersonState
from siliconmark_ui.ui.theme import PRODUCT
from siliconmark_ui.ui.values import Shown

state: Shown = PersonState
live: Shown = LiveState
badge: Shown = BadgeState

NAVIGATION = (
    ("Jobs", urls.HOME, "layers", "jobs"),
    ("Performance", urls.PERFORMANCE, "gauge", "performance"),
    ("Machines", urls.MACHINES, "server", "machines"),
    ("Compare", urls.COMPARISON, "git-compare", "compare"),
)
"""Entries of the navigation: word, address, icon and the name that a page says it is."""
THEMES: tuple[tuple[Literal["system", "light", "dark"], str, str], ...] = (
    ("system", "System", "monitor"),
    ("light", "Light", "sun"),
    ("dark", "Dark", "moon"),
)


class NavigationState(rx.State):
    """Whether the navigation is folded to its icons; the browser remembers it."""

    folded: str = rx.LocalStorage("", name="siliconmark-navigation", sync=True)

    @rx.event
    def fold(self) -> None:
        """Fold the navigation to icons, or unfold it."""
        self.folded = "" if self.folded else "yes"


navigation: Shown = NavigationState


def brand() -> rx.Component:
    """Draw the mark and the name of the product, a link to the first page."""
    word = rx.el.span(PRODUCT, class_name="sm-nav-word")
    return rx.el.a(rx.el.img(src="/favicon.svg", alt=""), word, href=urls.HOME, class_name="sm-brand", title=PRODUCT)


def _entry(word: str, address: str, icon: str, *, is_current: bool) -> rx.Component:
    current = {"aria-current": "page"} if is_current else {}
    count = [alert_badge()] if address == urls.PERFORMANCE else []
    shown = (rx.icon(icon, size=16), rx.el.span(word, class_name="sm-nav-word"), *count)
    return rx.el.li(rx.el.a(*shown, href=address, title=word, class_name="sm-nav-link", custom_attrs=current))


def _navigation(current: str) -> rx.Component:
    entries = [_entry(word, address, icon, is_current=name == current) for word, address, icon, name in NAVIGATION]
    return rx.el.nav(rx.el.ul(*entries, class_name="sm-nav-list"), aria_label="Main")


def _fold_button() -> rx.Component:
    is_folded = navigation.folded != ""
    word = rx.cond(is_folded, "Unfold the navigation", "Fold the navigation")
    return rx.el.button(
        rx.cond(is_folded, rx.icon("panel-left-open", size=16), rx.icon("panel-left-close", size=16)),
        rx.el.span("Fold", class_name="sm-nav-word"),
        type="button",
        class_name="sm-nav-link sm-nav-button sm-nav-fold",
        aria_label=word,
        aria_expanded=rx.cond(is_folded, "false", "true"),
        title=word,
        on_click=navigation.fold,
        data_testid="navigation-fold",
    )


def _theme_choice() -> rx.Component:
    buttons = [
        rx.el.button(
            rx.icon(icon, size=14),
            word,
            type="button",
            class_name="sm-button",
            aria_pressed=color_mode == mode,
            data_active=color_mode == mode,
            on_click=set_color_mode(mode),
        )
        for mode, word, icon in THEMES
    ]
    return rx.el.div(*buttons, class_name="sm-choice", role="group", aria_label="Theme")


def account_menu() -> rx.Component:
    """Draw the account button and its menu: who, theme, API docs, sign out."""
    trigger = rx.el.button(
        rx.el.span("Account: ", class_name="sm-visually-hidden"),
        rx.el.span(state.initial, class_name="sm-account-letter", aria_hidden="true"),
        rx.el.span(
            rx.el.span(state.name, class_name="sm-cut"),
            rx.el.span(state.customer, class_name="sm-cut"),
            class_name="sm-account-text",
        ),
        class_name="sm-account",
        type="button",
        title=state.name + " · " + state.customer,
        data_testid="account-menu",
    )
    who = rx.el.div(
        rx.el.strong(state.name),
        rx.el.span(state.email, class_name="sm-muted"),
        rx.el.span(state.role, " · ", state.customer, class_name="sm-muted"),
        demo_mark(),
        class_name="sm-who",
    )
    docs = native_link(
        rx.icon("book-open", size=15),
        "API docs",
        href=urls.API_DOCS,
        target="_blank",
        rel="noopener",
        class_name="sm-nav-link",
    )
    leave = native_form(
        rx.el.button(rx.icon("log-out", size=15), "Sign out", type="submit", class_name="sm-nav-link sm-nav-button"),
        action=urls.SIGN_OUT_ACTION,
        method="post",
    )
    return rx.popover.root(
        rx.popover.trigger(trigger),
        rx.popover.content(
            who,
            rx.el.div("Theme", class_name="sm-label"),
            _theme_choice(),
            _account_entry("Your account", urls.ACCOUNT, "user"),
            rx.cond(
                state.role.contains("admin"),
                rx.fragment(
                    _account_entry("People", urls.PEOPLE, "users"),
                    _account_entry("Audit log", urls.AUDIT, "scroll-text"),
                ),
            ),
            docs,
            leave,
            class_name="sm-account-panel",
            side="top",
            align="start",
            aria_label="Account",
        ),
    )


def _account_entry(word: str, address: str, icon: str) -> rx.Component:
    return rx.el.a(rx.icon(icon, size=15), word, href=address, class_name="sm-nav-link")


def demo_mark() -> rx.Component:
    """Draw the label of demonstration data where the person's own account is of the demonstration."""
    return rx.cond(state.is_demo, demo_label())


def _drawer(current: str) -> rx.Component:
    opener = rx.el.button(
        rx.icon("menu", size=18),
        type="button",
        class_name="sm-button sm-button-quiet sm-button-icon",
        aria_label="Open navigation",
        data_testid="navigation-open",
    )
    return rx.dialog.root(
        rx.dialog.trigger(opener),
        rx.dialog.content(
            rx.dialog.title("Navigation", class_name="sm-visually-hidden"),
            rx.dialog.description("Pages and account", class_name="sm-visually-hidden"),
            brand(),
            _navigation(current),
            rx.el.div(account_menu(), class_name="sm-nav-end"),
            class_name="sm-drawer",
        ),
    )


def _phone_alerts() -> rx.Component:
    """Draw the way to the alerts where the navigation, and the count with it, is in a drawer."""
    link = rx.el.a(
        rx.icon("gauge", size=16),
        alert_badge(),
        href=urls.PERFORMANCE,
        class_name="sm-phone-alerts",
        aria_label=rx.Var.create("Performance: ") + badge.words,
    )
    return rx.cond(badge.alerts > 0, link)


def frame(*content: rx.Component, current: str, fixed: bool = False) -> rx.Component:
    """Draw a page inside the frame; `current` names its navigation entry.

    A fixed page is as high as the window and scrolls inside itself (on a phone the window scrolls).
    """
    kind = "sm-main sm-main-fixed" if fixed else "sm-main"
    return rx.el.div(
        native_link("Skip to content", href="#content", class_name="sm-skip"),
        rx.el.header(
            brand(),
            _navigation(current),
            rx.el.div(_fold_button(), account_menu(), class_name="sm-nav-end"),
            class_name="sm-nav",
        ),
        rx.el.header(_drawer(current), brand(), _phone_alerts(), class_name="sm-phone-bar"),
        rx.el.main(*content, id="content", tab_index=-1, class_name=kind),
        export_tray(),
        link_banner(live.is_cut),
        focus_hint(),
        class_name=rx.cond(navigation.folded != "", "sm-frame sm-frame-folded", "sm-frame"),
    )
