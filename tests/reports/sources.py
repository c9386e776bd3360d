"""Jobs to report on, with figures of their own, scored as the program scores them."""

from itertools import permutations
from typing import Any

from siliconmark_ui.benchmarks.quick_mark import read_quick_mark
from siliconmark_ui.reports.source import ReportSource, SourceResult, SourceTask
from siliconmark_ui.scoreboard.expectations import expectations_for
from siliconmark_ui.scoreboard.ratios import ScoredNode
from siliconmark_ui.scoreboard.reference import expected_per_gpu
from siliconmark_ui.scoreboard.score import score_job
from tests.factories import machine

MODEL = "NVIDIA A100-SXM4-80GB"
JOB_ID = 912_000_000_000_000_001
NETWORK_ENTRY = {"benchmark_id": "cluster_network", "config": {"timeout": 45}}


def address(number: int) -> str:
    """Return the address of the machine with that number."""
    return f"10.20.{number // 100}.{number % 100 + 1}"


def source(nodes: int = 3, *, slow: int | None = 1, network: bool = True, **job: Any) -> ReportSource:
    """Return an ended job of `nodes` machines, of which `slow` computes at 0.57 of what is expected."""
    tasks = [_task(number) for number in range(nodes)]
    results = [_quick_mark(task, 0.57 if number == slow else 1.0) for number, task in enumerate(tasks)]
    scored = score_job([_scored(task, result) for task, result in zip(tasks, results, strict=True)])
    assert scored is not None
    has_network = network and nodes > 1
    if has_network:
        results.append(_result(None, "cluster_network", _network(nodes)))
    sequence: list[Any] = [{"benchmark_id": "quick_mark", "config": None}, *([NETWORK_ENTRY] if has_network else [])]
    whole: Any = {
        "id": JOB_ID,
        "name": "Hall 7 acceptance",
        "description": "Before the hand-over",
        "state": "completed",
        "node_count": nodes,
        "current_nodes": nodes,
        "benchmark_sequence": sequence,
        "tags": ["production", "hall-7"],
        "created_at": "2026-05-04T02:50:00Z",
        "started_at": "2026-05-04T03:00:00Z",
        "ended_at": "2026-05-04T04:15:30Z",
        "customer": "Acme",
        "is_demo": False,
        **job,
    }
    return {
        "job": whole,
        "tasks": tasks,
        "results": results,
        "performance": scored[0],
        "performance_nodes": scored[1],
        "made_at": "2026-05-04T04:15:31.25Z",
    }


def _task(number: int) -> SourceTask:
    return {
        "id": JOB_ID + 1 + number,
        "machine_uuid": machine(number),
        "machine_ip": address(number),
        "gpu_model": MODEL,
        "gpu_count": 1,
        "state": "completed",
        "failed_message": None,
        "started_at": "2026-05-04T03:00:10Z",
        "ended_at": "2026-05-04T04:15:30Z",
        "inventory": {"gpu": {"driver_version": "571.22"}, "cpu": {"os": "debian 13"}},
    }


def _quick_mark(task: SourceTask, share: float) -> SourceResult:
    figures = {
        "bf16_tflops": 264.4 * share,
        "fp16_tflops": 259.3 * share,
        "fp32_tflops": 123.2 * share,
        "mixed_precision_tflops": 231.1 * share,
        "memory_bandwidth_gbs": 1741.5,
        "power_consumption_watts": 411.3,
        "temperature_centigrade": 58,
    }
    return _result(task["id"], "quick_mark", {"test_results": [figures], "aggregate_results": figures})


def _result(task_id: int | None, key: str, document: Any) -> SourceResult:
    return {
        "task_id": task_id,
        "key": key,
        "state": "completed",
        "started_at": "2026-05-04T03:10:00Z",
        "ended_at": "2026-05-04T03:14:05Z",
        "error_message": None,
        "document": document,
    }


def _scored(task: SourceTask, result: SourceResult) -> ScoredNode:
    return ScoredNode(
        task_id=str(task["id"]),
        machine_uuid=task["machine_uuid"],
        machine_ip=task["machine_ip"],
        gpu_model=MODEL,
        gpu_count=1,
        reading=read_quick_mark(result["document"], 1),
        expected=expectations_for(MODEL, 1, expected_per_gpu, {}),
    )


def _network(nodes: int) -> Any:
    links = [
        {
            "source": machine(one),
            "target": machine(other),
            "bandwidth_gbps": 37.25 if (one, other) == (0, 1) else round(91 + (one * 7 + other * 3) % 50 / 10, 2),
            "latency": round(0.011 + (one + other) % 9 / 1000, 4),
        }
        for one, other in permutations(range(nodes), 2)
    ]
    if nodes > 2:
        links[-1] = {"source": machine(nodes - 1), "target": machine(nodes - 2), "error": "no route to host"}
    return {
        "avg_bandwidth_gbps": 88.8,
        "min_bandwidth_gbps": 37.25,
        "avg_latency": 0.0145,
        "total_links_tested": len(links),
        "measurements": links,
    }
