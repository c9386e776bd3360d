"""Medians of calls made in turn, so that whatever else the machine does falls on both sides alike."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

WARM_UP = 10


@dataclass(frozen=True)
class Row:
    """One line of the report; `bar` is the limit of `value`, None where there is none. `value` is a ratio or in ms."""

    what: str
    value: float
    unit: str
    bar: float | None = None
    detail: str = ""

    @property
    def verdict(self) -> str:
        """Say whether the bar is met."""
        if self.bar is None:
            return ""
        return "met" if self.value <= self.bar else "MISSED"


def in_turn(calls: list[Callable[[], object]], rounds: int) -> list[float]:
    """Return the median milliseconds of each call, made in turn `rounds` times after a warm-up."""
    for _ in range(min(WARM_UP, rounds)):
        for call in calls:
            call()
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for call, taken in zip(calls, times, strict=True):
            start = time.perf_counter()
            call()
            taken.append((time.perf_counter() - start) * 1000)
    return [median(taken) for taken in times]


def table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = ["| measured | value | bar | | detail |", "| --- | ---: | ---: | --- | --- |"]
    for row in rows:
        bar = "" if row.bar is None else f"{row.bar:g} {row.unit}"
        lines.append(f"| {row.what} | {row.value:.2f} {row.unit} | {bar} | {row.verdict} | {row.detail} |")
    return "\n".join(lines)
