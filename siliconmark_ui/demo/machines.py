"""The machines of the demonstration: GPU models, clusters, and what is wrong with a few machines. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from uuid import UUID

import numpy as np

from siliconmark_ui.scoreboard.reference import expected_per_gpu

# Healthy machines of one model differ this much in compute (coefficient of variation).
MACHINE_SPREAD = 0.012
HALF_SPEED = 0.57
WEAK_INTERCONNECT = 0.62


@dataclass(frozen=True, slots=True)
class GpuModel:
    """What one healthy GPU of a model does; figures in the metrics' units, links in GB/s one way and both ways.

    `figures` completes or replaces the reference catalogue's; `allreduce` is that of a node of 8.
    """

    name: str
    watts: float
    link: str
    simplex: float
    duplex: float
    allreduce: float
    l2: float
    host: float
    memory_gb: int
    figures: Mapping[str, float]

    def base(self) -> dict[str, float]:
        """Return metric -> figure of one typical GPU."""
        return {**expected_per_gpu(self.name), **self.figures}


# QuickMark finds H100 memory in one of two states; nearly always in the upper one.
H100_UPPER_GBS = 3015.0
H100_LOWER_GBS = 2610.0
H100 = "NVIDIA H100 80GB HBM3"
_MI300X = {"fp32_tflops": 298.0, "fp32_cuda_core_tflops": 96.0}
_GH200 = {
    "bf16_tflops": 742.0,
    "fp16_tflops": 701.0,
    "fp32_tflops": 381.0,
    "fp32_cuda_core_tflops": 52.0,
    "memory_bandwidth_gbs": 3420.0,
}
_MODELS = (
    GpuModel(H100, 668.0, "nvlink_v4_18x", 391.0, 704.0, 438.0, 612.0, 54.0, 80, {"memory_bandwidth_gbs": 3015.0}),
    GpuModel("NVIDIA H200", 676.0, "nvlink_v4_18x", 392.0, 706.0, 441.0, 615.0, 54.3, 141, {}),
    GpuModel("NVIDIA B200", 962.0, "nvlink_v5_18x", 742.0, 1320.0, 803.0, 905.0, 55.1, 180, {}),
    GpuModel("NVIDIA A100-SXM4-80GB", 431.0, "nvlink_v3_12x", 274.0, 277.0, 232.0, 388.0, 24.6, 80, {}),
    GpuModel("NVIDIA A100-SXM4-40GB", 428.0, "nvlink_v3_12x", 273.0, 276.0, 229.0, 386.0, 24.4, 40, {}),
    GpuModel("NVIDIA L40S", 344.0, "pcie", 24.8, 45.9, 21.0, 560.0, 26.1, 48, {}),
    GpuModel("NVIDIA L4", 71.5, "pcie", 12.1, 22.4, 10.4, 232.0, 12.9, 24, {}),
    GpuModel("NVIDIA GeForce RTX 4090", 441.0, "pcie", 20.6, 25.2, 13.5, 640.0, 25.6, 24, {}),
    GpuModel("AMD Instinct MI300X", 731.0, "xgmi", 48.2, 92.7, 312.0, 505.0, 53.2, 192, _MI300X),
    GpuModel("NVIDIA GH200 480GB", 640.0, "nvlink_c2c", 0.0, 0.0, 0.0, 618.0, 371.0, 96, _GH200),
)
GPU_MODELS: Mapping[str, GpuModel] = MappingProxyType({model.name: model for model in _MODELS})


@dataclass(frozen=True, slots=True)
class Cluster:
    """Machines of one kind on one network; `customer` counts from 0, `fabric_gbps` is the link rate in Gbit/s."""

    name: str
    customer: int
    gpu_model: str
    gpu_count: int
    nodes: int
    tags: tuple[str, ...]
    fabric_gbps: float
    latency_ms: float
    weight: float


CLUSTERS = (
    Cluster("ng-h100", 0, H100, 8, 64, ("provider: aws", "region:eu-west-1"), 400.0, 0.011, 0.24),
    Cluster("ng-h100-solo", 0, H100, 1, 14, ("provider: gcp", "region:us-central1"), 100.0, 0.046, 0.14),
    Cluster("ng-a100", 0, "NVIDIA A100-SXM4-80GB", 8, 20, ("provider: aws", "region:us-east-1"), 200.0, 0.018, 0.14),
    Cluster("ng-l40s", 0, "NVIDIA L40S", 4, 10, ("provider: aws", "region:eu-north-1"), 100.0, 0.052, 0.08),
    Cluster("lf-h200", 1, "NVIDIA H200", 8, 12, ("on-premises", "hall:north"), 400.0, 0.010, 0.09),
    Cluster("lf-b200", 1, "NVIDIA B200", 8, 10, ("on-premises", "hall:north"), 400.0, 0.009, 0.06),
    Cluster("lf-a100-40", 1, "NVIDIA A100-SXM4-40GB", 2, 16, ("on-premises", "hall:south"), 100.0, 0.041, 0.10),
    Cluster("lf-mi300x", 1, "AMD Instinct MI300X", 8, 10, ("provider: azure", "region:westeurope"), 400.0, 0.012, 0.05),
    Cluster("lf-4090", 1, "NVIDIA GeForce RTX 4090", 2, 8, ("on-premises", "lab"), 25.0, 0.094, 0.04),
    Cluster("lf-l4", 1, "NVIDIA L4", 1, 10, ("provider: gcp", "region:europe-west4"), 25.0, 0.088, 0.04),
    Cluster("lf-gh200", 1, "NVIDIA GH200 480GB", 1, 3, ("on-premises", "loan"), 100.0, 0.038, 0.02),
)


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine; factors are shares of what a typical machine of its model reaches."""

    uuid: str
    ip: str
    gpu_model: str
    gpu_count: int
    compute: float = 1.0
    memory: float = 1.0
    interconnect: float = 1.0
    power_sound: bool = True


