"""Nodes among the fleet: percentiles as counted by hand, and which of them are called the worst."""

from typing import Any

import msgspec
import pytest

from siliconmark_ui.benchmarks.quick_mark import read_quick_mark
from siliconmark_ui.charts.fleet_ranks import fleet_note, fleet_ranks, ranks
from siliconmark_ui.scoreboard.fleet import FleetSpread, fleet_spread
from tests.charts.test_quickmark import scored
from tests.factories import quick_mark

KIND = ("NVIDIA H100 80GB HBM3", 8)


def spread(runs: int = 100) -> FleetSpread:
    """Give the fleet of runs whose memory reaches 1001, 1002, … GB/s a GPU and whose GPUs are 50 °C warm and more."""
    results = (
        quick_mark(8, memory_bandwidth_gbs=1000.0 + place, temperature_centigrade=50 + place % 10)
        for place in range(1, runs + 1)
    )
    return fleet_spread(KIND, (read_quick_mark(each, 8) for each in results))


def found(fleet: FleetSpread, **figures: float) -> dict[str, Any]:
    """Give the ranks of one node with these figures, by metric."""
    reading = read_quick_mark(quick_mark(8, **figures), 8)
    return {rank.metric: rank for rank in ranks([scored(1, bf16_tflops=1.0)], {"1": reading}, {KIND: fleet})}


@pytest.mark.parametrize(("figure", "percent"), [(1000.0, 0.0), (1001.0, 0.5), (1050.5, 50.0), (1100.0, 99.5)])
def test_percentile_is_the_share_of_runs_below_and_half_of_the_equal_ones(figure: float, percent: float) -> None:
    assert found(spread(), memory_bandwidth_gbs=figure)["memory_bandwidth_gbs"].percent == pytest.approx(percent)


def test_worst_is_the_low_end_of_a_rate_and_the_high_end_of_a_temperature() -> None:
    low = found(spread(), memory_bandwidth_gbs=1002.0, temperature_centigrade=30)
    assert (low["memory_bandwidth_gbs"].is_worst, low["temperature_centigrade"].is_worst) == (True, False)
    hot = found(spread(), memory_bandwidth_gbs=1099.0, temperature_centigrade=99)
    assert (hot["memory_bandwidth_gbs"].is_worst, hot["temperature_centigrade"].is_worst) == (False, True)
    assert not found(spread(), power_consumption_watts=5000.0)["power_consumption_watts"].is_worst


def test_too_few_runs_give_no_percentile() -> None:
    assert found(spread(7)) == {}
    assert "memory_bandwidth_gbs" in found(spread(8))


def test_broken_sensor_has_no_rank_and_enters_no_fleet() -> None:
    assert "power_consumption_watts" not in found(spread(), power_consumption_watts=2.0)
    readings = [read_quick_mark(quick_mark(8, power_consumption_watts=2.0), 8)] * 20
    assert "power_consumption_watts" not in fleet_spread(KIND, readings).nodes


def test_chart_marks_the_worst_by_shape_and_says_over_how_many_runs() -> None:
    fleet = spread()
    chosen = [*found(fleet, memory_bandwidth_gbs=1001.0).values()]
    document = fleet_ranks(chosen, fleet_note({KIND: fleet}))
    shapes = {trace["name"]: trace["marker"]["symbol"] for trace in document["figure"]["data"]}
    assert shapes == {"elsewhere": "circle", "among the worst 5 %": "diamond"}
    assert document["title"] == "1 of 7 figures of 1 node among the fleet's worst 5 %: Memory bandwidth"
    assert "100 runs of nodes with 8 × NVIDIA H100 80GB HBM3" in document["note"]
    assert "8,008 GB/s, higher than 0 % of 100 runs" in document["alternative"]


@pytest.mark.parametrize("figures", [{}, {"memory_bandwidth_gbs": 1001.0}])
def test_chart_leaves_as_json_whether_or_not_a_figure_is_among_the_worst(figures: dict[str, float]) -> None:
    fleet = spread(30)
    chosen = [rank for rank in found(fleet, **figures).values() if rank.is_worst or not figures]
    kept = [rank for rank in chosen if rank.is_worst == bool(figures)]
    document = msgspec.json.decode(msgspec.json.encode(fleet_ranks(kept, "")))
    assert len(document["figure"]["data"]) == 1


def test_least_of_few_runs_is_not_called_the_worst() -> None:
    fleet = spread(19)
    chosen = found(fleet, memory_bandwidth_gbs=900.0)
    assert not chosen["memory_bandwidth_gbs"].is_worst
    assert fleet_ranks([*chosen.values()], "")["title"].endswith("too few runs of the fleet to call any the worst")
    assert found(spread(20), memory_bandwidth_gbs=900.0)["memory_bandwidth_gbs"].is_worst
