"""The sheets of a job: all charts of one of its tabs, made in one go from the job's detail."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from siliconmark_ui.benchmarks.catalogue import CLUSTER_NETWORK, benchmark_of_key
from siliconmark_ui.benchmarks.cluster_network import ClusterNetworkReading, read_cluster_network
from siliconmark_ui.charts.documents import Sheet
from siliconmark_ui.charts.network import ORDERS, NetworkView, network_sheet, network_view
from siliconmark_ui.charts.nodes import node_names
from siliconmark_ui.charts.quickmark import quickmark_sheet
from siliconmark_ui.errors import InvalidInput, NotFound
from siliconmark_ui.jobs.schemas import JobDetail, ResultEntry
from siliconmark_ui.scoreboard.schemas import NodePerformance

SHEETS = ("network", "quickmark")


def sheet_for(
    detail: JobDetail,
    nodes: Sequence[NodePerformance],
    sheet: str,
    *,
    order: str = "node",
    result: str = CLUSTER_NETWORK,
) -> Sheet:
    """Give the charts of one sheet; empty when the job has no figures for it.

    `order` (node, mean) arranges the network's nodes; `result` is the key of the network result. Raises NotFound for
    an unknown sheet or result, InvalidInput for an unknown order.
    """
    if sheet == "quickmark":
        return quickmark_sheet(nodes)
    if sheet != "network":
        raise NotFound(f"Sheet '{sheet}' not found; there are: {', '.join(SHEETS)}")
    if order not in ORDERS:
        raise InvalidInput(f"order must be one of: {', '.join(ORDERS)}")
    view = job_network(detail, order=order, result=result)
    if view is None:
        raise NotFound(f"The job has no result '{result}'")
    return network_sheet(view)


def network_keys(detail: JobDetail) -> list[str]:
    """Give the keys of the job's cluster network results: `cluster_network`, `cluster_network:2`, …"""
    return [key for key in detail["benchmark_results"] if benchmark_of_key(key) == CLUSTER_NETWORK]


def job_network(detail: JobDetail, *, order: str = "node", result: str = CLUSTER_NETWORK) -> NetworkView | None:
    """Give a network result of the job with its nodes named and in order, None without that result."""
    entry = detail["benchmark_results"].get(result)
    if entry is None or benchmark_of_key(result) != CLUSTER_NETWORK:
        return None
    return network_view(read_network(entry), node_names(detail["tasks"]), order)


def read_network(entry: ResultEntry) -> ClusterNetworkReading:
    """Read a stored cluster network result."""
    return read_cluster_network(document_of(entry))


def document_of(entry: ResultEntry) -> Mapping[str, Any]:
    """Give the uploaded document of a result as plain values."""
    document = msgspec.json.decode(entry["results"])
    return document if isinstance(document, dict) else {}
