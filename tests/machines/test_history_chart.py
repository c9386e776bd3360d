"""The chart of a metric's history: its band, its marks, and the same in words."""

from datetime import UTC, datetime, timedelta

from siliconmark_ui.charts.machine_history import history_sheet, metric_histories
from siliconmark_ui.machines.schemas import Measurement

METRIC = "memory_bandwidth_gbs"


def measurements(*values: float, gpus: int = 1, expected: float | None = 2600.0) -> list[Measurement]:
    """Give one measurement a day of memory bandwidth; the expectation is per GPU."""
    first = datetime(2026, 3, 1, 12, tzinfo=UTC)
    return [
        {
            "job_id": str(day),
            "job_name": f"night <{day}>",
            "measured_at": (first + timedelta(days=day)).isoformat().replace("+00:00", "Z"),
            "gpu_model": "NVIDIA H100 PCIe",
            "gpu_count": gpus,
            "figures": {METRIC: value * gpus},
            "expected": {METRIC: expected * gpus} if expected else {},
        }
        for day, value in enumerate(values)
    ]


def test_fall_of_the_level_is_marked_where_it_happened_and_told_in_words() -> None:
    chart = history_sheet(measurements(2600, 2610, 2590, 2605, 2595, 2250, 2240, 2255, 2245))[METRIC]
    assert chart["title"] == "Memory bandwidth fell 14 % from 2026-03-06 (UTC)"
    (line,) = chart["figure"]["layout"]["shapes"]
    assert line["x0"] == line["x1"] == "2026-03-06T12:00:00Z"
    assert chart["figure"]["layout"]["annotations"][0]["text"] == "-14 %"
    assert "fell 14 %, 2,600 to 2,248 GB/s, from 2026-03-06 12:00 UTC (job night <5>)" in chart["alternative"]
    assert chart["alternative"].endswith(
        "2,605 (2026-03-04), 2,590 (2026-03-03), 2,610 (2026-03-02), 2,600 (2026-03-01)."
    )
    assert "9 measurements from 2026-03-01 to 2026-03-09 (UTC), between" in chart["alternative"]
    assert "the newest is 2,245 GB/s, 0.8635 × of the expected 2,600 GB/s" in chart["alternative"].replace(
        "0.86 ×", "0.8635 ×"
    )


def test_band_is_the_expected_range_of_each_measurement() -> None:
    chart = history_sheet(measurements(2600, 2300))[METRIC]
    low, high = chart["figure"]["data"][:2]
    assert [list(low["y"]), list(high["y"])] == [[2340.0, 2340.0], [2860.0000000000005, 2860.0000000000005]]
    names = {trace["name"]: list(trace["y"]) for trace in chart["figure"]["data"] if trace["mode"] == "markers"}
    assert names == {"underperforming": [2300.0], "as expected": [2600.0]}
    assert "night &lt;0&gt;" in chart["figure"]["data"][-1]["customdata"][0][0]


def test_machine_that_takes_part_with_half_of_its_gpus_has_not_changed_its_level() -> None:
    whole, half = measurements(*[2600.0, 2610.0] * 3, gpus=8), measurements(*[2605.0] * 12, gpus=4)[6:]
    (history,) = metric_histories([*whole, *half])
    assert history.changes == []
    assert history.points[0].ratio == 1.0


def test_interconnect_is_held_as_it_is_measured_for_the_node() -> None:
    rows = [
        {**each, "figures": {"allreduce_bandwidth_gbs": 400.0 if place < 6 else 200.0}}
        for place, each in enumerate(measurements(*[1.0] * 12, gpus=8))
    ]
    (history,) = metric_histories(rows)  # type: ignore[arg-type]
    assert [(change.index, change.before, change.after) for change in history.changes] == [(6, 400.0, 200.0)]


def test_metrics_with_a_change_come_first_and_unmeasured_ones_not_at_all() -> None:
    rows = measurements(*[2600.0] * 5, *[2200.0] * 5)
    for row in rows:
        row["figures"]["bf16_tflops"] = 400.0
    assert [history.metric for history in metric_histories(rows)] == [METRIC, "bf16_tflops"]
    assert metric_histories([]) == []


def test_history_without_an_expectation_says_so_and_draws_no_band() -> None:
    chart = history_sheet(measurements(*[2600.0] * 9, expected=None))[METRIC]
    assert chart["note"] == "Without an expectation"
    assert chart["title"] == "Memory bandwidth kept its level over 9 measurements"
    assert len(chart["figure"]["data"]) == 1


def test_few_measurements_are_said_to_be_too_few() -> None:
    assert "too few" in history_sheet(measurements(2600, 1000))[METRIC]["title"]


def test_metrics_that_are_not_scored_have_their_history_after_those_that_are() -> None:
    rows = measurements(*[2600.0] * 5)
    for row in rows:
        row["figures"] |= {"temperature_centigrade": 61.0, "l2_bandwidth_gbs": 5000.0}
    assert [history.metric for history in metric_histories(rows)] == [
        METRIC,
        "l2_bandwidth_gbs",
        "temperature_centigrade",
    ]
    chart = history_sheet(rows)["temperature_centigrade"]
    assert (chart["title"], chart["note"]) == (
        "Temperature: 5 measurements, too few to tell a change of level",
        "Without an expectation",
    )


def test_only_figures_that_add_up_are_held_per_gpu_where_a_machine_takes_part_with_fewer_of_them() -> None:
    whole, half = measurements(*[1.0] * 6, gpus=8), measurements(*[1.0] * 12, gpus=4)[6:]
    for row in (*whole, *half):
        row["figures"] = {"power_consumption_watts": 690.0 * row["gpu_count"], "temperature_centigrade": 61.0}
    assert [history.changes for history in metric_histories([*whole, *half])] == [[], []]
