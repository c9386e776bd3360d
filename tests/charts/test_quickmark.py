"""The QuickMark charts: every node's ratio as the scoreboard gave it, and what the titles say of them."""

import json
from typing import get_args

import pytest

from siliconmark_ui.charts.quickmark import (
    MARKS,
    RatioPoint,
    metric_ratios,
    node_scores,
    quickmark_sheet,
    ratio_points,
)
from siliconmark_ui.scoreboard.ratios import status_of
from siliconmark_ui.scoreboard.schemas import NodePerformance, Status


def scored(index: int, **ratios: float) -> NodePerformance:
    """Give a scored node whose metrics stand at these ratios of 1,000."""
    lowest = min(ratios.values(), default=None)
    return {
        "task_id": str(index),
        "machine_uuid": f"{index:08x}-0000",
        "machine_ip": f"10.0.0.{index}",
        "gpu_model": "NVIDIA H100 80GB HBM3",
        "gpu_count": 8,
        "status": status_of(lowest),
        "score": lowest,
        "groups": {},
        "metrics": {
            name: {"value": 1000 * ratio, "expected": 1000.0, "ratio": ratio, "status": status_of(ratio)}
            for name, ratio in ratios.items()
        },
    }


def test_every_figure_is_drawn_at_its_ratio_in_its_metrics_row() -> None:
    nodes = [scored(1, bf16_tflops=0.57, memory_bandwidth_gbs=1.0), scored(2, bf16_tflops=0.99)]
    document = metric_ratios(ratio_points(nodes))
    drawn = {(words[0], words[1]): words[2] for trace in document["figure"]["data"] for words in trace["customdata"]}
    assert drawn == {
        ("10.0.0.1", "BF16"): "0.57 × (570 of 1,000 TFLOPS)",
        ("10.0.0.1", "Memory bandwidth"): "1.00 × (1,000 of 1,000 GB/s)",
        ("10.0.0.2", "BF16"): "0.99 × (990 of 1,000 TFLOPS)",
    }
    assert document["figure"]["layout"]["yaxis"]["ticktext"] == ["BF16", "Memory bandwidth"]


def test_figure_and_expectation_are_written_by_the_rule_of_their_unit() -> None:
    point = RatioPoint("10.0.0.1", "memory_bandwidth_gbs", 2605.4, 2995.0, 2605.4 / 2995, "underperforming")
    assert point.words() == "0.87 × (2,605 of 2,995 GB/s)"


def test_title_counts_what_is_below_and_names_the_metrics() -> None:
    nodes = [scored(1, bf16_tflops=0.57, memory_bandwidth_gbs=0.86), scored(2, bf16_tflops=0.99)]
    document = metric_ratios(ratio_points(nodes))
    assert document["title"] == "2 of 3 figures of 2 nodes below 0.90 ×: BF16, Memory bandwidth"
    assert "BF16 of 10.0.0.1 0.57 ×" in document["alternative"]


def test_title_says_that_all_is_well_when_none_is_below() -> None:
    document = metric_ratios(ratio_points([scored(1, bf16_tflops=0.95), scored(2, bf16_tflops=1.2)]))
    assert document["title"] == "All 2 figures of 2 nodes are at least 0.90 × of what is expected"
    assert "0.95 ×" in document["alternative"]


@pytest.mark.parametrize("ratio", [0.31, 0.95, 2.4])
def test_axis_always_holds_the_thresholds_the_centre_and_every_mark(ratio: float) -> None:
    low, high = metric_ratios(ratio_points([scored(1, bf16_tflops=ratio)]))["figure"]["layout"]["xaxis"]["range"]
    assert low < min(ratio, 0.9)
    assert high > max(ratio, 1.1)


def test_node_scores_stand_lowest_first_with_names_up_to_40_and_by_rank_above() -> None:
    few = node_scores([scored(index, bf16_tflops=1 - index / 100) for index in range(1, 41)])
    many = node_scores([scored(index, bf16_tflops=1 - index / 100) for index in range(1, 42)])
    assert few["figure"]["layout"]["yaxis"]["categoryarray"][0] == "10.0.0.40"
    assert few["title"] == "30 of 40 nodes below 0.90 ×; the lowest is 10.0.0.40 at 0.60 ×"
    assert many["figure"]["layout"]["yaxis"]["title"]["text"] == "Node, by rank"


def test_nodes_without_an_expectation_are_counted_and_not_drawn() -> None:
    nodes = [scored(1, bf16_tflops=1.0), scored(2, bf16_tflops=1.0), scored(3)]
    document = node_scores(nodes)
    assert sum(len(trace["x"]) if isinstance(trace["x"], list) else 2 for trace in document["figure"]["data"]) == 2
    assert "1 node without an expectation" in document["alternative"]


def test_sheet_is_empty_without_any_expectation() -> None:
    assert quickmark_sheet([scored(1), scored(2)]) == {}
    assert set(quickmark_sheet([scored(1, bf16_tflops=1.0)])) == {"metric_ratios"}


def test_every_status_with_a_ratio_has_its_mark() -> None:
    assert set(MARKS) == set(get_args(Status)) - {"unknown"}


def test_chart_of_256_nodes_stays_under_half_a_megabyte() -> None:
    ratios = dict.fromkeys(("bf16_tflops", "fp16_tflops", "fp32_tflops", "memory_bandwidth_gbs"), 1.0)
    sheet = quickmark_sheet([scored(index, **ratios) for index in range(256)])
    assert len(json.dumps(sheet)) < 512_000
