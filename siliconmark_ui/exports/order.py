"""What is asked for: which table, which rows of it, in which format, with which columns; read from a query string."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal, cast, get_args

from siliconmark_ui.alerts.query import ALERT_PARAMETERS, ALERTS_FIRST, GPU_MODEL_MAX, REVIEWS, AlertQuery
from siliconmark_ui.benchmarks.catalogue import BENCHMARKS, CLUSTER_NETWORK, benchmark_of_key
from siliconmark_ui.comparisons.service import MOST_JOBS
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.exports.columns import (
    JOBS,
    NODES,
    PERFORMANCE,
    PERFORMANCE_JOBS,
    PERFORMANCE_NODES,
    RESULTS,
    Column,
    Table,
)
from siliconmark_ui.exports.job_columns import LINKS, QUICKMARK
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.parameters import EXPORT_PARAMETERS, SEVERAL_STATES, SORT_FIELDS, Parameter, read_boolean
from siliconmark_ui.words import TEXT_PATTERN

Format = Literal["csv", "xlsx", "parquet", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)
Pairs = Iterable[tuple[str, str]]
_EXPANSIONS = {"performance": PERFORMANCE, "performance_nodes": NODES}
RESULT = "result"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOrder:
    """One file of a table. `columns` is what it holds; `chosen` tells whether the caller picked them.

    `bom` puts a byte order mark before a CSV, which some spreadsheets need to read UTF-8.
    """

    table: Table
    format: Format
    columns: tuple[Column, ...]
    chosen: bool = False
    bom: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOrder(FileOrder):
    """One export of the jobs that match a question, or of their nodes."""

    query: JobQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksOrder(FileOrder):
    """One export of the links of a job's network result with the key `result`."""

    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonOrder:
    """One file of a comparison of jobs, the first being what the others are held against.

    Its columns are known when the jobs are read; `columns` names the chosen ones, empty for all. Without `shows_all`
    it holds what differs alone.
    """

    job_ids: tuple[str, ...]
    shows_all: bool
    format: Format
    columns: tuple[str, ...]
    bom: bool


def _format(text: str, name: str) -> str:
    if text not in FORMATS:
        raise InvalidInput(f"{name} must be one of: {', '.join(FORMATS)}")
    return text


def _result(text: str, name: str) -> str:
    key, _, place = text.partition(":")
    if (
        key != CLUSTER_NETWORK
        or benchmark_of_key(text) not in BENCHMARKS
        or (":" in text and not (place.isascii() and place.isdecimal()))
    ):
        raise InvalidInput(f"{name} must be the key of a network result, such as {CLUSTER_NETWORK}")
    return text


def _job_id(text: str, name: str) -> str:
    if not (text.isascii() and text.isdecimal()):
        raise InvalidInput(f"{name} must be the id of a job")
    return text


@cache
def options_of(table: Table) -> Mapping[str, Parameter]:
    """Return the parameters that say what a file of the table is like."""
    names = tuple(column.name for column in table.columns)

    def column(text: str, name: str) -> str:
        if text not in names:
            raise InvalidInput(f"{name} must be among: {', '.join(names)}; not '{text}'")
        return text

    return {
        option.name: option
        for option in (
            Parameter(
                "format",
                _format,
                "What the file is; csv is RFC 4180 in UTF-8, xlsx has at most 1,048,575 rows.",
                {"type": "string", "enum": list(FORMATS), "default": "csv"},
                default="csv",
            ),
            Parameter(
                "columns",
                column,
                "The columns to write, in this order; repeat for several. All that were read when left out.",
                {"type": "array", "items": {"type": "string", "enum": list(names)}},
                default=(),
                repeated=True,
            ),
            Parameter(
                "bom",
                read_boolean,
                "Begin a CSV with a byte order mark, for spreadsheets that need one to read UTF-8.",
                {"type": "boolean", "default": False},
                default=False,
            ),
        )
    }


OPTIONS = options_of(JOBS)
ALLOWED = (*EXPORT_PARAMETERS, *OPTIONS)
# The performance page's own filters, described for readers of the API as well.
_DESCRIBED: Mapping[str, Mapping[str, Any]] = {
    "sort_by": {"type": "string", "enum": [ALERTS_FIRST, *SORT_FIELDS], "default": ALERTS_FIRST},
    "state": SEVERAL_STATES.schema,
    "review": {"type": "string", "enum": list(REVIEWS)},
    "gpu_model": {"type": "string", "minLength": 1, "maxLength": GPU_MODEL_MAX, "pattern": TEXT_PATTERN},
}
PERFORMANCE_FILTERS: Mapping[str, Parameter] = {
    name: replace(parameter, schema=_DESCRIBED.get(name, parameter.schema))
    for name, parameter in ALERT_PARAMETERS.items()
    if name not in {"page", "per_page"}
}
PERFORMANCE_ALLOWED = (*PERFORMANCE_FILTERS, *OPTIONS)
RESULT_PARAMETER = Parameter(
    RESULT,
    _result,
    "The key of the network result: `cluster_network`, or `cluster_network:2` for the second run of a sequence.",
    {"type": "string", "pattern": f"^{CLUSTER_NETWORK}(:[0-9]+)?$", "default": CLUSTER_NETWORK},
    default=CLUSTER_NETWORK,
)
LINKS_ALLOWED = (RESULT, *OPTIONS)
QUICKMARK_ALLOWED = tuple(OPTIONS)
_COMPARED = (
    Parameter(
        "job",
        _job_id,
        "A job to compare; repeat for up to 8. The first is what the others are held against.",
        {"type": "array", "items": {"type": "string", "pattern": "^[0-9]+$"}, "minItems": 1, "maxItems": MOST_JOBS},
        default=(),
        repeated=True,
        required=True,
    ),
    Parameter(
        "all",
        read_boolean,
        "Every value of the comparison; what differs between the jobs alone when left out.",
        {"type": "boolean", "default": False},
        default=False,
    ),
    replace(
        OPTIONS["columns"],
        read=lambda text, _name: text,
        schema={"type": "array", "items": {"type": "string", "minLength": 1}},
    ),
)
COMPARISON_PARAMETERS: Mapping[str, Parameter] = {
    **OPTIONS,
    **{parameter.name: parameter for parameter in _COMPARED},
}
COMPARISON_ALLOWED = tuple(COMPARISON_PARAMETERS)


