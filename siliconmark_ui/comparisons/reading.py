"""One job read for a comparison: its configuration and its figures, out of the job's detail. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS, CLUSTER_NETWORK, METRICS, QUICK_MARK, benchmark_of_key
from siliconmark_ui.benchmarks.cluster_network import ClusterNetworkReading, read_cluster_network
from siliconmark_ui.benchmarks.quick_mark import QuickMarkReading, read_quick_mark
from siliconmark_ui.jobs.schemas import JobDetail, ResultEntry, TaskRow
from siliconmark_ui.scoreboard.aggregate import gpu_models, quickmark_aggregate
from siliconmark_ui.scoreboard.ratios import ScoredNode
from siliconmark_ui.scoreboard.schemas import Performance, QuickMarkAggregate

Floats = NDArray[np.float64]
NETWORK_FIELDS = tuple(name for name, field in BENCHMARKS[CLUSTER_NETWORK].fields.items() if field.kind != "structure")
SENSOR_METRICS = frozenset(name for name, field in METRICS.items() if field.needs_power_sensor)


@dataclass(frozen=True)
class NetworkFigures:
    """One cluster network result: `summary` as reported, and the live links (Gbit/s, ms) when it lists links.

    `problem` says why there are no figures, empty when there are.
    """

    summary: Mapping[str, float]
    bandwidth: Floats
    latency: Floats
    dead_links: int | None
    problem: str = ""


@dataclass(frozen=True)
class ComparedJob:
    """One job of a comparison. `gpus` and `nodes` hold the figures of every GPU and of every node by metric.

    `unsound` is how many nodes, `unsound_gpus` how many GPUs have a broken power sensor: what hangs on it is left out
    of every figure.
    """

    id: str
    name: str
    state: str
    created_at: str
    node_count: int
    current_nodes: int
    benchmarks: list[str]
    configs: Mapping[str, Mapping[str, Any]]
    tags: list[str]
    description: str
    seconds: float | None
    gpu_models: list[str]
    gpu_counts: list[int]
    performance: Performance | None
    aggregate: QuickMarkAggregate | None
    gpus: Mapping[str, Floats]
    nodes: Mapping[str, Floats]
    unsound: int
    unsound_gpus: int
    networks: Mapping[str, NetworkFigures]

    @property
    def has_quick_mark(self) -> bool:
        """Whether any node reported figures."""
        return self.aggregate is not None


def read_job(detail: JobDetail) -> ComparedJob:
    """Read a job for a comparison; takes a part of a second for tens of thousands of links."""
    nodes = [_scored_node(task) for task in detail["tasks"] if QUICK_MARK in task["benchmark_results"]]
    readings = [node.reading for node in nodes]
    return ComparedJob(
        id=detail["id"],
        name=detail["name"],
        state=detail["state"],
        created_at=detail["created_at"],
        node_count=detail["node_count"],
        current_nodes=detail["current_nodes"],
        benchmarks=detail["benchmarks"],
        configs=_configs(detail),
        tags=sorted(detail["tags"]),
        description=detail["description"] or "",
        seconds=_seconds(detail),
        gpu_models=gpu_models(task["gpu_model"] for task in detail["tasks"]),
        gpu_counts=[task["gpu_count"] for task in detail["tasks"]],
        performance=detail["scoreboard_summary"],
        aggregate=quickmark_aggregate(nodes),
        gpus=_gpu_figures(readings),
        nodes=_node_figures(readings),
        unsound=sum(not reading.power_sound for reading in readings),
        unsound_gpus=sum(not gpu.power_sound for reading in readings for gpu in reading.gpus),
        networks={
            key: _network(entry)
            for key, entry in detail["benchmark_results"].items()
            if benchmark_of_key(key) == CLUSTER_NETWORK
        },
    )


def _scored_node(task: TaskRow) -> ScoredNode:
    return ScoredNode(
        task_id=task["id"],
        machine_uuid=task["machine_uuid"],
        machine_ip=task["machine_ip"],
        gpu_model=task["gpu_model"],
        gpu_count=task["gpu_count"],
        reading=read_quick_mark(_document(task["benchmark_results"][QUICK_MARK]), task["gpu_count"]),
    )


def _document(entry: ResultEntry) -> Mapping[str, Any]:
    document = msgspec.json.decode(entry["results"])
    return document if isinstance(document, dict) else {}


def _configs(detail: JobDetail) -> dict[str, Mapping[str, Any]]:
    """Give the config of each sequence entry by its result key: `cluster_network`, `cluster_network:2`, …"""
    configs: dict[str, Mapping[str, Any]] = {}
    for entry in detail["benchmark_sequence"]:
        name = entry["benchmark_id"]
        earlier = sum(benchmark_of_key(key) == name for key in configs)
        configs[name if not earlier else f"{name}:{earlier + 1}"] = entry["config"] or {}
    return configs


def _seconds(detail: JobDetail) -> float | None:
    start, end = detail["started_at"], detail["ended_at"]
    if not start or not end:
        return None
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def _gpu_figures(readings: list[QuickMarkReading]) -> dict[str, Floats]:
    return _collected([gpu.sound_metrics() for reading in readings for gpu in reading.gpus])


def _node_figures(readings: list[QuickMarkReading]) -> dict[str, Floats]:
    return _collected([reading.sound_node() for reading in readings])


def _collected(measured: list[dict[str, float]]) -> dict[str, Floats]:
    found = {metric: [figures[metric] for figures in measured if metric in figures] for metric in METRICS}
    return {metric: np.array(values, dtype=np.float64) for metric, values in found.items() if values}


def _network(entry: ResultEntry) -> NetworkFigures:
    nothing = np.array([], dtype=np.float64)
    document = _document(entry)
    if entry["state"] != "completed":
        problem = entry["error_message"] or "The benchmark failed"
        return NetworkFigures({}, nothing, nothing, None, problem)
    summary = {name: float(document[name]) for name in NETWORK_FIELDS if isinstance(document.get(name), int | float)}
    if not document.get("measurements"):
        return NetworkFigures(summary, nothing, nothing, None)
    reading = read_cluster_network(document)
    return NetworkFigures(summary, *_live(reading), len(reading.dead))


def _live(reading: ClusterNetworkReading) -> tuple[Floats, Floats]:
    bandwidth, latency = (figures[np.isfinite(figures)] for figures in (reading.bandwidth, reading.latency))
    return bandwidth, latency