@dataclass(frozen=True, slots=True)
class Fleet:
    """Every machine: the sound ones by cluster name, and the ones that a fault is told about."""

    sound: Mapping[str, Sequence[Machine]]
    half_speed: Machine
    weak_interconnect: Machine
    power_sensor: Machine


def build_fleet(rng: np.random.Generator) -> Fleet:
    """Return the machines of all clusters, of which three of the H100 cluster have one fault each."""
    sound = {
        cluster.name: [_machine(rng, cluster, place, number) for number in range(cluster.nodes)]
        for place, cluster in enumerate(CLUSTERS)
    }
    # A cooler hall lets a power-limited card run above what is expected of its model.
    sound["lf-l4"][:2] = [replace(machine, compute=1.16, memory=1.13) for machine in sound["lf-l4"][:2]]
    spare = [_machine(rng, CLUSTERS[0], 0, CLUSTERS[0].nodes + number) for number in range(3)]
    return Fleet(
        sound=sound,
        half_speed=replace(spare[0], compute=HALF_SPEED),
        weak_interconnect=replace(spare[1], interconnect=WEAK_INTERCONNECT),
        power_sensor=replace(spare[2], power_sound=False),
    )


def machine_uuid(rng: np.random.Generator) -> str:
    """Return a random machine UUID."""
    return str(UUID(bytes=rng.bytes(16), version=4))


def _machine(rng: np.random.Generator, cluster: Cluster, place: int, number: int) -> Machine:
    return Machine(
        uuid=machine_uuid(rng),
        ip=f"10.{20 + place}.{number // 16}.{10 + number % 16}",
        gpu_model=cluster.gpu_model,
        gpu_count=cluster.gpu_count,
        compute=float(rng.normal(1.0, MACHINE_SPREAD)),
        interconnect=float(rng.normal(1.0, MACHINE_SPREAD)),
    )
