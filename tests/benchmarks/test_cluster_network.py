"""Cluster network results: what is refused, and the matrices that are read."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS, Benchmark
from siliconmark_ui.benchmarks.cluster_network import DeadLink, check_cluster_network, read_cluster_network
from siliconmark_ui.benchmarks.results import check_result
from siliconmark_ui.errors import InvalidInput

FIXTURES = Path(__file__).parent.parent / "fixtures"
SUMMARY: dict[str, Any] = {
    "avg_bandwidth_gbps": 45.2, "avg_latency": 0.8, "min_bandwidth_gbps": 42.1, "total_links_tested": 12,
}  # fmt: skip
LINK: dict[str, Any] = {"source": "a", "target": "b", "bandwidth_gbps": 45.0, "latency": 0.7}


def read_fixture(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text())
    return content


def with_links(*links: object) -> dict[str, Any]:
    return SUMMARY | {"measurements": list(links)}


def test_matrices_hold_every_live_link_when_read() -> None:
    result = read_fixture("cluster_network_4")
    check_result("cluster_network:2", result)
    reading = read_cluster_network(result)
    place = {name: index for index, name in enumerate(reading.nodes)}
    assert len(reading.nodes) == 4
    for link in result["measurements"]:
        row, column = place[link["source"]], place[link["target"]]
        if link["bandwidth_gbps"] is None:
            assert math.isnan(reading.bandwidth[row, column])
            assert reading.dead == [DeadLink(link["source"], link["target"], "connection timed out")]
        else:
            assert reading.bandwidth[row, column] == link["bandwidth_gbps"]
            assert reading.latency[row, column] == link["latency"]
    assert np.isnan(np.diag(reading.bandwidth)).all()


def test_spread_matches_the_summary_when_links_are_live() -> None:
    result = read_fixture("cluster_network_4")
    reading = read_cluster_network(result)
    assert reading.bandwidth_spread is not None
    assert reading.latency_spread is not None
    assert reading.bandwidth_spread.minimum == result["min_bandwidth_gbps"]
    assert reading.bandwidth_spread.maximum == result["max_bandwidth_gbps"]
    assert reading.bandwidth_spread.mean == pytest.approx(result["avg_bandwidth_gbps"], abs=0.01)
    assert reading.latency_spread.maximum == result["max_latency"]
    assert reading.bandwidth_spread.median == 45.1


def test_slowest_links_come_first_when_asked_for() -> None:
    reading = read_cluster_network(read_fixture("cluster_network_4"))
    slowest = reading.slowest_links(2)
    assert [link.bandwidth_gbps for link in slowest] == [31.7, 44.2]
    assert slowest[0].latency == 2.35
    assert len(reading.slowest_links(500)) == 11


def test_node_means_leave_out_dead_links_when_taken() -> None:
    reading = read_cluster_network(read_fixture("cluster_network_4"))
    assert reading.mean_out(reading.bandwidth)[3] == pytest.approx((44.7 + 44.4) / 2)
    assert reading.mean_in(reading.bandwidth)[1] == pytest.approx((46.2 + 45.3) / 2)


def test_link_is_dead_when_its_bandwidth_is_zero_or_it_reports_an_error() -> None:
    links = [
        LINK | {"bandwidth_gbps": 0}, LINK | {"source": "c", "error": "reset"}, LINK | {"target": "c"},
        LINK | {"source": "d", "error": "", "latency": 1},
    ]  # fmt: skip
    check_cluster_network(with_links(*links))
    reading = read_cluster_network(with_links(*links))
    assert reading.dead == [DeadLink("a", "b", "bandwidth 0"), DeadLink("c", "b", "reset")]
    assert np.isfinite(reading.bandwidth).sum() == 2
    assert math.isnan(reading.mean_out(reading.bandwidth)[reading.nodes.index("b")])


@pytest.mark.parametrize("result", [SUMMARY, with_links(), SUMMARY | {"measurements": None}])
def test_reading_is_empty_when_no_link_was_measured(result: dict[str, Any]) -> None:
    check_cluster_network(result)
    reading = read_cluster_network(result)
    assert reading.nodes == []
    assert reading.bandwidth.shape == (0, 0)
    assert reading.bandwidth_spread is None
    assert reading.slowest_links(5) == []


def test_link_to_itself_is_blank_when_reported() -> None:
    reading = read_cluster_network(with_links(LINK | {"target": "a", "bandwidth_gbps": 0}, LINK))
    assert reading.dead == []
    assert np.isfinite(reading.bandwidth).sum() == 1


@pytest.mark.parametrize("name", SUMMARY)
@pytest.mark.parametrize("value", [None, "1", True, float("nan"), float("inf"), -1])
def test_summary_is_refused_with_its_path_when_a_figure_is_wrong(name: str, value: object) -> None:
    with pytest.raises(InvalidInput, match=f"^results.{name} must be a"):
        check_cluster_network(SUMMARY | {name: value})
    missing = {key: figure for key, figure in SUMMARY.items() if key != name}
    with pytest.raises(InvalidInput, match=f"^results.{name} must be a"):
        check_cluster_network(missing)


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (SUMMARY | {"total_links_tested": 12.0}, "^results.total_links_tested must be an integer, 0 or more"),
        (SUMMARY | {"node_count": "4"}, "^results.node_count must be an integer"),
        (SUMMARY | {"max_latency": "4"}, "^results.max_latency must be a finite number"),
        (SUMMARY | {"measurements": {}}, "^results.measurements must be a list of at most 65280"),
        (SUMMARY | {"measurements": [LINK] * 65281}, "^results.measurements must be a list of at most 65280"),
        (with_links(LINK, 5), r"^results.measurements\[1\] must be an object"),
        (with_links(LINK, LINK | {"source": ""}), r"^results.measurements\[1\].source must be text of 1 to 64"),
        (with_links(LINK, LINK | {"target": "x" * 65}), r"^results.measurements\[1\].target must be text of 1 to 64"),
        (with_links(LINK | {"source": None}), r"^results.measurements\[0\].source must be"),
        (with_links(LINK | {"source": 5}), r"^results.measurements\[0\].source must be"),
        (with_links(LINK | {"source": "a\x00"}), r"^results.measurements\[0\].source must be"),
        (with_links(LINK, LINK | {"latency": None}), r"^results.measurements\[1\].latency .* only beside an error"),
        (with_links(LINK | {"latency": None, "error": ""}), r"^results.measurements\[0\].latency .* beside an error"),
        (with_links(LINK | {"bandwidth_gbps": "9"}), r"^results.measurements\[0\].bandwidth_gbps must be a finite"),
        (with_links(LINK | {"bandwidth_gbps": True}), r"^results.measurements\[0\].bandwidth_gbps must be a finite"),
        (with_links(LINK | {"bandwidth_gbps": -1}), r"^results.measurements\[0\].bandwidth_gbps must be a finite"),
        (with_links(LINK | {"latency": float("nan")}), r"^results.measurements\[0\].latency must be a finite"),
        (with_links(LINK | {"error": 5}), r"^results.measurements\[0\].error must be text"),
        (with_links(LINK | {"note": float("inf")}), r"^results.measurements\[0\] must not hold NaN"),
        (with_links(*[LINK | {"source": f"n{i}"} for i in range(256)]), "at most 256 nodes"),
    ],
)
def test_result_is_refused_with_its_path_when_its_shape_is_wrong(result: object, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        check_cluster_network(result)


FIGURE = st.floats(0, 1e6)


@given(st.integers(2, 6), st.data())
def test_reading_agrees_with_a_plain_walk_when_links_are_random(size: int, data: st.DataObject) -> None:
    pairs = [(f"n{a}", f"n{b}") for a in range(size) for b in range(size) if a != b]
    chosen = data.draw(st.lists(st.sampled_from(pairs), unique=True, min_size=1))
    links: list[dict[str, Any]] = [
        {"source": source, "target": target, "bandwidth_gbps": data.draw(FIGURE), "latency": data.draw(FIGURE)}
        for source, target in chosen
    ]
    check_cluster_network(with_links(*links))
    reading = read_cluster_network(with_links(*links))
    live = sorted(link["bandwidth_gbps"] for link in links if link["bandwidth_gbps"] > 0)
    assert [link.bandwidth_gbps for link in reading.slowest_links(len(links))] == live
    assert len(reading.dead) == len(links) - len(live)
    assert int(np.isfinite(reading.bandwidth).sum()) == len(live)


def test_full_cluster_is_read_when_it_has_256_nodes() -> None:
    links = [
        LINK | {"source": f"n{a}", "target": f"n{b}", "bandwidth_gbps": 40 + a / 256}
        for a in range(256) for b in range(256) if a != b
    ]  # fmt: skip
    result = with_links(*links)
    check_cluster_network(result)
    reading = read_cluster_network(result)
    assert reading.bandwidth.shape == (256, 256)
    assert int(np.isfinite(reading.bandwidth).sum()) == 65_280
    assert reading.mean_out(reading.bandwidth)[0] == 40.0


def test_unknown_benchmark_is_refused_when_a_result_is_checked() -> None:
    with pytest.raises(InvalidInput, match="Benchmark 'disk' not found"):
        check_result("disk", {})


def test_catalogue_entry_is_enough_when_a_result_is_a_flat_object(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {
        "id": "disk", "name": "Disk", "scope": "node", "min_nodes": 1, "config": {},
        "fields": {"read_gbs": {"label": "Read", "unit": "GB/s", "required": True}},
    }  # fmt: skip
    known = dict(BENCHMARKS) | {"disk": Benchmark.model_validate(entry)}
    monkeypatch.setattr("siliconmark_ui.benchmarks.results.BENCHMARKS", known)
    check_result("disk", {"read_gbs": 3.5, "note": "kept"})
    with pytest.raises(InvalidInput, match=r"results.read_gbs must be a finite number, 0 or more"):
        check_result("disk", {"read_gbs": "fast"})
