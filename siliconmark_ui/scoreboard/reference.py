"""The reference catalogue: expected figures per GPU by model, read once from `reference.json`.

Every figure there names its published dense peak and where the expectation comes from. A figure that could only be
guessed is left out; the fleet median then takes its place (see `expectations.py`).
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, TypeAdapter

_VENDORS = ("nvidia ", "amd ")


class ReferenceFigure(BaseModel):
    """One figure of one GPU: `expected` and the published dense `peak` in the metric's unit, and the source of both."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    expected: float
    peak: float
    source: str


class ReferenceEntry(BaseModel):
    """One GPU product: its own name, every name under which drivers report it, and its figures by metric."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gpu_model: str
    aliases: list[str]
    figures: dict[str, ReferenceFigure]


def _read_catalogue() -> tuple[ReferenceEntry, ...]:
    data = Path(__file__).with_name("reference.json").read_bytes()
    return tuple(TypeAdapter(list[ReferenceEntry]).validate_json(data))


def _index(entries: tuple[ReferenceEntry, ...]) -> Mapping[str, ReferenceEntry]:
    index: dict[str, ReferenceEntry] = {}
    for entry in entries:
        for name in {normal_name(alias) for alias in (entry.gpu_model, *entry.aliases)}:
            if name in index:
                raise ValueError(f"The reference catalogue gives {name!r} to two GPU models")
            index[name] = entry
    return MappingProxyType(index)


def normal_name(gpu_model: str) -> str:
    """Return the name as models are compared: lower case, single spaces, without the vendor in front."""
    name = " ".join(gpu_model.casefold().split())
    for vendor in _VENDORS:
        name = name.removeprefix(vendor)
    return name


REFERENCE: tuple[ReferenceEntry, ...] = _read_catalogue()
_BY_NAME: Mapping[str, ReferenceEntry] = _index(REFERENCE)


def reference_entry(gpu_model: str | None) -> ReferenceEntry | None:
    """Return the entry of a GPU model as the driver names it, or None.

    Names match whole: a part of a name never does, because `L4` is not `L40S` and an `RTX 4090 D` is not an `RTX 4090`.
    """
    return _BY_NAME.get(normal_name(gpu_model)) if gpu_model else None


def expected_per_gpu(gpu_model: str | None) -> Mapping[str, float]:
    """Return metric -> expected figure of one GPU, empty for a model that the catalogue does not know."""
    entry = reference_entry(gpu_model)
    return {} if entry is None else {metric: figure.expected for metric, figure in entry.figures.items()}
