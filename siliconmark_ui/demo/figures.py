"""What the benchmarks measure on demonstration machines, in the shapes that agents send. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from siliconmark_ui.demo.machines import GPU_MODELS, H100, H100_LOWER_GBS, H100_UPPER_GBS, GpuModel, Machine
from siliconmark_ui.instants import to_text

# Coefficients of variation: of a whole run, of a GPU within it, of one figure, and of memory bandwidth.
RUN_SPREAD = 0.011
GPU_SPREAD = 0.008
FIGURE_SPREAD = 0.005
MEMORY_SPREAD = 0.0035
LINK_SPREAD = 0.012
COMPUTE = ("bf16_tflops", "fp16_tflops", "fp32_tflops", "fp32_cuda_core_tflops")
# Mixed precision loses more than plain FP16 the more GPUs share a node's power and host.
MIXED_OF_FP16 = {1: 0.955, 2: 0.915, 4: 0.87, 8: 0.83}
ALLREDUCE_OF_8 = {2: 0.69, 4: 0.85, 8: 1.0}
BROKEN_SENSOR_WATTS = 3.4
DEAD_LINK_ERROR = "connection timed out after 10 s"

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class RunConditions:
    """What a run meets on top of the machine itself: memory in its lower state, GPUs slowed by heat (1.0: not)."""

    lower_memory: bool = False
    throttle: float = 1.0


@dataclass(frozen=True, slots=True)
class LinkFaults:
    """Directed links (places of source and target) that are slow, or that carry nothing."""

    slow: Sequence[tuple[int, int]] = ()
    dead: Sequence[tuple[int, int]] = ()


def quick_mark(
    rng: np.random.Generator, machine: Machine, measured_at: datetime | None, conditions: RunConditions
) -> dict[str, Any]:
    """Return a QuickMark result of a machine; without `measured_at` it carries no timestamp."""
    model = GPU_MODELS[machine.gpu_model]
    run = float(rng.normal(1.0, RUN_SPREAD)) * machine.compute * conditions.throttle
    gpus = [_gpu(rng, model, machine, run, conditions, index) for index in range(machine.gpu_count)]
    node = dict(gpus[0]) if machine.gpu_count == 1 else _joint(rng, model, machine, gpus)
    result: dict[str, Any] = {"test_results": gpus, "aggregate_results": node}
    return result if measured_at is None else result | {"timestamp": to_text(measured_at)}


def _gpu(
    rng: np.random.Generator, model: GpuModel, machine: Machine, run: float, conditions: RunConditions, index: int
) -> dict[str, Any]:
    base = model.base()
    speed = run * float(rng.normal(1.0, GPU_SPREAD))
    figures: dict[str, Any] = {"gpu_id": f"GPU-{machine.uuid[:8]}-{index:04x}-{machine.uuid[14:]}"}
    for name in COMPUTE:
        figures[name] = _near(rng, base[name] * speed, FIGURE_SPREAD)
    figures["mixed_precision_tflops"] = _near(rng, figures["fp16_tflops"] * MIXED_OF_FP16[1], FIGURE_SPREAD)
    figures["memory_bandwidth_gbs"] = _near(rng, _memory(model, conditions) * machine.memory, MEMORY_SPREAD)
    figures["l2_bandwidth_gbs"] = _near(rng, model.l2, FIGURE_SPREAD)
    figures["host_to_device_bandwidth_gbs"] = _near(rng, model.host, 0.02)
    figures["device_to_host_bandwidth_gbs"] = _near(rng, model.host * 0.98, 0.02)
    figures["kernel_launch_overhead_us"] = _near(rng, 4.9, 0.06)
    figures["power_consumption_watts"] = _near(rng, model.watts if machine.power_sound else BROKEN_SENSOR_WATTS, 0.02)
    # A GPU that slows itself down is hot, and that is how one sees why.
    figures["temperature_centigrade"] = int(rng.integers(52, 70)) + (18 if conditions.throttle < 1.0 else 0)
    return figures | _per_watt(figures)


def _memory(model: GpuModel, conditions: RunConditions) -> float:
    if model.name == H100:
        return H100_LOWER_GBS if conditions.lower_memory else H100_UPPER_GBS
    return model.base()["memory_bandwidth_gbs"]


def _joint(
    rng: np.random.Generator, model: GpuModel, machine: Machine, gpus: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    count = machine.gpu_count
    kept = 1.0 - 0.002 * (count - 1)
    node: dict[str, Any] = {"gpu_id": "aggregate"}
    for name in COMPUTE:
        node[name] = _near(rng, _sum(gpus, name) * kept, FIGURE_SPREAD / 2)
    node["mixed_precision_tflops"] = _near(rng, node["fp16_tflops"] * MIXED_OF_FP16[count], FIGURE_SPREAD)
    node["memory_bandwidth_gbs"] = _near(rng, _sum(gpus, "memory_bandwidth_gbs") * (1 - 0.0005 * count), 0.001)
    node["host_to_device_bandwidth_gbs"] = _near(rng, model.host * 0.92, 0.02)
    node["device_to_host_bandwidth_gbs"] = _near(rng, model.host * 0.71, 0.03)
    allreduce = model.allreduce * ALLREDUCE_OF_8[count] * machine.interconnect
    node["allreduce_bandwidth_gbs"] = _near(rng, allreduce, LINK_SPREAD)
    node["broadcast_bandwidth_gbs"] = _near(rng, allreduce * 0.94, LINK_SPREAD)
    node["power_consumption_watts"] = round(_sum(gpus, "power_consumption_watts"), 2)
    node["temperature_centigrade"] = max(gpu["temperature_centigrade"] for gpu in gpus)
    node["gpu_bandwidth_matrix"] = _links(rng, model, machine)
    return node | _per_watt(node)


def _links(rng: np.random.Generator, model: GpuModel, machine: Machine) -> Any:
    """The links between a node's GPUs, in one of the two forms in which agents send them."""
    pairs = list(combinations(range(machine.gpu_count), 2))
    simplex = np.round(rng.normal(model.simplex, model.simplex * 0.004, len(pairs)) * machine.interconnect, 1).tolist()
    duplex = np.round(rng.normal(model.duplex, model.duplex * 0.004, len(pairs)) * machine.interconnect, 1).tolist()
    links = [
        {"connection_type": model.link, "simplex_gbs": one_way, "duplex_gbs": both}
        for one_way, both in zip(simplex, duplex, strict=True)
    ]
    if machine.gpu_count > 2:
        return [
            {"source_gpu": source, "target_gpu": target, **link}
            for (source, target), link in zip(pairs, links, strict=True)
        ]
    return {f"gpu{source}_to_gpu{target}": link for (source, target), link in zip(pairs, links, strict=True)}


