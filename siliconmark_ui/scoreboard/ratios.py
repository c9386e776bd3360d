"""A node's figures as ratios of what is expected, unrounded, and the status that a ratio stands for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from siliconmark_ui.benchmarks.catalogue import METRICS, GroupName
from siliconmark_ui.benchmarks.quick_mark import QuickMarkReading
from siliconmark_ui.scoreboard.expectations import (
    GROUP_METRICS,
    GROUPS,
    INTERCONNECT,
    INTERCONNECT_MIN_GPUS,
    SCORED_METRICS,
)
from siliconmark_ui.scoreboard.schemas import Status

LOWER_BOUND = 0.90
UPPER_BOUND = 1.10


@dataclass(frozen=True)
class ScoredNode:
    """One node that reported QuickMark figures; `expected` is what `expectations_for` gives for it."""

    task_id: str
    machine_uuid: str | None
    machine_ip: str | None
    gpu_model: str | None
    gpu_count: int
    reading: QuickMarkReading
    expected: Mapping[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What people call the machine: its address, else its UUID, else the task."""
        return self.machine_ip or self.machine_uuid or f"task {self.task_id}"


@dataclass(frozen=True)
class NodeRatios:
    """A node's unrounded ratios by metric and scores by group (None without an expectation)."""

    node: ScoredNode
    ratios: Mapping[str, float]
    groups: Mapping[GroupName, float | None]

    @property
    def score(self) -> float | None:
        """The lowest group, None when no group has a score."""
        return lowest(self.groups.values())


def status_of(score: float | None) -> Status:
    """Return the status of an unrounded score or ratio: as expected from 0.90 to 1.10, both ends included."""
    if score is None:
        return "unknown"
    # Twelve decimals take away the noise of binary fractions, so that nine tenths of an expectation is not below it.
    exact = round(score, 12)
    if exact < LOWER_BOUND:
        return "underperforming"
    return "outperforming" if exact > UPPER_BOUND else "as_expected"


def median_of(values: Sequence[float]) -> float | None:
    """Return the median, None for no values."""
    return median(values) if values else None


def lowest(scores: Iterable[float | None]) -> float | None:
    """Return the lowest known score, None when none is known."""
    return min((score for score in scores if score is not None), default=None)


def node_ratios(node: ScoredNode) -> NodeRatios:
    """Return the node's unrounded ratios; figures that hang on a broken sensor are never among them."""
    figures = scored_figures(node)
    expected = {metric: whole_node_expectation(node, metric) for metric in figures}
    ratios = {metric: figures[metric] / whole for metric, whole in expected.items() if whole is not None}
    groups = {
        group: median_of([ratios[metric] for metric in GROUP_METRICS[group] if metric in ratios]) for group in GROUPS
    }
    return NodeRatios(node=node, ratios=ratios, groups=groups)


def scored_figures(node: ScoredNode) -> dict[str, float]:
    """Return the node's own figures that the scoreboard knows; interconnect only for nodes of 2 or more GPUs."""
    reported = node.reading.sound_node()
    return {
        metric: reported[metric]
        for metric in SCORED_METRICS
        if metric in reported and (node.gpu_count >= INTERCONNECT_MIN_GPUS or METRICS[metric].group != INTERCONNECT)
    }


def whole_node_expectation(node: ScoredNode, metric: str) -> float | None:
    """Return what the whole node is expected to reach, None when unknown: per GPU x GPUs, interconnect as it is."""
    expected = node.expected.get(metric)
    if expected is None or expected <= 0 or node.gpu_count < 1:
        return None
    return expected if METRICS[metric].group == INTERCONNECT else expected * node.gpu_count
