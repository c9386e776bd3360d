"""Charts of many jobs: how scores spread by GPU model, and how many alerts each week brought."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import plotly.graph_objects as go

from siliconmark_ui.alerts.schemas import ModelScores, WeekAlerts
from siliconmark_ui.charts.documents import (
    AXIS,
    BAD,
    GOOD,
    INK,
    MUTED,
    NEUTRAL,
    FigureDocument,
    Pick,
    Sheet,
    axis,
    headings,
    make_document,
    new_figure,
)
from siliconmark_ui.charts.marks import bound_labels, threshold
from siliconmark_ui.charts.words import plain, plural, ratio
from siliconmark_ui.scoreboard.ratios import LOWER_BOUND, UPPER_BOUND

BIN = 0.02
MODELS_MAX = 8
TALLEST = 0.8
LEAST_SHOWN = 0.06
FADED = 0.3
SMALLEST_REACH = 0.15
SPAN_WEEKS = 4
HALF_WEEK = timedelta(days=3.5)
HEIGHT = 260
"""Of both charts, whatever they show: the rows of the models share it."""
PICK_MODEL = "Jobs by score; the line is the median. Click a bar for its model's jobs alone."
PICK_WEEK = "Jobs below what is expected, by week. Click a bar for its week's jobs alone."


def fleet_sheet(
    models: Sequence[ModelScores], weeks: Sequence[WeekAlerts], *, model: str | None = None, week: str | None = None
) -> Sheet:
    """Give both charts; `model` and `week` (a Monday's date) are the chosen ones, the others stand back."""
    scores = scores_by_model(models, model)
    alerts = alerts_by_week(weeks, week)
    scores["picks"], alerts["picks"] = _model_picks(models, model), _week_picks(weeks, week)
    return {"scores_by_model": scores, "alerts_by_week": alerts}


def short_model(model: str) -> str:
    """Give a GPU model without its vendor's name, which every row would repeat."""
    return model.removeprefix("NVIDIA ").removeprefix("AMD ").removeprefix("Instinct ")


def shown_models(models: Sequence[ModelScores]) -> list[ModelScores]:
    """Give the models that the chart draws: those with scores, most jobs first, at most 8."""
    scored = [model for model in models if model["bins"]]
    return sorted(scored, key=lambda model: (-model["scored"], model["gpu_model"]))[:MODELS_MAX]


def bar_models(models: Sequence[ModelScores]) -> list[str]:
    """Give the GPU model of each bar of `scores_by_model`, in the order of its points."""
    return [model["gpu_model"] for model in shown_models(models) for _ in model["bins"]]


def _model_picks(models: Sequence[ModelScores], chosen: str | None) -> list[Pick]:
    bars = bar_models(models)
    return [
        {
            "point": bars.index(model["gpu_model"]),
            "value": model["gpu_model"],
            "text": f"{short_model(model['gpu_model'])}: {model['alerts']:,} of {plural(model['jobs'], 'job')} "
            f"below {LOWER_BOUND:.2f} ×",
            "is_chosen": model["gpu_model"] == chosen,
        }
        for model in shown_models(models)
    ]


def _week_picks(weeks: Sequence[WeekAlerts], chosen: str | None) -> list[Pick]:
    shown = [(place, week) for place, week in enumerate(weeks) if week["alerts"] or week["week"] == chosen]
    return [
        {
            "point": place,
            "value": week["week"],
            "text": ": ".join(_week_lines(week)),
            "is_chosen": week["week"] == chosen,
        }
        for place, week in reversed(shown)
    ]


def scores_by_model(models: Sequence[ModelScores], chosen: str | None = None) -> FigureDocument:
    """Draw a histogram of job scores per GPU model, one above the other, each to its own highest bar."""
    shown = shown_models(models)
    if not shown:
        title = "No job with a score, so none to spread by GPU model"
        return make_document(_without_figures(), title=title, alternative=f"{title}.", height=HEIGHT)
    count = len(shown)
    ticks = [count - 1 - row for row in range(count)]
    figure = new_figure(
        _bars(shown, ticks, chosen),
        xaxis=axis("Job score: ratio to the expectation (×)", range=_reach(shown), tickformat=".2f", fixedrange=True),
        yaxis=axis(
            "GPU model",
            tickmode="array",
            tickvals=[tick + TALLEST / 2 for tick in ticks],
            ticktext=[_row_words(model) for model in shown],
            range=[-0.08, count],
            showgrid=False,
            fixedrange=True,
        ),
        bargap=0,
        dragmode=False,
        shapes=[
            *(threshold(value) for value in (LOWER_BOUND, 1.0, UPPER_BOUND)),
            *(_median_mark(model, tick) for model, tick in zip(shown, ticks, strict=True)),
        ],
        annotations=bound_labels(),
        margin={"l": 56, "r": 16, "t": 24, "b": 44},
    )
    title, words = _model_finding(models, shown)
    return make_document(figure, title=title, note=PICK_MODEL, alternative=words, height=HEIGHT, min_width=330)


def _bars(shown: Sequence[ModelScores], ticks: Sequence[int], chosen: str | None) -> go.Bar:
    places = [(model, tick, each) for model, tick in zip(shown, ticks, strict=True) for each in model["bins"]]
    tops = {model["gpu_model"]: max(each["jobs"] for each in model["bins"]) for model in shown}
    return go.Bar(
        x=[each["low"] + BIN / 2 for _, _, each in places],
        y=[max(LEAST_SHOWN, TALLEST * each["jobs"] / tops[model["gpu_model"]]) for model, _, each in places],
        base=[tick for _, tick, _ in places],
        width=BIN * 0.86,
        marker={
            "color": [_colour(each["low"]) for _, _, each in places],
            "opacity": [1.0 if chosen in (None, model["gpu_model"]) else FADED for model, _, _ in places],
            "line": {"width": 0},
        },
        customdata=[
            [
                plain(model["gpu_model"]),
                _bin_words(each["low"]),
                plural(each["jobs"], "job"),
                each["jobs"],
                model["median"],
            ]
            for model, _, each in places
        ],
        meta=headings(
            ["GPU model", "Range of the bar (×)", "", "Jobs", "Median of the model (×)"],
            x="Middle of the bar: job score (×)",
            y="",
        ),
        hovertemplate=(
            "%{customdata[0]}<br>%{customdata[1]}: %{customdata[2]}<br>"
            "Median of the model: %{customdata[4]:,.7~g} ×<extra></extra>"
        ),
    )


def _colour(low: float) -> str:
    if low + BIN <= LOWER_BOUND + BIN / 2:
        return BAD
    return GOOD if low >= UPPER_BOUND - BIN / 2 else NEUTRAL


def _bin_words(low: float) -> str:
    return f"score {low:.2f} to {low + BIN:.2f} ×"


def _row_words(model: ModelScores) -> str:
    return f"{plain(short_model(model['gpu_model']))} ({model['scored']:,})"


def _reach(shown: Sequence[ModelScores]) -> list[float]:
    lows = [each["low"] for model in shown for each in model["bins"]]
    return [min(1 - SMALLEST_REACH, min(lows) - BIN / 2), max(1 + SMALLEST_REACH, max(lows) + 1.5 * BIN)]


def _median_mark(model: ModelScores, tick: int) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": model["median"],
        "x1": model["median"],
        "y0": tick,
        "y1": tick + TALLEST + 0.08,
        "line": {"color": INK, "width": 2},
    }


