"""The tables of one job, and their rows from the results that its agents uploaded; pure.

A row is a mapping from column name to value; a value that is not there is None.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from siliconmark_ui.benchmarks.catalogue import METRICS
from siliconmark_ui.benchmarks.quick_mark import read_quick_mark
from siliconmark_ui.exports.columns import Column, Table
from siliconmark_ui.scoreboard.expectations import SCORED_METRICS
from siliconmark_ui.scoreboard.schemas import NodePerformance

Row = dict[str, Any]

LINKS = Table(
    "links",
    (
        Column("source", "Source machine", "text"),
        Column("target", "Target machine", "text"),
        Column("source_machine_ip", "Source address", "text"),
        Column("target_machine_ip", "Target address", "text"),
        Column("state", "State", "word"),
        Column("bandwidth_gbps", "Bandwidth", "number", "Gbit/s"),
        Column("latency", "Latency", "number", "ms"),
        Column("error", "Error", "text"),
    ),
)


def _scored_columns() -> Iterator[Column]:
    for metric in SCORED_METRICS:
        field = METRICS[metric]
        yield Column(f"expected.{metric}", f"{field.label}, expected", "number", field.unit)
        yield Column(f"ratio.{metric}", f"{field.label}, ratio", "number")


QUICKMARK = Table(
    "quickmark",
    (
        Column("scope", "Row", "word"),
        Column("task_id", "Task id", "id"),
        Column("machine_uuid", "Machine", "text"),
        Column("machine_ip", "Machine address", "text"),
        Column("gpu_model", "GPU model", "text"),
        Column("gpu_count", "GPUs", "integer"),
        Column("gpu_index", "GPU", "integer"),
        Column("gpu_id", "GPU id", "text"),
        Column("power_sensor", "Power sensor", "word"),
        *(Column(name, field.label, "number", field.unit) for name, field in METRICS.items()),
        *_scored_columns(),
    ),
)


def link_rows(measurements: Sequence[Mapping[str, Any]], addresses: Mapping[str, str | None]) -> Iterator[Row]:
    """Yield a row per directed link, dead ones too, in the order in which the result first names them.

    `addresses` maps machine UUID to address. As the charts read them: of two entries for a pair the later one counts,
    a node's link to itself is none, and a link with an error or a bandwidth of 0 is dead.
    """
    links = {(link["source"], link["target"]): link for link in measurements}
    for (source, target), link in links.items():
        if source == target:
            continue
        error, bandwidth = link.get("error"), link.get("bandwidth_gbps")
        yield {
            "source": source,
            "target": target,
            "source_machine_ip": addresses.get(source),
            "target_machine_ip": addresses.get(target),
            "state": "dead" if error or bandwidth == 0 else "live",
            "bandwidth_gbps": bandwidth,
            "latency": link.get("latency"),
            "error": error,
        }


def quickmark_rows(
    task: Mapping[str, Any], document: Mapping[str, Any], performance: NodePerformance | None
) -> Iterator[Row]:
    """Yield the row of the whole node (`scope` node) and one of each of its GPUs (`scope` gpu).

    A node's figures are totals measured under joint load, not sums of the GPUs' rows. Where a power sensor is broken,
    `power_sensor` of the GPU and of its node says so and what hangs on it is None, so that nobody adds it up.
    """
    reading = read_quick_mark(document, task["gpu_count"])
    if not reading.node:
        return
    head = {
        "task_id": task["id"],
        "machine_uuid": task["machine_uuid"],
        "machine_ip": task["machine_ip"],
        "gpu_model": task["gpu_model"],
        "gpu_count": task["gpu_count"],
    }
    yield {"scope": "node", **head, **_sensor(reading.power_sound), **reading.sound_node(), **_held(performance)}
    for gpu in reading.gpus:
        row = {"scope": "gpu", **head, "gpu_index": gpu.index, "gpu_id": gpu.gpu_id or None}
        yield row | _sensor(gpu.power_sound) | gpu.sound_metrics()


def _sensor(is_sound: bool) -> Row:
    return {"power_sensor": "sound" if is_sound else "broken"}


def _held(performance: NodePerformance | None) -> Row:
    held: Row = {}
    for metric, score in performance["metrics"].items() if performance else ():
        held |= {f"expected.{metric}": score["expected"], f"ratio.{metric}": score["ratio"]}
    return held
