"""Cluster network results: bandwidth (Gbit/s) and latency (ms) of every directed pair of nodes.

A 256-node job has 65,280 links, so the checks look at whole columns and name a single link only when one is wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS, CLUSTER_NETWORK
from siliconmark_ui.benchmarks.figures import FIGURE_MAX, check_fields, check_figure, check_object, check_storable
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.words import check_text

NODES_MAX = 256
LINKS_MAX = NODES_MAX * (NODES_MAX - 1)
NODE_NAME_MAX = 64

Floats = NDArray[np.float64]
Link = Mapping[str, object]

_FIELDS = BENCHMARKS[CLUSTER_NETWORK].fields
_LINK_FIGURES = {"bandwidth_gbps": _FIELDS["avg_bandwidth_gbps"], "latency": _FIELDS["avg_latency"]}
_LINK_FIELDS = frozenset({"source", "target", "error", *_LINK_FIGURES})
_NUMBERS = frozenset({int, float})


@dataclass(frozen=True)
class Spread:
    """How figures are spread over the live links, in their own unit."""

    minimum: float
    median: float
    p95: float
    mean: float
    maximum: float


@dataclass(frozen=True)
class LinkFigures:
    """One live directed link: bandwidth in Gbit/s, latency in ms (None when not measured)."""

    source: str
    target: str
    bandwidth_gbps: float
    latency: float | None


@dataclass(frozen=True)
class DeadLink:
    """A directed link that carried nothing: its error as reported, or that its bandwidth was 0."""

    source: str
    target: str
    error: str


@dataclass(frozen=True)
class ClusterNetworkReading:
    """The measured links as matrices, row = source, column = target, in the order of `nodes`.

    A link that is missing or dead, and the diagonal, is NaN. `dead` lists the dead ones; the spreads are None when no
    live link was measured.
    """

    nodes: list[str]
    bandwidth: Floats
    latency: Floats
    dead: list[DeadLink]
    bandwidth_spread: Spread | None
    latency_spread: Spread | None

    def mean_out(self, figures: Floats) -> Floats:
        """Return the mean of each node's live outgoing links in `figures` (one of the matrices), NaN without any."""
        return _means(figures, axis=1)

    def mean_in(self, figures: Floats) -> Floats:
        """Return the mean of each node's live incoming links in `figures` (one of the matrices), NaN without any."""
        return _means(figures, axis=0)

    def slowest_links(self, count: int) -> list[LinkFigures]:
        """Return up to `count` live links with the least bandwidth, slowest first; equal ones in matrix order."""
        flat = self.bandwidth.ravel()
        live = int(np.isfinite(flat).sum())
        order = np.argsort(flat, kind="stable")[: min(count, live)]  # NaN sorts last.
        return [self._link(int(place)) for place in order]

    def _link(self, place: int) -> LinkFigures:
        source, target = divmod(place, len(self.nodes))
        latency = float(self.latency[source, target])
        return LinkFigures(
            source=self.nodes[source],
            target=self.nodes[target],
            bandwidth_gbps=float(self.bandwidth[source, target]),
            latency=None if np.isnan(latency) else latency,
        )


def check_cluster_network(results: object) -> None:
    """Check an uploaded result; raises InvalidInput naming the path, as in `results.measurements[3].latency`.

    The four summary figures are required. `measurements` may be missing; each of at most 65,280 links over at most
    256 nodes has source, target, bandwidth and latency, and may lack a figure only when it reports an error.
    """
    whole = check_object(results, "results")
    check_fields(whole, _FIELDS, "results")
    links = whole.get("measurements")
    if links is None:
        return
    if not isinstance(links, list) or len(links) > LINKS_MAX:
        raise InvalidInput(f"results.measurements must be a list of at most {LINKS_MAX} links")
    for index, link in enumerate(links):
        if not isinstance(link, dict):
            raise InvalidInput(f"results.measurements[{index}] must be an object")
        if not link.keys() <= _LINK_FIELDS:
            check_storable(link, f"results.measurements[{index}]")
    _check_errors(links)
    _check_nodes(links)
    for name in _LINK_FIGURES:
        _check_column(links, name)


