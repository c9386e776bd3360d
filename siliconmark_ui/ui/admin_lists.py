"""What the lists of people and of the audit log have in common: filters of one value each, and no saved views."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

import reflex as rx

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.jobs.parameters import PARAMETERS
from siliconmark_ui.ui.listing import ListState
from siliconmark_ui.ui.questions import Chip
from siliconmark_ui.words import check_text

Reader = Callable[[str, str], Any]
MOST_PAGES = 10_000


def one_of(*allowed: str) -> Reader:
    """Give the reader of a parameter with those values."""

    def read(text: str, name: str) -> str:
        if text not in allowed:
            raise InvalidInput(f"{name} must be one of: {', '.join(allowed)}")
        return text

    return read


def text_up_to(most: int) -> Reader:
    """Give the reader of a text of at most `most` characters, without the space around it."""

    def read(text: str, name: str) -> str:
        if len(check_text(text, name)) > most:
            raise InvalidInput(f"{name} must have at most {most} characters")
        return text.strip()

    return read


def _page(text: str, name: str) -> int:
    # Whatever lies further on is past the end too.
    return min(PARAMETERS["page"].read(text, name), MOST_PAGES)


PAGING: Mapping[str, Reader] = {"page": _page, "per_page": PARAMETERS["per_page"].read}


@dataclass(frozen=True, kw_only=True)
class AdminQuery:
    """What a list is asked; a field that is None narrows nothing. `readers` read its parameters from their texts."""

    page: int = 1
    per_page: int = 50

    readers: ClassVar[Mapping[str, Reader]] = PAGING

    @classmethod
    def from_query(cls, pairs: Iterable[tuple[str, str]]) -> Self:
        """Read decoded query pairs; raises InvalidInput for an unknown, repeated, empty or unreadable one."""
        values: dict[str, Any] = {}
        for name, text in pairs:
            if name in values:
                raise InvalidInput(f"{name} must be given once")
            values[name] = cls.read(name, text)
        return cls(**values)

    @classmethod
    def read(cls, name: str, text: str) -> Any:
        """Give the value of one parameter; raises InvalidInput naming it and what is allowed."""
        if name not in cls.readers:
            raise InvalidInput(f"Unknown query parameter '{name}'; allowed are: {', '.join(cls.readers)}")
        if not text.strip():
            raise InvalidInput(f"{name} must not be empty")
        return cls.readers[name](text, name)

    def pairs(self) -> list[tuple[str, str]]:
        """Give the parameters that differ from the defaults, in one order."""
        shown = [(field.name, getattr(self, field.name), field.default) for field in fields(self)]
        return [(name, self.text_of(value)) for name, value, default in shown if value != default]

    def text_of(self, value: Any) -> str:
        """Write a value as its reader reads it."""
        return str(value)

    def to_query(self) -> str:
        """Return the query string of what differs from the defaults."""
        return urlencode(self.pairs())

    def but(self, **changes: Any) -> Self:
        """Return the same question with some fields changed; raises InvalidInput when they do not go together."""
        return replace(self, **changes)

    @property
    def offset(self) -> int:
        """Return how many rows come before this page."""
        return (self.page - 1) * self.per_page

    @property
    def narrowing(self) -> dict[str, Any]:
        """Return the filters in use, by name."""
        return {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.name not in PAGING and getattr(self, field.name) is not None
        }

    def chips(self) -> list[Chip]:
        """Return one chip per active filter."""
        return [Chip(field=name, text=self.words_of(name, value)) for name, value in self.narrowing.items()]

    def words_of(self, name: str, value: Any) -> str:
        """Say one filter in words."""
        raise NotImplementedError


class AdminListState(ListState, mixin=True):
    """One page of such a list as its address describes it."""

    _asks: ClassVar[type[AdminQuery]] = AdminQuery

    @rx.event
    def choose(self, field: str, text: str) -> Any:
        """Set one filter from its control's text; empty text removes it."""
        return self._choose(field, text)

    @rx.event
    def remove(self, field: str, value: str) -> Any:
        """Remove one chip's filter; each has one value, so there is nothing to tell apart."""
        return self._choose(field, "")

    def _choose(self, field: str, text: str) -> Any:
        if field not in self._asks.readers or field in PAGING:
            return None
        value = text.strip()
        return self._go(
            lambda query: query.but(page=1, **{field: query.read(field, text) if value else None}), field=field
        )

    def _question(self) -> Any:
        return self._asks.from_query(self._pairs())

    def _address_of(self, question: AdminQuery) -> str:
        query = question.to_query()
        return f"{self._path}?{query}" if query else self._path

    def _without_filters(self, question: AdminQuery | None) -> AdminQuery:
        return self._asks(per_page=question.per_page) if question else self._asks()

    def _show_filters(self, question: AdminQuery) -> None:
        """Show the chips of a question."""
        self.chips = question.chips()

    async def _default_address(self, actor: Actor) -> str:
        return ""

    async def _read_views(self, actor: Actor) -> None:
        """There are no saved views of these lists."""
