"""The audit page: filters above, the entries, and where this page of them stands in the whole below."""

import reflex as rx

from siliconmark_ui.ui.components import filters as parts
from siliconmark_ui.ui.components.export_menu import export_menu
from siliconmark_ui.ui.components.feedback import notice
from siliconmark_ui.ui.components.listing import list_body, list_foot
from siliconmark_ui.ui.layout import demo_mark, frame
from siliconmark_ui.ui.pages.audit.phrases import GROUPS, WIDER
from siliconmark_ui.ui.pages.audit.question import OUTCOME_NAMES, PERSON_MAX
from siliconmark_ui.ui.pages.audit.state import FORMATS, AuditState
from siliconmark_ui.ui.pages.audit.table import audit_table
from siliconmark_ui.ui.values import Shown

state: Shown = AuditState
chosen: Shown = state.chosen

PLACE = "audit"


def audit_page() -> rx.Component:
    """Draw the audit log."""
    nothing = "No entry matches this view, so there is nothing to export."
    lead = "Every entry of this view, newest first"
    export = export_menu(state.exports, nothing, "audit-export", lead=lead, formats=FORMATS, offers_mark=False)
    head = rx.el.div(
        rx.el.h1("Audit log", class_name="sm-title"),
        rx.el.span(state.total_text, class_name="sm-muted sm-number", data_testid="audit-total"),
        demo_mark(),
        rx.el.div(export, class_name="sm-head-end"),
        class_name="sm-page-head",
    )
    return frame(
        head,
        _filters(),
        parts.question_line(state, PLACE),
        list_body(state, PLACE, audit_table(), _empty(), what="entry", many="entries"),
        list_foot(state, PLACE),
        current="audit",
        fixed=True,
    )


def _filters() -> rx.Component:
    wide = rx.el.div(
        _act_select(),
        parts.time_panel(state, PLACE, "Time", "after", "before"),
        _outcome_choice(),
        class_name="sm-filter-bar sm-wide-only",
    )
    times = parts.time_choice(state, "after", "before")
    sheet = parts.filter_sheet(state, PLACE, _outcome_choice(), _act_select(), times)
    return parts.filter_frame(_person_search(), wide, sheet, what="entries")


def _person_search() -> rx.Component:
    label, placeholder = "E-mail or name of who did it has", "E-mail or name"
    return parts.search_box(
        state, PLACE, chosen.person, label=label, placeholder=placeholder, max_length=PERSON_MAX, auto_complete="off"
    )


def _act_select() -> rx.Component:
    groups = [
        rx.el.optgroup(
            *([rx.el.option(f"{group}: all", value=prefix)] if len(acts) > 1 else []),
            *(rx.el.option(WIDER.get(name, phrase), value=name) for name, phrase in acts.items()),
            label=group,
        )
        for group, (prefix, acts) in GROUPS.items()
    ]
    offered = [value for prefix, acts in GROUPS.values() for value in (prefix, *acts)]
    # An address may ask for a beginning that is not offered: it stands in the list as long as it is chosen.
    is_other = (chosen.action != "") & ~rx.Var.create(offered).contains(chosen.action)
    other = rx.cond(is_other, rx.el.option(chosen.action, "…", value=chosen.action))
    every = rx.el.option("All acts", value="")
    choice = parts.filter_select(state, PLACE, "action", chosen.action, every, *groups, other, label="Act")
    return rx.el.div(choice, class_name="sm-act-choice")


def _outcome_choice() -> rx.Component:
    buttons = [
        rx.el.button(
            word,
            type="button",
            class_name="sm-button",
            aria_pressed=chosen.outcome == value,
            data_active=chosen.outcome == value,
            on_click=state.choose("outcome", value),
            data_testid=f"audit-outcome-{value or 'all'}",
        )
        for value, word in {"": "Any outcome", **OUTCOME_NAMES}.items()
    ]
    return rx.el.div(*buttons, class_name="sm-segments", role="group", aria_label="Outcome")


def _empty() -> rx.Component:
    text = "Who signs in, who invites whom, what is deleted and what was refused stands here from then on."
    return notice("scroll-text", "Nothing is recorded yet", text, testid="audit-empty")
