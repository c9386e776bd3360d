"""QuickMark figures held against what is expected: every metric of every node, and every node's score."""

from collections.abc import Sequence

import numpy as np

from siliconmark_ui.benchmarks.catalogue import METRICS
from siliconmark_ui.charts.marks import spread_out
from siliconmark_ui.charts.quickmark import MARKS, RatioPoint
from siliconmark_ui.charts.words import ratio
from siliconmark_ui.reports.drawing.canvas import Canvas, fitting, status_mark
from siliconmark_ui.reports.drawing.colours import AXIS, BAD, BAND, GRID, INK, MUTED, PAPER, STATUS_COLOURS
from siliconmark_ui.reports.drawing.scales import Scale
from siliconmark_ui.scoreboard.ratios import LOWER_BOUND, UPPER_BOUND

WIDTH = 493.0
NAMED_NODES_MAX = 40
LARGE_MARKS_MAX = 64
Scored = tuple[float, str, str]
"""A node's score, name and status."""

_LABELS, _FIGURES, _TOP, _BOTTOM = 118.0, 74.0, 26.0, 26.0
_ROW, _SCORE_ROW, _RANKED = 25.0, 12.5, 170.0
_LEAST_REACH, _EDGE = 0.15, 0.03
_AROUND = 0.32
_RULES = ((LOWER_BOUND, AXIS, "2 2"), (1.0, INK, ""), (UPPER_BOUND, AXIS, "2 2"))


def metric_ratios(points: Sequence[RatioPoint]) -> str:
    """Draw a row per metric with every node as a mark at its ratio, and the row's lowest and median in words."""
    metrics = [metric for metric in METRICS if any(point.metric == metric for point in points)]
    canvas = Canvas(WIDTH, _TOP + _ROW * len(metrics) + _BOTTOM)
    bottom = canvas.height - _BOTTOM
    scale = _scale([point.ratio for point in points], _LABELS, WIDTH - _FIGURES)
    _upright_rules(canvas, scale, bottom)
    _legend(canvas, {point.status for point in points})
    canvas.text(WIDTH, _TOP - 6, "lowest · median", anchor="end")
    radius = 3.0 if len({point.node for point in points}) <= LARGE_MARKS_MAX else 1.6
    for row, metric in enumerate(metrics):
        middle = _TOP + _ROW * (row + 0.5)
        members = [point for point in points if point.metric == metric]
        canvas.text(0, middle + 2.5, fitting(METRICS[metric].label, _LABELS - 6, 7.5), size=7.5, colour=INK)
        canvas.line((_LABELS, middle), (scale.end, middle), GRID, 0.4)
        _strip(canvas, scale, middle, members, radius)
        _row_figures(canvas, middle, members)
    _bottom_axis(canvas, scale, bottom, "Ratio to the expectation (×)")
    return canvas.svg()


def node_scores(scored: Sequence[Scored]) -> str:
    """Draw each node's score, lowest first: named rows for few nodes, ranks for many."""
    return _named_scores(scored) if len(scored) <= NAMED_NODES_MAX else _ranked_scores(scored)


def _scale(ratios: Sequence[float], start: float, end: float) -> Scale:
    return Scale(min(1 - _LEAST_REACH, min(ratios) - _EDGE), max(1 + _LEAST_REACH, max(ratios) + _EDGE), start, end)


def _upright_rules(canvas: Canvas, scale: Scale, bottom: float) -> None:
    left, right = scale.at(LOWER_BOUND), scale.at(UPPER_BOUND)
    canvas.rect(left, _TOP, right - left, bottom - _TOP, BAND)
    for value, colour, dash in _RULES:
        canvas.line((scale.at(value), _TOP), (scale.at(value), bottom), colour, 0.6, dash)
        canvas.text(scale.at(value), _TOP - 6, f"{value:.2f} ×", anchor="middle")


def _legend(canvas: Canvas, statuses: set[str]) -> None:
    x = 3.0
    for status, look in MARKS.items():
        if status in statuses:
            status_mark(canvas, x, 6, 2.6, status, STATUS_COLOURS[status], PAPER)
            canvas.text(x + 6, 8.5, look.word)
            x += 16 + 3.9 * len(look.word)


