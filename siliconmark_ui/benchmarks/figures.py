"""The checks that every uploaded result shares: finite numbers, whole numbers, and JSON that can be stored."""

import math
import re
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TypeGuard

from siliconmark_ui.benchmarks.catalogue import ResultField
from siliconmark_ui.errors import InvalidInput

# Far above any figure a machine can reach, and low enough that sums over 256 nodes stay finite.
FIGURE_MAX = 1e15
# Far deeper than any agent sends, and far from what readers of JSON can follow.
DEEPEST = 64
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_number(value: object) -> TypeGuard[float]:
    """Return whether `value` is a JSON number (true and false are not) that is finite and within +-1e15."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -FIGURE_MAX <= value <= FIGURE_MAX


def check_object(value: object, path: str) -> Mapping[str, object]:
    """Return `value` when it is a JSON object; raises InvalidInput naming `path`."""
    if not isinstance(value, Mapping):
        raise InvalidInput(f"{path} must be an object")
    return value


def check_figure(value: object, path: str, field: ResultField) -> None:
    """Raise InvalidInput naming `path` unless `value` is a figure that `field` allows."""
    below = field.minimum is not None and is_number(value) and value < field.minimum
    whole = field.kind != "integer" or isinstance(value, int)
    if is_number(value) and whole and not below:
        return
    kind = "an integer" if field.kind == "integer" else "a finite number"
    lowest = "" if field.minimum is None else f", {field.minimum:g} or more"
    raise InvalidInput(f"{path} must be {kind}{lowest}")


def check_fields(values: Mapping[str, object], fields: Mapping[str, ResultField], path: str) -> None:
    """Check an object's figures against the catalogue.

    Required figures must be there; optional ones may be missing or null; unknown fields are kept but must be storable.
    Fields of kind `structure` are left to the reader that knows them. Raises InvalidInput naming the figure's path.
    """
    for name, field in fields.items():
        value = values.get(name)
        if field.kind != "structure" and (field.required or value is not None):
            check_figure(value, f"{path}.{name}", field)
    for name, value in values.items():
        if name not in fields:
            check_storable({name: value}, path)


def check_storable(value: object, path: str) -> None:
    """Raise InvalidInput when JSON holds what cannot be kept: NaN, Infinity, U+0000, half characters, a deep nest."""
    # Level by level instead of by recursion: the depth of foreign JSON is not ours to trust.
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [part for item in level for part in _parts(item, path)]
        if not level:
            return
    raise InvalidInput(f"{path} must not be nested deeper than {DEEPEST} levels")


def _parts(item: object, path: str) -> Iterable[object]:
    if isinstance(item, Mapping):
        return chain(item.keys(), item.values())
    if isinstance(item, list | tuple):
        return item
    if isinstance(item, str):
        _check_characters(item, path)
    elif isinstance(item, float) and not math.isfinite(item):
        raise InvalidInput(f"{path} must not hold NaN or Infinity")
    return ()


def _check_characters(text: str, path: str) -> None:
    if _UNSTORABLE.search(text):
        raise InvalidInput(f"{path} must not hold the character U+0000 or half a surrogate pair")
