"""The benchmark sequence of a job: read from a request, completed with QuickMark, and the keys of its results."""

from collections import Counter
from collections.abc import Mapping, Sequence

from typing_extensions import TypedDict

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS, QUICK_MARK, Benchmark, ConfigParameter
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.words import check_text

ENTRIES_MAX = 20
# An answer repeats at most this many characters of what the caller sent.
ECHO_MAX = 100


class SequenceEntry(TypedDict):
    """One entry of a job's sequence; `config` is None when nothing is set (`{}` and null are equal)."""

    benchmark_id: str
    config: dict[str, int] | None


def parse_sequence(items: object, node_count: int) -> list[SequenceEntry]:
    """Return the sequence for the `benchmarks` of a request, with `quick_mark` first unless the caller placed it.

    Each item is a benchmark id or `{"benchmark_id", "config"?}`. Raises InvalidInput naming the entry: an unknown id,
    a config outside the catalogue's limits, the same id with an equal config twice, too few nodes.
    """
    if not isinstance(items, list | tuple):
        raise InvalidInput("benchmarks must be a list of benchmark ids or {benchmark_id, config} objects")
    if len(items) > ENTRIES_MAX:
        raise InvalidInput(f"benchmarks must have at most {ENTRIES_MAX} entries")
    sequence = [_entry(item, f"benchmarks[{index}]") for index, item in enumerate(items)]
    _check_repeats(sequence)
    _check_nodes(sequence, node_count)
    if all(entry["benchmark_id"] != QUICK_MARK for entry in sequence):
        sequence.insert(0, {"benchmark_id": QUICK_MARK, "config": None})
    return sequence


def result_keys(sequence: Sequence[SequenceEntry]) -> list[str]:
    """Return the key under which each entry's result stands, in sequence order: the id, then `id:2`, `id:3`, …"""
    seen: Counter[str] = Counter()
    keys = []
    for entry in sequence:
        name = entry["benchmark_id"]
        seen[name] += 1
        keys.append(name if seen[name] == 1 else f"{name}:{seen[name]}")
    return keys


def benchmark_ids(sequence: Sequence[SequenceEntry]) -> list[str]:
    """Return the id of every entry in sequence order; a benchmark with two configs stands twice."""
    return [entry["benchmark_id"] for entry in sequence]


def _entry(item: object, path: str) -> SequenceEntry:
    if isinstance(item, str):
        return {"benchmark_id": _known(item, path).id, "config": None}
    if not isinstance(item, Mapping):
        raise InvalidInput(f"{path} must be a benchmark id or an object with benchmark_id and config")
    unknown = sorted(str(key) for key in item.keys() - {"benchmark_id", "config"})
    if unknown:
        raise InvalidInput(
            f"{path} has the unknown field {unknown[0][:ECHO_MAX]!r}: allowed are benchmark_id and config"
        )
    benchmark = _known(item.get("benchmark_id"), f"{path}.benchmark_id")
    return {"benchmark_id": benchmark.id, "config": _config(benchmark, item.get("config"), f"{path}.config")}


def _known(value: object, path: str) -> Benchmark:
    name = check_text(value, path)
    benchmark = BENCHMARKS.get(name)
    if benchmark is None:
        raise InvalidInput(f"Benchmark '{name[:ECHO_MAX]}' not found")
    return benchmark


def _config(benchmark: Benchmark, value: object, path: str) -> dict[str, int] | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise InvalidInput(f"{path} must be an object or null")
    config = {}
    for name, setting in value.items():
        parameter = benchmark.config.get(name)
        if parameter is None:
            allowed = ", ".join(benchmark.config) or "nothing"
            raise InvalidInput(f"{path} has the unknown field {str(name)[:ECHO_MAX]!r}: {benchmark.id} takes {allowed}")
        config[name] = _setting(parameter, setting, f"{path}.{name}")
    return config or None


def _setting(parameter: ConfigParameter, value: object, path: str) -> int:
    # bool is an int in Python; JSON's true is no number of seconds.
    if isinstance(value, bool) or not isinstance(value, int) or not parameter.minimum <= value <= parameter.maximum:
        raise InvalidInput(
            f"{path} must be an integer from {parameter.minimum} to {parameter.maximum} ({parameter.unit})"
        )
    return value


def _check_repeats(sequence: Sequence[SequenceEntry]) -> None:
    for index, entry in enumerate(sequence):
        if entry in sequence[:index]:
            name = entry["benchmark_id"]
            raise InvalidInput(f"benchmarks[{index}]: '{name}' stands twice with the same config")


def _check_nodes(sequence: Sequence[SequenceEntry], node_count: int) -> None:
    for entry in sequence:
        needed = BENCHMARKS[entry["benchmark_id"]].min_nodes
        if node_count < needed:
            raise InvalidInput(f"node_count must be at least {needed} for the benchmark '{entry['benchmark_id']}'")
