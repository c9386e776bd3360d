"""QuickMark results of one node: checked as agents send them, and read into figures.

Shape: `{"test_results": [one object per GPU], "aggregate_results": {...}, "timestamp"}`. The aggregate of several GPUs
holds node totals measured under joint load; that of one GPU copies the GPU.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS, METRICS, QUICK_MARK
from siliconmark_ui.benchmarks.figures import check_fields, check_figure, check_object, check_storable, is_number
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.words import check_text

GPUS_MAX = 64
LINKS_MAX = GPUS_MAX * (GPUS_MAX - 1)
# A GPU that computes draws more than this; less is a sensor that does not work.
SOUND_WATTS_PER_GPU = 20.0
POWER = "power_consumption_watts"
MATRIX = "gpu_bandwidth_matrix"

_TEXTS = ("gpu_id", "gpu_model", "timestamp")
_MATRIX_KEY = re.compile(r"gpu(\d{1,4})_to_gpu(\d{1,4})", re.IGNORECASE)
_GPU_NAME = re.compile(r"(?:gpu)?(\d{1,4})", re.IGNORECASE)
_FIELDS = BENCHMARKS[QUICK_MARK].fields
_FIGURES = msgspec.defstruct("Figures", [(name, float | None, None) for name in METRICS])
_STORED = msgspec.defstruct("Stored", [("aggregate_results", _FIGURES), ("test_results", list[_FIGURES])])  # type: ignore[valid-type]
_DOCUMENT = msgspec.json.Decoder(_STORED)
_LINK_FIGURE = _FIELDS[MATRIX].model_copy(update={"kind": "number"})


@dataclass(frozen=True)
class GpuReading:
    """One GPU's figures by metric name; `index` counts from 0 in the order of the result, `gpu_id` may be empty.

    `power_sound` is that of the GPU's own sensor, of the node's where the GPU reports no power.
    """

    index: int
    gpu_id: str
    metrics: dict[str, float]
    power_sound: bool = True

    def sound_metrics(self) -> dict[str, float]:
        """Return the GPU's figures without those that hang on a broken power sensor."""
        return _believed(self.metrics, is_sound=self.power_sound)


@dataclass(frozen=True)
class GpuLink:
    """Bandwidth between two GPUs of a node in GB/s: one way (simplex), both ways at once (duplex); None if unknown."""

    source: int
    target: int
    connection_type: str
    simplex_gbs: float | None
    duplex_gbs: float | None


@dataclass(frozen=True)
class QuickMarkReading:
    """The figures of one node: `node` for the whole node, `gpus` one each, `links` between them.

    `power_sound` is False when a power figure is under 20 W per GPU: such a sensor is broken, and the node's figures
    with it, because they hold what it reports. Of the GPUs only those whose own sensor is broken are in doubt.
    """

    node: dict[str, float]
    gpus: list[GpuReading] = field(default_factory=list)
    links: list[GpuLink] = field(default_factory=list)
    power_sound: bool = True
    timestamp: str | None = None

    def sound_node(self) -> dict[str, float]:
        """Return the node's figures without those that hang on a broken power sensor."""
        return _believed(self.node, is_sound=self.power_sound)


def _believed(figures: Mapping[str, float], *, is_sound: bool) -> dict[str, float]:
    return {name: value for name, value in figures.items() if is_sound or not METRICS[name].needs_power_sensor}


def check_quick_mark(results: object) -> None:
    """Check an uploaded result; raises InvalidInput naming the path, as in `results.test_results[1].bf16_tflops`.

    Five figures are required in the aggregate and for every GPU; other known figures may be missing or null; fields
    that are not known are kept as they are.
    """
    whole = check_object(results, "results")
    _check_figures(whole.get("aggregate_results"), "results.aggregate_results")
    tests = whole.get("test_results")
    if not isinstance(tests, list) or not 1 <= len(tests) <= GPUS_MAX:
        raise InvalidInput(f"results.test_results must be a list of 1 to {GPUS_MAX} objects, one per GPU")
    for index, test in enumerate(tests):
        _check_figures(test, f"results.test_results[{index}]")
    rest = {name: value for name, value in whole.items() if name not in ("aggregate_results", "test_results")}
    _check_texts(rest, "results")
    _check_matrix(rest.pop(MATRIX, None), f"results.{MATRIX}")
    check_storable(rest, "results")


def read_quick_mark(results: Mapping[str, object], gpu_count: int) -> QuickMarkReading:
    """Read a stored result of a node with `gpu_count` GPUs; the aggregate alone is enough. Never raises on odd data."""
    aggregate = _object(results.get("aggregate_results"))
    node = _figures(aggregate)
    tests = [(_text(test.get("gpu_id")), _figures(test)) for test in _objects(results.get("test_results"))]
    is_sound = _is_power_sound(node, [figures for _, figures in tests], gpu_count)
    gpus = [
        GpuReading(index, gpu_id, figures, _is_own_sound(figures, is_sound))
        for index, (gpu_id, figures) in enumerate(tests)
    ]
    matrix = aggregate.get(MATRIX) or results.get(MATRIX)
    return QuickMarkReading(
        node=node,
        gpus=gpus,
        links=list(_links(matrix, {gpu.gpu_id: gpu.index for gpu in gpus if gpu.gpu_id})),
        power_sound=is_sound,
        timestamp=_text(results.get("timestamp")) or None,
    )


