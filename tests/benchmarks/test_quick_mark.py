"""QuickMark results: what is refused, what is kept, what is read."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconmark_ui.benchmarks.quick_mark import GpuLink, check_quick_mark, read_figures, read_quick_mark
from siliconmark_ui.benchmarks.results import check_result
from siliconmark_ui.errors import InvalidInput

FIXTURES = Path(__file__).parent.parent / "fixtures"
FIXTURE_NAMES = {"quick_mark_1gpu": 1, "quick_mark_2gpu": 2, "quick_mark_8gpu_array_matrix": 8}
SMALL = {
    "bf16_tflops": 700.5, "fp16_tflops": 660, "fp32_tflops": 361.0, "mixed_precision_tflops": 640.0,
    "memory_bandwidth_gbs": 3001.5,
}  # fmt: skip


def read_fixture(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text())
    return content


def small_result(**aggregate: object) -> dict[str, Any]:
    return {"test_results": [dict(SMALL)], "aggregate_results": SMALL | aggregate}


@pytest.mark.parametrize(("name", "gpu_count"), FIXTURE_NAMES.items())
def test_result_is_taken_and_read_in_full_when_it_comes_from_an_agent(name: str, gpu_count: int) -> None:
    result = read_fixture(name)
    before = copy.deepcopy(result)
    check_result("quick_mark", result)
    reading = read_quick_mark(result, gpu_count)
    assert result == before
    assert [gpu.metrics for gpu in reading.gpus] == [
        {name: value for name, value in test.items() if name != "gpu_id"} for test in result["test_results"]
    ]
    assert reading.node["bf16_tflops"] == result["aggregate_results"]["bf16_tflops"]
    assert reading.power_sound
    assert reading.timestamp == result["timestamp"]


def test_links_are_read_when_the_matrix_is_an_object() -> None:
    assert read_quick_mark(read_fixture("quick_mark_2gpu"), 2).links == [GpuLink(0, 1, "nvlink_v4_18x", 391.4, 702.9)]


def test_links_are_read_when_the_matrix_is_an_array() -> None:
    result = read_fixture("quick_mark_8gpu_array_matrix")
    links = read_quick_mark(result, 8).links
    assert len(links) == 56
    assert {(link.source, link.target) for link in links} == {(a, b) for a in range(8) for b in range(8) if a != b}
    assert links[0].simplex_gbs == result["aggregate_results"]["gpu_bandwidth_matrix"][0]["simplex_gbs"]


def test_links_are_read_when_the_array_names_gpus_by_id() -> None:
    result = small_result(
        gpu_bandwidth_matrix=[
            {"source_gpu": "GPU-a", "target_gpu": "gpu7", "simplex_gbs": 20, "duplex_gbs": None},
            {"source_gpu": "GPU-unknown", "target_gpu": 0, "simplex_gbs": 20, "duplex_gbs": 30},
        ]
    )
    result["test_results"][0]["gpu_id"] = "GPU-a"
    check_quick_mark(result)
    assert read_quick_mark(result, 1).links == [GpuLink(0, 7, "", 20.0, None)]


def test_unknown_fields_are_kept_when_they_are_any_json() -> None:
    result = small_result(custom={"deep": [1, "x", None, {"y": True}]}, gpu_bandwidth_matrix=None)
    result["agent"] = {"version": "1.2"}
    check_quick_mark(result)
    assert result["agent"] == {"version": "1.2"}


def test_aggregate_alone_is_read_when_no_gpu_is_listed() -> None:
    reading = read_quick_mark({"aggregate_results": SMALL | {"temperature_centigrade": -3}}, 1)
    assert reading.node["temperature_centigrade"] == -3.0
    assert (reading.gpus, reading.links, reading.timestamp) == ([], [], None)


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("value", [None, "700", True, -0.5, float("nan"), float("inf"), [], {}, 10**400])
def test_required_figure_is_refused_with_its_path_when_it_is_no_figure(name: str, value: object) -> None:
    result = small_result()
    result["test_results"].append(SMALL | {name: value})
    with pytest.raises(InvalidInput) as refusal:
        check_quick_mark(result)
    assert refusal.value.message == f"results.test_results[1].{name} must be a finite number, 0 or more"


@pytest.mark.parametrize("name", SMALL)
def test_required_figure_is_refused_when_it_is_missing(name: str) -> None:
    result = small_result()
    del result["aggregate_results"][name]
    with pytest.raises(InvalidInput, match=f"^results.aggregate_results.{name} must be a finite number, 0 or more$"):
        check_quick_mark(result)


@pytest.mark.parametrize("value", ["55", True, float("nan"), float("-inf")])
def test_temperature_is_refused_when_it_is_no_number(value: object) -> None:
    with pytest.raises(InvalidInput, match=r"temperature_centigrade must be a finite number$"):
        check_quick_mark(small_result(temperature_centigrade=value))


@pytest.mark.parametrize("name", ["power_consumption_watts", "l2_bandwidth_gbs", "kernel_launch_overhead_us"])
def test_optional_figure_may_be_null_but_not_wrong(name: str) -> None:
    check_quick_mark(small_result(**{name: None}))
    with pytest.raises(InvalidInput, match=name):
        check_quick_mark(small_result(**{name: "12"}))


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (None, "^results must be an object"),
        ([], "^results must be an object"),
        ({}, "^results.aggregate_results must be an object"),
        ({"aggregate_results": SMALL}, "^results.test_results must be a list of 1 to 64"),
        ({"aggregate_results": SMALL, "test_results": []}, "^results.test_results must be a list of 1 to 64"),
        ({"aggregate_results": SMALL, "test_results": [SMALL] * 65}, "^results.test_results must be a list of 1 to 64"),
        ({"aggregate_results": SMALL, "test_results": [7]}, r"^results.test_results\[0\] must be an object"),
        (small_result(gpu_id=5), "^results.aggregate_results.gpu_id must be text"),
        (small_result() | {"timestamp": 5}, "^results.timestamp must be text"),
        (small_result() | {"extra": [float("nan")]}, "must not hold NaN"),
        (small_result() | {"extra": {"a\x00": 1}}, r"U\+0000"),
        (small_result(extra="\ud800"), "surrogate"),
        (small_result(gpu_bandwidth_matrix="none"), "gpu_bandwidth_matrix must be an object or a list"),
        (small_result(gpu_bandwidth_matrix={"gpu0_to_gpu1": 5}), "gpu_bandwidth_matrix.gpu0_to_gpu1 must be an object"),
        (small_result(gpu_bandwidth_matrix={"gpu0_to_gpu1": {"simplex_gbs": "9"}}), "gpu0_to_gpu1.simplex_gbs must be"),
        (small_result(gpu_bandwidth_matrix=[{"target_gpu": 1}]), r"gpu_bandwidth_matrix\[0\].source_gpu must be"),
        (small_result(gpu_bandwidth_matrix=[{"source_gpu": 0, "target_gpu": True}]), r"\[0\].target_gpu must be"),
        (
            small_result(gpu_bandwidth_matrix=[{"source_gpu": 0, "target_gpu": 1, "duplex_gbs": -1}]),
            r"\[0\].duplex_gbs must be a finite number, 0 or more",
        ),
        (
            small_result(gpu_bandwidth_matrix={"gpu0_to_gpu1": {"connection_type": 5}}),
            "gpu0_to_gpu1.connection_type must be text",
        ),
    ],
)
def test_result_is_refused_with_its_path_when_its_shape_is_wrong(result: object, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        check_quick_mark(result)


@pytest.mark.parametrize(
    ("node_watts", "gpu_watts", "gpu_count", "is_sound"),
    [
        (40.0, None, 2, True), (39.9, None, 2, False), (None, 19.99, 1, False), (None, 20.0, 1, True),
        (1400.0, 0.0, 2, False), (None, None, 2, True), (0, None, 1, False),
    ],
)  # fmt: skip
def test_power_sensor_is_broken_when_a_gpu_draws_under_twenty_watts(
    node_watts: float | None, gpu_watts: float | None, gpu_count: int, is_sound: bool
) -> None:
    result = small_result(power_consumption_watts=node_watts, fp16_tflops_per_peak_watt=0.9)
    result["test_results"][0]["power_consumption_watts"] = gpu_watts
    reading = read_quick_mark(result, gpu_count)
    assert reading.power_sound is is_sound
    sound = reading.sound_node()
    assert ("fp16_tflops_per_peak_watt" in sound) is is_sound
    assert ("power_consumption_watts" in sound) is (is_sound and node_watts is not None)
    assert sound["bf16_tflops"] == 700.5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(["test_results", "aggregate_results", "timestamp", "gpu_bandwidth_matrix", "x"]), JSON
    )
)
def test_reader_never_fails_and_check_says_why_when_data_is_odd(result: dict[str, Any]) -> None:
    read_quick_mark(result, 1)
    with pytest.raises(InvalidInput):
        check_quick_mark(result)


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=4))
def test_result_can_be_stored_when_the_check_passed(extra: dict[str, Any]) -> None:
    result = small_result(extra=extra)
    try:
        check_quick_mark(result)
    except InvalidInput:
        return
    stored = json.dumps(result, allow_nan=False, ensure_ascii=False).encode()
    assert json.loads(stored) == result


def test_broken_sensor_of_one_gpu_leaves_those_beside_it_alone_and_takes_what_the_node_adds_up() -> None:
    result = small_result(power_consumption_watts=700.0, fp16_tflops_per_peak_watt=0.9)
    first = result["test_results"][0]
    result["test_results"] = [
        {**first, "power_consumption_watts": 690.0, "fp16_tflops_per_peak_watt": 0.9},
        {**first, "power_consumption_watts": 4.0, "fp16_tflops_per_peak_watt": 160.0},
        {name: value for name, value in first.items() if name != "power_consumption_watts"},
    ]
    for reading in (read_quick_mark(result, 3), read_figures(json.dumps(result).encode(), 3)):
        assert [gpu.power_sound for gpu in reading.gpus] == [True, False, False]
        known = [gpu.sound_metrics() for gpu in reading.gpus]
        assert (known[0]["power_consumption_watts"], known[0]["fp16_tflops_per_peak_watt"]) == (690.0, 0.9)
        for name in ("power_consumption_watts", "fp16_tflops_per_peak_watt"):
            assert name not in {**known[1], **reading.sound_node()}
        assert known[1]["bf16_tflops"] == reading.gpus[1].metrics["bf16_tflops"]
