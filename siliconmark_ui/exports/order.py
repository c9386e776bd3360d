"""What is asked for: which jobs, in which format, with which columns; read from a query string."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.exports.columns import JOBS, NODES, PERFORMANCE, RESULTS, Column
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.parameters import EXPORT_PARAMETERS, Parameter, read_boolean

Format = Literal["csv", "xlsx", "parquet", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)
_EXPANSIONS = {"performance": PERFORMANCE, "performance_nodes": NODES}


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """One export of the jobs table. `columns` is what files hold; `chosen` tells whether the caller picked them.

    `bom` puts a byte order mark before a CSV, which some spreadsheets need to read UTF-8.
    """

    query: JobQuery
    format: Format
    columns: tuple[Column, ...]
    chosen: bool = False
    bom: bool = False


def _format(text: str, name: str) -> str:
    if text not in FORMATS:
        raise InvalidInput(f"{name} must be one of: {', '.join(FORMATS)}")
    return text


def _column(text: str, name: str) -> str:
    if text not in _COLUMN_NAMES:
        raise InvalidInput(f"{name} must be among: {', '.join(_COLUMN_NAMES)}; not '{text}'")
    return text


_COLUMN_NAMES = tuple(column.name for column in JOBS.columns)
OPTIONS: Mapping[str, Parameter] = {
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
            _column,
            "The columns to write, in this order; repeat for several. All that were read when left out.",
            {"type": "array", "items": {"type": "string", "enum": list(_COLUMN_NAMES)}},
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
ALLOWED = (*EXPORT_PARAMETERS, *OPTIONS)


def read_order(pairs: Iterable[tuple[str, str]]) -> ExportOrder:
    """Read decoded query pairs; raises InvalidInput for an unknown, repeated, empty or unreadable one."""
    values: dict[str, Any] = {}
    filters: list[tuple[str, str]] = []
    for name, text in pairs:
        if name in OPTIONS:
            _read_into(values, OPTIONS[name], text)
        elif name in ALLOWED:
            filters.append((name, text))
        else:
            raise InvalidInput(f"Unknown query parameter '{name}'; allowed are: {', '.join(ALLOWED)}")
    query = JobQuery.from_query(filters, allowed=EXPORT_PARAMETERS)
    wanted = cast("Format", values.get("format", "csv"))
    if values.get("bom") and wanted != "csv":
        raise InvalidInput("bom is for format=csv: no other format has a byte order mark")
    names = values.get("columns", ())
    columns = JOBS.chosen(names, asked_of(query))
    return ExportOrder(query, wanted, columns, chosen=bool(names), bom=values.get("bom", False))


def asked_of(query: JobQuery) -> tuple[str, ...]:
    """Return the parameters of a question that let further columns be read, as columns name them."""
    results = (RESULTS,) if query.include_results else ()
    return (*results, *(_EXPANSIONS[name] for name in query.include))


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
