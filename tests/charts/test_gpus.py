"""The GPU × GPU matrix in both forms that agents send, and power against temperature, broken sensors left out."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from siliconmark_ui.benchmarks.quick_mark import read_quick_mark
from siliconmark_ui.charts.documents import FigureDocument
from siliconmark_ui.charts.gpus import gpu_sheet, heat_heading, power_temperature
from tests.factories import quick_mark

FIXTURES = Path(__file__).parents[1] / "fixtures"


def fixture(name: str) -> dict[str, Any]:
    """Give a result as a real agent sent it."""
    found: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text())
    return found


def with_links(links: list[dict[str, Any]], gpus: int = 4) -> dict[str, Any]:
    """Give a result whose GPUs are linked like that."""
    result = quick_mark(gpus)
    result["aggregate_results"]["gpu_bandwidth_matrix"] = links
    return result


def link(source: int, target: int, simplex: float, duplex: float | None = None) -> dict[str, Any]:
    """Give one measured link."""
    figures = {"simplex_gbs": simplex, "duplex_gbs": duplex, "connection_type": "nvlink_v4_18x"}
    return {"source_gpu": source, "target_gpu": target, **figures}


def drawn(document: FigureDocument) -> NDArray[np.float64]:
    """Give the matrix that a chart draws."""
    z = document["figure"]["data"][0]["z"]
    shape = tuple(int(side) for side in z["shape"].split(","))
    return np.frombuffer(base64.b64decode(z["bdata"]), dtype=z["dtype"]).reshape(shape)


def test_pair_of_a_real_run_is_drawn_once_and_the_other_direction_stays_blank() -> None:
    sheet = gpu_sheet(read_quick_mark(fixture("quick_mark_2gpu"), 2), "10.0.0.1")
    assert set(sheet) == {"gpu_links_simplex", "gpu_links_duplex"}
    one_way = sheet["gpu_links_simplex"]
    matrix = drawn(one_way)
    assert matrix[0, 1] == 391.4
    assert np.isnan([matrix[0, 0], matrix[1, 0], matrix[1, 1]]).all()
    assert drawn(sheet["gpu_links_duplex"])[0, 1] == 702.9
    assert one_way["title"] == "1 link, 391 GB/s one way at a time"
    assert "Each pair was measured once" in one_way["note"]
    assert "nvlink_v4_18x" in one_way["note"]
    assert "GPU 0 to GPU 1 391 GB/s (nvlink_v4_18x)" in one_way["alternative"]


def test_list_of_links_gives_the_same_matrix_as_an_object() -> None:
    sheet = gpu_sheet(read_quick_mark(fixture("quick_mark_8gpu_array_matrix"), 8), "10.0.0.1")
    document = sheet["gpu_links_simplex"]
    assert document["figure"]["data"][0]["x"] == [f"GPU {index}" for index in range(8)]
    assert int(np.isfinite(drawn(document)).sum()) == len(
        read_quick_mark(fixture("quick_mark_8gpu_array_matrix"), 8).links
    )


def test_slow_and_dead_links_are_named_and_dead_ones_crossed() -> None:
    links = [link(0, 1, 390.0), link(0, 2, 391.0), link(0, 3, 200.0), link(1, 2, 392.0), link(1, 3, 0.0)]
    document = gpu_sheet(read_quick_mark(with_links(links), 4), "x")["gpu_links_simplex"]
    assert document["title"] == "1 dead link; 1 of 4 links below 0.90 × the median: GPU 0 → GPU 3"
    cross = document["figure"]["data"][1]
    assert (cross["y"], cross["x"]) == (["GPU 1"], ["GPU 3"])
    assert np.isnan(drawn(document)[1, 3])


def test_noise_of_a_percent_does_not_fill_the_whole_scale() -> None:
    document = gpu_sheet(read_quick_mark(with_links([link(0, 1, 390.0), link(1, 0, 392.0)], 2), 2), "x")
    heat = document["gpu_links_simplex"]["figure"]["data"][0]
    assert heat["zmax"] - heat["zmin"] == pytest.approx(39.1)
    note = document["gpu_links_simplex"]["note"]
    assert "Each pair was measured once" not in note
    assert note.endswith("percentile, widened to 10 % of its middle); no link beyond the scale.")


def test_one_link_far_from_all_others_does_not_take_the_colours_from_them() -> None:
    links = [link(source, target, 400.0 + source) for source in range(8) for target in range(8) if source != target]
    links[0] = link(0, 1, 20.0)
    document = gpu_sheet(read_quick_mark(with_links(links, 8), 8), "x")["gpu_links_simplex"]
    heat = document["figure"]["data"][0]
    assert 20.0 < heat["zmin"] < heat["zmax"] <= 407.0
    assert document["note"].endswith("(1st to 99th percentile); 1 link beyond the scale.")


def test_node_without_links_has_no_matrix() -> None:
    assert gpu_sheet(read_quick_mark(quick_mark(2), 2), "x") == {}
    assert gpu_sheet(None, "x") == {}


def test_power_and_temperature_leave_out_and_count_broken_sensors() -> None:
    sound = read_quick_mark(quick_mark(2, power_consumption_watts=410.0, temperature_centigrade=61), 2)
    broken = read_quick_mark(quick_mark(2, power_consumption_watts=3.4), 2)
    document = power_temperature({"1": sound, "2": broken}, {"1": "a", "2": "b"})
    assert document is not None
    assert document["figure"]["data"][0]["customdata"] == ["a, GPU 0", "a, GPU 1"]
    assert document["note"] == "sensor? 2 GPUs with a broken power sensor left out."
    assert document["title"] == "GPUs drew 410 to 410 W at 61 to 61 °C"
    assert heat_heading({"2": broken}) is None
    assert power_temperature({"2": broken}, {"2": "b"}) is None
