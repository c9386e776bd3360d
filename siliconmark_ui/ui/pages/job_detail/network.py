"""The Network tab: heat maps, distributions and means as plots, the worst and the dead links as tables."""

import dataclasses
from collections.abc import Callable

import numpy as np
import reflex as rx

from siliconmark_ui.charts import words
from siliconmark_ui.charts.documents import Heading
from siliconmark_ui.charts.figures import job_network, network_keys
from siliconmark_ui.charts.network import BANDWIDTH, LATENCY, ORDERS, NetworkView, network_headings
from siliconmark_ui.jobs.schemas import JobDetail
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.export_menu import ExportChoice
from siliconmark_ui.ui.components.feedback import notice
from siliconmark_ui.ui.components.plot import headed_plot, node_picker
from siliconmark_ui.ui.components.table_frame import table_frame
from siliconmark_ui.ui.pages.job_detail.exports import job_exports, titled
from siliconmark_ui.ui.pages.job_detail.papers import way_to_agents
from siliconmark_ui.ui.values import Shown

SLOWEST = 20
DEAD_MAX = 50
ORDER_WORDS = {"node": "By node", "mean": "By mean bandwidth", "latency": "By mean latency"}


@dataclasses.dataclass(frozen=True)
class LinkView:
    """One link of a table: who sends, who receives (names and UUIDs), and its figures as texts."""

    source: str = ""
    target: str = ""
    bandwidth: str = ""
    share: str = ""
    latency: str = ""
    error: str = ""
    source_uuid: str = ""
    target_uuid: str = ""


@dataclasses.dataclass(frozen=True)
class MeanView:
    """One node's means over its live links, in Gbit/s and ms."""

    name: str = ""
    uuid: str = ""
    bandwidth_out: str = ""
    bandwidth_in: str = ""
    latency_out: str = ""
    latency_in: str = ""


@dataclasses.dataclass(frozen=True)
class ChoiceView:
    """One way to look at the network, as a link."""

    word: str = ""
    href: str = ""
    is_current: bool = False


@dataclasses.dataclass(frozen=True)
class NetworkTabView:
    """What the tab shows; `source` is empty when there are no links to draw, and `reason` says why."""

    source: str = ""
    reason: str = ""
    headings: dict[str, Heading] = dataclasses.field(default_factory=dict)
    slowest: list[LinkView] = dataclasses.field(default_factory=list)
    dead: list[LinkView] = dataclasses.field(default_factory=list)
    dead_title: str = ""
    means: list[MeanView] = dataclasses.field(default_factory=list)
    orders: list[ChoiceView] = dataclasses.field(default_factory=list)
    results: list[ChoiceView] = dataclasses.field(default_factory=list)
    exports: list[ExportChoice] = dataclasses.field(default_factory=list)


def network_tab_view(detail: JobDetail, order: str, result: str) -> NetworkTabView:
    """Give the tab for the chosen order and result; an unknown choice falls back to the first."""
    keys = network_keys(detail)
    if not keys:
        said = "reported no result" if detail["ended_at"] else "has not reported a result yet"
        return NetworkTabView(reason=f"The cluster network benchmark {said}.")
    key = result if result in keys else keys[0]
    chosen = order if order in ORDERS else ORDERS[0]
    view = job_network(detail, order=chosen, result=key)
    if view is None or not view.names:
        error = detail["benchmark_results"][key]["error_message"]
        return NetworkTabView(reason=error or "This result holds a summary, but no measurements of single links.")
    options = {"result": key if key != keys[0] else ""}
    links = int(np.isfinite(view.reading.bandwidth).sum()) + len(view.reading.dead)
    return NetworkTabView(
        source=urls.figures(detail["id"], "network", order=chosen if chosen != ORDERS[0] else "", **options),
        headings=network_headings(view),
        slowest=slowest_links(view),
        dead=dead_links(view),
        dead_title=f"{words.plural(len(view.reading.dead), 'dead link')}"
        + (f", the first {DEAD_MAX} of them" if len(view.reading.dead) > DEAD_MAX else ""),
        means=node_mean_rows(view),
        orders=[
            ChoiceView(
                ORDER_WORDS[name],
                urls.job(detail["id"], tab="network", order=name if name != "node" else "", **options),
                name == chosen,
            )
            for name in ORDERS
        ],
        results=[ChoiceView(name, urls.job(detail["id"], tab="network", result=name), name == key) for name in keys]
        if len(keys) > 1
        else [],
        exports=job_exports(detail["id"], "links", links, words.plural(links, "link"), result=key),
    )


def _names(view: NetworkView) -> dict[str, str]:
    return {view.reading.nodes[index]: view.names[row] for row, index in enumerate(view.place)}


def slowest_links(view: NetworkView) -> list[LinkView]:
    """Give the live links with the least bandwidth, each with its share of the median."""
    names = _names(view)
    spread = view.reading.bandwidth_spread
    median = spread.median if spread else 0.0
    return [
        LinkView(
            names[link.source],
            names[link.target],
            words.figure(link.bandwidth_gbps, BANDWIDTH.unit),
            f"{link.bandwidth_gbps / median:.2f} ×" if median else words.MISSING,
            words.figure(link.latency, LATENCY.unit),
            source_uuid=link.source,
            target_uuid=link.target,
        )
        for link in view.reading.slowest_links(SLOWEST)
    ]


def dead_links(view: NetworkView) -> list[LinkView]:
    """Give the first dead links with what was reported about each."""
    names = _names(view)
    return [
        LinkView(
            names[link.source],
            names[link.target],
            error=link.error,
            source_uuid=link.source,
            target_uuid=link.target,
        )
        for link in view.reading.dead[:DEAD_MAX]
    ]


