"""One question about machines: which, in what order, which part; and its one form in a query string."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.models import STATUSES
from siliconmark_ui.words import check_text

SORT_FIELDS = ("last_seen", "address", "gpu_model", "gpu_count", "jobs", "score")
SEARCH_MAX = 60
PER_PAGE_MAX = 300
LARGEST_PAGE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineQuery:
    """A question about machines. `search` is a part of address, UUID or GPU model; `status` is the last one scored."""

    search: str | None = None
    status: str | None = None
    sort_by: str = "last_seen"
    sort_order: str = "desc"
    page: int = 1
    per_page: int = 50

    @classmethod
    def from_query(cls, pairs: Iterable[tuple[str, str]]) -> Self:
        """Read decoded query pairs; raises InvalidInput for an unknown, repeated, empty or unreadable one."""
        values: dict[str, Any] = {}
        for name, text in pairs:
            if name not in _READERS:
                raise InvalidInput(f"Unknown query parameter '{name}'; allowed are: {', '.join(_READERS)}")
            if name in values:
                raise InvalidInput(f"{name} must be given once")
            values[name] = read_parameter(name, text)
        return cls(**values)

    def to_query(self) -> str:
        """Return the query string of what differs from the defaults, in one order."""
        default = type(self)()
        pairs = [(name, getattr(self, name)) for name in _READERS if getattr(self, name) != getattr(default, name)]
        return urlencode(pairs)

    def but(self, **changes: Any) -> Self:
        """Return the same question with some fields changed."""
        return replace(self, **changes)

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the list down."""
        return self.search is not None or self.status is not None

    @property
    def offset(self) -> int:
        """Return how many rows come before this page."""
        return (self.page - 1) * self.per_page


def read_parameter(name: str, text: str) -> Any:
    """Return the value of one parameter; raises InvalidInput naming the parameter and what is allowed."""
    if not text:
        raise InvalidInput(f"{name} must not be empty")
    return _READERS[name](text, name)


def _one_of(*allowed: str) -> Callable[[str, str], str]:
    def read(text: str, name: str) -> str:
        if text not in allowed:
            raise InvalidInput(f"{name} must be one of: {', '.join(allowed)}")
        return text

    return read


def _whole(most: int) -> Callable[[str, str], int]:
    def read(text: str, name: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
            raise InvalidInput(f"{name} must be an integer from 1 to {most}")
        return int(text)

    return read


def _part(text: str, name: str) -> str:
    if len(check_text(text, name)) > SEARCH_MAX:
        raise InvalidInput(f"{name} must have at most {SEARCH_MAX} characters")
    return text


_READERS: Mapping[str, Callable[[str, str], Any]] = {
    "search": _part,
    "status": _one_of(*STATUSES),
    "sort_by": _one_of(*SORT_FIELDS),
    "sort_order": _one_of("asc", "desc"),
    "page": _whole(LARGEST_PAGE),
    "per_page": _whole(PER_PAGE_MAX),
}
