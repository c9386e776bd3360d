"""Charts of many jobs: every bar is where its figures are, the finding is right, and words hold the same figures."""

from typing import Any

import pytest

from siliconmark_ui.alerts.schemas import ModelScores, WeekAlerts
from siliconmark_ui.charts.documents import BAD, GOOD, NEUTRAL
from siliconmark_ui.charts.fleet import MODELS_MAX, alerts_by_week, bar_models, fleet_sheet, scores_by_model


def model(name: str, bins: dict[float, int], alerts: int = 0) -> ModelScores:
    """Give the scores of a model with these bins."""
    jobs = sum(bins.values())
    return {
        "gpu_model": name,
        "jobs": jobs,
        "scored": jobs,
        "alerts": alerts,
        "lowest": min(bins, default=None),
        "lower_quartile": 0.95,
        "median": 0.98,
        "upper_quartile": 1.01,
        "highest": max(bins, default=None),
        "bins": [{"low": low, "jobs": count} for low, count in bins.items()],
    }


def week(monday: str, alerts: int = 0, acknowledged: int = 0, jobs: int = 10) -> WeekAlerts:
    """Give the counts of a week."""
    return {"week": monday, "jobs": jobs, "alerts": alerts, "acknowledged": acknowledged}


MODELS = [
    model("NVIDIA L4", {0.94: 2, 1.1: 1}),
    model("NVIDIA H100", {0.56: 1, 0.88: 3, 0.9: 4, 1.0: 8}, alerts=4),
]
WEEKS = [week("2026-02-23", 3, 1), week("2026-03-02"), week("2026-03-09", 2)]


def bars_of(document: Any) -> Any:
    """Give the first trace of a chart."""
    return document["figure"]["data"][0]


def test_bar_stands_at_its_score_in_the_row_of_its_model_most_jobs_first() -> None:
    bars = bars_of(scores_by_model(MODELS))
    assert bar_models(MODELS) == ["NVIDIA H100"] * 4 + ["NVIDIA L4"] * 2
    assert [round(x, 4) for x in bars["x"]] == [0.57, 0.89, 0.91, 1.01, 0.95, 1.11]
    assert list(bars["base"]) == [1, 1, 1, 1, 0, 0]
    assert bars["y"][3] == max(bars["y"]) == bars["y"][4]
    assert list(bars["customdata"][1]) == ["NVIDIA H100", "score 0.88 to 0.90 ×", "3 jobs", 3, 0.98]


def test_bar_has_the_colour_of_the_status_that_its_scores_have() -> None:
    bars = bars_of(scores_by_model(MODELS))
    assert list(bars["marker"]["color"]) == [BAD, BAD, NEUTRAL, NEUTRAL, NEUTRAL, GOOD]


@pytest.mark.parametrize("count", [0, 1, MODELS_MAX, MODELS_MAX + 1])
def test_both_charts_are_equally_high_however_many_models_there_are(count: int) -> None:
    sheet = fleet_sheet([model(f"GPU {index}", {1.0: 5}) for index in range(count)], WEEKS)
    assert [document["height"] for document in sheet.values()] == [260, 260]


def test_chosen_model_and_week_stand_out() -> None:
    sheet: Any = fleet_sheet(MODELS, WEEKS, model="NVIDIA L4", week="2026-03-09")
    shades = list(bars_of(sheet["scores_by_model"])["marker"]["opacity"])
    assert shades[4:] == [1.0, 1.0]
    assert max(shades[:4]) < 1
    shades = list(bars_of(sheet["alerts_by_week"])["marker"]["opacity"])
    assert shades[2] == 1.0 > max(shades[:2])


def test_what_a_bar_chooses_is_offered_in_words_too() -> None:
    sheet = fleet_sheet(MODELS, WEEKS, model="NVIDIA L4", week="2026-03-02")
    assert sheet["scores_by_model"]["picks"] == [
        {"point": 0, "value": "NVIDIA H100", "text": "H100: 4 of 16 jobs below 0.90 ×", "is_chosen": False},
        {"point": 4, "value": "NVIDIA L4", "text": "L4: 0 of 3 jobs below 0.90 ×", "is_chosen": True},
    ]
    assert [bar_models(MODELS)[pick["point"]] for pick in sheet["scores_by_model"]["picks"]] == [
        "NVIDIA H100",
        "NVIDIA L4",
    ]
    # The newest first; a week without alerts has no bar, but the chosen one can be let go.
    assert sheet["alerts_by_week"]["picks"] == [
        {
            "point": 2,
            "value": "2026-03-09",
            "text": "Week of 9 March 2026: 2 alerts in 10 jobs, 2 not reviewed",
            "is_chosen": False,
        },
        {
            "point": 1,
            "value": "2026-03-02",
            "text": "Week of 2 March 2026: 0 alerts in 10 jobs, 0 not reviewed",
            "is_chosen": True,
        },
        {
            "point": 0,
            "value": "2026-02-23",
            "text": "Week of 23 February 2026: 3 alerts in 10 jobs, 2 not reviewed",
            "is_chosen": False,
        },
    ]


def test_finding_names_the_model_with_the_most_alerts() -> None:
    document = scores_by_model(MODELS)
    assert document["title"] == "H100 has the most jobs below 0.90 ×: 4 of 16"
    assert "NVIDIA L4: 3 jobs, 0 below 0.90 ×, median 0.98 ×" in document["alternative"]
    assert scores_by_model(MODELS[:1])["title"] == "No GPU model has a job below 0.90 ×"


def test_models_beyond_the_drawn_ones_are_counted_in_words() -> None:
    many = [model(f"GPU {index:02}", {1.0: index + 1}) for index in range(MODELS_MAX + 3)]
    assert set(bar_models(many)) == {f"GPU {index:02}" for index in range(3, MODELS_MAX + 3)}
    assert scores_by_model(many)["alternative"].endswith("3 further GPU models not drawn.")


def test_plot_without_a_score_says_so() -> None:
    assert scores_by_model([model("NVIDIA L4", {})])["title"].startswith("No job with a score")
    assert bar_models([model("NVIDIA L4", {})]) == []


def test_week_stacks_acknowledged_alerts_on_those_that_wait() -> None:
    document: Any = alerts_by_week(WEEKS)
    waiting, acknowledged = document["figure"]["data"]
    assert list(waiting["y"]) == [2, 0, 2]
    assert list(acknowledged["y"]) == [1, 0, 0]
    assert waiting["x"][0] == "2026-02-26T12:00:00"
    assert ". Week of 23 February 2026 3 alerts in 10 jobs, 1 acknowledged; week of" in document["alternative"]
    assert waiting["customdata"][0][0] == "Week of 23 February 2026<br>3 alerts in 10 jobs, 2 not reviewed"


def test_week_finding_compares_the_last_four_weeks_with_the_four_before() -> None:
    weeks = [week(f"2026-0{1 + index // 4}-0{1 + index % 4}", alerts=index) for index in range(9)]
    document = alerts_by_week(weeks)
    assert document["title"] == "26 alerts in the last 4 weeks, 10 in the 4 before"
    assert len(document["figure"]["data"]) == 1
    assert alerts_by_week(WEEKS[1:2])["alternative"].endswith("No week has an alert.")
