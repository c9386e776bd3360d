"""The benchmarks that exist, read once from `catalogue.json`: a further benchmark is one entry there.

A field of the catalogue is the one place that knows a figure's label, unit, decimals, group and rules; charts, exports,
the scoreboard and the display names of the API all read it.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

Scope = Literal["node", "cluster"]
FieldKind = Literal["number", "integer", "structure"]
GroupName = Literal["compute", "memory", "interconnect"]


class ConfigParameter(BaseModel):
    """One integer that a job may set for a benchmark, `minimum` to `maximum` inclusive, in `unit`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    unit: str
    minimum: int
    maximum: int


class ResultField(BaseModel):
    """One field of a benchmark's result.

    `decimals` holds under 100 (above, none are written); `group` is the scoreboard's; `additive` figures may be summed
    over nodes; `higher_is_better` is None where neither end is good; `minimum` is the lowest possible figure;
    `structure` marks a field that is no number and has a reader of its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    unit: str
    kind: FieldKind = "number"
    decimals: int = 1
    group: GroupName | None = None
    additive: bool = False
    higher_is_better: bool | None = True
    needs_power_sensor: bool = False
    required: bool = False
    minimum: float | None = 0.0

    @property
    def display_name(self) -> str:
        """The human name with its unit, as in `Memory bandwidth (GB/s)`."""
        return f"{self.label} ({self.unit})"

    def written(self, value: float) -> str:
        """Return the figure without its unit: thousands separated, no decimals from 100 on or for whole numbers."""
        digits = 0 if self.kind == "integer" or abs(value) >= 100 else self.decimals
        return f"{value:,.{digits}f}"


class Benchmark(BaseModel):
    """One benchmark: what it is called, where it runs, what it takes and what it gives."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    scope: Scope
    min_nodes: int
    config: dict[str, ConfigParameter]
    fields: dict[str, ResultField]


def _read_catalogue() -> Mapping[str, Benchmark]:
    data = Path(__file__).with_name("catalogue.json").read_bytes()
    entries = TypeAdapter(list[Benchmark]).validate_json(data)
    return MappingProxyType({entry.id: entry for entry in entries})


QUICK_MARK = "quick_mark"
CLUSTER_NETWORK = "cluster_network"
BENCHMARKS: Mapping[str, Benchmark] = _read_catalogue()
METRICS: Mapping[str, ResultField] = MappingProxyType(
    {name: field for name, field in BENCHMARKS[QUICK_MARK].fields.items() if field.kind == "number"}
)


def display_names(benchmark_id: str) -> dict[str, str]:
    """Return field name -> human name with unit, by benchmark id or result key; empty for an unknown benchmark."""
    benchmark = BENCHMARKS.get(benchmark_of_key(benchmark_id))
    if benchmark is None:
        return {}
    return {name: field.display_name for name, field in benchmark.fields.items()}


def benchmark_of_key(result_key: str) -> str:
    """Return the benchmark's id of a result key: `cluster_network` for `cluster_network:2`."""
    return result_key.partition(":")[0]
