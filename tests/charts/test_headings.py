"""The figures of every chart as a table, made by the page's own code: each column is named, and says its unit."""

import re

import numpy as np
import pytest

from siliconmark_ui.benchmarks.quick_mark import GpuLink, read_quick_mark
from siliconmark_ui.charts.comparison import LATENCY as LINK_LATENCY
from siliconmark_ui.charts.comparison import SpreadRow, overlaid
from siliconmark_ui.charts.documents import FigureDocument
from siliconmark_ui.charts.fleet import alerts_by_week, scores_by_model
from siliconmark_ui.charts.fleet_ranks import fleet_ranks
from siliconmark_ui.charts.gpus import WAYS, link_matrix, power_temperature
from siliconmark_ui.charts.machine_history import metric_histories, metric_history
from siliconmark_ui.charts.network import BANDWIDTH, LATENCY, link_distribution, link_map, network_view, node_means
from siliconmark_ui.charts.overlay import overlaid_curves
from siliconmark_ui.charts.quickmark import metric_ratios, node_scores, ratio_points
from tests.charts.networks import names_of, reading_of
from tests.charts.saved import builders, saved
from tests.charts.test_fleet import MODELS, WEEKS
from tests.charts.test_fleet_ranks import found, spread
from tests.charts.test_quickmark import scored
from tests.factories import quick_mark
from tests.machines.test_history_chart import measurements

NAMELESS = re.compile(r"x|y|Row|Value|Series|Details.*|undefined|null|")
COUNTS = {"Links", "Live links", "Jobs", "Rank, lowest score first"}
"""Numbers without a unit."""


def few_and_many() -> dict[str, FigureDocument]:
    """Give every chart of every builder, where it draws few things otherwise than many with both."""
    small, large = (network_view(reading_of(count, dead=[(2, 0)]), names_of(count)) for count in (4, 40))
    nodes = [scored(index, bf16_tflops=0.7 + index / 50, memory_bandwidth_gbs=1.0) for index in range(50)]
    links = [GpuLink(0, 1, "nvlink", 400.0, None), GpuLink(1, 0, "nvlink", 0.0, None)]
    reading = read_quick_mark(quick_mark(2), 2)
    rows = [SpreadRow(name, name, np.linspace(1.0, 2.0, size)) for name, size in (("few", 4), ("many", 100))]
    (history,) = metric_histories(measurements(2600, 2610, 2590, 2605, 2595, 2250, 2240, 2255, 2245))
    hot = power_temperature({"1": reading}, {"1": "a"})
    assert hot is not None
    return {
        **{f"link_map {of.name}": link_map(small, of) for of in (BANDWIDTH, LATENCY)},
        "link_distribution": link_distribution(small, BANDWIDTH),
        "link_distribution of many": link_distribution(large, LATENCY),
        "node_means": node_means(small, LATENCY),
        "metric_ratios": metric_ratios(ratio_points(nodes)),
        "node_scores": node_scores(nodes[:4]),
        "node_scores of many": node_scores(nodes),
        "fleet_ranks": fleet_ranks([*found(spread(), memory_bandwidth_gbs=1001.0).values()], ""),
        "link_matrix": link_matrix(links, WAYS[0], "a"),
        "power_temperature": hot,
        "metric_history": metric_history(history),
        "overlaid": overlaid(rows, LINK_LATENCY),
        "overlaid_curves": overlaid_curves(rows, label=LINK_LATENCY.label, unit="ms", of="live link"),
        "scores_by_model": scores_by_model(MODELS),
        "alerts_by_week": alerts_by_week(WEEKS),
    }


@pytest.fixture(scope="module")
def tables() -> dict[str, list[dict[str, str]]]:
    """Every chart's rows by heading, as the page saves them."""
    return saved(few_and_many())


def test_every_builder_of_a_chart_is_held_to_this() -> None:
    assert builders() == {name.split(" ")[0] for name in few_and_many()}


def test_every_column_of_every_chart_has_a_name_and_every_measured_figure_a_unit(
    tables: dict[str, list[dict[str, str]]],
) -> None:
    for chart, rows in tables.items():
        assert rows, chart
        for head in rows[0]:
            texts = [row[head] for row in rows if row[head]]
            assert not NAMELESS.fullmatch(head), (chart, head)
            assert texts, (chart, head)
            if all(re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", text) for text in texts):
                assert head in COUNTS or re.search(r"\(.+\)$", head), (chart, head)


def test_heat_maps_leave_with_the_figures_and_with_what_is_known_of_dead_links(
    tables: dict[str, list[dict[str, str]]],
) -> None:
    links = tables["link_map Bandwidth"]
    assert list(links[0]) == ["From node", "To node", "Bandwidth (Gbit/s)", "Reported of the dead link"]
    assert [list(row.values()) for row in links if row["Reported of the dead link"]] == [
        ["10.0.0.3", "10.0.0.1", "", "connection refused"]
    ]
    assert tables["link_matrix"] == [
        {
            "From GPU": "GPU 0",
            "To GPU": "GPU 1",
            "Bandwidth one way at a time (GB/s)": "400",
            "Connection": "nvlink",
            "State of the link": "",
        },
        {
            "From GPU": "GPU 1",
            "To GPU": "GPU 0",
            "Bandwidth one way at a time (GB/s)": "",
            "Connection": "",
            "State of the link": "dead",
        },
    ]


def test_bars_leave_as_what_they_stand_for_and_not_as_where_they_are_drawn(
    tables: dict[str, list[dict[str, str]]],
) -> None:
    assert tables["scores_by_model"][1] == {
        "Middle of the bar: job score (×)": "0.89",
        "GPU model": "NVIDIA H100",
        "Range of the bar (×)": "score 0.88 to 0.90 ×",
        "Jobs": "3",
        "Median of the model (×)": "0.98",
    }
    assert tables["alerts_by_week"][0] == {
        "Review": "not reviewed",
        "Alerts (jobs)": "2",
        "Week of creation, from Monday (UTC)": "2026-02-23",
    }


def test_marks_leave_with_the_node_and_the_metric_that_they_are_of(tables: dict[str, list[dict[str, str]]]) -> None:
    first = tables["metric_ratios"][0]
    assert (first["Status"], first["Metric"], first["Node"]) == ("underperforming", "BF16", "10.0.0.0")
    assert tables["node_scores of many"][0]["Rank, lowest score first"] == "1"
    assert {row["Job"] for row in tables["overlaid"]} == {"few", "many"}


def test_numbers_beside_every_axis_and_scale_have_their_thousands_separated_and_no_powers() -> None:
    for chart, document in few_and_many().items():
        layout = document["figure"]["layout"]
        scales = [trace["colorbar"] for trace in document["figure"]["data"] if "colorbar" in trace]
        for numbers in (layout["xaxis"], layout["yaxis"], *scales):
            assert (numbers["separatethousands"], numbers["exponentformat"]) == (True, "none"), chart


def test_hovered_measurements_are_never_cut() -> None:
    for chart, document in few_and_many().items():
        for trace in document["figure"]["data"]:
            formats = re.findall(r"%{[xyz]:([^}]+)}", trace.get("hovertemplate", "").replace("%{y:.0f} %", ""))
            assert set(formats) <= {",.7~g"}, chart
