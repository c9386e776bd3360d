"""A pool of measured jobs for loads too large to live through: each is scored once, by the scoreboard's own functions.

A loaded job takes its machines, documents and score from a template; only ids and times are its own. Pure.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from siliconmark_ui.benchmarks.catalogue import CLUSTER_NETWORK, METRICS, QUICK_MARK
from siliconmark_ui.benchmarks.quick_mark import QuickMarkReading, read_quick_mark
from siliconmark_ui.benchmarks.sequence import SequenceEntry, parse_sequence
from siliconmark_ui.demo.figures import LinkFaults, RunConditions, cluster_network, quick_mark
from siliconmark_ui.demo.machines import GPU_MODELS, HALF_SPEED, MACHINE_SPREAD, Machine, machine_uuid
from siliconmark_ui.scoreboard.aggregate import quickmark_aggregate
from siliconmark_ui.scoreboard.expectations import INTERCONNECT, SCORED_METRICS, FleetMedian, expectations_for
from siliconmark_ui.scoreboard.ratios import ScoredNode
from siliconmark_ui.scoreboard.reference import expected_per_gpu
from siliconmark_ui.scoreboard.score import score_job

NODE_COUNTS = (1, 2, 4, 8, 16, 32, 64)
NODE_SHARES = (0.715, 0.19, 0.068, 0.0225, 0.004, 0.0004, 0.0001)
GPU_COUNTS = (1, 2, 4, 8)
GPU_SHARES = (0.62, 0.20, 0.10, 0.08)
MODEL_SHARES = (0.34, 0.12, 0.05, 0.18, 0.10, 0.07, 0.05, 0.05, 0.03, 0.01)
SLOW_SHARE = 0.05
LOWER_MEMORY_SHARE = 0.06
BROKEN_SENSOR_SHARE = 0.02
NETWORK_SHARE = 0.6
TIMEOUT = {"timeout": 600}


@dataclass(frozen=True, slots=True)
class NodeTemplate:
    """One measured node: its QuickMark result as JSON text that ends where the timestamp belongs, and its figures.

    `performance` is its entry of `performance_nodes`, cut where the task's id belongs.
    """

    machine: Machine
    document: str
    figures: Mapping[str, float]
    performance: tuple[str, str]


@dataclass(frozen=True, slots=True)
class JobTemplate:
    """One measured job; texts are JSON. `network` is None for a job without a cluster network benchmark."""

    nodes: tuple[NodeTemplate, ...]
    sequence: str
    benchmark_ids: tuple[str, ...]
    network_config: str
    network: str | None
    aggregate: str
    performance: str
    status: str
    score: float | None


@dataclass(frozen=True, slots=True)
class _Measured:
    machine: Machine
    document: dict[str, Any]
    reading: QuickMarkReading


def build_pool(rng: np.random.Generator, size: int) -> list[JobTemplate]:
    """Return `size` templates of 1 to 64 nodes, held against each other as one fleet."""
    node_counts = rng.choice(NODE_COUNTS, size=size, p=NODE_SHARES).tolist()
    jobs = [_measure(rng, nodes, _gpu_model(rng), _gpu_count(rng)) for nodes in node_counts]
    medians = _Medians([node for job in jobs for node in job])
    return [_template(rng, job, medians) for job in jobs]


def build_large(rng: np.random.Generator, nodes: int) -> JobTemplate:
    """Return one template of `nodes` nodes of 8 H100 GPUs with every directed link measured."""
    job = _measure(rng, nodes, next(iter(GPU_MODELS)), 8)
    return _template(rng, job, _Medians(job), network=True)


def _gpu_model(rng: np.random.Generator) -> str:
    return list(GPU_MODELS)[int(rng.choice(len(MODEL_SHARES), p=MODEL_SHARES))]


def _gpu_count(rng: np.random.Generator) -> int:
    return int(rng.choice(GPU_COUNTS, p=GPU_SHARES))


def _measure(rng: np.random.Generator, nodes: int, gpu_model: str, gpu_count: int) -> list[_Measured]:
    has_links = GPU_MODELS[gpu_model].allreduce > 0
    gpus = gpu_count if has_links else 1
    return [_measured(rng, gpu_model, gpus, nodes) for _ in range(nodes)]


def _measured(rng: np.random.Generator, gpu_model: str, gpu_count: int, nodes: int) -> _Measured:
    # A large job would nearly always hold a faulty node if each node were as likely to be one.
    chance = rng.random() * nodes
    machine = Machine(
        uuid=machine_uuid(rng),
        ip=f"10.{rng.integers(100, 255)}.{rng.integers(0, 255)}.{rng.integers(1, 255)}",
        gpu_model=gpu_model,
        gpu_count=gpu_count,
        compute=HALF_SPEED if chance < SLOW_SHARE else float(rng.normal(1.0, MACHINE_SPREAD)),
        power_sound=chance >= SLOW_SHARE + BROKEN_SENSOR_SHARE or chance < SLOW_SHARE,
    )
    conditions = RunConditions(lower_memory=bool(rng.random() * nodes < LOWER_MEMORY_SHARE))
    document = quick_mark(rng, machine, None, conditions)
    return _Measured(machine, document, read_quick_mark(document, gpu_count))


class _Medians:
    """What the pool's machines reach, as the fleet that each node of it is held against."""

    def __init__(self, nodes: Sequence[_Measured]) -> None:
        self._figures: dict[tuple[str, int | None, str], dict[str, float]] = defaultdict(dict)
        for node in nodes:
            for metric, figure in node.reading.sound_node().items():
                if metric in SCORED_METRICS:
                    key, count = self._place(node.machine, metric)
                    self._figures[key][node.machine.uuid] = figure / count

    def _place(self, machine: Machine, metric: str) -> tuple[tuple[str, int | None, str], int]:
        if METRICS[metric].group == INTERCONNECT:
            return (machine.gpu_model, machine.gpu_count, metric), 1
        return (machine.gpu_model, None, metric), machine.gpu_count

    def of(self, machine: Machine) -> dict[str, FleetMedian]:
        """Return the medians over the other machines."""
        known = expected_per_gpu(machine.gpu_model)
        return dict(self._medians(machine, [metric for metric in SCORED_METRICS if metric not in known]))

    def _medians(self, machine: Machine, metrics: Sequence[str]) -> Iterator[tuple[str, FleetMedian]]:
        for metric in metrics:
            figures = self._figures.get(self._place(machine, metric)[0], {})
            others = [figure for uuid, figure in figures.items() if uuid != machine.uuid]
            if others:
                yield metric, FleetMedian(float(np.median(others)), len(others))


