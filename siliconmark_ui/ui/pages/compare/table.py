"""The table of a comparison: a column a job, a row a value, best and worst by icon, word and colour."""

import reflex as rx

from siliconmark_ui.ui.components.badges import state_badge
from siliconmark_ui.ui.components.clock import relative_time
from siliconmark_ui.ui.components.feedback import bone, notice
from siliconmark_ui.ui.components.table_frame import table_frame
from siliconmark_ui.ui.demo import demo_job_mark
from siliconmark_ui.ui.values import Shown

SKELETON_ROWS = 14
MARKS = {"best": ("arrow-up-to-line", "best", "green"), "worst": ("arrow-down-to-line", "worst", "red")}
"""Icon, word and tone of a mark."""


def comparison_table(view: Shown) -> rx.Component:
    """Draw the heads of the jobs and the sections of rows."""
    heads = rx.el.tr(
        rx.el.th(rx.el.span("Value", class_name="sm-visually-hidden"), scope="col"), rx.foreach(view.columns, _head)
    )
    table = rx.el.table(
        rx.el.caption("Jobs side by side", class_name="sm-visually-hidden"),
        rx.el.thead(heads),
        rx.foreach(view.sections, _section),
        class_name="sm-table sm-table-pinned sm-compare-table",
        data_testid="compare-table",
    )
    alike = rx.el.div(
        notice("equal", "These jobs do not differ", "Every row is equal in all of them.", testid="compare-alike"),
    )
    alike_words = rx.cond(view.sections.length() == 0, alike)
    return table_frame(table, alike_words, label="Jobs side by side", rows=view.sections, kind="sm-compare-frame")


def waiting_table() -> rx.Component:
    """Draw what stands where the table will, until the jobs are there."""
    head = rx.el.tr(rx.el.th(), *(rx.el.th(rx.el.div(bone(4), class_name="sm-compare-wait")) for _ in range(2)))
    rows = [
        rx.el.tr(rx.el.th(bone(3 if index % 3 else 2)), *(rx.el.td(bone(1 if index % 2 else 2)) for _ in range(2)))
        for index in range(SKELETON_ROWS)
    ]
    table = rx.el.table(
        rx.el.thead(head), rx.el.tbody(*rows), class_name="sm-table sm-compare-table", aria_hidden="true"
    )
    return rx.el.div(table, class_name="sm-table-frame", aria_busy="true")


def _head(job: Shown) -> rx.Component:
    base = rx.cond(
        job.is_base,
        rx.el.span("Baseline", class_name="sm-tag", title="Changes are against this job"),
        rx.el.a("Make baseline", href=job.base_href, class_name="sm-link"),
    )
    remove = rx.el.a(
        rx.icon("x", size=14),
        href=job.remove_href,
        class_name="sm-button sm-button-quiet sm-button-icon sm-compare-remove",
        title="Remove from the comparison",
        aria_label=rx.Var.create("Remove ") + job.name,
        data_testid="compare-remove",
    )
    return rx.el.th(
        rx.el.div(
            rx.el.a(job.name, href=job.href, class_name="sm-link sm-cut", title=job.name),
            remove,
            class_name="sm-compare-name",
        ),
        rx.el.div(
            state_badge(job.state),
            relative_time(instant=job.created_at, reason=""),
            demo_job_mark(job.id),
            class_name="sm-compare-about",
        ),
        rx.el.div(base, class_name="sm-compare-about"),
        scope="col",
        key=job.id,
        data_testid="compare-job",
    )


def _section(section: Shown) -> rx.Component:
    title = rx.el.th(
        rx.el.div(
            rx.el.span(section.title, class_name="sm-compare-title"),
            rx.cond(section.note != "", rx.el.span(section.note, class_name="sm-muted")),
            class_name="sm-compare-heading",
        ),
        col_span=9,
        scope="colgroup",
        class_name="sm-compare-section",
    )
    return rx.el.tbody(
        rx.el.tr(title), rx.foreach(section.rows, _row), key=section.title, data_testid="compare-section"
    )


def _row(row: Shown) -> rx.Component:
    return rx.el.tr(
        rx.el.th(row.label, scope="row", title=row.label),
        rx.foreach(row.cells, _cell),
        class_name=rx.cond(row.has_figures, "sm-compare-figures", ""),
        key=row.label,
        data_testid="compare-row",
    )


def _cell(cell: Shown) -> rx.Component:
    marks = [(name, _mark(icon, word, tone)) for name, (icon, word, tone) in MARKS.items()]
    return rx.el.td(
        rx.el.div(
            rx.el.span(cell.text, class_name="sm-compare-value"),
            rx.cond(cell.change != "", rx.el.span(cell.change, class_name="sm-muted")),
            rx.match(cell.mark, *marks, rx.fragment()),
            class_name="sm-compare-cell",
        ),
        title=cell.hint,
        data_mark=cell.mark,
    )


def _mark(icon: str, word: str, tone: str) -> rx.Component:
    return rx.el.span(rx.icon(icon, size=13), word, class_name=f"sm-status sm-tone-{tone} sm-compare-mark")
