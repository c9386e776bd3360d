"""Marks that several charts share: labelled lines, and points spread so that none hides another."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from siliconmark_ui.charts.documents import AXIS, INK, MUTED
from siliconmark_ui.charts.words import plural, quantity
from siliconmark_ui.scoreboard.ratios import LOWER_BOUND, UPPER_BOUND

Floats = NDArray[np.float64]


def labelled_line(
    value: float, text: str, *, side: str, dash: str = "solid", row: int = 0
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give a vertical line through the whole plot and its label, which stands to the `side` (left, right) of it.

    Labels of different rows stand above each other, so that near lines never cover each other's words.
    """
    line = {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": value,
        "x1": value,
        "y0": 0,
        "y1": 1,
        "line": {"color": INK, "width": 1, "dash": dash},
    }
    label = {
        "x": value,
        "y": 1,
        "xref": "x",
        "yref": "paper",
        "text": text,
        "showarrow": False,
        "yanchor": "bottom",
        "yshift": 14 * row,
        "xanchor": "right" if side == "left" else "left",
        "font": {"size": 11, "color": INK},
    }
    return line, label


def threshold(value: float) -> dict[str, Any]:
    """Give a dashed vertical line where a status changes."""
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": value,
        "x1": value,
        "y0": 0,
        "y1": 1,
        "line": {"color": AXIS, "width": 1, "dash": "dash"},
        "layer": "below",
    }


def spread_out(values: Floats, width: float, bins: int = 40) -> Floats:
    """Give an offset in -`width`…`width` for each value, so that near ones stand side by side; always the same."""
    offsets = np.zeros(len(values))
    if len(values) < 2 or np.ptp(values) == 0:
        return np.linspace(-width, width, len(values)) if len(values) > 1 else offsets
    places = np.floor((values - values.min()) / np.ptp(values) * bins).astype(int)
    for place in np.unique(places):
        members = np.flatnonzero(places == place)
        steps = np.arange(len(members)) - (len(members) - 1) / 2
        offsets[members] = steps * min(width / 4, 2 * width / max(len(members), 1))
    return np.clip(offsets, -width, width)


def inner_range(values: Floats) -> tuple[float, float]:
    """Give the 1st and the 99th percentile, between which a colour scale shows the most of its values."""
    low, high = (float(value) for value in np.percentile(values, [1, 99]))
    return low, high


def range_words(values: Floats, low: float, high: float, unit: str, but: str = "") -> str:
    """Say from where to where the colours of links reach, and how many lie beyond; `but` tells what moved the ends."""
    clipped = int(((values < low) | (values > high)).sum())
    ends = f"{quantity(low, unit)} to {quantity(high, unit)} (1st to 99th percentile{but})"
    outside = f"{plural(clipped, 'link')} beyond the scale" if clipped else "no link beyond the scale"
    return f"Colour from {ends}; {outside}."


def edges_of(values: Floats) -> Floats:
    """Give the edges of the 20 to 60 bars of one width that count values, of which there is at least one."""
    low, high = float(values.min()), float(values.max())
    # Equal figures would otherwise stand in bars that reach below zero.
    ends = (low, high) if high > low else (low * 0.95, high * 1.05 or 1.0)
    return np.linspace(*ends, min(60, max(20, int(np.sqrt(values.size)))) + 1)


def bound_labels() -> list[dict[str, Any]]:
    """Give the words above the lines of the bounds and of 1.00, the outer ones first: the middle one makes way."""
    return [
        {
            "name": "bound",
            "x": value,
            "y": 1,
            "xref": "x",
            "yref": "paper",
            "text": f"{value:.2f} ×",
            "showarrow": False,
            "yanchor": "bottom",
            "font": {"size": 11, "color": MUTED},
        }
        for value in (LOWER_BOUND, UPPER_BOUND, 1.0)
    ]