def read_cluster_network(results: Mapping[str, object]) -> ClusterNetworkReading:
    """Read a checked result; nodes stand in the order in which the links first name them.

    Of two entries for the same directed pair the later one counts; a node's link to itself is no link.
    """
    links: list[Link] = list(results.get("measurements") or [])  # type: ignore[call-overload]
    ends = [(link["source"], link["target"]) for link in links]
    nodes = [str(name) for name in dict.fromkeys(chain.from_iterable(ends))]
    place = {name: index for index, name in enumerate(nodes)}
    rows = np.fromiter((place[str(source)] for source, _ in ends), dtype=np.intp, count=len(ends))
    columns = np.fromiter((place[str(target)] for _, target in ends), dtype=np.intp, count=len(ends))
    bandwidth, latency = _column(links, "bandwidth_gbps"), _column(links, "latency")
    has_error = np.fromiter((bool(link.get("error")) for link in links), dtype=np.bool_, count=len(links))
    is_dead = (has_error | (bandwidth == 0)) & (rows != columns)
    is_blank = is_dead | (rows == columns)
    bandwidths = _matrix(len(nodes), rows, columns, np.where(is_blank, np.nan, bandwidth))
    latencies = _matrix(len(nodes), rows, columns, np.where(is_blank, np.nan, latency))
    return ClusterNetworkReading(
        nodes=nodes,
        bandwidth=bandwidths,
        latency=latencies,
        dead=[_dead(links[index]) for index in np.flatnonzero(is_dead)],
        bandwidth_spread=_spread(bandwidths),
        latency_spread=_spread(latencies),
    )


def _check_errors(links: Sequence[Link]) -> None:
    for index, link in enumerate(links):
        if link.get("error") is not None:
            check_text(link["error"], f"results.measurements[{index}].error")


def _check_nodes(links: Sequence[Link]) -> None:
    for end in ("source", "target"):
        names = [link.get(end) for link in links]
        if set(map(type, names)) <= {str} and all(map(_is_node_name, set(names))):
            continue
        index = next(index for index, name in enumerate(names) if not _is_node_name(name))
        allowed = f"text of 1 to {NODE_NAME_MAX} characters without control characters"
        raise InvalidInput(f"results.measurements[{index}].{end} must be {allowed}")
    if len({link["source"] for link in links} | {link["target"] for link in links}) > NODES_MAX:
        raise InvalidInput(f"results.measurements must name at most {NODES_MAX} nodes")


def _is_node_name(name: object) -> bool:
    if not isinstance(name, str) or not 1 <= len(name) <= NODE_NAME_MAX:
        return False
    try:
        check_text(name, "node")
    except InvalidInput:
        return False
    return True


def _check_column(links: Sequence[Link], name: str) -> None:
    values = [link.get(name) for link in links]
    if set(map(type, values)) <= _NUMBERS and all(0 <= value <= FIGURE_MAX for value in values):  # type: ignore[operator]
        return
    for index, (link, value) in enumerate(zip(links, values, strict=True)):
        path = f"results.measurements[{index}].{name}"
        if value is None and not link.get("error"):
            raise InvalidInput(f"{path} must be a finite number, 0 or more; it may be null only beside an error")
        if value is not None:
            check_figure(value, path, _LINK_FIGURES[name])


def _column(links: Sequence[Link], name: str) -> Floats:
    # NumPy reads None as NaN when it is told the type.
    return np.array([link.get(name) for link in links], dtype=np.float64)


def _matrix(size: int, rows: NDArray[np.intp], columns: NDArray[np.intp], values: Floats) -> Floats:
    matrix = np.full((size, size), np.nan)
    matrix[rows, columns] = values
    return matrix


def _dead(link: Link) -> DeadLink:
    return DeadLink(str(link["source"]), str(link["target"]), str(link.get("error") or "bandwidth 0"))


def _spread(matrix: Floats) -> Spread | None:
    live = matrix[np.isfinite(matrix)]
    if live.size == 0:
        return None
    minimum, median, p95, maximum = np.percentile(live, [0, 50, 95, 100])
    return Spread(float(minimum), float(median), float(p95), float(live.mean()), float(maximum))


def _means(figures: Floats, axis: int) -> Floats:
    live = np.isfinite(figures)
    counts = live.sum(axis=axis)
    sums = np.where(live, figures, 0.0).sum(axis=axis)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