def _bottom_axis(canvas: Canvas, scale: Scale, bottom: float, title: str) -> None:
    canvas.line((scale.start, bottom), (scale.end, bottom), AXIS)
    for value, text in scale.ticks(8):
        canvas.line((scale.at(value), bottom), (scale.at(value), bottom + 3), AXIS)
        canvas.text(scale.at(value), bottom + 11, text, anchor="middle")
    canvas.text((scale.start + scale.end) / 2, bottom + 22, title, anchor="middle")


def _strip(canvas: Canvas, scale: Scale, middle: float, members: Sequence[RatioPoint], radius: float) -> None:
    offsets = spread_out(np.array([point.ratio for point in members]), _AROUND) if len(members) > 1 else np.zeros(1)
    # What needs a look is drawn last, above the many that are fine.
    order = sorted(range(len(members)), key=lambda index: members[index].status != "as_expected")
    for index in order:
        point = members[index]
        x, y = scale.at(point.ratio), middle + float(offsets[index]) * _ROW
        status_mark(canvas, x, y, radius, point.status, STATUS_COLOURS[point.status], PAPER)


def _row_figures(canvas: Canvas, middle: float, members: Sequence[RatioPoint]) -> None:
    ratios = [point.ratio for point in members]
    is_low = any(point.status == "underperforming" for point in members)
    words = f"{ratio(min(ratios))} · {ratio(float(np.median(ratios)))}"
    canvas.text(WIDTH, middle + 2.5, words, anchor="end", colour=BAD if is_low else INK, size=7.2)


def _named_scores(scored: Sequence[Scored]) -> str:
    canvas = Canvas(WIDTH, _TOP + _SCORE_ROW * len(scored) + _BOTTOM + 4)
    bottom = canvas.height - _BOTTOM
    scale = _scale([score for score, _, _ in scored], _LABELS, WIDTH - 44)
    _upright_rules(canvas, scale, bottom)
    _legend(canvas, {status for _, _, status in scored})
    for row, (score, name, status) in enumerate(scored):
        middle = _TOP + 2 + _SCORE_ROW * (row + 0.5)
        canvas.text(0, middle + 2.5, fitting(name, _LABELS - 6, 7.2), size=7.2, colour=INK)
        canvas.line((_LABELS, middle), (scale.end, middle), GRID, 0.4)
        status_mark(canvas, scale.at(score), middle, 3.0, status, STATUS_COLOURS[status], PAPER)
        colour = BAD if status == "underperforming" else INK
        canvas.text(WIDTH, middle + 2.5, ratio(score), anchor="end", colour=colour, size=7.2)
    _bottom_axis(canvas, scale, bottom, "Score: ratio of the lowest group (×)")
    return canvas.svg()


def _ranked_scores(scored: Sequence[Scored]) -> str:
    canvas = Canvas(WIDTH, _TOP + _RANKED + _BOTTOM)
    bottom = canvas.height - _BOTTOM
    ranks = Scale(0, len(scored) + 1, 40, WIDTH - 34)
    heights = _scale([score for score, _, _ in scored], bottom, _TOP)
    top, low = heights.at(UPPER_BOUND), heights.at(LOWER_BOUND)
    canvas.rect(ranks.start, top, ranks.end - ranks.start, low - top, BAND)
    for value, colour, dash in _RULES:
        canvas.line((ranks.start, heights.at(value)), (ranks.end, heights.at(value)), colour, 0.6, dash)
        canvas.text(ranks.end + 4, heights.at(value) + 2.5, f"{value:.2f} ×")
    for value, text in heights.ticks(6):
        canvas.text(ranks.start - 5, heights.at(value) + 2.5, text, anchor="end")
    _legend(canvas, {status for _, _, status in scored})
    for rank, (score, _, status) in enumerate(scored, start=1):
        status_mark(canvas, ranks.at(rank), heights.at(score), 1.5, status, STATUS_COLOURS[status], "none")
    _bottom_axis(canvas, ranks, bottom, "Node, by rank; lowest score first")
    canvas.text(8, (_TOP + bottom) / 2, "Score (×)", anchor="middle", colour=MUTED, is_upright=True)
    return canvas.svg()