def read_order(pairs: Pairs) -> ExportOrder:
    """Read an order of the jobs table; raises InvalidInput for an unknown, repeated, empty or unreadable pair."""
    values, filters = _split(JOBS, pairs, ALLOWED)
    query = JobQuery.from_query(filters, allowed=EXPORT_PARAMETERS, several_states=True)
    return ExportOrder(**_file(JOBS, values, asked_of(query)), query=query)


def read_performance_order(table: Table, pairs: Pairs) -> ExportOrder:
    """Read an order of the jobs with performance data or of their nodes; raises InvalidInput as `read_order`."""
    values, filters = _split(table, pairs, PERFORMANCE_ALLOWED)
    query = AlertQuery.from_query(filters, allowed=tuple(PERFORMANCE_FILTERS), several_states=True)
    if table is PERFORMANCE_JOBS:
        query = query.but(include_results=True)
    elif table is PERFORMANCE_NODES:
        query = query.but(include=("performance", "performance_nodes"))
    return ExportOrder(**_file(table, values), query=query)


def read_links_order(pairs: Pairs) -> LinksOrder:
    """Read an order of a job's links; raises InvalidInput as `read_order`."""
    values, rest = _split(LINKS, pairs, LINKS_ALLOWED)
    for name, text in rest:
        if name == RESULT:
            _read_into(values, RESULT_PARAMETER, text)
    return LinksOrder(**_file(LINKS, values), result=values.get(RESULT, CLUSTER_NETWORK))


def read_quickmark_order(pairs: Pairs) -> FileOrder:
    """Read an order of a job's QuickMark figures; raises InvalidInput as `read_order`."""
    values, _ = _split(QUICKMARK, pairs, QUICKMARK_ALLOWED)
    return FileOrder(**_file(QUICKMARK, values))


def read_comparison_order(pairs: Pairs) -> ComparisonOrder:
    """Read an order of a comparison; raises InvalidInput as `read_order`."""
    values: dict[str, Any] = {}
    for name, text in pairs:
        if name not in COMPARISON_PARAMETERS:
            raise InvalidInput(f"Unknown query parameter '{name}'; allowed are: {', '.join(COMPARISON_ALLOWED)}")
        _read_into(values, COMPARISON_PARAMETERS[name], text)
    job_ids = values.get("job", ())
    if not 1 <= len(job_ids) <= MOST_JOBS:
        raise InvalidInput(f"job must be given 1 to {MOST_JOBS} times, each time the id of another job")
    return ComparisonOrder(
        job_ids=job_ids,
        shows_all=values.get("all", False),
        format=_checked_format(values),
        columns=values.get("columns", ()),
        bom=values.get("bom", False),
    )


def asked_of(query: JobQuery) -> tuple[str, ...]:
    """Return the parameters of a question that let further columns be read, as columns name them."""
    results = (RESULTS,) if query.include_results else ()
    return (*results, *(_EXPANSIONS[name] for name in query.include))


def _split(table: Table, pairs: Pairs, allowed: tuple[str, ...]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return what pairs say of the file, read, and the other pairs."""
    values: dict[str, Any] = {}
    rest: list[tuple[str, str]] = []
    options = options_of(table)
    for name, text in pairs:
        if name in options:
            _read_into(values, options[name], text)
        elif name in allowed:
            rest.append((name, text))
        else:
            raise InvalidInput(f"Unknown query parameter '{name}'; allowed are: {', '.join(allowed)}")
    return values, rest


def _file(table: Table, values: Mapping[str, Any], asked: Iterable[str] = ()) -> dict[str, Any]:
    wanted = _checked_format(values)
    names = values.get("columns", ())
    columns = table.chosen(names, asked)
    return {
        "table": table,
        "format": wanted,
        "columns": columns,
        "chosen": bool(names),
        "bom": values.get("bom", False),
    }


def _checked_format(values: Mapping[str, Any]) -> Format:
    wanted = cast("Format", values.get("format", "csv"))
    if values.get("bom") and wanted != "csv":
        raise InvalidInput("bom is for format=csv: no other format has a byte order mark")
    return wanted


def _read_into(values: dict[str, Any], option: Parameter, text: str) -> None:
    if not text:
        raise InvalidInput(f"{option.name} must not be empty")
    value = option.read(text, option.name)
    if option.repeated:
        values[option.name] = tuple(dict.fromkeys((*values.get(option.name, ()), value)))
    elif option.name in values:
        raise InvalidInput(f"{option.name} must be given once")
    else:
        values[option.name] = value
