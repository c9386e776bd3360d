"""Charts of the GPUs of a job: what flows between those of one node, and how hot and hungry all of them were."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from siliconmark_ui.benchmarks.quick_mark import POWER, GpuLink, QuickMarkReading
from siliconmark_ui.charts.documents import (
    BAD,
    MAIN,
    PANEL,
    FigureDocument,
    Heading,
    Sheet,
    axis,
    colour_bar,
    headings,
    make_document,
    new_figure,
)
from siliconmark_ui.charts.marks import Floats, inner_range, range_words
from siliconmark_ui.charts.words import figure as figure_of
from siliconmark_ui.charts.words import plain, plural, quantity

UNIT = "GB/s"
TEMPERATURE = "temperature_centigrade"
SLOW_LINK = 0.90
"""A link below this share of the node's median is called slow."""
WRITTEN_GPUS_MAX = 16
NAMED_MAX = 3
NAMED_LINKS = WRITTEN_GPUS_MAX * (WRITTEN_GPUS_MAX - 1)
LARGE_MARKS_MAX = 256
HEAT_HEIGHT = 300
# A scale never shows less than this share of its middle: noise of a percent would look like a fault.
NARROWEST = 0.10
# Below this share of the scale its colours are dark: white reads better on them, black on the others.
DARK_CELLS = 0.45


@dataclass(frozen=True)
class Way:
    """One way in which links are measured: its chart's name, its words, and the field of a link."""

    chart: str
    word: str
    field: str


WAYS = (
    Way("gpu_links_simplex", "one way at a time", "simplex_gbs"),
    Way("gpu_links_duplex", "both ways at once", "duplex_gbs"),
)


def gpu_sheet(reading: QuickMarkReading | None, name: str) -> Sheet:
    """Give the GPU × GPU matrices of one node, called `name`; empty when its links were not measured."""
    links = reading.links if reading else []
    sheet: Sheet = {}
    for way in WAYS:
        if any(getattr(link, way.field) is not None for link in links):
            sheet[way.chart] = link_matrix(links, way, name)
    return sheet


def link_matrix(links: Sequence[GpuLink], way: Way, name: str) -> FigureDocument:
    """Draw bandwidth from each GPU to each other: rows send, columns receive; what was not measured stays blank."""
    size = 1 + max(max(link.source, link.target) for link in links)
    matrix = np.full((size, size), np.nan)
    kinds = np.full((size, size), "", dtype=object)
    for link in links:
        value = getattr(link, way.field)
        if value is not None and link.source != link.target:
            matrix[link.source, link.target] = value
            kinds[link.source, link.target] = link.connection_type or "unnamed connection"
    gpus = [f"GPU {index}" for index in range(size)]
    dead = matrix == 0
    live = np.where(dead, np.nan, matrix)
    low, high = _range(live)
    heat = go.Heatmap(
        z=live,
        x=gpus,
        y=gpus,
        customdata=[[plain(str(kind)) for kind in row] for row in kinds],
        meta=headings(["Connection"], x="To GPU", y="From GPU", z=f"Bandwidth {way.word} ({UNIT})"),
        zmin=low,
        zmax=high,
        colorscale="Cividis",
        hoverongaps=False,
        hovertemplate=f"%{{y}} → %{{x}}<br>%{{z:,.7~g}} {UNIT} {way.word}<br>%{{customdata}}<extra></extra>",
        colorbar=colour_bar(UNIT),
        xgap=1,
        ygap=1,
    )
    ticks = {"type": "category", "showgrid": False, "constrain": "domain"}
    figure = new_figure(
        heat,
        *_crosses(dead, gpus),
        annotations=list(_written(live, low, high)) if size <= WRITTEN_GPUS_MAX else [],
        xaxis=axis("To", range=[-0.5, size - 0.5], **ticks),
        yaxis=axis("From", range=[size - 0.5, -0.5], scaleanchor="x", **ticks),
    )
    title, words = _links_finding(live, dead, kinds, way)
    return make_document(
        figure,
        title=title,
        note=_links_note(matrix, live, kinds, (low, high)),
        alternative=f"GPU to GPU bandwidth of {name}, {way.word}. {words}",
        height=min(480, 220 + 34 * size),
        min_width=300,
    )


def _written(live: Floats, low: float, high: float) -> Iterator[dict[str, object]]:
    """Give each cell's figure in the ink that can be read on the cell's colour, whatever the theme."""
    for row, column in zip(*np.nonzero(np.isfinite(live)), strict=True):
        value = float(live[row, column])
        is_dark = (value - low) / (high - low) < DARK_CELLS
        font = {"size": 11, "color": "#ffffff" if is_dark else "#000000"}
        yield {"x": int(column), "y": int(row), "text": figure_of(value, UNIT), "showarrow": False, "font": font}


def _range(live: Floats) -> tuple[float, float]:
    known = live[np.isfinite(live)]
    if not known.size:
        return 0.0, 1.0
    low, high = inner_range(known)
    rest = NARROWEST * (low + high) / 2 - (high - low)
    return (low - rest / 2, high + rest / 2) if rest > 0 else (low, high)


def _crosses(dead: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], gpus: Sequence[str]) -> list[go.Scatter]:
    rows, columns = np.nonzero(dead)
    if not rows.size:
        return []
    return [
        go.Scatter(
            x=[gpus[int(column)] for column in columns],
            y=[gpus[int(row)] for row in rows],
            customdata=["dead"] * rows.size,
            meta=headings(["State of the link"], x="To GPU", y="From GPU"),
            mode="markers",
            marker={"symbol": "x-thin", "size": 14, "line": {"color": BAD, "width": 2}},
            hovertemplate="%{y} → %{x}<br>dead: 0 GB/s<extra></extra>",
        )
    ]