def read_figures(document: bytes, gpu_count: int) -> QuickMarkReading:
    """Read the figures alone of a stored document, without links: a twentieth of the time, for hundreds of documents.

    Raises msgspec.ValidationError for a document that no upload check has seen.
    """
    stored: Any = _DOCUMENT.decode(document)
    node, *gpus = (_known(each) for each in (stored.aggregate_results, *stored.test_results))
    is_sound = _is_power_sound(node, gpus, gpu_count)
    readings = [GpuReading(index, "", figures, _is_own_sound(figures, is_sound)) for index, figures in enumerate(gpus)]
    return QuickMarkReading(node, readings, power_sound=is_sound)


def _known(figures: Any) -> dict[str, float]:
    return {
        name: value for name, value in zip(METRICS, msgspec.structs.astuple(figures), strict=True) if value is not None
    }


def _check_figures(value: object, path: str) -> None:
    values = check_object(value, path)
    check_fields(values, _FIELDS, path)
    _check_texts(values, path)
    _check_matrix(values.get(MATRIX), f"{path}.{MATRIX}")


def _check_texts(values: Mapping[str, object], path: str) -> None:
    for name in _TEXTS:
        if values.get(name) is not None:
            check_text(values[name], f"{path}.{name}")


def _check_matrix(matrix: object, path: str) -> None:
    if matrix is None:
        return
    if isinstance(matrix, Mapping):
        entries = [(f"{path}.{name}", link) for name, link in matrix.items()]
        check_storable(list(matrix), path)
    elif isinstance(matrix, list):
        entries = [(f"{path}[{index}]", link) for index, link in enumerate(matrix)]
    else:
        raise InvalidInput(f"{path} must be an object or a list")
    if len(entries) > LINKS_MAX:
        raise InvalidInput(f"{path} must have at most {LINKS_MAX} links")
    for place, value in entries:
        link = check_object(value, place)
        _check_link(link, place)
        if isinstance(matrix, list):
            _check_gpu(link.get("source_gpu"), f"{place}.source_gpu")
            _check_gpu(link.get("target_gpu"), f"{place}.target_gpu")


def _check_link(link: Mapping[str, object], path: str) -> None:
    for name in ("simplex_gbs", "duplex_gbs"):
        if link.get(name) is not None:
            check_figure(link[name], f"{path}.{name}", _LINK_FIGURE)
    if link.get("connection_type") is not None:
        check_text(link["connection_type"], f"{path}.connection_type")
    check_storable(link, path)


def _check_gpu(value: object, path: str) -> None:
    is_index = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if not is_index and not (isinstance(value, str) and value):
        raise InvalidInput(f"{path} must be a GPU's index, 0 or more, or its id")


def _links(matrix: object, index_of: Mapping[str, int]) -> Iterator[GpuLink]:
    if isinstance(matrix, Mapping):
        for name, link in matrix.items():
            ends = _MATRIX_KEY.fullmatch(str(name))
            if ends and isinstance(link, Mapping):
                yield _link(int(ends[1]), int(ends[2]), link)
        return
    for link in _objects(matrix):
        source = _gpu_index(link.get("source_gpu"), index_of)
        target = _gpu_index(link.get("target_gpu"), index_of)
        if source is not None and target is not None:
            yield _link(source, target, link)


def _link(source: int, target: int, link: Mapping[str, object]) -> GpuLink:
    return GpuLink(
        source=source,
        target=target,
        connection_type=_text(link.get("connection_type")),
        simplex_gbs=_figure(link.get("simplex_gbs")),
        duplex_gbs=_figure(link.get("duplex_gbs")),
    )


def _gpu_index(value: object, index_of: Mapping[str, int]) -> int | None:
    if isinstance(value, int):
        return value
    name = _text(value)
    if name in index_of:
        return index_of[name]
    number = _GPU_NAME.fullmatch(name)
    return int(number[1]) if number else None


def _is_own_sound(gpu: Mapping[str, float], is_node_sound: bool) -> bool:
    return gpu[POWER] >= SOUND_WATTS_PER_GPU if POWER in gpu else is_node_sound


def _is_power_sound(node: Mapping[str, float], gpus: Sequence[Mapping[str, float]], gpu_count: int) -> bool:
    figures = [gpu[POWER] for gpu in gpus if POWER in gpu]
    if POWER in node:
        figures.append(node[POWER] / max(gpu_count, 1))
    return all(watts >= SOUND_WATTS_PER_GPU for watts in figures)


def _figures(values: Mapping[str, object]) -> dict[str, float]:
    found = {name: _figure(values.get(name)) for name in METRICS}
    return {name: value for name, value in found.items() if value is not None}


def _figure(value: object) -> float | None:
    return float(value) if is_number(value) else None


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _objects(value: object) -> list[Mapping[str, object]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
