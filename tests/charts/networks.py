"""Cluster network results of the tests' own, small enough to know every figure."""

from collections.abc import Collection, Mapping
from typing import Any

from siliconmark_ui.benchmarks.cluster_network import ClusterNetworkReading, read_cluster_network

Pair = tuple[int, int]


def uuid_of(index: int) -> str:
    """Give the machine UUID of a node."""
    return f"{index:08x}-0000-4000-8000-000000000000"


def names_of(count: int) -> dict[str, str]:
    """Give UUID -> address for that many nodes."""
    return {uuid_of(index): f"10.0.0.{index + 1}" for index in range(count)}


def reading_of(
    count: int, bandwidth: Mapping[Pair, float] | None = None, dead: Collection[Pair] = ()
) -> ClusterNetworkReading:
    """Give a reading where each link has 100 Gbit/s and 0.05 ms but for those named; `dead` ones report an error."""
    return read_cluster_network({"measurements": links_of(count, bandwidth or {}, dead)})


def links_of(count: int, bandwidth: Mapping[Pair, float], dead: Collection[Pair]) -> list[dict[str, Any]]:
    """Give the measurements of such a reading."""
    return [
        {
            "source": uuid_of(source),
            "target": uuid_of(target),
            "bandwidth_gbps": 0 if (source, target) in dead else bandwidth.get((source, target), 100.0),
            "latency": None if (source, target) in dead else 5.0 / bandwidth.get((source, target), 100.0),
            "error": "connection refused" if (source, target) in dead else None,
        }
        for source in range(count)
        for target in range(count)
        if source != target
    ]