def _model_finding(models: Sequence[ModelScores], shown: Sequence[ModelScores]) -> tuple[str, str]:
    low = [model for model in models if model["alerts"]]
    if low:
        worst = max(low, key=lambda model: (model["alerts"], model["gpu_model"]))
        title = (
            f"{short_model(worst['gpu_model'])} has the most jobs below {LOWER_BOUND:.2f} ×: "
            f"{worst['alerts']:,} of {worst['jobs']:,}"
        )
    else:
        title = f"No GPU model has a job below {LOWER_BOUND:.2f} ×"
    each = "; ".join(
        f"{model['gpu_model']}: {plural(model['scored'], 'job')}, {model['alerts']:,} below {LOWER_BOUND:.2f} ×, "
        f"median {ratio(model['median'])}, middle half {ratio(model['lower_quartile'])} to "
        f"{ratio(model['upper_quartile'])}, lowest {ratio(model['lowest'])}, highest {ratio(model['highest'])}"
        for model in shown
    )
    rest = len(models) - len(shown)
    more = f" {plural(rest, 'further GPU model')} not drawn." if rest else ""
    return title, f"{title}. {each}.{more}"


def alerts_by_week(weeks: Sequence[WeekAlerts], chosen: str | None = None) -> FigureDocument:
    """Draw a bar per week of creation: alerts that wait for a review below, acknowledged ones on top."""
    highest = max((week["alerts"] for week in weeks), default=0)
    traces = [_week_bars(weeks, chosen, is_acknowledged=False)]
    if any(week["acknowledged"] for week in weeks):
        traces.append(_week_bars(weeks, chosen, is_acknowledged=True))
    whole = {"dtick": 1} if highest <= 5 else {"nticks": 6}
    figure = new_figure(
        *traces,
        xaxis=axis("Week of creation, from Monday (UTC)", type="date", showgrid=False, fixedrange=True, nticks=8),
        yaxis=axis("Alerts (jobs)", range=[0, max(1, highest) * 1.12], tickformat=",d", fixedrange=True, **whole),
        barmode="stack",
        bargap=0.2,
        dragmode=False,
        showlegend=len(traces) > 1,
        legend={
            "orientation": "h",
            "x": 1,
            "xanchor": "right",
            "y": 1,
            "yanchor": "bottom",
            "font": {"size": 12, "color": MUTED},
        },
        margin={"l": 56, "r": 16, "t": 28, "b": 44},
    )
    title, words = _week_finding(weeks)
    return make_document(figure, title=title, note=PICK_WEEK, alternative=words, height=HEIGHT, min_width=330)