def _template(
    rng: np.random.Generator, job: Sequence[_Measured], medians: _Medians, *, network: bool = False
) -> JobTemplate:
    nodes = [_scored(node, medians) for node in job]
    scored = score_job(nodes)
    if scored is None:
        raise ValueError("A template without figures cannot be scored")
    performance, per_node = scored
    measured_network = _network(rng, job) if network or (len(job) > 1 and rng.random() < NETWORK_SHARE) else None
    config = TIMEOUT if rng.random() < 0.1 else {}
    sequence = _sequence(config, len(job), with_network=measured_network is not None)
    return JobTemplate(
        nodes=tuple(
            NodeTemplate(node.machine, _open_document(node.document), node.reading.sound_node(), _cut(entry))
            for node, entry in zip(job, per_node, strict=True)
        ),
        sequence=_json(sequence),
        benchmark_ids=tuple(entry["benchmark_id"] for entry in sequence),
        network_config=_json(config),
        network=None if measured_network is None else _json(measured_network),
        aggregate=_json(quickmark_aggregate(nodes)),
        performance=_json(performance),
        status=performance["status"],
        score=performance["score"],
    )


def _scored(node: _Measured, medians: _Medians) -> ScoredNode:
    machine = node.machine
    expected = expectations_for(machine.gpu_model, machine.gpu_count, expected_per_gpu, medians.of(machine))
    return ScoredNode("", machine.uuid, machine.ip, machine.gpu_model, machine.gpu_count, node.reading, expected)


def _network(rng: np.random.Generator, job: Sequence[_Measured]) -> dict[str, Any]:
    rate = (100.0, 200.0, 400.0)[int(rng.integers(3))]
    slow = [(0, 1)] if rng.random() < 0.05 else []
    dead = [(1, 0)] if rng.random() < 0.02 else []
    return cluster_network(rng, [node.machine.uuid for node in job], rate, 4.0 / rate, LinkFaults(slow, dead))


def _sequence(config: dict[str, int], node_count: int, *, with_network: bool) -> list[SequenceEntry]:
    network = [{"benchmark_id": CLUSTER_NETWORK, "config": config}] if with_network else []
    return parse_sequence([QUICK_MARK, *network], node_count)


def _open_document(document: Mapping[str, Any]) -> str:
    return _json(document).removesuffix("}") + ',"timestamp":"'


def _cut(entry: Mapping[str, Any]) -> tuple[str, str]:
    before, _, after = _json(entry).partition('"task_id":"')
    return f'{before}"task_id":"', after


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
