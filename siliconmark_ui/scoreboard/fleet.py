"""Where a figure stands among the newest runs of like nodes of all customers. Pure; it names no one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from siliconmark_ui.benchmarks.quick_mark import QuickMarkReading
from siliconmark_ui.scoreboard.expectations import FLEET_MINIMUM

Floats = NDArray[np.float64]
Kind = tuple[str, int]
"""Like nodes: their GPU model and how many GPUs each has."""


@dataclass(frozen=True)
class FleetSpread:
    """The figures of `runs` runs of nodes of one kind, sorted: whole nodes and single GPUs by metric."""

    gpu_model: str
    gpu_count: int
    runs: int
    nodes: Mapping[str, Floats] = field(default_factory=dict)
    gpus: Mapping[str, Floats] = field(default_factory=dict)

    def node_percentile(self, metric: str, value: float) -> float | None:
        """Return the share of runs below `value` in percent, None where fewer than eight runs have the metric."""
        return percentile(self.nodes.get(metric), value, FLEET_MINIMUM)

    def gpu_percentile(self, metric: str, value: float) -> float | None:
        """Return the share of GPUs below `value` in percent, None where fewer than eight runs' GPUs have the metric."""
        return percentile(self.gpus.get(metric), value, FLEET_MINIMUM * self.gpu_count)


def percentile(figures: Floats | None, value: float, fewest: int) -> float | None:
    """Return how many percent of sorted `figures` are below `value`, equal ones counted half; None for too few."""
    if figures is None or figures.size < fewest:
        return None
    below, reached = np.searchsorted(figures, value, side="left"), np.searchsorted(figures, value, side="right")
    return float(50.0 * (below + reached) / figures.size)


def fleet_spread(kind: Kind, readings: Iterable[QuickMarkReading]) -> FleetSpread:
    """Return the spread of runs; figures that hang on a broken power sensor are left out."""
    nodes: dict[str, list[float]] = defaultdict(list)
    gpus: dict[str, list[float]] = defaultdict(list)
    runs = 0
    for reading in readings:
        runs += 1
        for metric, value in reading.sound_node().items():
            nodes[metric].append(value)
        for gpu in reading.gpus:
            for metric, value in gpu.sound_metrics().items():
                gpus[metric].append(value)
    return FleetSpread(*kind, runs, _sorted(nodes), _sorted(gpus))


def _sorted(figures: Mapping[str, Sequence[float]]) -> dict[str, Floats]:
    return {metric: np.sort(np.array(values, dtype=np.float64)) for metric, values in figures.items()}
