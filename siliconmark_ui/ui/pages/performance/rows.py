"""What the performance page shows of each job and, in an opened row, of each node: texts made once on the server."""

import dataclasses
import math
import re
from collections.abc import Mapping, Sequence

from siliconmark_ui.alerts.schemas import Review
from siliconmark_ui.benchmarks.catalogue import METRICS
from siliconmark_ui.charts import words
from siliconmark_ui.charts.nodes import node_names
from siliconmark_ui.jobs.schemas import JobRow
from siliconmark_ui.scoreboard.expectations import GROUPS, SCORED_METRICS
from siliconmark_ui.scoreboard.schemas import GroupScore, MetricScore, NodePerformance, Performance
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.format import utc_text
from siliconmark_ui.ui.pages.jobs.rows import performance_hint

BAR_END = 1.5
"""The ratio at which a metric's bar is full."""
NODES_SHOWN = 32
_REASON = re.compile(r"(?P<part>.+?) of (?P<node>.+) is (?P<ratio>.+ ×) of expected \(")


@dataclasses.dataclass(frozen=True)
class GroupView:
    """A group's score as `0.87 ×`, with its status."""

    name: str = ""
    score: str = words.MISSING
    status: str = "unknown"
    hint: str = ""


@dataclasses.dataclass(frozen=True)
class PerformanceRowView:
    """One job. `review` is empty for no alert, `open` or `done`; times are RFC 3339 texts, empty without one."""

    id: str = ""
    name: str = ""
    href: str = ""
    state: str = ""
    status: str = ""
    score: str = ""
    hint: str = ""
    groups: list[GroupView] = dataclasses.field(default_factory=list)
    low_nodes: str = ""
    low_hint: str = ""
    has_low: bool = False
    reason: str = ""
    more_reasons: str = ""
    reasons_hint: str = ""
    review: str = ""
    reviewer: str = ""
    review_hint: str = ""
    created_at: str = ""
    is_open: bool = False


def performance_row(row: JobRow, review: Review | None, opened: str) -> PerformanceRowView:
    """Give the texts of one row; `review` is the last one of the job, `opened` the id of the row that stands open."""
    performance = row["performance"]
    if performance is None:
        return PerformanceRowView(id=row["id"], name=row["name"], href=urls.job(row["id"]), state=row["state"])
    is_alert = performance["status"] == "underperforming"
    is_done = review is not None and review["kind"] == "acknowledged"
    low, scored = performance["underperforming_nodes"], performance["scored_nodes"]
    reasons = performance["reasons"]
    return PerformanceRowView(
        id=row["id"],
        name=row["name"],
        href=urls.job(row["id"]),
        state=row["state"],
        status=performance["status"],
        score=words.ratio(performance["score"]),
        hint=performance_hint(performance),
        groups=[_group(name, performance["groups"].get(name)) for name in GROUPS],
        low_nodes=f"{low:,} of {scored:,}" if scored else words.MISSING,
        low_hint=_low_hint(performance),
        has_low=low > 0,
        reason=short_reason(reasons[0]) if reasons else "",
        more_reasons=f"+{len(reasons) - 1}" if len(reasons) > 1 else "",
        reasons_hint="\n".join(reasons),
        review=("done" if is_done else "open") if is_alert else "",
        reviewer=review["reviewer"] if review and is_done else "",
        review_hint=_review_hint(review)
        if review and is_done
        else "Nobody has acknowledged this alert"
        if is_alert
        else "",
        created_at=row["created_at"],
        is_open=row["id"] == opened,
    )


def short_reason(reason: str) -> str:
    """Give a reason as `Memory bandwidth 0.87 × on 10.0.0.1`; one that reads otherwise stays without its advice."""
    found = _REASON.match(reason)
    if found:
        return f"{found['part']} {found['ratio']} on {found['node']}"
    return reason.rpartition(": ")[0] or reason


def _group(name: str, group: GroupScore | None) -> GroupView:
    if group is None or group["score"] is None:
        return GroupView(name, hint=f"{name.capitalize()}: nothing to hold its figures against")
    text = words.ratio(group["score"])
    return GroupView(name, text, group["status"], f"{name.capitalize()}: {text} of expected on the lowest node")


def _review_hint(review: Review) -> str:
    return f"{utc_text(review['reviewed_at'])}\n{review['note']}"


def _low_hint(performance: Performance) -> str:
    if not performance["scored_nodes"]:
        return "No node could be held against an expectation"
    return (
        f"{performance['underperforming_nodes']:,} of {words.plural(performance['scored_nodes'], 'scored node')} below"
    )