def _per_watt(figures: Mapping[str, Any]) -> Figures:
    peak = figures["power_consumption_watts"] * 1.05
    return {
        "fp16_tflops_per_peak_watt": round(figures["fp16_tflops"] / peak, 3),
        "fp32_tflops_per_peak_watt": round(figures["fp32_tflops"] / peak, 3),
    }


def _sum(gpus: Sequence[Mapping[str, Any]], name: str) -> float:
    return float(sum(gpu[name] for gpu in gpus))


def _near(rng: np.random.Generator, value: float, spread: float) -> float:
    return round(float(rng.normal(value, value * spread)), 2)


def cluster_network(
    rng: np.random.Generator, nodes: Sequence[str], gbps: float, latency_ms: float, faults: LinkFaults
) -> dict[str, Any]:
    """Return a cluster network result over every directed pair of `nodes` (machine UUIDs).

    `gbps` is the rate of the fabric, of which a healthy link carries some 93 %. Eight nodes share a switch; a link that
    leaves it waits longer.
    """
    size = len(nodes)
    sources, targets = np.nonzero(~np.eye(size, dtype=np.bool_))
    bandwidth = rng.normal(0.93, 0.01, sources.size).clip(0.8, 0.985) * gbps
    hops = np.where(sources // 8 == targets // 8, 1.0, 1.7)
    latency = latency_ms * hops * rng.lognormal(0.0, 0.08, sources.size)
    for source, target in faults.slow:
        place = (sources == source) & (targets == target)
        bandwidth[place] *= 0.17
        latency[place] *= 6.0
    dead = np.zeros(sources.size, dtype=np.bool_)
    for source, target in faults.dead:
        dead |= (sources == source) & (targets == target)
    bandwidth, latency = np.round(bandwidth, 2), np.round(latency, 4)
    return _network_result(nodes, sources, targets, bandwidth, latency, dead)


def _network_result(
    nodes: Sequence[str],
    sources: NDArray[np.intp],
    targets: NDArray[np.intp],
    bandwidth: NDArray[np.float64],
    latency: NDArray[np.float64],
    dead: NDArray[np.bool_],
) -> dict[str, Any]:
    columns = (sources.tolist(), targets.tolist(), bandwidth.tolist(), latency.tolist(), dead.tolist())
    measurements = [
        {"source": nodes[source], "target": nodes[target]}
        | (
            {"bandwidth_gbps": None, "latency": None, "error": DEAD_LINK_ERROR}
            if is_dead
            else {"bandwidth_gbps": rate, "latency": wait}
        )
        for source, target, rate, wait, is_dead in zip(*columns, strict=True)
    ]
    alive, waits = bandwidth[~dead], latency[~dead]
    return {
        "avg_bandwidth_gbps": round(float(alive.mean()), 2),
        "min_bandwidth_gbps": round(float(alive.min()), 2),
        "max_bandwidth_gbps": round(float(alive.max()), 2),
        "avg_latency": round(float(waits.mean()), 4),
        "max_latency": round(float(waits.max()), 4),
        "total_links_tested": len(measurements),
        "node_count": len(nodes),
        "measurements": measurements,
    }
