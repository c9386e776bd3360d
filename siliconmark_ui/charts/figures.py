"""The sheets of a job: all charts of one of its tabs, made in one go from the job's detail."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from siliconmark_ui.benchmarks.catalogue import CLUSTER_NETWORK, QUICK_MARK, benchmark_of_key
from siliconmark_ui.benchmarks.cluster_network import ClusterNetworkReading, read_cluster_network
from siliconmark_ui.benchmarks.quick_mark import QuickMarkReading, read_quick_mark
from siliconmark_ui.charts.documents import Sheet
from siliconmark_ui.charts.gpus import gpu_sheet
from siliconmark_ui.charts.network import ORDERS, NetworkView, network_sheet, network_view
from siliconmark_ui.charts.nodes import node_names
from siliconmark_ui.charts.quickmark import quickmark_sheet
from siliconmark_ui.errors import InvalidInput, NotFound
from siliconmark_ui.jobs.schemas import JobDetail, ResultEntry, TaskRow
from siliconmark_ui.scoreboard.fleet import FleetSpread, Kind
from siliconmark_ui.scoreboard.schemas import NodePerformance

NO_SPREADS: Mapping[Kind, FleetSpread] = MappingProxyType({})
LONGEST_SHOWN = 40
SHEETS = ("network", "quickmark", "gpus")


def sheet_for(
    detail: JobDetail,
    nodes: Sequence[NodePerformance],
    sheet: str,
    *,
    order: str = "node",
    result: str = "",
    node: str = "",
    spreads: Mapping[Kind, FleetSpread] = NO_SPREADS,
) -> Sheet:
    """Give the charts of one sheet; empty when the job has no figures for it.

    `order` (node, mean, latency) arranges the network's nodes; `result` is the key of the network result, empty for the
    first that there is; `node` is the machine whose GPUs are drawn; `spreads` is the fleet that nodes are held against.
    Raises NotFound for an unknown sheet, result or node, InvalidInput for an unknown order.
    """
    if sheet == "quickmark":
        return quickmark_sheet(nodes, node_readings(detail), spreads)
    if sheet == "gpus":
        return _node_sheet(detail, node)
    if sheet != "network":
        raise NotFound(f"Sheet '{sheet}' not found; there are: {', '.join(SHEETS)}")
    if order not in ORDERS:
        raise InvalidInput(f"order must be one of: {', '.join(ORDERS)}")
    key = result or next(iter(network_keys(detail)), "")
    if not key:
        # A page asks before it knows whether the job has such a result.
        return {}
    view = job_network(detail, order=order, result=key)
    if view is None:
        raise NotFound(f"The job has no result '{result}'")
    return network_sheet(view)


def _node_sheet(detail: JobDetail, machine_uuid: str) -> Sheet:
    for task in detail["tasks"]:
        if task["machine_uuid"] == machine_uuid:
            return gpu_sheet(task_reading(task), node_names(detail["tasks"])[machine_uuid])
    raise NotFound(f"The job has no node '{machine_uuid[:LONGEST_SHOWN]}'")


def task_reading(task: TaskRow) -> QuickMarkReading | None:
    """Read the QuickMark figures of one node, None when it reported none."""
    entry = task["benchmark_results"].get(QUICK_MARK)
    return read_quick_mark(document_of(entry), task["gpu_count"]) if entry else None


def node_readings(detail: JobDetail) -> dict[str, QuickMarkReading]:
    """Give task id -> QuickMark reading for the tasks that reported one."""
    readings = ((task["id"], task_reading(task)) for task in detail["tasks"])
    return {task_id: reading for task_id, reading in readings if reading is not None}


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
