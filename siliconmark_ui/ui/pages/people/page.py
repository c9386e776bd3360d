"""The people page: who is here, who is invited, and, for root admins, which customers there are."""

import reflex as rx

from siliconmark_ui.ui.components import filters as parts
from siliconmark_ui.ui.components.confirmation import confirmation
from siliconmark_ui.ui.components.feedback import notice
from siliconmark_ui.ui.components.listing import list_body, list_foot
from siliconmark_ui.ui.components.sections import said, shown_once
from siliconmark_ui.ui.layout import demo_mark, frame
from siliconmark_ui.ui.pages.people.customers import customers_section
from siliconmark_ui.ui.pages.people.invitations import invitations_section, invite_dialog
from siliconmark_ui.ui.pages.people.question import SEARCH_MAX, STANDINGS
from siliconmark_ui.ui.pages.people.state import PeopleState
from siliconmark_ui.ui.pages.people.table import people_table
from siliconmark_ui.ui.session import ROLE_NAMES
from siliconmark_ui.ui.values import Shown

state: Shown = PeopleState
chosen: Shown = state.chosen

PLACE = "people"
# Without a configured address the link is a path; only the browser knows what address it reached us by.
HERE: Shown = rx.Var("(typeof window === 'undefined' ? '' : window.location.origin)").to(str)


def people_page() -> rx.Component:
    """Draw people, invitations and customers."""
    head = rx.el.div(
        rx.el.h1("People", class_name="sm-title"),
        rx.el.span(state.total_text, class_name="sm-muted sm-number", data_testid="people-total"),
        demo_mark(),
        rx.el.div(invite_dialog(), class_name="sm-head-end"),
        class_name="sm-page-head",
    )
    whole = rx.cond(state.link.startswith("/"), HERE + state.link, state.link)
    link = shown_once("Pass this link on; it works once and is not shown again.", whole, "the link", "people-link")
    news = rx.el.div(said(state.act_problem, state.done), rx.cond(state.link != "", link), class_name="sm-news")
    table = rx.el.div(people_table(), list_foot(state, PLACE))
    others = rx.el.div(
        invitations_section(), rx.cond(state.is_root, customers_section()), class_name="sm-stack sm-page-body"
    )
    return frame(
        head,
        news,
        _filters(),
        parts.question_line(state, PLACE),
        list_body(state, PLACE, table, _empty(), what="person", many="people"),
        rx.cond((state.phase != "failed") & (state.phase != "loading"), others),
        confirmation(state),
        current="people",
    )


def _filters() -> rx.Component:
    what = "E-mail or name has"
    search = parts.search_box(
        state, PLACE, chosen.search, label=what, placeholder="E-mail or name", max_length=SEARCH_MAX
    )
    wide = rx.el.div(*_selects(), class_name="sm-filter-bar sm-wide-only")
    return parts.filter_frame(search, wide, parts.filter_sheet(state, PLACE, *_selects()), what="people")


def _selects() -> list[rx.Component]:
    roles = parts.options_of("All roles", ROLE_NAMES)
    standings = parts.options_of("Signs in or not", STANDINGS)
    # An address may name a customer that is gone: it stands in the list as long as it is chosen.
    is_other = (chosen.customer != "") & ~state.customer_names.contains(chosen.customer)
    other = rx.cond(is_other, rx.el.option(chosen.customer, value=chosen.customer))
    every = rx.el.option("All customers", value="")
    options = rx.foreach(state.customer_names, lambda name: rx.el.option(name, value=name))
    customer = parts.filter_select(state, PLACE, "customer", chosen.customer, every, options, other, label="Customer")
    return [
        parts.filter_select(state, PLACE, "role", chosen.role, *roles, label="Role"),
        rx.cond(state.is_root, customer),
        parts.filter_select(state, PLACE, "standing", chosen.standing, *standings, label="Standing"),
    ]


def _empty() -> rx.Component:
    return notice("users", "Nobody is here yet", "Whoever follows an invitation stands here.", testid="people-empty")
