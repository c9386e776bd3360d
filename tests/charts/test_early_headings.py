"""What stands above each chart is known before its figures come: title, note and height are those of the chart."""

from dataclasses import replace

import numpy as np
import pytest

from siliconmark_ui.benchmarks.quick_mark import read_quick_mark
from siliconmark_ui.charts.comparison import comparison_headings, comparison_sheet
from siliconmark_ui.charts.documents import headings_of
from siliconmark_ui.charts.machine_history import history_heading, history_sheet, metric_histories
from siliconmark_ui.charts.network import network_headings, network_sheet, network_view
from siliconmark_ui.charts.quickmark import quickmark_headings, quickmark_sheet
from siliconmark_ui.comparisons.reading import NetworkFigures
from tests.charts.networks import Pair, names_of, reading_of
from tests.charts.test_fleet_ranks import KIND, spread
from tests.charts.test_quickmark import scored
from tests.comparisons.test_table import job, reported
from tests.factories import quick_mark
from tests.machines.test_history_chart import measurements


@pytest.mark.parametrize(("count", "dead"), [(2, []), (5, [(0, 1)]), (40, [(2, 0)])])
def test_headings_of_a_network_are_those_of_its_charts(count: int, dead: list[Pair]) -> None:
    view = network_view(reading_of(count, {(1, 0): 40.0}, dead=dead), names_of(count))
    assert network_headings(view) == headings_of(network_sheet(view))


@pytest.mark.parametrize("count", [1, 3, 50])
def test_headings_of_quickmark_figures_are_those_of_their_charts(count: int) -> None:
    nodes = [scored(index, bf16_tflops=0.7 + index / 50, memory_bandwidth_gbs=1.0) for index in range(count)]
    readings = {
        str(index): read_quick_mark(quick_mark(8, power_consumption_watts=2.0 if index == 1 else 411.3), 8)
        for index in range(count)
    }
    headings = quickmark_headings(nodes, readings, {KIND: spread()})
    assert headings == headings_of(quickmark_sheet(nodes, readings, {KIND: spread()}))
    assert {"metric_ratios", "fleet_ranks", "power_temperature"} <= set(headings)
    assert ("node_scores" in headings) == (count > 1)
    assert headings["power_temperature"].note.startswith("sensor? 8 GPUs ") == (count > 1)


def test_headings_of_a_comparison_are_those_of_its_charts_where_a_job_has_no_figures() -> None:
    links = NetworkFigures({}, np.linspace(90.0, 99.0, 80), np.array([]), 0)
    jobs = [reported(100.0), replace(reported(80.0), networks={"cluster_network:2": links}), job(), reported(90.0)]
    headings = comparison_headings(jobs, "bf16_tflops")
    assert headings == headings_of(comparison_sheet(jobs, "bf16_tflops"))
    assert list(headings) == ["metric", "metric/curves", "bandwidth:2", "bandwidth:2/curves"]
    assert comparison_headings([job()], "bf16_tflops") == {}


def test_heading_of_a_history_is_that_of_its_chart() -> None:
    figures = measurements(2600, 2610, 2590, 2605, 2595, 2250, 2240, 2255, 2245)
    histories = metric_histories(figures)
    assert {history.metric: history_heading(history) for history in histories} == headings_of(history_sheet(figures))