def node_mean_rows(view: NetworkView) -> list[MeanView]:
    """Give each node's means in the shown order."""
    columns = [*view.means(BANDWIDTH), *view.means(LATENCY)]
    units = [BANDWIDTH.unit] * 2 + [LATENCY.unit] * 2
    texts = [
        [words.figure(None if np.isnan(value) else float(value), unit) for value in column]
        for column, unit in zip(columns, units, strict=True)
    ]
    nodes = enumerate(zip(view.names, view.uuids, strict=True))
    return [MeanView(name, uuid, *(column[row] for column in texts)) for row, (name, uuid) in nodes]


def network_tab(view: Shown, heading: Shown) -> rx.Component:
    """Draw the tab; without links it leads to what measures them, while the job takes agents."""
    missing = notice("network", "No links to show", view.reason, way_to_agents(heading), testid="network-empty")
    return rx.cond(view.source == "", rx.el.div(missing, class_name="sm-panel"), _content(view))


def _content(view: Shown) -> rx.Component:
    def plots(what: str) -> rx.Component:
        names = [f"bandwidth_{what}", f"latency_{what}"]
        shown = [headed_plot(view.headings[name], source=view.source, chart=name) for name in names]
        return rx.el.div(*shown, class_name="sm-split")

    return rx.el.div(
        rx.el.div(
            _choices("Order of nodes", view.orders),
            rx.cond(view.results.length() > 0, _choices("Result", view.results)),
            node_picker(source=view.source, chart="bandwidth_map"),
            class_name="sm-choices sm-choices-held",
        ),
        plots("map"),
        plots("distribution"),
        plots("means"),
        rx.cond(view.dead.length() > 0, _dead(view)),
        rx.el.div(_slowest(view), _means(view), class_name="sm-split"),
        class_name="sm-stack",
    )


def _choices(label: str, choices: Shown) -> rx.Component:
    def choice(item: Shown) -> rx.Component:
        current = {"aria-current": rx.cond(item.is_current, "true", "false")}
        return rx.el.a(
            item.word,
            href=item.href,
            class_name="sm-button",
            data_active=item.is_current,
            custom_attrs=current,
        )

    return rx.el.div(
        rx.el.span(label, class_name="sm-label"),
        rx.el.div(rx.foreach(choices, choice), class_name="sm-segments"),
        class_name="sm-choice-line",
        role="group",
        aria_label=label,
    )


def _table(
    title: Shown,
    heads: list[tuple[str, bool]],
    rows: Shown,
    row: Callable[[Shown], rx.Component],
    testid: str,
    head: rx.Component | None = None,
) -> rx.Component:
    cells = [rx.el.th(word, scope="col", class_name="sm-right" if is_right else "") for word, is_right in heads]
    return rx.el.section(
        head or rx.el.h2(title, class_name="sm-plot-title sm-table-title"),
        table_frame(
            rx.el.table(rx.el.thead(rx.el.tr(*cells)), rx.el.tbody(rx.foreach(rows, row)), class_name="sm-table"),
            label=title,
            rows=rows,
            kind="sm-table-short",
        ),
        data_testid=testid,
    )


def _pick(name: Shown, uuid: Shown) -> rx.Component:
    return rx.el.button(
        name,
        type="button",
        class_name="sm-pick",
        title="Highlight this node everywhere",
        custom_attrs={"data-pick-node": uuid},
    )


def _right(text: Shown) -> rx.Component:
    return rx.el.td(text, class_name="sm-right")


def _slowest(view: Shown) -> rx.Component:
    def row(link: Shown) -> rx.Component:
        return rx.el.tr(
            rx.el.td(_pick(link.source, link.source_uuid)),
            rx.el.td(_pick(link.target, link.target_uuid)),
            _right(link.bandwidth),
            _right(link.share),
            _right(link.latency),
            key=link.source_uuid + link.target_uuid,
            data_source=link.source_uuid,
            data_target=link.target_uuid,
        )

    heads = [("From", False), ("To", False), ("Bandwidth (Gbit/s)", True), ("Of median", True), ("Latency (ms)", True)]
    title = rx.el.h2("Slowest links", class_name="sm-plot-title")
    lead = "Every link of this result, dead ones too, as measured"
    head = titled(title, view.exports, lead, "links-export")
    return _table("Slowest links", heads, view.slowest, row, "network-slowest", head)


def _dead(view: Shown) -> rx.Component:
    def row(link: Shown) -> rx.Component:
        return rx.el.tr(
            rx.el.td(_pick(link.source, link.source_uuid)),
            rx.el.td(_pick(link.target, link.target_uuid)),
            rx.el.td(link.error, title=link.error),
            key=link.source_uuid + link.target_uuid,
            data_source=link.source_uuid,
            data_target=link.target_uuid,
        )

    heads = [("From", False), ("To", False), ("Reported", False)]
    return _table(view.dead_title, heads, view.dead, row, "network-dead")


def _means(view: Shown) -> rx.Component:
    def row(mean: Shown) -> rx.Component:
        figures = (mean.bandwidth_out, mean.bandwidth_in, mean.latency_out, mean.latency_in)
        name = rx.el.th(_pick(mean.name, mean.uuid), scope="row")
        return rx.el.tr(name, *map(_right, figures), key=mean.uuid, data_node=mean.uuid)

    heads = [("Node", False), ("Out (Gbit/s)", True), ("In (Gbit/s)", True), ("Out (ms)", True), ("In (ms)", True)]
    return _table("Mean of each node's links", heads, view.means, row, "network-means")
