"""A cluster network: the node × node heat map, and how the links are spread."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siliconmark_ui.charts.marks import Floats, spread_out
from siliconmark_ui.charts.network import NAMED_NODES_MAX, STRIP_MAX, NetworkView, Quantity
from siliconmark_ui.charts.words import figure, quantity
from siliconmark_ui.reports.drawing.canvas import LETTER, SMALL, Canvas, fitting
from siliconmark_ui.reports.drawing.colours import (
    AXIS,
    BAD,
    GRID,
    INK,
    MAIN,
    PAPER,
    SHADES,
    Rgb,
    cividis,
    hexadecimal,
    ink_on,
    palette,
)
from siliconmark_ui.reports.drawing.png import palette_png
from siliconmark_ui.reports.drawing.scales import Scale

HALF_WIDTH, FULL_WIDTH = 240.0, 493.0
FIGURES_MAX = 8
_NAMES, _LARGE_NAMES, _TITLE, _SCALE = 58.0, 64.0, 14.0, 42.0
# Addresses are mostly digits and points, which are narrower than letters.
_NARROW = 0.9
_LARGE_SIDE = 236.0
_ABOVE = 4.0
_THINNED = 16
_BLANK = SHADES
_WHITE: Rgb = (255, 255, 255)
_SPREAD_HEIGHT, _SPREAD_TOP = 124.0, 22.0


@dataclass(frozen=True)
class _Map:
    """Where a heat map lies on its canvas, its `room` for names of nodes, and the figures at both ends."""

    room: float
    side: float
    size: int
    low: float
    high: float
    is_high_good: bool

    @property
    def left(self) -> float:
        return self.room + _TITLE

    @property
    def cell(self) -> float:
        return self.side / self.size

    def shares(self, matrix: Floats) -> Floats:
        """Return where each figure lies on the colour scale: 1, the light end, is good."""
        reach = self.high - self.low
        shares: Floats = np.clip((matrix - self.low) / reach, 0, 1) if reach else np.full_like(matrix, 0.5)
        return shares if self.is_high_good else 1 - shares

    def middle(self, index: int) -> float:
        return (index + 0.5) * self.cell


def is_large(view: NetworkView) -> bool:
    """Tell whether a heat map of these nodes needs the width of the page."""
    return len(view.names) > NAMED_NODES_MAX


def link_map(view: NetworkView, of: Quantity) -> str:
    """Draw the heat map: rows send, columns receive, light is good, the diagonal blank, dead links crossed."""
    matrix = view.matrix(of)
    place = _placed(view, matrix, of)
    width = FULL_WIDTH if is_large(view) else HALF_WIDTH
    canvas = Canvas(width, place.side + place.room + _TITLE, above=_ABOVE)
    _cells(canvas, place, matrix)
    if place.size <= FIGURES_MAX:
        _cell_figures(canvas, place, matrix, of)
    _dead_links(canvas, place, view)
    _node_names(canvas, place, view.names)
    _colour_scale(canvas, place, of)
    return canvas.svg()


def link_distribution(view: NetworkView, of: Quantity) -> str:
    """Draw how the live links are spread: each link up to 64, a histogram above; median and 95th percentile named."""
    matrix = view.matrix(of)
    live = matrix[np.isfinite(matrix)]
    canvas = Canvas(HALF_WIDTH, _SPREAD_HEIGHT)
    if not live.size:
        return canvas.svg()
    median, p95 = (float(value) for value in np.percentile(live, [50, 95]))
    reach = float(np.ptp(live)) or abs(median) * 0.1 or 1.0
    least = max(0.0, float(live.min()) - 0.03 * reach)
    scale = Scale(least, float(live.max()) + 0.03 * reach, 30 if live.size > STRIP_MAX else 6, HALF_WIDTH - 6)
    bottom = _SPREAD_HEIGHT - 26
    if live.size > STRIP_MAX:
        _histogram(canvas, scale, live, bottom)
    else:
        _links(canvas, scale, live, bottom)
    _named_line(canvas, scale.at(p95), 17, bottom, f"p95 {quantity(p95, of.unit)}", "1.5 1.5")
    _named_line(canvas, scale.at(median), 8, bottom, f"median {quantity(median, of.unit)}")
    canvas.line((scale.start, bottom), (scale.end, bottom), AXIS)
    for value, text in scale.ticks(5):
        canvas.line((scale.at(value), bottom), (scale.at(value), bottom + 3), AXIS)
        canvas.text(scale.at(value), bottom + 11, text, anchor="middle")
    canvas.text((scale.start + scale.end) / 2, bottom + 22, of.label(), anchor="middle")
    return canvas.svg()


def _placed(view: NetworkView, matrix: Floats, of: Quantity) -> _Map:
    live = matrix[np.isfinite(matrix)]
    low, high = (float(value) for value in np.percentile(live, [1, 99])) if live.size else (0.0, 1.0)
    widest = max(len(name) for name in view.names) * SMALL * LETTER * _NARROW + 6
    room = min(_LARGE_NAMES if is_large(view) else _NAMES, widest)
    side = _LARGE_SIDE if is_large(view) else HALF_WIDTH - room - _TITLE - _SCALE
    return _Map(room, side, len(view.names), low, high, of.is_high_good)


def _cells(canvas: Canvas, place: _Map, matrix: Floats) -> None:
    shares = place.shares(matrix)
    if place.size > NAMED_NODES_MAX:
        numbers: NDArray[np.uint8] = np.where(
            np.isfinite(matrix), np.rint(np.nan_to_num(shares) * (SHADES - 1)), _BLANK
        ).astype(np.uint8)
        canvas.image(place.left, 0, place.side, place.side, palette_png(numbers, [*palette(), _WHITE]))
    else:
        gap = min(0.6, place.cell * 0.08)
        for row, column in zip(*np.nonzero(np.isfinite(matrix)), strict=True):
            colour = hexadecimal(cividis(float(shares[row, column])))
            x, y = place.left + column * place.cell, row * place.cell
            canvas.rect(x + gap / 2, y + gap / 2, place.cell - gap, place.cell - gap, colour)
    right = place.left + place.side
    for start, end in (((place.left, 0), (right, 0)), ((place.left, place.side), (right, place.side))):
        canvas.line(start, end, GRID)
    for x in (place.left, right):
        canvas.line((x, 0), (x, place.side), GRID)


def _cell_figures(canvas: Canvas, place: _Map, matrix: Floats, of: Quantity) -> None:
    shares = place.shares(matrix)
    size = min(7.0, place.cell / 3.2)
    for row, column in zip(*np.nonzero(np.isfinite(matrix)), strict=True):
        words = figure(float(matrix[row, column]), of.unit)
        x, y = place.left + place.middle(int(column)), place.middle(int(row)) + size * 0.36
        colour = ink_on(float(shares[row, column]))
        canvas.text(x, y, words, size=size, anchor="middle", colour=colour)


def _dead_links(canvas: Canvas, place: _Map, view: NetworkView) -> None:
    shown = {view.reading.nodes[index]: row for row, index in enumerate(view.place)}
    radius = max(1.2, min(4.0, place.cell * 0.3))
    for link in view.reading.dead:
        x, y = place.left + place.middle(shown[link.target]), place.middle(shown[link.source])
        canvas.cross(x, y, radius, BAD)


def _node_names(canvas: Canvas, place: _Map, names: list[str]) -> None:
    step = 1 if place.size <= NAMED_NODES_MAX else -(-place.size // _THINNED)
    size = min(7.0, max(4.2, place.cell * step * 0.8))
    for index in range(0, place.size, step):
        name = fitting(names[index], place.room - 4, size * _NARROW)
        canvas.text(place.left - 4, place.middle(index) + size * 0.36, name, size=size, anchor="end")
        x = place.left + place.middle(index) + size * 0.36
        canvas.text(x, place.side + 4, name, size=size, anchor="end", is_upright=True)
    canvas.text(6, place.side / 2, "From node", anchor="middle", is_upright=True)
    canvas.text(place.left + place.side / 2, canvas.height - 3, "To node", anchor="middle")


def _colour_scale(canvas: Canvas, place: _Map, of: Quantity) -> None:
    x, width, steps = place.left + place.side + 8, 6.0, 48
    height = place.side
    ends = Scale(place.low, place.high, height, 0) if of.is_high_good else Scale(place.high, place.low, height, 0)
    for step in range(steps):
        share = 1 - (step + 0.5) / steps
        canvas.rect(x, step * height / steps, width, height / steps + 0.3, hexadecimal(cividis(share)))
    reading = Scale(place.low, place.high, ends.at(place.low), ends.at(place.high))
    ticks = reading.ticks(5) if place.high > place.low else [(place.low, figure(place.low, of.unit))]
    for value, text in ticks:
        canvas.text(x + width + 3, min(height, max(5.0, reading.at(value) + 2.5)), text, colour=INK, size=6.5)
    canvas.text(x + width + 4, height + 11, of.unit, anchor="middle")


def _histogram(canvas: Canvas, scale: Scale, live: Floats, bottom: float) -> None:
    counts, edges = np.histogram(live, bins=min(48, max(16, int(np.sqrt(live.size)))))
    heights = Scale(0, float(counts.max()) * 1.05, bottom, _SPREAD_TOP)
    for value, text in heights.ticks(3):
        canvas.line((scale.start, heights.at(value)), (scale.end, heights.at(value)), GRID, 0.4)
        canvas.text(scale.start - 4, heights.at(value) + 2.5, text, anchor="end", size=6.5)
    for index, links in enumerate(counts):
        left, right = scale.at(float(edges[index])), scale.at(float(edges[index + 1]))
        top = heights.at(float(links))
        if links:
            canvas.rect(left + 0.2, top, max(0.3, right - left - 0.4), bottom - top, MAIN)
    canvas.text(scale.start - 4, 8, "Links", anchor="end", size=6.5)


def _links(canvas: Canvas, scale: Scale, live: Floats, bottom: float) -> None:
    middle, room = (_SPREAD_TOP + bottom) / 2, (bottom - _SPREAD_TOP) / 2 - 4
    for value, offset in zip(live, spread_out(live, 1.0), strict=True):
        canvas.circle(scale.at(float(value)), middle + float(offset) * room, 2.4, MAIN, PAPER)


def _named_line(canvas: Canvas, x: float, height: float, bottom: float, words: str, dash: str = "") -> None:
    """Draw an upright line with its name at its upper end, on the side that has room."""
    width = len(words) * SMALL * LETTER
    stands_left = x + width > HALF_WIDTH
    canvas.line((x, height - 5), (x, bottom), INK, 0.7, dash)
    canvas.rect(x - 2 - width if stands_left else x + 2, height - 6.5, width, 8.5, PAPER)
    canvas.text(x - 3 if stands_left else x + 3, height, words, anchor="end" if stands_left else "start", colour=INK)
