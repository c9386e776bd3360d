"""The table of the job list; on a phone each row reads as two lines."""

import reflex as rx

from siliconmark_ui.ui.components.badges import performance_status, state_badge, tag
from siliconmark_ui.ui.components.clock import relative_time, running_time
from siliconmark_ui.ui.components.feedback import bone
from siliconmark_ui.ui.components.table_frame import table_frame
from siliconmark_ui.ui.demo import demo_job_mark
from siliconmark_ui.ui.pages.jobs.actions import job_menu
from siliconmark_ui.ui.pages.jobs.columns import COLUMNS, Column
from siliconmark_ui.ui.pages.jobs.state import JobsState
from siliconmark_ui.ui.pages.jobs.view import SORT_NAMES
from siliconmark_ui.ui.values import Shown

state: Shown = JobsState

SKELETON_ROWS = 20
NUMBERS = frozenset({"nodes", "duration"})
"""Columns whose figures stand below each other at the right."""


def job_table() -> rx.Component:
    """Draw header, rows and, until the first rows are there, their skeleton."""
    columns = [
        rx.el.col(
            custom_attrs={"width": str(column.width)} if column.width else {},
            hidden=_is_hidden(column.name),
        )
        for column in COLUMNS
    ]
    body = rx.cond(
        state.phase == "loading",
        rx.el.tbody(*(_skeleton_row(index) for index in range(SKELETON_ROWS)), aria_hidden="true"),
        rx.el.tbody(rx.foreach(state.rows, _row)),
    )
    table = rx.el.table(
        rx.el.caption("Jobs", class_name="sm-visually-hidden"),
        rx.el.colgroup(*columns),
        rx.el.thead(rx.el.tr(*map(_header, COLUMNS))),
        body,
        class_name="sm-table sm-table-fixed sm-table-pinned sm-job-table sm-named-rows",
        style={"min_width": state.width},
        aria_busy=state.is_busy,
        data_testid="jobs-table",
    )
    return table_frame(
        table,
        label="Job list",
        rows=state.rows,
        what=rx.cond(state.page == 1, "job", ""),
        is_busy=state.is_busy & (state.phase == "ready"),
        kind="sm-table-fill",
    )


def _is_hidden(column: str) -> Shown:
    return state.hidden.contains(column)


def _header(column: Column) -> rx.Component:
    is_hidden = _is_hidden(column.name)
    side = _side(column.name)
    if not column.sorts:
        return rx.el.th(column.word, scope="col", class_name=side, hidden=is_hidden)
    own = [state.chosen.sort_by == field for field, _ in column.sorts]
    is_sorted = own[0] if len(own) == 1 else own[0] | own[1]
    direction = rx.cond(state.chosen.sort_order == "asc", "ascending", "descending")
    buttons = [_sort_button(field, word) for field, word in column.sorts]
    between = [item for button in buttons for item in (" / ", button)][1:]
    if column.name == "name":
        between = [rx.el.div(_pick_all(), *between, class_name="sm-name-cell")]
    return rx.el.th(
        *between,
        scope="col",
        aria_sort=rx.cond(is_sorted, direction, "none"),
        class_name=side,
        hidden=is_hidden,
        data_column=column.name,
    )


def _pick_all() -> rx.Component:
    return rx.el.input(
        type="checkbox",
        checked=state.has_whole_page,
        on_change=state.pick_page,
        aria_label="Select every job of this page",
        class_name="sm-pick-box",
        data_testid="jobs-pick-all",
    )


def _name(row: Shown) -> rx.Component:
    pick = rx.el.input(
        type="checkbox",
        checked=state.picked_ids.contains(row.id),
        on_change=lambda is_picked: state.pick(row.id, is_picked),
        aria_label=rx.Var.create("Select ") + row.name.to(str),
        class_name="sm-pick-box",
        data_testid="jobs-pick",
    )
    link = rx.el.a(row.name, href=row.href, class_name="sm-link sm-cut", title=row.name)
    return rx.el.div(pick, link, demo_job_mark(row.id), job_menu(row), class_name="sm-name-cell")


def _sort_button(field: str, word: str) -> rx.Component:
    is_sorted = state.chosen.sort_by == field
    is_rising = is_sorted & (state.chosen.sort_order == "asc")
    return rx.el.button(
        word,
        rx.cond(is_rising, rx.icon("arrow-up", size=12), rx.icon("arrow-down", size=12)),
        type="button",
        class_name="sm-sort",
        title=f"Sort by {SORT_NAMES[field].lower()}",
        data_sorted=is_sorted,
        on_click=state.sort(field),
    )


def _row(row: Shown) -> rx.Component:
    return rx.el.tr(
        rx.el.th(_name(row), scope="row"),
        _cell("state", state_badge(row.state)),
        _cell("performance", performance_status(row.performance, row.score, row.performance_hint)),
        _cell("nodes", _nodes(row)),
        _cell("created", relative_time(instant=row.created_at, reason="")),
        _wide_cell(
            "duration",
            running_time(began=row.started_at, ended=row.ended_at, reason="No node has registered yet"),
            counts_on=True,
        ),
        _wide_cell("gpus", row.gpu_models, title=row.gpu_hint),
        _wide_cell("tags", _tags(row), title=row.tags_hint),
        _wide_cell("benchmarks", row.benchmarks, title=row.benchmarks),
        _wide_cell("started", relative_time(instant=row.started_at, reason="No node has registered yet")),
        _wide_cell("ended", relative_time(instant=row.ended_at, reason="The job has not ended")),
        _wide_cell("expires", relative_time(instant=row.expires_at, reason="")),
        key=row.id,
        data_testid="jobs-row",
        data_chosen=state.picked_ids.contains(row.id),
    )


def _side(column: str) -> str:
    return "sm-right" if column in NUMBERS else ""


def _cell(name: str, *content: rx.Component) -> rx.Component:
    return rx.el.td(*content, data_cell=name, class_name=_side(name), hidden=_is_hidden(name))


def _wide_cell(name: str, content: Shown, title: Shown = "", *, counts_on: bool = False) -> rx.Component:
    return rx.el.td(
        content, title=title, class_name=_side(name), data_wide=True, data_quiet=counts_on, hidden=_is_hidden(name)
    )


def _nodes(row: Shown) -> rx.Component:
    meter = rx.el.progress(value=row.progress, max=100, class_name="sm-meter", aria_label=row.nodes_hint)
    return rx.el.span(
        row.nodes, rx.cond(row.progress >= 0, meter), title=row.nodes_hint, class_name="sm-number sm-nodes"
    )


def _tags(row: Shown) -> rx.Component:
    more = rx.el.span(row.more_tags, class_name="sm-muted sm-number")
    return rx.el.div(rx.foreach(row.tags, tag), rx.cond(row.more_tags != "", more), class_name="sm-tags")


def _skeleton_row(index: int) -> rx.Component:
    name = rx.el.th(bone(1 + index * 7 % 4), scope="row")
    cells = [
        rx.el.td(bone(), data_cell=column.name, hidden=_is_hidden(column.name))
        if column.name in {"state", "nodes", "performance", "created"}
        else rx.el.td(bone(), data_wide=True, hidden=_is_hidden(column.name))
        for column in COLUMNS[1:]
    ]
    return rx.el.tr(name, *cells)
