"""Where an expectation comes from: the reference catalogue, else the fleet, else nowhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, get_args

from siliconmark_ui.benchmarks.catalogue import METRICS, GroupName

Catalogue = Callable[[str | None], Mapping[str, float]]
GROUPS: Final[tuple[GroupName, ...]] = get_args(GroupName)
GROUP_METRICS: Final[Mapping[GroupName, tuple[str, ...]]] = {
    group: tuple(name for name, field in METRICS.items() if field.group == group) for group in GROUPS
}
SCORED_METRICS: Final[tuple[str, ...]] = tuple(name for group in GROUPS for name in GROUP_METRICS[group])
INTERCONNECT: Final[GroupName] = "interconnect"
# Below this many other nodes a median says more about those nodes than about the model.
FLEET_MINIMUM = 8
INTERCONNECT_MIN_GPUS = 2


@dataclass(frozen=True)
class FleetMedian:
    """The median of a metric over `others` other nodes of all customers.

    Compute and memory: per GPU, nodes of the same model. Interconnect: per node, same model and same GPU count.
    """

    median: float
    others: int


def expectations_for(
    gpu_model: str | None, gpu_count: int, catalogue: Catalogue, fleet: Mapping[str, FleetMedian]
) -> dict[str, float]:
    """Return metric -> expectation for a node of `gpu_count` GPUs; a metric without one is absent.

    `catalogue` gives the figures per GPU of a model (`reference.expected_per_gpu`), which come first; then `fleet`, a
    median of at least 8 other nodes. Interconnect always comes from the fleet and only for nodes of 2 or more GPUs.
    Compute and memory are per GPU, interconnect is for the whole node.
    """
    known = catalogue(gpu_model)
    expected = {}
    for metric in SCORED_METRICS:
        is_interconnect = METRICS[metric].group == INTERCONNECT
        if is_interconnect and gpu_count < INTERCONNECT_MIN_GPUS:
            continue
        figure = None if is_interconnect else known.get(metric)
        figure = _fleet_figure(fleet.get(metric)) if figure is None else figure
        if figure is not None and figure > 0:
            expected[metric] = figure
    return expected


def _fleet_figure(fleet: FleetMedian | None) -> float | None:
    return fleet.median if fleet is not None and fleet.others >= FLEET_MINIMUM else None
