"""Scores, statuses, reasons and aggregates."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconmark_ui.benchmarks.quick_mark import QuickMarkReading, read_quick_mark
from siliconmark_ui.scoreboard.aggregate import gpu_models, quickmark_aggregate
from siliconmark_ui.scoreboard.expectations import GROUP_METRICS, SCORED_METRICS, FleetMedian, expectations_for
from siliconmark_ui.scoreboard.ratios import ScoredNode, node_ratios, status_of
from siliconmark_ui.scoreboard.reasons import ratio_text
from siliconmark_ui.scoreboard.reference import expected_per_gpu
from siliconmark_ui.scoreboard.schemas import NodePerformance, Performance
from siliconmark_ui.scoreboard.score import score_job

FIXTURES = Path(__file__).parent.parent / "fixtures"
EXPECTED = {
    "bf16_tflops": 700.0, "fp16_tflops": 660.0, "fp32_tflops": 360.0, "fp32_cuda_core_tflops": 50.0,
    "mixed_precision_tflops": 600.0, "memory_bandwidth_gbs": 2995.0, "allreduce_bandwidth_gbs": 400.0,
    "broadcast_bandwidth_gbs": 380.0,
}  # fmt: skip


def make_node(task_id: str = "1", gpu_count: int = 1, **factors: float) -> ScoredNode:
    """Return a node that reaches exactly its expectation, times `factors` (all, a group or a metric)."""
    figures = {}
    for group, metrics in GROUP_METRICS.items():
        for metric in metrics:
            factor = factors.get(metric, factors.get(group, 1.0))
            count = 1 if group == "interconnect" else gpu_count
            figures[metric] = EXPECTED[metric] * count * factor
    reading = QuickMarkReading(node=figures)
    return ScoredNode(task_id, f"uuid-{task_id}", "192.168.1.12", "NVIDIA H100 80GB HBM3", gpu_count, reading, EXPECTED)


def scored(*nodes: ScoredNode) -> tuple[Performance, list[NodePerformance]]:
    result = score_job(nodes)
    assert result is not None
    return result


def test_job_is_as_expected_when_every_node_reaches_its_expectation() -> None:
    performance, nodes = scored(make_node("1", 8), make_node("2", 8))
    assert performance == {
        "benchmark_id": "quick_mark",
        "status": "as_expected",
        "score": 1.0,
        "scored_nodes": 2,
        "underperforming_nodes": 0,
        "groups": {group: {"score": 1.0, "status": "as_expected"} for group in GROUP_METRICS},
        "reasons": [],
    }
    assert nodes[1] == {
        "task_id": "2",
        "machine_uuid": "uuid-2",
        "machine_ip": "192.168.1.12",
        "gpu_model": "NVIDIA H100 80GB HBM3",
        "gpu_count": 8,
        "status": "as_expected",
        "score": 1.0,
        "groups": {group: {"score": 1.0, "status": "as_expected"} for group in GROUP_METRICS},
        "metrics": {
            metric: {
                "value": EXPECTED[metric] * (1 if metric in GROUP_METRICS["interconnect"] else 8),
                "expected": EXPECTED[metric] * (1 if metric in GROUP_METRICS["interconnect"] else 8),
                "ratio": 1.0,
                "status": "as_expected",
            }
            for metric in SCORED_METRICS
        },
    }


def test_job_score_is_its_lowest_node_and_group_when_one_computes_at_57_percent() -> None:
    performance, nodes = scored(make_node("1", memory=1.05), make_node("2", compute=0.57, memory=1.02), make_node("3"))
    assert (performance["score"], performance["status"]) == (0.57, "underperforming")
    assert performance["groups"]["compute"] == {"score": 0.57, "status": "underperforming"}
    assert performance["groups"]["memory"] == {"score": 1.0, "status": "as_expected"}
    assert performance["underperforming_nodes"] == 1
    assert [node["score"] for node in nodes] == [1.0, 0.57, 1.0]


def test_group_score_is_the_median_when_one_metric_is_low() -> None:
    performance, nodes = scored(make_node(mixed_precision_tflops=0.5, bf16_tflops=0.95))
    assert performance["groups"]["compute"]["score"] == 1.0
    assert nodes[0]["metrics"]["mixed_precision_tflops"]["status"] == "underperforming"
    assert performance["reasons"] == []


@pytest.mark.parametrize(
    ("score", "status"),
    [
        (None, "unknown"), (0.0, "underperforming"), (0.89996, "underperforming"), (0.9, "as_expected"),
        (0.1 + 0.8, "as_expected"), (1.1, "as_expected"), (1.1 + 2e-16, "as_expected"), (1.10004, "outperforming"),
    ],
)  # fmt: skip
def test_status_is_taken_at_the_thresholds_when_the_score_is_exact(score: float | None, status: str) -> None:
    assert status_of(score) == status


def test_status_is_taken_before_rounding_when_the_score_is_just_under() -> None:
    performance, nodes = scored(make_node(memory=0.89996))
    assert (performance["score"], performance["status"]) == (0.9, "underperforming")
    assert (nodes[0]["metrics"]["memory_bandwidth_gbs"]["ratio"]) == 0.9
    assert nodes[0]["metrics"]["memory_bandwidth_gbs"]["status"] == "underperforming"
    assert "is just under 0.90 \u00d7 of expected" in performance["reasons"][0]


def test_interconnect_is_left_out_when_the_node_has_one_gpu() -> None:
    performance, nodes = scored(make_node(interconnect=0.2))
    assert performance["groups"]["interconnect"] == {"score": None, "status": "unknown"}
    assert not set(GROUP_METRICS["interconnect"]) & nodes[0]["metrics"].keys()


def test_score_is_unknown_when_nothing_is_expected() -> None:
    performance, nodes = scored(replace(make_node(), expected={}))
    assert (performance["score"], performance["status"]) == (None, "unknown")
    assert (performance["scored_nodes"], performance["underperforming_nodes"]) == (0, 0)
    assert nodes[0]["metrics"]["bf16_tflops"] == {"value": 700.0, "expected": None, "ratio": None, "status": "unknown"}


def test_unknown_node_does_not_hide_the_others_when_a_job_mixes_models() -> None:
    performance, _ = scored(replace(make_node("1"), expected={}), make_node("2", memory=1.2, compute=1.2))
    assert (performance["score"], performance["status"], performance["scored_nodes"]) == (1.2, "outperforming", 1)


def test_performance_is_null_when_no_node_reported_figures() -> None:
    assert score_job([]) is None
    silent = replace(make_node(), reading=QuickMarkReading(node={}))
    assert score_job([silent]) is None
    assert quickmark_aggregate([silent]) is None


def test_reason_names_part_figure_and_next_step_when_memory_is_slow() -> None:
    node = make_node(memory_bandwidth_gbs=2605 / 2995)
    performance, _ = scored(node)
    sentence = (
        "Memory bandwidth of 192.168.1.12 is 0.87 \u00d7 of expected (2,605 of 2,995 GB/s): "
        "compare with another run on this machine."
    )
    assert performance["reasons"] == [sentence]


def test_reason_names_the_worst_metric_and_the_machine_when_it_has_no_address() -> None:
    performance, _ = scored(replace(make_node("1", 2, compute=0.8, fp32_tflops=0.57), machine_ip=None))
    assert performance["reasons"][0].startswith(
        "FP32 (TF32 path) of uuid-1 is 0.57 \u00d7 of expected (410 of 720 TFLOPS)"
    )
    assert len(performance["reasons"]) == 1


def test_reasons_are_worst_first_and_end_with_a_count_when_there_are_many() -> None:
    nodes = [
        replace(make_node(str(number), compute=0.5 + number / 100), machine_ip=f"10.0.0.{number}")
        for number in range(25, 0, -1)
    ]
    reasons = scored(*nodes)[0]["reasons"]
    assert len(reasons) == 21
    assert reasons[0].startswith("BF16 of 10.0.0.1 is 0.51")
    assert reasons[19].startswith("BF16 of 10.0.0.20 is 0.70")
    assert reasons[20] == "And 5 more parts are below 0.90 \u00d7 of expected: see the table of nodes."
    assert scored(*nodes[4:])[0]["reasons"][20].startswith("And 1 more part is below")


@given(st.floats(0, 3))
def test_ratio_never_reads_as_the_threshold_when_it_is_below(ratio: float) -> None:
    text = ratio_text(ratio)
    if status_of(ratio) == "underperforming" and not text.startswith("just under"):
        assert float(text.split()[0]) < 0.9


FACTORS = st.fixed_dictionaries({metric: st.floats(0.1, 2.0) for metric in SCORED_METRICS})


@given(st.lists(FACTORS, min_size=1, max_size=6), st.integers(1, 8))
def test_job_score_is_the_least_of_its_nodes_when_they_vary(factors: list[dict[str, float]], gpu_count: int) -> None:
    nodes = [make_node(str(number), gpu_count, **factor) for number, factor in enumerate(factors)]
    performance, scores = scored(*nodes)
    known = [node["score"] for node in scores if node["score"] is not None]
    assert performance["score"] == min(known)
    assert performance["underperforming_nodes"] == sum(node["status"] == "underperforming" for node in scores)
    for node in scores:
        assert node["score"] == min(group["score"] for group in node["groups"].values() if group["score"] is not None)


@given(FACTORS, st.sampled_from(SCORED_METRICS), st.floats(1.0, 5.0), st.integers(1, 8))
def test_score_never_falls_when_a_figure_rises(
    factors: dict[str, float], metric: str, rise: float, gpu_count: int
) -> None:
    before = node_ratios(make_node("1", gpu_count, **factors)).score
    after = node_ratios(make_node("1", gpu_count, **(factors | {metric: factors[metric] * rise}))).score
    assert before is not None
    assert after is not None
    assert after >= before


@given(FACTORS, st.floats(0, 19.9))
def test_broken_sensor_changes_nothing_but_power_when_it_reports(factors: dict[str, float], watts: float) -> None:
    node = make_node("1", 2, **factors)
    figures = node.reading.node | {"power_consumption_watts": watts * 2}
    broken = replace(node, reading=read_quick_mark({"aggregate_results": figures}, 2))
    assert not broken.reading.power_sound
    assert score_job([broken]) == score_job([node])
    aggregate = quickmark_aggregate([broken, node])
    assert aggregate is not None
    assert aggregate["power_consumption_watts"] is None


def test_aggregate_sums_and_takes_the_hottest_when_nodes_report_different_figures() -> None:
    first, second, third = make_node("1", 2), make_node("2", 8), make_node("3", 1)
    first.reading.node.update(power_consumption_watts=1300.5, temperature_centigrade=61.0)
    broken = read_quick_mark({"aggregate_results": second.reading.node | {"power_consumption_watts": 3}}, 8)
    del third.reading.node["fp32_cuda_core_tflops"]
    aggregate = quickmark_aggregate([first, replace(second, reading=broken), third])
    assert aggregate == {
        "bf16_tflops": 7700.0,
        "fp16_tflops": 7260.0,
        "fp32_tflops": 3960.0,
        "fp32_cuda_core_tflops": 500.0,
        "mixed_precision_tflops": 6600.0,
        "memory_bandwidth_gbs": 32945.0,
        "power_consumption_watts": 1300.5,
        "temperature_centigrade": 61.0,
        "node_count": 3,
        "gpu_count": 11,
    }


def test_models_are_sorted_and_distinct_when_nodes_repeat() -> None:
    assert gpu_models(["NVIDIA L4", None, "NVIDIA H200", "NVIDIA L4", ""]) == ["NVIDIA H200", "NVIDIA L4"]


def test_catalogue_comes_before_the_fleet_when_both_know_the_model() -> None:
    fleet = {metric: FleetMedian(111.0, 8) for metric in SCORED_METRICS}
    expected = expectations_for("NVIDIA H100 80GB HBM3", 8, expected_per_gpu, fleet)
    assert expected["memory_bandwidth_gbs"] == 2995.0
    assert expected["allreduce_bandwidth_gbs"] == 111.0
    assert set(expected) == set(SCORED_METRICS)


@pytest.mark.parametrize(("others", "is_known"), [(7, False), (8, True)])
def test_fleet_counts_when_at_least_eight_others_reported(others: int, is_known: bool) -> None:
    fleet = {metric: FleetMedian(111.0, others) for metric in SCORED_METRICS}
    expected = expectations_for("Unheard-of X1", 2, expected_per_gpu, fleet)
    assert expected == (dict.fromkeys(SCORED_METRICS, 111.0) if is_known else {})


def test_fleet_fills_one_figure_when_the_catalogue_lacks_it() -> None:
    fleet = {"fp32_tflops": FleetMedian(90.0, 12), "broadcast_bandwidth_gbs": FleetMedian(250.0, 12)}
    expected = expectations_for("AMD Instinct MI300X", 1, expected_per_gpu, fleet)
    assert expected["fp32_tflops"] == 90.0
    assert "broadcast_bandwidth_gbs" not in expected
    assert expectations_for(None, 1, expected_per_gpu, {"bf16_tflops": FleetMedian(0.0, 99)}) == {}


@pytest.mark.parametrize(
    ("name", "gpu_count"), [("quick_mark_1gpu", 1), ("quick_mark_2gpu", 2), ("quick_mark_8gpu_array_matrix", 8)]
)
def test_healthy_run_is_as_expected_when_it_comes_from_an_agent(name: str, gpu_count: int) -> None:
    result: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text())
    model = "NVIDIA H100 80GB HBM3"
    expected = expectations_for(model, gpu_count, expected_per_gpu, {})
    node = ScoredNode("1", None, None, model, gpu_count, read_quick_mark(result, gpu_count), expected)
    performance, nodes = scored(node)
    assert performance["status"] == "as_expected"
    bf16 = nodes[0]["metrics"]["bf16_tflops"]
    assert bf16["value"] == result["aggregate_results"]["bf16_tflops"]
    assert bf16["expected"] == 708.0 * gpu_count
