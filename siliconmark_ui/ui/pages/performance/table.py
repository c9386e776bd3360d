"""The table of the performance page; a row opens to its nodes, and on a phone reads as three lines."""

from dataclasses import dataclass

import reflex as rx

from siliconmark_ui.scoreboard.expectations import GROUPS
from siliconmark_ui.ui.components.badges import missing, performance_status, state_badge
from siliconmark_ui.ui.components.clock import relative_time
from siliconmark_ui.ui.components.feedback import bone
from siliconmark_ui.ui.components.local_words import local_words
from siliconmark_ui.ui.components.table_frame import table_frame
from siliconmark_ui.ui.demo import demo_job_mark
from siliconmark_ui.ui.pages.performance.opened import opened_row
from siliconmark_ui.ui.pages.performance.state import PerformanceState
from siliconmark_ui.ui.values import Shown

state: Shown = PerformanceState

SKELETON_ROWS = 12


@dataclass(frozen=True)
class Column:
    """One column: its name in the styles, its word, and its width in pixels or as a share (None takes the rest)."""

    name: str
    word: str
    width: str | None
    is_number: bool = False


COLUMNS = (
    Column("name", "Job", "17%"),
    Column("state", "State", "118"),
    Column("performance", "Performance", "186"),
    Column("compute", "Compute", "74", is_number=True),
    Column("memory", "Memory", "74", is_number=True),
    Column("interconnect", "Interconnect", "90", is_number=True),
    Column("nodes", "Low nodes", "80", is_number=True),
    Column("reason", "Lowest part (× of expected)", None),
    Column("review", "Reviewed", "82"),
    Column("created", "Created", "76"),
)


def performance_table() -> rx.Component:
    """Draw header, rows and, until the first rows are there, their skeleton."""
    columns = [rx.el.col(custom_attrs={"width": column.width} if column.width else {}) for column in COLUMNS]
    heads = [
        rx.el.th(column.word, scope="col", class_name="sm-right" if column.is_number else "") for column in COLUMNS
    ]
    body = rx.cond(
        state.phase == "loading",
        rx.el.tbody(*(_skeleton_row(index) for index in range(SKELETON_ROWS)), aria_hidden="true"),
        rx.el.tbody(rx.foreach(state.rows, _row)),
    )
    table = rx.el.table(
        rx.el.caption("Performance of jobs", class_name="sm-visually-hidden"),
        rx.el.colgroup(*columns),
        rx.el.thead(rx.el.tr(*heads)),
        body,
        class_name="sm-table sm-table-fixed sm-perf-table",
        aria_busy=state.is_busy,
        data_testid="performance-table",
    )
    return table_frame(
        table,
        label="Performance of jobs",
        rows=state.rows,
        what=rx.cond(state.page == 1, "job", ""),
        is_busy=state.is_busy & (state.phase == "ready"),
    )


def _row(row: Shown) -> rx.Component:
    main = rx.el.tr(
        rx.el.th(_name(row), scope="row"),
        _cell("state", state_badge(row.state)),
        _cell("performance", performance_status(row.status, row.score, row.hint)),
        rx.foreach(row.groups, _group),
        rx.el.td(row.low_nodes, title=row.low_hint, class_name="sm-right", data_cell="nodes", data_muted=~row.has_low),
        _cell("reason", _reason(row), title=row.reasons_hint),
        _cell("review", _review(row)),
        _cell("created", relative_time(instant=row.created_at, reason="")),
        data_open=row.is_open,
        data_status=row.status,
        data_testid="performance-row",
    )
    under = rx.el.tr(rx.el.td(opened_row(), col_span=len(COLUMNS)), class_name="sm-perf-under")
    return rx.fragment(main, rx.cond(row.is_open, under), key=row.id)


def _name(row: Shown) -> rx.Component:
    opener = rx.el.button(
        rx.icon("chevron-right", size=15),
        type="button",
        class_name="sm-button sm-button-quiet sm-perf-opener",
        aria_label=rx.Var.create("Nodes and review of ") + row.name,
        aria_expanded=row.is_open,
        on_click=state.toggle(row.id),
        data_testid="performance-toggle",
    )
    link = rx.el.a(row.name, href=row.href, class_name="sm-link sm-cut", title=row.name)
    return rx.el.div(opener, link, demo_job_mark(row.id), class_name="sm-perf-name")


def _cell(name: str, *content: rx.Component, title: Shown = "") -> rx.Component:
    return rx.el.td(*content, title=title, data_cell=name)


def _group(group: Shown) -> rx.Component:
    low = rx.el.span(
        rx.icon("arrow-down", size=12, aria_label="underperforming"), group.score, class_name="sm-status sm-tone-red"
    )
    high = rx.el.span(
        rx.icon("arrow-up", size=12, aria_label="outperforming"), group.score, class_name="sm-status sm-tone-green"
    )
    text = rx.match(group.status, ("underperforming", low), ("outperforming", high), rx.el.span(group.score))
    return rx.el.td(
        text,
        title=group.hint,
        class_name="sm-right",
        data_cell="group",
        data_muted=group.status == "unknown",
        custom_attrs={"data-group": group.name},
    )


def _reason(row: Shown) -> rx.Component:
    more = rx.cond(row.more_reasons != "", rx.el.span(row.more_reasons, class_name="sm-muted sm-number"))
    return rx.cond(
        row.reason != "",
        rx.el.div(rx.el.span(row.reason, class_name="sm-cut"), more, class_name="sm-perf-reason"),
        missing("Nothing is below what is expected"),
    )


def _review(row: Shown) -> rx.Component:
    done = rx.el.span(
        rx.icon("circle-check", size=14),
        local_words(text=row.reviewer, hint=row.review_hint, class_name="sm-cut"),
        class_name="sm-perf-done",
    )
    # The head of the column makes a word of "No"; where there are no heads, the word has to say it all.
    waiting = rx.el.span(
        rx.icon("circle-dashed", size=14),
        rx.el.span("No", class_name="sm-wide-only"),
        rx.el.span("Open", class_name="sm-phone-only"),
        class_name="sm-status sm-tone-amber",
        title=row.review_hint,
    )
    return rx.match(row.review, ("done", done), ("open", waiting), missing("No alert"))


def _skeleton_row(index: int) -> rx.Component:
    name = rx.el.th(rx.el.div(bone(1 + index * 7 % 4), class_name="sm-perf-name"), scope="row")
    return rx.el.tr(name, *(rx.el.td(bone(), data_cell=_cell_of(column)) for column in COLUMNS[1:]))


def _cell_of(column: Column) -> str:
    """Give the word by which the styles know a column's cells: groups share one."""
    return "group" if column.name in GROUPS else column.name
