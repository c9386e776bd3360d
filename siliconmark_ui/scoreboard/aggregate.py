"""What a job's nodes reach together: the `quickmark_aggregate_results` and `gpu_models` of a job."""

from collections.abc import Iterable, Sequence

from siliconmark_ui.scoreboard.ratios import ScoredNode
from siliconmark_ui.scoreboard.schemas import QuickMarkAggregate


def quickmark_aggregate(nodes: Sequence[ScoredNode]) -> QuickMarkAggregate | None:
    """Return the job's aggregate, None when no node reported; a broken power sensor stays out of the sum."""
    reporting = [node for node in nodes if node.reading.node]
    if not reporting:
        return None
    return {
        "bf16_tflops": _total(reporting, "bf16_tflops"),
        "fp16_tflops": _total(reporting, "fp16_tflops"),
        "fp32_tflops": _total(reporting, "fp32_tflops"),
        "fp32_cuda_core_tflops": _total(reporting, "fp32_cuda_core_tflops"),
        "mixed_precision_tflops": _total(reporting, "mixed_precision_tflops"),
        "memory_bandwidth_gbs": _total(reporting, "memory_bandwidth_gbs"),
        "power_consumption_watts": _total(reporting, "power_consumption_watts"),
        "temperature_centigrade": max(_figures(reporting, "temperature_centigrade"), default=None),
        "node_count": len(reporting),
        "gpu_count": sum(node.gpu_count for node in reporting),
    }


def gpu_models(models: Iterable[str | None]) -> list[str]:
    """Return the sorted distinct models of a job's nodes, leaving out nodes that named none."""
    return sorted({model for model in models if model})


def _total(nodes: Sequence[ScoredNode], metric: str) -> float | None:
    figures = _figures(nodes, metric)
    # Agents send two decimals; more after a sum is the noise of binary fractions.
    return round(sum(figures), 4) if figures else None


def _figures(nodes: Sequence[ScoredNode], metric: str) -> list[float]:
    return [figures[metric] for figures in (node.reading.sound_node() for node in nodes) if metric in figures]
