"""The table of a comparison: what is marked, what counts as a difference, and what a missing value says."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconmark_ui.comparisons.reading import ComparedJob, NetworkFigures
from siliconmark_ui.comparisons.rows import Row, Section, only_differences
from siliconmark_ui.comparisons.table import BROKEN_SENSOR, NO_QUICK_MARK, change_text, comparison_table
from siliconmark_ui.scoreboard.schemas import QuickMarkAggregate


def aggregate(bf16: float, gpus: int = 2) -> QuickMarkAggregate:
    """Give a job's sums."""
    return {
        "bf16_tflops": bf16,
        "fp16_tflops": None,
        "fp32_tflops": None,
        "fp32_cuda_core_tflops": None,
        "mixed_precision_tflops": None,
        "memory_bandwidth_gbs": None,
        "power_consumption_watts": None,
        "temperature_centigrade": 60.0,
        "node_count": 1,
        "gpu_count": gpus,
    }


def job(**fields: Any) -> ComparedJob:
    """Give a job of one node with two GPUs that has reported nothing."""
    usual: dict[str, Any] = {
        "id": "7",
        "name": "night",
        "state": "completed",
        "created_at": "2026-05-04T03:00:00Z",
        "node_count": 1,
        "current_nodes": 1,
        "benchmarks": ["quick_mark"],
        "configs": {"quick_mark": {}},
        "tags": [],
        "description": "",
        "seconds": 90.0,
        "gpu_models": ["NVIDIA L4"],
        "gpu_counts": [2],
        "performance": None,
        "aggregate": None,
        "gpus": {},
        "nodes": {},
        "unsound": 0,
        "unsound_gpus": 0,
        "networks": {},
    }
    return ComparedJob(**(usual | fields))


def reported(value: float, metric: str = "bf16_tflops", **fields: Any) -> ComparedJob:
    """Give a job whose GPUs all measured that figure."""
    return job(gpus={metric: np.array([value, value])}, aggregate=aggregate(2 * value), **fields)


def row(sections: list[Section], title: str, label: str) -> Row:
    """Give one row of the table."""
    return next(row for each in sections if each.title == title for row in each.rows if row.label == label)


def marks(found: Row) -> list[str]:
    """Give the marks of a row."""
    return [cell.mark for cell in found.cells]


def test_best_and_worst_are_marked_by_the_good_end_of_the_figure() -> None:
    high = comparison_table([reported(100.0), reported(90.0), reported(95.0)])
    assert marks(row(high, "QuickMark per GPU", "BF16 (TFLOPS)")) == ["best", "worst", ""]
    hot = comparison_table([reported(50.0, "temperature_centigrade"), reported(70.0, "temperature_centigrade")])
    assert marks(row(hot, "QuickMark per GPU", "Temperature (°C)")) == ["best", "worst"]
    power = [reported(300.0, "power_consumption_watts"), reported(400.0, "power_consumption_watts")]
    assert marks(row(comparison_table(power), "QuickMark per GPU", "Power (W)")) == ["", ""]


def test_figures_within_the_noise_are_neither_best_nor_worst() -> None:
    found = row(comparison_table([reported(100.0), reported(100.9)]), "QuickMark per GPU", "BF16 (TFLOPS)")
    assert marks(found) == ["", ""]
    assert [cell.change for cell in found.cells] == ["", "+1 %"]


def test_sums_of_different_numbers_of_gpus_are_not_ranked_and_the_note_says_so() -> None:
    jobs = [reported(100.0), job(gpus={}, aggregate=aggregate(800.0, gpus=8))]
    table = comparison_table(jobs)
    assert marks(row(table, "QuickMark of the whole job", "BF16 (TFLOPS)")) == ["", ""]
    note = next(section.note for section in table if section.title == "QuickMark of the whole job")
    assert note.endswith("no sum is best or worst")
    fair = comparison_table([reported(100.0), reported(80.0)])
    assert marks(row(fair, "QuickMark of the whole job", "BF16 (TFLOPS)")) == ["best", "worst"]


def test_missing_figure_is_a_dash_that_says_why() -> None:
    table = comparison_table([reported(100.0), job(), reported(9.0, "fp16_tflops")])
    cells = row(table, "QuickMark per GPU", "BF16 (TFLOPS)").cells
    assert [cell.text for cell in cells] == ["100", "–", "–"]
    assert cells[1].hint == NO_QUICK_MARK
    assert "not reported" in cells[2].hint
    assert [cell.mark for cell in cells] == ["", "", ""]


def test_broken_power_sensor_is_named_instead_of_a_figure() -> None:
    table = comparison_table([reported(300.0, "power_consumption_watts"), reported(90.0, unsound=1, unsound_gpus=1)])
    cell = row(table, "QuickMark per GPU", "Power (W)").cells[1]
    assert (cell.text, cell.hint) == ("sensor?", BROKEN_SENSOR)


