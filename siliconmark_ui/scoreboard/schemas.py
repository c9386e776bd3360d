"""What the scoreboard hands out: the objects that the API, the pages and the exports show as they are."""

from typing import Literal

from typing_extensions import TypedDict

from siliconmark_ui.benchmarks.catalogue import GroupName

Status = Literal["underperforming", "as_expected", "outperforming", "unknown"]


class GroupScore(TypedDict):
    """A group's score, rounded to 4 decimals, None without an expectation."""

    score: float | None
    status: Status


class MetricScore(TypedDict):
    """A node's own figure, what the whole node is expected to reach, and their ratio; None without an expectation."""

    value: float
    expected: float | None
    ratio: float | None
    status: Status


class NodePerformance(TypedDict):
    """One node of `performance_nodes`."""

    task_id: str
    machine_uuid: str | None
    machine_ip: str | None
    gpu_model: str | None
    gpu_count: int
    status: Status
    score: float | None
    groups: dict[GroupName, GroupScore]
    metrics: dict[str, MetricScore]


class Performance(TypedDict):
    """The `performance` of a job; `reasons` are sentences for people, worst first."""

    benchmark_id: str
    status: Status
    score: float | None
    scored_nodes: int
    underperforming_nodes: int
    groups: dict[GroupName, GroupScore]
    reasons: list[str]


class QuickMarkAggregate(TypedDict):
    """Sums over the nodes that reported (TFLOPS, GB/s, W) and the highest temperature; None where no node has it."""

    bf16_tflops: float | None
    fp16_tflops: float | None
    fp32_tflops: float | None
    fp32_cuda_core_tflops: float | None
    mixed_precision_tflops: float | None
    memory_bandwidth_gbs: float | None
    power_consumption_watts: float | None
    temperature_centigrade: float | None
    node_count: int
    gpu_count: int