def _links_note(
    matrix: Floats,
    live: Floats,
    kinds: np.ndarray[tuple[int, ...], np.dtype[np.object_]],
    ends: tuple[float, float],
) -> str:
    measured, known = np.isfinite(matrix), live[np.isfinite(live)]
    is_halved = bool((measured & measured.T).sum() == 0)
    names = sorted({str(kind) for kind in kinds[measured]})
    direction = "Each pair was measured once, from the GPU of its row to that of its column. " if is_halved else ""
    widened = f", widened to {NARROWEST:.0%} of its middle".replace("%", " %")
    but = widened if known.size and ends[0] < inner_range(known)[0] else ""
    colours = f" {range_words(known, *ends, UNIT, but)}" if known.size else ""
    return f"{direction}Connected by {', '.join(names)}. A cross marks a dead link.{colours}"


def _links_finding(
    live: Floats,
    dead: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    kinds: np.ndarray[tuple[int, ...], np.dtype[np.object_]],
    way: Way,
) -> tuple[str, str]:
    known = live[np.isfinite(live)]
    parts = [plural(int(dead.sum()), "dead link")] if dead.any() else []
    if not known.size:
        return "; ".join(parts) or "No link was measured", "No live link."
    median = float(np.median(known))
    rows, columns = np.nonzero(live < SLOW_LINK * median)
    slow = [f"GPU {row} → GPU {column}" for row, column in zip(rows, columns, strict=True)]
    if slow:
        named = ", ".join(slow[:NAMED_MAX]) + (" and more" if len(slow) > NAMED_MAX else "")
        parts.append(f"{len(slow)} of {plural(known.size, 'link')} below {SLOW_LINK:.2f} × the median: {named}")
    else:
        span = f"{figure_of(float(known.min()), UNIT)} to {quantity(float(known.max()), UNIT)}"
        parts.append(f"{plural(known.size, 'link')}, {span if known.size > 1 else quantity(median, UNIT)} {way.word}")
    each = [
        f"GPU {row} to GPU {column} {quantity(float(live[row, column]), UNIT)} ({kinds[row, column]})"
        for row, column in zip(*np.nonzero(np.isfinite(live)), strict=True)
    ]
    words = f"{'; '.join(parts)}. {'; '.join(each[:NAMED_LINKS])}{'; and more' if len(each) > NAMED_LINKS else ''}."
    return "; ".join(parts), words


def heat_heading(readings: Mapping[str, QuickMarkReading]) -> Heading | None:
    """Give the heading of the power and temperature of these nodes without drawing them; None when no GPU has both."""
    points = list(_hot_points(readings, dict.fromkeys(readings, "")))
    return Heading(_heat_finding(points), _sensor_note(readings), HEAT_HEIGHT) if points else None


def _heat_finding(points: Sequence[tuple[str, int, float, float]]) -> str:
    watts, heat = ([point[place] for point in points] for place in (2, 3))
    return f"GPUs drew {min(watts):.0f} to {max(watts):.0f} W at {min(heat):.0f} to {max(heat):.0f} °C"


def _sensor_note(readings: Mapping[str, QuickMarkReading]) -> str:
    broken = sum(not gpu.power_sound for reading in readings.values() for gpu in reading.gpus)
    return f"sensor? {plural(broken, 'GPU')} with a broken power sensor left out." if broken else ""


def _hot_points(
    readings: Mapping[str, QuickMarkReading], names: Mapping[str, str]
) -> Iterator[tuple[str, int, float, float]]:
    for key, reading in readings.items():
        for gpu in reading.gpus:
            if gpu.power_sound and POWER in gpu.metrics and TEMPERATURE in gpu.metrics:
                yield names[key], gpu.index, gpu.metrics[POWER], gpu.metrics[TEMPERATURE]


def power_temperature(readings: Mapping[str, QuickMarkReading], names: Mapping[str, str]) -> FigureDocument | None:
    """Draw every GPU's power and temperature (`names`: the reading's key -> node); None when none has both.

    GPUs whose power sensor is broken are left out, and counted.
    """
    points = list(_hot_points(readings, names))
    if not points:
        return None
    watts, heat = (np.array([point[place] for point in points]) for place in (2, 3))
    figure = new_figure(
        go.Scatter(
            x=watts,
            y=heat,
            customdata=[f"{name}, GPU {index}" for name, index, _, _ in points],
            meta=headings(["Node and GPU"]),
            mode="markers",
            marker={
                "color": MAIN,
                "size": 9 if len(points) <= LARGE_MARKS_MAX else 5,
                "opacity": 0.75,
                "line": {"color": PANEL, "width": 1 if len(points) <= LARGE_MARKS_MAX else 0},
            },
            hovertemplate="%{customdata}<br>%{x:,.7~g} W, %{y:,.7~g} °C<extra></extra>",
        ),
        xaxis=axis("Power of each GPU (W)"),
        yaxis=axis("Temperature (°C)"),
    )
    title, note = _heat_finding(points), _sensor_note(readings)
    hottest, hungriest = points[int(heat.argmax())], points[int(watts.argmax())]
    words = (
        f"{title}. {plural(len(points), 'GPU')}: median {np.median(watts):.0f} W and {np.median(heat):.0f} °C;"
        f" hottest GPU {hottest[1]} of {hottest[0]} at {hottest[3]:.0f} °C;"
        f" most power GPU {hungriest[1]} of {hungriest[0]} with {hungriest[2]:.0f} W. {note}"
    )
    return make_document(figure, title=title, note=note, alternative=words.strip(), height=HEAT_HEIGHT, min_width=300)