def test_only_differences_keeps_the_rows_that_differ_and_drops_empty_sections() -> None:
    same = [reported(100.0), reported(100.0)]
    assert only_differences(comparison_table(same)) == []
    kept = only_differences(comparison_table([reported(100.0), reported(100.0, tags=["rack 4"], node_count=2)]))
    assert [(each.title, [found.label for found in each.rows]) for each in kept] == [
        ("Configuration", ["Nodes expected", "Tags"])
    ]
    assert comparison_table(same) != []


def test_configs_of_benchmarks_are_rows_with_their_unit() -> None:
    both = {"benchmarks": ["quick_mark", "cluster_network"]}
    jobs = [job(configs={"cluster_network": {"timeout": 60}}, **both), job(configs={"cluster_network": {}}, **both)]
    found = row(comparison_table(jobs), "Configuration", "Cluster Network: timeout (s)")
    assert [(cell.text, cell.hint) for cell in found.cells] == [("60", ""), ("–", "Not set in this job")]


def test_rows_are_told_apart_by_their_labels_and_sections_by_their_titles() -> None:
    asked: dict[str, Any] = {
        "benchmarks": ["quick_mark", "cluster_network"],
        "configs": {"quick_mark": {}, "cluster_network": {}},
    }
    networks = {**network(92.4), "cluster_network:2": network(46.0)["cluster_network"]}
    table = comparison_table([reported(100.0, networks=networks, **asked), reported(90.0, tags=["rack 4"])])
    titles = [section.title for section in table]
    assert len(titles) == len(set(titles)) >= 4
    for section in table:
        labels = [each.label for each in section.rows]
        assert len(labels) == len(set(labels))


def network(average: float, dead: int | None = 0, problem: str = "") -> dict[str, NetworkFigures]:
    """Give a cluster network result."""
    nothing = np.array([])
    summary = {"avg_bandwidth_gbps": average, "avg_latency": 0.02, "total_links_tested": 12.0} if not problem else {}
    return {"cluster_network": NetworkFigures(summary, nothing, nothing, dead, problem)}


def test_network_figures_stand_side_by_side_with_the_reason_where_there_are_none() -> None:
    asked = {"benchmarks": ["quick_mark", "cluster_network"], "configs": {"quick_mark": {}, "cluster_network": {}}}
    jobs = [
        job(networks=network(92.4), **asked),
        job(networks=network(46.0, dead=3), **asked),
        job(networks=network(0, None, "no route to host"), **asked),
        job(**asked),
        job(),
    ]
    table = comparison_table(jobs)
    cells = row(table, "Cluster Network", "Average bandwidth (Gbit/s)").cells
    assert [(cell.text, cell.mark, cell.change) for cell in cells[:2]] == [
        ("92.4", "best", ""),
        ("46.0", "worst", "-50 %"),
    ]
    assert [cell.hint for cell in cells[2:]] == [
        "no route to host",
        "No result has been reported",
        "The job does not have this benchmark",
    ]
    assert [cell.text for cell in row(table, "Cluster Network", "Dead links").cells] == ["0", "3", "–", "–", "–"]
    assert row(table, "Cluster Network", "Links tested").differs


@pytest.mark.parametrize(
    ("base", "value", "text"),
    [(100.0, 104.0, "+4 %"), (100.0, 88.0, "-12 %"), (100.0, 100.2, "±0 %"), (0.0, 5.0, ""), (None, 5.0, "")],
)
def test_change_is_written_without_decimals(base: float | None, value: float, text: str) -> None:
    assert change_text(base, value) == text


def test_figures_at_one_end_share_its_mark_unless_most_jobs_would_carry_it() -> None:
    def marked(*values: float) -> list[str]:
        return marks(row(comparison_table([reported(value) for value in values]), "QuickMark per GPU", "BF16 (TFLOPS)"))

    assert marked(100.0, 99.8, 90.0, 90.1) == ["best", "best", "worst", "worst"]
    assert marked(100.0, 100.0, 100.1, 80.0) == ["", "", "", "worst"]
    assert marked(100.0, 99.3, 98.6) == ["best", "", "worst"]


@given(st.lists(st.floats(0.1, 1e5), min_size=2, max_size=8))
def test_marked_figures_lie_at_their_end_and_marks_are_few(values: list[float]) -> None:
    found = marks(row(comparison_table([reported(value) for value in values]), "QuickMark per GPU", "BF16 (TFLOPS)"))
    noise = 0.01 * max(values)
    for value, mark in zip(values, found, strict=True):
        assert mark != "best" or value >= max(values) - noise
        assert mark != "worst" or value <= min(values) + noise
    assert all(2 * found.count(mark) <= len(values) for mark in ("best", "worst"))
    if max(values) - min(values) <= noise:
        assert set(found) == {""}
    elif sorted(values)[-2] < max(values) - noise:
        assert "best" in found
