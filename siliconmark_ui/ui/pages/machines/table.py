"""The table of machines; on a phone each row reads as two lines."""

from dataclasses import dataclass

import reflex as rx

from siliconmark_ui.ui.components.badges import copied_id, performance_status, state_badge
from siliconmark_ui.ui.components.clock import relative_time
from siliconmark_ui.ui.components.feedback import bone
from siliconmark_ui.ui.components.table_frame import table_frame
from siliconmark_ui.ui.demo import demo_job_mark
from siliconmark_ui.ui.pages.machines.state import SORT_NAMES, MachinesState
from siliconmark_ui.ui.values import Shown

state: Shown = MachinesState

SKELETON_ROWS = 20


@dataclass(frozen=True)
class Column:
    """One column: its word, its width in pixels (None takes the rest), and the field that its header sorts by."""

    name: str
    word: str
    width: int | None
    sort: str = ""
    is_number: bool = False


COLUMNS = (
    Column("name", "Machine", None, "address"),
    Column("performance", "Last performance", 186, "score"),
    Column("worst", "Worst metric", 236),
    Column("seen", "Last seen", 100, "last_seen"),
    Column("state", "Last task", 136),
    Column("gpus", "GPU model", 164, "gpu_model"),
    Column("count", "GPUs", 72, "gpu_count", is_number=True),
    Column("jobs", "Jobs", 72, "jobs", is_number=True),
    Column("uuid", "UUID", 112),
)


def machine_table() -> rx.Component:
    """Draw header, rows and, until the first rows are there, their skeleton."""
    columns = [rx.el.col(custom_attrs={"width": str(column.width)} if column.width else {}) for column in COLUMNS]
    body = rx.cond(
        state.phase == "loading",
        rx.el.tbody(*(_skeleton_row() for _ in range(SKELETON_ROWS)), aria_hidden="true"),
        rx.el.tbody(rx.foreach(state.rows, _row)),
    )
    table = rx.el.table(
        rx.el.caption("Machines", class_name="sm-visually-hidden"),
        rx.el.colgroup(*columns),
        rx.el.thead(rx.el.tr(*map(_header, COLUMNS))),
        body,
        class_name="sm-table sm-table-fixed sm-table-pinned sm-job-table sm-machine-table",
        aria_busy=state.is_busy,
        data_testid="machines-table",
    )
    return table_frame(
        table,
        label="List of machines",
        rows=state.rows,
        what=rx.cond(state.page == 1, "machine", ""),
        is_busy=state.is_busy & (state.phase == "ready"),
        kind="sm-table-fill",
    )


def _header(column: Column) -> rx.Component:
    side = "sm-right" if column.is_number else ""
    if not column.sort:
        return rx.el.th(column.word, scope="col", class_name=side)
    is_sorted = state.chosen.sort_by == column.sort
    is_rising = state.chosen.sort_order == "asc"
    button = rx.el.button(
        column.word,
        rx.cond(is_sorted & is_rising, rx.icon("arrow-up", size=12), rx.icon("arrow-down", size=12)),
        type="button",
        class_name="sm-sort",
        title=f"Sort by {SORT_NAMES[column.sort]}",
        data_sorted=is_sorted,
        on_click=state.sort(column.sort),
    )
    direction = rx.cond(is_sorted, rx.cond(is_rising, "ascending", "descending"), "none")
    return rx.el.th(button, scope="col", aria_sort=direction, class_name=side)


def _row(row: Shown) -> rx.Component:
    low = rx.cond(row.is_worst_low, "sm-status sm-tone-red", "sm-status")
    worst = rx.el.span(
        rx.cond(row.is_worst_low, rx.icon("arrow-down", size=14)),
        rx.el.span(row.worst, class_name="sm-cut"),
        class_name=low,
    )
    return rx.el.tr(
        rx.el.th(
            rx.el.div(
                rx.el.a(row.name, href=row.href, class_name="sm-link sm-cut", title=row.name + "\n" + row.uuid),
                demo_job_mark(row.last_job_id),
                class_name="sm-name-cell",
            ),
            scope="row",
        ),
        rx.el.td(performance_status(row.performance, row.score, row.performance_hint), data_cell="performance"),
        rx.el.td(worst, title=row.worst_hint, data_wide=True),
        rx.el.td(relative_time(instant=row.last_seen_at, reason=""), data_cell="created"),
        rx.el.td(state_badge(row.state), data_cell="state"),
        rx.el.td(row.gpu_model, title=row.gpu_hint, data_cell="nodes"),
        rx.el.td(row.gpu_count, class_name="sm-right", data_wide=True),
        rx.el.td(row.jobs, class_name="sm-right", data_wide=True),
        rx.el.td(copied_id(row.uuid, "machine's UUID", row.short_uuid), data_wide=True),
        key=row.uuid,
        data_testid="machines-row",
    )


def _skeleton_row() -> rx.Component:
    shown = {"performance": "performance", "seen": "created", "state": "state", "gpus": "nodes"}
    cells = [
        rx.el.td(bone(), data_cell=shown[column.name]) if column.name in shown else rx.el.td(bone(1), data_wide=True)
        for column in COLUMNS[1:]
    ]
    return rx.el.tr(rx.el.th(bone(), scope="row"), *cells)
