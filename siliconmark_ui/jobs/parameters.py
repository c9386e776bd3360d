"""The query parameters of lists, totals and exports: how each is read, written and described, once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.identifiers import LARGEST_ID
from siliconmark_ui.instants import parse_instant, to_text
from siliconmark_ui.models import JOB_STATES
from siliconmark_ui.words import NAME_MAX, TAG_MAX, TAG_PATTERN, TAGS_MAX, TEXT_PATTERN, check_text, clean_tags

SORT_FIELDS = (
    "created_at",
    "started_at",
    "ended_at",
    "expires_at",
    "name",
    "state",
    "node_count",
    "current_nodes",
)
EXPANSIONS = ("performance", "performance_nodes")
IDS = "ids"
IDS_MAX = 300
# A page past the end is empty, not wrong, as far as the database can count.
LARGEST_PAGE = (1 << 63) - 1
# Numbers below 9 · 10¹⁸, which is as far as ids go for the next century.
_ONE_ID = "([1-9][0-9]{0,17}|[1-8][0-9]{18})"
_IDS_PATTERN = f"^{_ONE_ID}(,{_ONE_ID}){{0,{IDS_MAX - 1}}}$"
_WHOLE = re.compile(r"-?[0-9]{1,40}", re.ASCII)
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter: `read` raises InvalidInput naming the parameter and what is allowed."""

    name: str
    read: Callable[[str, str], Any]
    description: str
    schema: Mapping[str, Any]
    default: Any = None
    repeated: bool = False
    required: bool = False
    write: Callable[[Any], str] = field(default=str)


def _whole(least: int, most: int) -> Callable[[str, str], int]:
    def read(text: str, name: str) -> int:
        if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
            raise InvalidInput(f"{name} must be an integer from {least} to {most}")
        return int(text)

    return read


def _one_of(*allowed: str) -> Callable[[str, str], str]:
    def read(text: str, name: str) -> str:
        if text not in allowed:
            raise InvalidInput(f"{name} must be one of: {', '.join(allowed)}")
        return text

    return read


def read_boolean(text: str, name: str) -> bool:
    """Return what `true`, `false`, `1` or `0`, in any case, says; raises InvalidInput naming the parameter."""
    try:
        return _BOOLEANS[text.lower()]
    except KeyError as error:
        raise InvalidInput(f"{name} must be true or false") from error


def _name_part(text: str, name: str) -> str:
    if len(check_text(text, name)) > NAME_MAX:
        raise InvalidInput(f"{name} must have at most {NAME_MAX} characters")
    return text


def _benchmark(text: str, name: str) -> str:
    if text not in BENCHMARKS:
        raise InvalidInput(f"{name} must be one of: {', '.join(BENCHMARKS)}")
    return text


def _tag(text: str, name: str) -> str:
    return clean_tags([text], name)[0]


def _ids(text: str, name: str) -> tuple[int, ...]:
    ids = text.split(",")
    if len(ids) > IDS_MAX or not all(_WHOLE.fullmatch(each) and 0 < int(each) <= LARGEST_ID for each in ids):
        raise InvalidInput(f"{name} must be 1 to {IDS_MAX} ids of jobs with commas between them")
    return tuple(dict.fromkeys(map(int, ids)))


def _choice(default: str | None, *allowed: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(allowed)} | ({"default": default} if default else {})


def _number(default: int | None, least: int, most: int | None = None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer", "minimum": least}
    return schema | ({"maximum": most} if most else {}) | ({"default": default} if default else {})


def _truth(*, value: bool) -> str:
    return "true" if value else "false"


_MOMENT: Mapping[str, Any] = {"type": "string", "format": "date-time"}
_FLAG: Mapping[str, Any] = {"type": "boolean", "default": False}
_TAGS: Mapping[str, Any] = {
    "type": "array",
    "items": {"type": "string", "minLength": 1, "maxLength": TAG_MAX, "pattern": TAG_PATTERN},
    "maxItems": TAGS_MAX,
}
# What is asked for at all includes `performance`, which the nodes stand beside.
_EXPAND: Mapping[str, Any] = {
    "type": "array",
    "items": _choice(None, *EXPANSIONS),
    "contains": {"const": "performance"},
}


def _flag(name: str, description: str) -> Parameter:
    return Parameter(name, read_boolean, description, _FLAG, default=False, write=lambda value: _truth(value=value))


PARAMETERS: Mapping[str, Parameter] = {
    parameter.name: parameter
    for parameter in (
        Parameter("page", _whole(1, LARGEST_PAGE), "Page number.", _number(1, 1, LARGEST_PAGE), default=1),
        Parameter("per_page", _whole(1, 300), "Items per page.", _number(20, 1, 300), default=20),
        Parameter(
            "sort_by",
            _one_of(*SORT_FIELDS),
            "Field to sort by; nulls last, ties by id.",
            _choice("created_at", *SORT_FIELDS),
            default="created_at",
        ),
        Parameter(
            "sort_order", _one_of("asc", "desc"), "Sort direction.", _choice("desc", "asc", "desc"), default="desc"
        ),
        Parameter(
            "state",
            _one_of(*JOB_STATES),
            "Filter by job state.",
            _choice(None, *JOB_STATES),
            default=(),
            repeated=True,
        ),
        Parameter(
            "name",
            _name_part,
            "Filter by a part of the name, whatever its case.",
            {"type": "string", "minLength": 1, "maxLength": NAME_MAX, "pattern": TEXT_PATTERN},
        ),
        Parameter("benchmark_id", _benchmark, "Filter by a benchmark in the sequence.", _choice(None, *BENCHMARKS)),
        Parameter("tags", _tag, "Filter by tags; a job must have each one given.", _TAGS, default=(), repeated=True),
        Parameter("created_after", parse_instant, "Jobs created after this moment.", _MOMENT, write=to_text),
        Parameter("created_before", parse_instant, "Jobs created before this moment.", _MOMENT, write=to_text),
        Parameter("node_count_min", _whole(1, 256), "Minimum node count.", _number(None, 1, 256)),
        Parameter("node_count_max", _whole(1, 256), "Maximum node count.", _number(None, 1, 256)),
        _flag("include_results", "Include GPU models and QuickMark aggregate results."),
        Parameter(
            "include",
            _one_of(*EXPANSIONS),
            "Expansions; performance_nodes requires performance.",
            _EXPAND,
            default=(),
            repeated=True,
        ),
        _flag("has_performance_data", "When true, only jobs with scoreboard performance data."),
        Parameter(
            IDS,
            _ids,
            "Of these jobs alone: their ids with commas between them. Our addition, for what was picked from a list.",
            {"type": "string", "minLength": 1, "pattern": _IDS_PATTERN},
            default=(),
            write=lambda ids: ",".join(map(str, ids)),
        ),
    )
}
LIST_PARAMETERS = tuple(name for name in PARAMETERS if name != IDS)
EXPORT_PARAMETERS = tuple(name for name in PARAMETERS if name not in {"page", "per_page"})
# What a page's address says: the page asks for its expansions by itself.
VIEW_PARAMETERS = tuple(name for name in LIST_PARAMETERS if name not in {"include", "include_results"})
SEVERAL_STATES = replace(
    PARAMETERS["state"],
    description="Filter by job state; repeat for jobs in any of several.",
    schema={"type": "array", "items": PARAMETERS["state"].schema, "maxItems": len(JOB_STATES)},
)
STATS_PARAMETERS = ("benchmark_id", "name", "tags", "state", "sort_by", "sort_order")
