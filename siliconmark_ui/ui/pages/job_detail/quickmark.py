"""The QuickMark tab: ratios to the expectation as plots, every node's figures, and the GPUs of one node."""

from collections.abc import Callable

import reflex as rx

from siliconmark_ui.ui.components.badges import performance_status
from siliconmark_ui.ui.components.feedback import notice
from siliconmark_ui.ui.components.plot import headed_plot, node_picker
from siliconmark_ui.ui.components.table_frame import table_frame
from siliconmark_ui.ui.pages.job_detail.exports import titled
from siliconmark_ui.ui.pages.job_detail.papers import way_to_agents
from siliconmark_ui.ui.values import Shown

CELL_MARKS = {
    "underperforming": ("arrow-down", "Below what is expected", "red"),
    "outperforming": ("arrow-up", "Above what is expected", "green"),
}


def quickmark_tab(view: Shown, on_choose: Shown, heading: Shown) -> rx.Component:
    """Draw the tab; `on_choose` loads it anew when another node is chosen."""
    missing = notice("gauge", view.nothing, view.hint, way_to_agents(heading), testid="quickmark-empty")
    return rx.cond(view.has_figures, _content(view, on_choose), rx.el.div(missing, class_name="sm-panel"))


def _content(view: Shown, on_choose: Shown) -> rx.Component:
    unknown = notice(
        "minus",
        "No expectation for these GPUs",
        "Neither the reference catalogue nor enough other nodes of this model give a figure to hold these against.",
        testid="quickmark-unknown",
    )

    def plot(chart: str) -> rx.Component:
        return headed_plot(view.headings[chart], source=view.source, chart=chart)

    return rx.el.div(
        rx.cond(view.focus_chart != "", node_picker(source=view.source, chart=view.focus_chart, on_choose=on_choose)),
        rx.cond(
            view.has_ratios,
            plot("metric_ratios"),
            rx.el.div(unknown, class_name="sm-panel"),
        ),
        rx.cond(view.has_ranks, plot("fleet_ranks")),
        rx.cond(view.has_scores, plot("node_scores")),
        _nodes(view),
        rx.cond(view.gpus.length() > 0, _gpus(view)),
        rx.cond(view.gpu_source != "", _links(view)),
        rx.cond(view.has_heat, plot("power_temperature")),
        class_name="sm-stack",
    )


def _nodes(view: Shown) -> rx.Component:
    heads = rx.el.tr(
        rx.el.th("Node", scope="col"),
        rx.el.th("Score", scope="col"),
        rx.el.th("GPUs", scope="col"),
        rx.foreach(view.heads, _head),
    )
    everything = rx.el.a("Show all nodes", href=view.all_rows_href, class_name="sm-link")
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Figures of each node", class_name="sm-plot-title"),
            rx.el.span(view.rows_note, class_name="sm-muted"),
            rx.el.span(view.fleet_note, class_name="sm-muted", data_testid="quickmark-fleet"),
            rx.cond(view.all_rows_href != "", everything),
            class_name="sm-page-head sm-table-title",
        ),
        _scroll(heads, view.rows, _node, "Figures of each node"),
        data_testid="quickmark-nodes",
    )


def _gpus(view: Shown) -> rx.Component:
    heads = rx.el.tr(rx.el.th("GPU", scope="col"), rx.foreach(view.gpu_heads, _head))
    return rx.el.section(
        titled(
            rx.el.h2(view.gpu_title, class_name="sm-plot-title", id="gpus"),
            view.exports,
            "Every node and each of its GPUs, a row each",
            "quickmark-export",
        ),
        _scroll(heads, view.gpus, _gpu, view.gpu_title),
        data_testid="quickmark-gpus",
    )


def _links(view: Shown) -> rx.Component:
    def chart(name: Shown) -> rx.Component:
        return headed_plot(view.headings[name], source=view.gpu_source, chart=name, key=name)

    missing = rx.el.p(view.no_links, class_name="sm-muted sm-flat", data_testid="quickmark-no-links")
    return rx.cond(
        view.gpu_charts.length() > 0,
        rx.el.div(rx.foreach(view.gpu_charts, chart), class_name="sm-split", data_testid="quickmark-links"),
        missing,
    )


def _scroll(heads: rx.Component, rows: Shown, row: Callable[[Shown], rx.Component], label: Shown) -> rx.Component:
    body = rx.el.tbody(rx.foreach(rows, row))
    table = rx.el.table(rx.el.thead(heads), body, class_name="sm-table sm-table-pinned sm-figures")
    return table_frame(table, label=label, rows=rows, kind="sm-table-short")


def _head(text: Shown) -> rx.Component:
    return rx.el.th(text, scope="col", class_name="sm-right")


def _node(row: Shown) -> rx.Component:
    return rx.el.tr(
        rx.el.th(
            rx.el.a(row.name, href=row.href, class_name="sm-link", title="Show the GPUs of this node"),
            scope="row",
        ),
        rx.el.td(performance_status(row.status, row.score, row.hint)),
        rx.el.td(row.gpus),
        rx.foreach(row.cells, _cell),
        key=row.uuid,
        data_chosen=row.is_chosen,
        data_node=row.uuid,
    )


def _gpu(row: Shown) -> rx.Component:
    return rx.el.tr(rx.el.th(row.name, scope="row", title=row.hint), rx.foreach(row.cells, _cell), key=row.name)


def _cell(cell: Shown) -> rx.Component:
    marks = [
        (status, rx.el.span(rx.icon(icon, size=12, aria_label=word), class_name=f"sm-status sm-tone-{tone}"))
        for status, (icon, word, tone) in CELL_MARKS.items()
    ]
    return rx.el.td(
        rx.match(cell.status, *marks, rx.fragment()),
        cell.text,
        rx.cond(cell.rank != "", rx.el.span(cell.rank, class_name="sm-rank")),
        title=cell.hint,
        class_name="sm-right",
        data_status=cell.status,
    )
