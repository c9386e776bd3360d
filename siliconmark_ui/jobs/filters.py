"""One question about jobs: which, in what order, which part, with what; and its one form in a query string."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, urlencode

from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.jobs.parameters import LARGEST_PAGE, LIST_PARAMETERS, PARAMETERS, Parameter
from siliconmark_ui.words import TAGS_MAX

MOST_PAIRS = 100
_HALF_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
# What narrows a list down, as opposed to what orders, pages or widens it.
FILTERS = (
    "state",
    "name",
    "benchmark_id",
    "tags",
    "created_after",
    "created_before",
    "node_count_min",
    "node_count_max",
    "has_performance_data",
    "ids",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobQuery:
    """A question about jobs; fields are the specification's query parameters. Times are aware and exclusive.

    A job of any of the states in `state` is meant, of every state when there is none.
    """

    page: int = 1
    per_page: int = 20
    sort_by: str = "created_at"
    sort_order: str = "desc"
    state: tuple[str, ...] = ()
    name: str | None = None
    benchmark_id: str | None = None
    tags: tuple[str, ...] = ()
    created_after: datetime | None = None
    created_before: datetime | None = None
    node_count_min: int | None = None
    node_count_max: int | None = None
    include_results: bool = False
    include: tuple[str, ...] = ()
    has_performance_data: bool = False
    ids: tuple[int, ...] = ()

    # How a query string says them; a page's own question may know more than the API's.
    parameters: ClassVar[Mapping[str, Parameter]] = PARAMETERS

    def __post_init__(self) -> None:
        """Hold the fields against each other; raises InvalidInput."""
        _check_ranges(self)
        if "performance_nodes" in self.include and "performance" not in self.include:
            raise InvalidInput("include=performance_nodes requires include=performance")

    @classmethod
    def from_query(
        cls,
        pairs: Iterable[tuple[str, str]],
        *,
        allowed: Sequence[str] = LIST_PARAMETERS,
        several_states: bool = False,
        **defaults: Any,
    ) -> Self:
        """Read decoded query pairs; raises InvalidInput for an unknown, repeated, empty or unreadable one.

        `several_states`: pages and exports take more than one, where the specification's own routes take one.
        """
        values: dict[str, Any] = {}
        for name, text in pairs:
            if name not in allowed:
                raise InvalidInput(f"Unknown query parameter '{name}'; allowed are: {', '.join(allowed)}")
            if name == "state" and name in values and not several_states:
                raise InvalidInput(f"{name} must be given once")
            _read_into(values, cls.parameters[name], text)
        return cls(**{**defaults, **values})

    def to_query(self) -> str:
        """Return the query string of what differs from the defaults, in one order."""
        pairs = []
        for name, parameter in self.parameters.items():
            value = getattr(self, name)
            if value != parameter.default:
                each = value if parameter.repeated else (value,)
                pairs += [(name, parameter.write(item)) for item in each]
        return urlencode(pairs)

    def but(self, **changes: Any) -> Self:
        """Return the same question with some fields changed; raises InvalidInput when they do not go together."""
        return replace(self, **changes)

    @property
    def given(self) -> frozenset[str]:
        """Return the names of the filters in use."""
        return frozenset(name for name in FILTERS if getattr(self, name) not in (None, (), False))

    @property
    def own_values(self) -> Mapping[str, Any]:
        """Return the values of filters that this kind of question has beyond the specification's."""
        return {}

    @property
    def offset(self) -> int:
        """Return how many rows come before this page; no more than the database can count."""
        return min((self.page - 1) * self.per_page, LARGEST_PAGE)


def pairs_of(query_string: bytes | str, what: str = "The query string") -> list[tuple[str, str]]:
    """Return the decoded pairs of a query string or form as sent, empty values kept; raises InvalidInput."""
    unreadable = InvalidInput(f"{what} must be UTF-8 with at most {MOST_PAIRS} parameters")
    try:
        raw = query_string.encode(errors="surrogateescape") if isinstance(query_string, str) else query_string
    except ValueError as error:
        # Half a character, which an event of a page can carry.
        raise unreadable from error
    if _HALF_ESCAPE.search(raw):
        raise InvalidInput(f"{what} must have two hexadecimal digits after each %; write %25 for a percent sign")
    try:
        # Some clients send UTF-8 without escaping it.
        return parse_qsl(raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_PAIRS)
    except ValueError as error:
        raise unreadable from error


def _read_into(values: dict[str, Any], parameter: Parameter, text: str) -> None:
    name = parameter.name
    if not text:
        raise InvalidInput(f"{name} must not be empty")
    value = parameter.read(text, name)
    if not parameter.repeated:
        if name in values:
            raise InvalidInput(f"{name} must be given once")
        values[name] = value
        return
    earlier: tuple[Any, ...] = values.get(name, ())
    if value not in earlier:
        values[name] = (*earlier, value)
    if name == "tags" and len(values[name]) > TAGS_MAX:
        raise InvalidInput(f"tags must be given at most {TAGS_MAX} times")


def _check_ranges(query: JobQuery) -> None:
    least, most = query.node_count_min, query.node_count_max
    if least is not None and most is not None and least > most:
        raise InvalidInput("node_count_min must not be above node_count_max")
    after, before = query.created_after, query.created_before
    if after is not None and before is not None and after >= before:
        raise InvalidInput("created_after must be before created_before")
