"""How figures are written everywhere: pure functions from values to text.

Missing is always an en dash (`MISSING`); the reason belongs into the hover text of the place that shows it.
"""

import math

from siliconmark_ui.scoreboard.ratios import LOWER_BOUND, UPPER_BOUND

MISSING = "–"
_RATES = frozenset({"TFLOPS", "GB/s", "Gbit/s"})
_WHOLE = frozenset({"W", "°C", "%"})


def plain(text: str) -> str:
    """Write a text by others so that Plotly shows it letter by letter: it reads a few tags, links among them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def count(value: int | None) -> str:
    """Write a whole number with thousands separated: 12,345."""
    return MISSING if value is None else f"{value:,}"


def plural(value: int, singular: str, many: str | None = None) -> str:
    """Write a number with its noun: `1 node`, `1,204 nodes`."""
    return f"{value:,} {singular if value == 1 else many or singular + 's'}"


def decimals(value: float, places: int) -> str:
    """Write a figure with that many decimals, thousands separated, and never as minus zero."""
    text = f"{value:,.{places}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text


def significant(value: float, digits: int = 3) -> str:
    """Write a figure with that many significant digits in plain notation: 0.0123, 1.20, 1,234."""
    if value == 0:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    places = max(0, digits - 1 - math.floor(math.log10(abs(rounded)))) if rounded else 0
    return f"{rounded:,.{places}f}"


def figure(value: float | None, unit: str) -> str:
    """Write a measured figure by its unit's rule, without the unit: TFLOPS and rates one decimal below 100."""
    if value is None or not math.isfinite(value):
        return MISSING
    if unit in _RATES:
        return decimals(value, 1 if abs(round(value, 1)) < 100 else 0)
    if unit in _WHOLE:
        return decimals(value, 0)
    return significant(value)


def quantity(value: float | None, unit: str) -> str:
    """Write a measured figure with its unit: `2,605 GB/s`."""
    text = figure(value, unit)
    return text if text == MISSING or not unit else f"{text} {unit}"


def span(low: float, high: float) -> str:
    """Write a range without its unit, so that both ends are told apart: `394.25 to 395.50`; `high` is above `low`."""
    places = max(0, 1 - math.floor(math.log10(high - low)))
    return f"{decimals(low, places)} to {decimals(high, places)}"


def ratio(value: float | None) -> str:
    """Write a ratio to the expectation: `0.87 ×`; one outside 0.90 to 1.10 is never rounded onto the threshold."""
    if value is None or not math.isfinite(value):
        return MISSING
    is_outside = value < LOWER_BOUND or value > UPPER_BOUND
    places = 4 if is_outside and LOWER_BOUND <= round(value, 2) <= UPPER_BOUND else 2
    return f"{value:.{places}f} ×"


def percent(part: float, whole: float) -> str:
    """Write a share without decimals: `42 %`; of nothing it is missing."""
    return MISSING if whole == 0 else f"{100 * part / whole:.0f} %"
