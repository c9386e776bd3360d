"""Pure scoring: measured QuickMark figures of a job's nodes held against their expectations.

A group's score is the median of its metrics' ratios, a node's score its lowest group, a job's score its lowest node: a
synchronous job runs at the pace of its slowest part. Status is taken first, then ratios and scores are rounded.
"""

from collections.abc import Sequence

from siliconmark_ui.benchmarks.catalogue import QUICK_MARK
from siliconmark_ui.scoreboard.expectations import GROUPS
from siliconmark_ui.scoreboard.ratios import (
    NodeRatios,
    ScoredNode,
    lowest,
    node_ratios,
    scored_figures,
    status_of,
    whole_node_expectation,
)
from siliconmark_ui.scoreboard.reasons import reasons_for
from siliconmark_ui.scoreboard.schemas import GroupScore, MetricScore, NodePerformance, Performance

DIGITS = 4


def score_job(nodes: Sequence[ScoredNode]) -> tuple[Performance, list[NodePerformance]] | None:
    """Return `performance` and `performance_nodes` (in the order of `nodes`), None when no node reported figures."""
    measured = [node_ratios(node) for node in nodes if node.reading.node]
    if not measured:
        return None
    score = lowest(ratios.score for ratios in measured)
    statuses = [status_of(ratios.score) for ratios in measured]
    performance: Performance = {
        "benchmark_id": QUICK_MARK,
        "status": status_of(score),
        "score": _rounded(score),
        "scored_nodes": sum(status != "unknown" for status in statuses),
        "underperforming_nodes": statuses.count("underperforming"),
        "groups": {group: _group_score(lowest(ratios.groups[group] for ratios in measured)) for group in GROUPS},
        "reasons": reasons_for(measured),
    }
    return performance, [_node_performance(ratios) for ratios in measured]


def _node_performance(ratios: NodeRatios) -> NodePerformance:
    node = ratios.node
    return {
        "task_id": node.task_id,
        "machine_uuid": node.machine_uuid,
        "machine_ip": node.machine_ip,
        "gpu_model": node.gpu_model,
        "gpu_count": node.gpu_count,
        "status": status_of(ratios.score),
        "score": _rounded(ratios.score),
        "groups": {group: _group_score(ratios.groups[group]) for group in GROUPS},
        "metrics": {metric: _metric_score(ratios, metric, value) for metric, value in scored_figures(node).items()},
    }


def _metric_score(ratios: NodeRatios, metric: str, value: float) -> MetricScore:
    ratio = ratios.ratios.get(metric)
    return {
        "value": value,
        "expected": _rounded(whole_node_expectation(ratios.node, metric)),
        "ratio": _rounded(ratio),
        "status": status_of(ratio),
    }


def _group_score(score: float | None) -> GroupScore:
    return {"score": _rounded(score), "status": status_of(score)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
