"""The benchmark sequence of a request."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS, METRICS, display_names
from siliconmark_ui.benchmarks.sequence import ENTRIES_MAX, benchmark_ids, parse_sequence, result_keys
from siliconmark_ui.errors import InvalidInput

QUICK = {"benchmark_id": "quick_mark", "config": None}
NETWORK = {"benchmark_id": "cluster_network", "config": None}


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], [QUICK]),
        (["quick_mark"], [QUICK]),
        (["cluster_network"], [QUICK, NETWORK]),
        (["cluster_network", "quick_mark"], [NETWORK, QUICK]),
        (["quick_mark", {"benchmark_id": "cluster_network", "config": {}}], [QUICK, NETWORK]),
        ([{"benchmark_id": "cluster_network"}], [QUICK, NETWORK]),
        ([{"benchmark_id": "cluster_network", "config": None}], [QUICK, NETWORK]),
    ],
)
def test_sequence_holds_quick_mark_when_the_caller_placed_it_or_not(items: object, expected: list[Any]) -> None:
    assert parse_sequence(items, 4) == expected


def test_same_benchmark_has_a_numbered_key_when_its_config_differs() -> None:
    items = [
        "cluster_network",
        {"benchmark_id": "cluster_network", "config": {"timeout": 60}},
        {"benchmark_id": "cluster_network", "config": {"timeout": 3600}},
    ]
    sequence = parse_sequence(items, 2)
    assert result_keys(sequence) == ["quick_mark", "cluster_network", "cluster_network:2", "cluster_network:3"]
    assert benchmark_ids(sequence) == ["quick_mark", "cluster_network", "cluster_network", "cluster_network"]
    assert sequence[2]["config"] == {"timeout": 60}


def test_unknown_benchmark_is_named_when_it_is_asked_for() -> None:
    for items in (["unknown_benchmark"], [{"benchmark_id": "unknown_benchmark", "config": {"x": 1}}]):
        with pytest.raises(InvalidInput) as refusal:
            parse_sequence(items, 1)
        assert refusal.value.message == "Benchmark 'unknown_benchmark' not found"


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (None, "benchmarks must be a list"),
        ("quick_mark", "benchmarks must be a list"),
        ({}, "benchmarks must be a list"),
        ([None], r"benchmarks\[0\] must be a benchmark id or an object"),
        ([3], r"benchmarks\[0\] must be a benchmark id or an object"),
        ([{}], r"benchmarks\[0\].benchmark_id must be text"),
        ([{"benchmark_id": 5}], r"benchmarks\[0\].benchmark_id must be text"),
        ([{"benchmark_id": "quick_mark", "extra": 1}], r"benchmarks\[0\] has the unknown field 'extra'"),
        ([{"benchmark_id": "quick_mark", "config": []}], r"benchmarks\[0\].config must be an object or null"),
        ([{"benchmark_id": "quick_mark", "config": {"timeout": 5}}], "quick_mark takes nothing"),
        ([{"benchmark_id": "cluster_network", "config": {"retries": 5}}], "cluster_network takes timeout"),
        (["quick_mark", "quick_mark"], r"benchmarks\[1\]: 'quick_mark' stands twice"),
        (["cluster_network", {"benchmark_id": "cluster_network", "config": {}}], r"benchmarks\[1\]: .* stands twice"),
        (["cluster_network"] * (ENTRIES_MAX + 1), f"at most {ENTRIES_MAX} entries"),
        ([""], "Benchmark '' not found"),
        (["quick\x00mark"], "control characters"),
    ],
)
def test_sequence_is_refused_with_the_field_when_an_entry_is_wrong(items: object, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        parse_sequence(items, 4)


@pytest.mark.parametrize("timeout", [0, 3601, -1, True, 60.0, "60", None, [], 10**30])
def test_timeout_is_refused_when_it_is_no_integer_within_the_limits(timeout: object) -> None:
    with pytest.raises(InvalidInput, match=r"benchmarks\[0\].config.timeout must be an integer from 1 to 3600"):
        parse_sequence([{"benchmark_id": "cluster_network", "config": {"timeout": timeout}}], 4)


@given(st.integers(1, 3600), st.integers(2, 256))
def test_timeout_is_kept_when_it_is_within_the_limits(timeout: int, node_count: int) -> None:
    sequence = parse_sequence([{"benchmark_id": "cluster_network", "config": {"timeout": timeout}}], node_count)
    assert sequence == [QUICK, {"benchmark_id": "cluster_network", "config": {"timeout": timeout}}]


def test_cluster_benchmark_is_refused_when_the_job_has_one_node() -> None:
    with pytest.raises(InvalidInput, match="node_count must be at least 2"):
        parse_sequence(["cluster_network"], 1)


def test_display_names_carry_units_when_asked_by_id_or_key() -> None:
    assert display_names("quick_mark")["memory_bandwidth_gbs"] == "Memory bandwidth (GB/s)"
    assert display_names("cluster_network:2") == display_names("cluster_network")
    assert display_names("cluster_network")["avg_latency"] == "Average latency (ms)"
    assert display_names("nothing") == {}


def test_catalogue_knows_every_figure_of_the_scoreboard_when_grouped() -> None:
    groups: dict[str, set[str]] = {}
    for name, field in METRICS.items():
        if field.group:
            groups.setdefault(field.group, set()).add(name)
    assert groups == {
        "compute": {
            "bf16_tflops", "fp16_tflops", "fp32_tflops", "fp32_cuda_core_tflops", "mixed_precision_tflops",
        },
        "memory": {"memory_bandwidth_gbs"},
        "interconnect": {"allreduce_bandwidth_gbs", "broadcast_bandwidth_gbs"},
    }  # fmt: skip
    assert BENCHMARKS["quick_mark"].name == "QuickMark"


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        ("bf16_tflops", 99.96, "100.0"), ("bf16_tflops", 708.44, "708"), ("memory_bandwidth_gbs", 2605.2, "2,605"),
        ("memory_bandwidth_gbs", 26.07, "26.1"), ("kernel_launch_overhead_us", 6.2, "6.20"),
    ],
)  # fmt: skip
def test_figure_is_written_with_the_decimals_of_its_size_when_shown(metric: str, value: float, text: str) -> None:
    assert METRICS[metric].written(value) == text
