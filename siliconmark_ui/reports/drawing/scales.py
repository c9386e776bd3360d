"""Axes: from figures to points of the drawing, and round figures to label them with."""

import math
from dataclasses import dataclass

from siliconmark_ui.charts.words import decimals


@dataclass(frozen=True)
class Scale:
    """A linear scale from the figures `low`…`high` to the points `start`…`end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return where a figure lies."""
        reach = self.high - self.low
        share = (value - self.low) / reach if reach else 0.5
        return self.start + share * (self.end - self.start)

    def ticks(self, about: int) -> list[tuple[float, str]]:
        """Return some `about` round figures within the scale, each with its text."""
        step = round_step((self.high - self.low) / max(about, 1))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        places = max(0, -math.floor(math.log10(step) + 1e-9))
        return [(index * step, decimals(index * step, places)) for index in range(first, last + 1)]


def round_step(rough: float) -> float:
    """Return 1, 2 or 5 times a power of ten, the least that is not below `rough`."""
    if rough <= 0 or not math.isfinite(rough):
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