@dataclasses.dataclass(frozen=True)
class MetricView:
    """One metric of one node: its ratio as text and as percent of the bar (-1: no bar), figure and expectation."""

    ratio: str = words.MISSING
    share: int = -1
    status: str = "unknown"
    figure: str = ""
    hint: str = "This node has not reported this figure"


@dataclasses.dataclass(frozen=True)
class NodeView:
    """One node of an opened row; its metrics stand in the order of the heads."""

    name: str = ""
    gpus: str = ""
    status: str = ""
    score: str = ""
    hint: str = ""
    href: str = ""
    metrics: list[MetricView] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class ReviewView:
    """One act on an alert."""

    kind: str = ""
    reviewer: str = ""
    reviewed_at: str = ""
    note: str = ""


@dataclasses.dataclass(frozen=True)
class OpenView:
    """An opened row: why, what was done about it, and its nodes, lowest first."""

    id: str = ""
    name: str = ""
    reasons: list[str] = dataclasses.field(default_factory=list)
    review: str = ""
    can_review: bool = False
    reviews: list[ReviewView] = dataclasses.field(default_factory=list)
    heads: list[str] = dataclasses.field(default_factory=list)
    nodes: list[NodeView] = dataclasses.field(default_factory=list)
    nodes_note: str = ""
    all_href: str = ""


def open_view(
    row: JobRow, nodes: Sequence[NodePerformance], reviews: Sequence[Review], *, can_review: bool
) -> OpenView:
    """Give an opened row; at most 32 of its nodes, with a link to all."""
    performance = row["performance"]
    ranked = sorted(nodes, key=lambda node: (node["score"] is None, node["score"] or 0.0))
    metrics = _lowest_first(nodes)
    names = node_names(nodes)
    shown = ranked[:NODES_SHOWN]
    is_alert = performance is not None and performance["status"] == "underperforming"
    is_done = bool(reviews) and reviews[0]["kind"] == "acknowledged"
    lowest = "lowest score first" if len(ranked) > 1 else ""
    cut = f"The {NODES_SHOWN} lowest of {words.plural(len(ranked), 'node')}"
    return OpenView(
        id=row["id"],
        name=row["name"],
        reasons=list(performance["reasons"]) if performance else [],
        review=("done" if is_done else "open") if is_alert else "",
        can_review=can_review and is_alert,
        reviews=[_review(review) for review in reviews],
        heads=[METRICS[name].label for name in metrics],
        nodes=[_node(row["id"], node, names, metrics) for node in shown],
        nodes_note=cut
        if len(shown) < len(ranked)
        else ", ".join(filter(None, [words.plural(len(ranked), "node"), lowest])),
        all_href=urls.job(row["id"], tab="quickmark"),
    )


def _lowest_first(nodes: Sequence[NodePerformance]) -> list[str]:
    """Give the reported metrics, the one with the lowest ratio first, those without an expectation last."""
    scores = {
        name: [node["metrics"][name]["ratio"] for node in nodes if name in node["metrics"]] for name in SCORED_METRICS
    }
    lowest = {
        name: min((ratio for ratio in ratios if ratio is not None), default=math.inf)
        for name, ratios in scores.items()
        if ratios
    }
    return sorted(lowest, key=lowest.__getitem__)


def _review(review: Review) -> ReviewView:
    return ReviewView(review["kind"], review["reviewer"], review["reviewed_at"], review["note"])


def _node(job_id: str, node: NodePerformance, names: Mapping[str, str], metrics: Sequence[str]) -> NodeView:
    return NodeView(
        name=names[str(node["machine_uuid"])],
        gpus=f"{node['gpu_count']} × {node['gpu_model'] or 'unknown GPU'}",
        status=node["status"],
        score=words.ratio(node["score"]),
        hint=", ".join(f"{name} {words.ratio(node['groups'][name]['score'])}" for name in GROUPS),
        href=urls.job(job_id, tab="quickmark", node=str(node["machine_uuid"])) + "#gpus",
        metrics=[_metric(name, node["metrics"].get(name)) for name in metrics],
    )


def _metric(name: str, score: MetricScore | None) -> MetricView:
    field = METRICS[name]
    if score is None:
        return MetricView()
    figure = words.quantity(score["value"], field.unit)
    if score["ratio"] is None or score["expected"] is None:
        return MetricView(figure=figure, hint=f"{field.label}: {figure}, nothing to hold it against")
    text = words.ratio(score["ratio"])
    expected = words.quantity(score["expected"], field.unit)
    return MetricView(
        ratio=text,
        share=round(100 * min(score["ratio"], BAR_END) / BAR_END),
        status=score["status"],
        figure=f"{words.figure(score['value'], field.unit)} / {expected}",
        hint=f"{field.label}: {figure}, {text} of expected {expected}",
    )
