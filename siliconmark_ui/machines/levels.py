"""Where a series of measurements changed its level. Pure; told apart from noise, outliers and a spread in two modes.

Candidates come from the best division of the series into constant parts (least squares, found by dynamic programming
after a running median of three, so that a single outlier makes no part of its own). A candidate stays only when the
raw values on both sides confirm it: by their medians, by the noise, and by their ranks.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

SHORTEST_PART = 4
"""Measurements that a level must hold at least."""
SMALLEST_SHARE = 0.03
"""A change below this share of the earlier level is none that anybody would act on."""
NOISE_MULTIPLE = 3.5
"""Standard errors of the difference of two medians that a change must exceed."""
ORDERED_PAIRS = 0.9
"""Share of the pairs, one value from each side, that must lie in the direction of the change."""
# A normal distribution's standard deviation is this many median absolute deviations.
_DEVIATIONS = 1.4826
# The standard error of a normal sample's median, in standard errors of its mean.
_MEDIAN_ERROR = 1.2533

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A change before measurement `index`: medians of the parts before and after it, in the unit of the series."""

    index: int
    before: float
    after: float

    @property
    def share(self) -> float:
        """The change as a share of the earlier level: -0.12 for 12 % less."""
        return self.after / self.before - 1


@dataclass(frozen=True, slots=True)
class Level:
    """A part of the series with one level: measurements `start` to `stop` - 1 and their median."""

    start: int
    stop: int
    median: float


def level_changes(values: Sequence[float]) -> list[LevelChange]:
    """Return the changes of level in finite, positive measurements in order of time; none in fewer than eight."""
    return [LevelChange(after.start, before.median, after.median) for before, after in pairwise(levels(values))]


def levels(values: Sequence[float]) -> list[Level]:
    """Return the parts between the changes of level, which together cover the series; empty without values."""
    series = np.asarray(values, dtype=np.float64)
    if series.size == 0:
        return []
    borders = _confirmed(series, _candidates(series)) if series.size >= 2 * SHORTEST_PART else []
    edges = [0, *borders, series.size]
    return [Level(start, stop, float(np.median(series[start:stop]))) for start, stop in pairwise(edges)]


def _candidates(series: Floats) -> list[int]:
    """Give the borders of the division that costs least: squared distances to means, and a price for each part."""
    smooth = _running_median(series)
    noise = max(_noise_of_steps(series), 1e-9 * float(np.abs(series).max()), 1e-12)
    price = 2.0 * noise**2 * np.log(series.size)
    sums = np.concatenate([[0.0], np.cumsum(smooth - smooth.mean())])
    squares = np.concatenate([[0.0], np.cumsum((smooth - smooth.mean()) ** 2)])
    best = np.full(series.size + 1, np.inf)
    best[0] = -price
    origin = np.zeros(series.size + 1, dtype=np.intp)
    for stop in range(SHORTEST_PART, series.size + 1):
        starts = np.arange(stop - SHORTEST_PART + 1)
        costs = squares[stop] - squares[starts] - (sums[stop] - sums[starts]) ** 2 / (stop - starts)
        totals = best[starts] + costs + price
        origin[stop] = int(np.argmin(totals))
        best[stop] = totals[origin[stop]]
    borders: list[int] = []
    stop = int(origin[series.size])
    while stop > 0:
        borders.append(stop)
        stop = int(origin[stop])
    return borders[::-1]


def _running_median(series: Floats) -> Floats:
    padded = np.concatenate([series[:1], series, series[-1:]])
    smooth: Floats = np.median(np.stack([padded[:-2], padded[1:-1], padded[2:]]), axis=0)
    return smooth


def _noise_of_steps(series: Floats) -> float:
    """Give the standard deviation that the steps between neighbours tell, which a change of level hardly moves."""
    return _DEVIATIONS * float(np.median(np.abs(np.diff(series)))) / math.sqrt(2)


def _confirmed(series: Floats, borders: list[int]) -> list[int]:
    """Give the borders that the values on both sides confirm; the weakest goes first, and its parts become one."""
    kept = list(borders)
    while kept:
        edges = [0, *kept, series.size]
        noise = max(_noise_around(series, edges), _noise_of_steps(series))
        strengths = [
            _strength(series[a:b], series[b:c], noise) for a, b, c in zip(edges, edges[1:], edges[2:], strict=False)
        ]
        weakest = int(np.argmin(strengths))
        if strengths[weakest] >= 1:
            return kept
        del kept[weakest]
    return kept


def _noise_around(series: Floats, edges: Sequence[int]) -> float:
    rests = [series[start:stop] - np.median(series[start:stop]) for start, stop in pairwise(edges)]
    return _DEVIATIONS * float(np.median(np.abs(np.concatenate(rests))))


def _strength(before: Floats, after: Floats, noise: float) -> float:
    """Give how far a change is above its nearest threshold: 1 is just enough."""
    low, high = float(np.median(before)), float(np.median(after))
    change = abs(high - low)
    error = noise * _MEDIAN_ERROR * math.sqrt(1 / before.size + 1 / after.size)
    by_share = change / (SMALLEST_SHARE * abs(low)) if low else 0.0
    by_noise = change / (NOISE_MULTIPLE * error) if error else np.inf
    steps = (after[None, :] - before[:, None]) * np.sign(high - low)
    by_order = float(np.mean(steps > 0)) / ORDERED_PAIRS
    return float(min(by_share, by_noise, by_order))