def _week_bars(weeks: Sequence[WeekAlerts], chosen: str | None, *, is_acknowledged: bool) -> go.Bar:
    counts = [week["acknowledged"] if is_acknowledged else week["alerts"] - week["acknowledged"] for week in weeks]
    return go.Bar(
        # A bar stands in the middle of its week.
        x=[(datetime.fromisoformat(week["week"]) + HALF_WEEK).isoformat() for week in weeks],
        y=counts,
        width=6 * 86_400_000,
        name="acknowledged" if is_acknowledged else "not reviewed",
        marker={
            "color": AXIS if is_acknowledged else BAD,
            "opacity": [1.0 if chosen in (None, week["week"]) else FADED for week in weeks],
            "line": {"width": 0},
        },
        customdata=[["<br>".join(_week_lines(week)), week["week"]] for week in weeks],
        meta=headings(["", "Week of creation, from Monday (UTC)"], x="", series="Review"),
        hovertemplate="%{customdata[0]}<extra></extra>",
    )


def _week_lines(week: WeekAlerts) -> tuple[str, str]:
    waiting = week["alerts"] - week["acknowledged"]
    found = f"{plural(week['alerts'], 'alert')} in {plural(week['jobs'], 'job')}, {waiting:,} not reviewed"
    return f"Week of {week_name(week['week'])}", found


def week_name(monday: str) -> str:
    """Write a week by its Monday: `2 March 2026`."""
    day = date.fromisoformat(monday)
    return f"{day.day} {day:%B %Y}"


def _week_finding(weeks: Sequence[WeekAlerts]) -> tuple[str, str]:
    late = sum(week["alerts"] for week in weeks[-SPAN_WEEKS:])
    early = sum(week["alerts"] for week in weeks[-2 * SPAN_WEEKS : -SPAN_WEEKS])
    title = f"{plural(late, 'alert')} in the last {SPAN_WEEKS} weeks, {early:,} in the {SPAN_WEEKS} before"
    found = [
        f"week of {week_name(week['week'])} {plural(week['alerts'], 'alert')} in {plural(week['jobs'], 'job')}, "
        f"{week['acknowledged']:,} acknowledged"
        for week in weeks
        if week["alerts"]
    ]
    each = "; ".join(found) or "no week has an alert"
    return title, f"{title}. {each[:1].upper()}{each[1:]}."


def _without_figures() -> go.Figure:
    hidden = {"visible": False, "fixedrange": True}
    return new_figure(xaxis=hidden, yaxis=hidden, dragmode=False)
