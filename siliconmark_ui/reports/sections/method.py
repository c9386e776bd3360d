"""How the figures came about: the rules of the scoreboard, the expectations with their sources, and the versions."""

import platform
import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

from siliconmark_ui.benchmarks.catalogue import CLUSTER_NETWORK, METRICS
from siliconmark_ui.benchmarks.quick_mark import SOUND_WATTS_PER_GPU
from siliconmark_ui.charts.network import LATE_LINK, SLOW_LINK
from siliconmark_ui.charts.words import figure, plural
from siliconmark_ui.config import ROOT
from siliconmark_ui.reports.blocks import Block, Cell, bullets, heading, left, paragraph, right, table
from siliconmark_ui.reports.source import ReportSource
from siliconmark_ui.reports.words import moment
from siliconmark_ui.scoreboard.expectations import FLEET_MINIMUM
from siliconmark_ui.scoreboard.ratios import LOWER_BOUND, UPPER_BOUND
from siliconmark_ui.scoreboard.reference import ReferenceEntry, reference_entry

_INVENTORY = (
    ("Driver", ("gpu", "driver_version")),
    ("Operating system", ("cpu", "os")),
    ("Processor", ("cpu", "processor")),
)
_WORDS_SHOWN = 4
_LONGEST_WORD = 80
_RULES = (
    (
        "QuickMark measures each node under load on all of its GPUs. A figure's ratio is the node's value divided by "
        "its number of GPUs and by what one GPU of that model is expected to reach; interconnect figures are held, "
        "undivided, against nodes with the same model and number of GPUs."
    ),
    (
        "Expected is the reference catalogue's figure, else the median of the fleet when at least "
        f"{FLEET_MINIMUM} other nodes of that model reported, else unknown."
    ),
    (
        "A group's score is the median of its metrics' ratios, a node's its lowest group, the job's its lowest node. "
        "Compute and memory are never averaged together."
    ),
    f"Below {LOWER_BOUND:.2f} × is underperforming, above {UPPER_BOUND:.2f} × outperforming, between them as expected.",
    (
        f"A power sensor that reads under {SOUND_WATTS_PER_GPU:.0f} W per GPU under load is taken as broken: its "
        "figures enter no score and no sum."
    ),
    "GB/s are 10⁹ bytes, Gbit/s 10⁹ bits a second; TFLOPS are 10¹² operations a second. Moments are in UTC.",
)
_NETWORK_RULE = (
    "Cluster Network measures each directed pair of nodes. A link is called slow below "
    f"{SLOW_LINK:.2f} × of the median bandwidth, late above {LATE_LINK:.2f} × of the median latency, and dead when "
    "it reported an error or carried nothing."
)


def method(source: ReportSource) -> list[Block]:
    """Return the rules, the expectations and the versions."""
    has_network = any(entry["benchmark_id"] == CLUSTER_NETWORK for entry in source["job"]["benchmark_sequence"])
    rules = [*_RULES, _NETWORK_RULE] if has_network else _RULES
    return [heading("Method and versions"), bullets(rules), *_expectations(source), *_versions(source)]


@cache
def program_version() -> str:
    """Return the version of SiliconMark UI."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def _expectations(source: ReportSource) -> list[Block]:
    models = sorted({task["gpu_model"] for task in source["tasks"] if task["gpu_model"]})
    blocks: list[Block] = []
    seen: set[str] = set()
    for model in models:
        entry = reference_entry(model)
        if entry is None:
            blocks.append(
                paragraph(f"The reference catalogue does not know {model}; the fleet's median stands in.", "muted")
            )
        elif entry.gpu_model not in seen:
            seen.add(entry.gpu_model)
            blocks += [heading(f"Expected of one {entry.gpu_model}", 3), _expected(entry)]
    return blocks


def _expected(entry: ReferenceEntry) -> Block:
    rows: list[list[str | Cell]] = [
        [
            METRICS[metric].label,
            METRICS[metric].unit,
            figure(known.expected, METRICS[metric].unit),
            figure(known.peak, METRICS[metric].unit),
            known.source,
        ]
        for metric, known in entry.figures.items()
    ]
    columns = [left("Metric", 3), left("Unit"), right("Expected"), right("Peak"), left("Source", 8)]
    return table(f"What is expected of one {entry.gpu_model}", columns, rows)


def _versions(source: ReportSource) -> list[Block]:
    rows: list[list[str | Cell]] = [
        ["Report made (UTC)", moment(source["made_at"])],
        ["SiliconMark UI", program_version()],
        ["Python", platform.python_version()],
        ["Typesetting", f"Typst {version('typst')}"],
    ]
    for label, path in _INVENTORY:
        told = Counter(word for task in source["tasks"] if (word := _told(task["inventory"], path)))
        if told:
            rows.append([f"{label}, as agents told", _most_common(told)])
    return [heading("Versions", 3), table("Versions", [left("What", 2), left("Version", 5)], rows)]


def _told(inventory: Mapping[str, Any] | None, path: tuple[str, ...]) -> str:
    value: object = inventory
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value[:_LONGEST_WORD] if isinstance(value, str) else ""


def _most_common(told: Counter[str]) -> str:
    words = [f"{word} ({plural(nodes, 'node')})" for word, nodes in told.most_common(_WORDS_SHOWN)]
    rest = len(told) - len(words)
    return "; ".join(words) + (f"; and {rest} more" if rest else "")
