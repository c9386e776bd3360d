"""The charts of a cluster network: what they say, and that every figure in them is the measured one."""

import base64
import json
from typing import Any

import msgspec
import numpy as np
import pytest

from siliconmark_ui.charts.documents import FigureDocument
from siliconmark_ui.charts.network import (
    BANDWIDTH,
    LATENCY,
    link_distribution,
    link_map,
    map_finding,
    network_sheet,
    network_view,
    node_means,
)
from tests.charts.networks import names_of, reading_of, uuid_of
from tests.charts.saved import saved


def matrix_in(document: FigureDocument) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Read the heat map's matrix as the browser does."""
    z = document["figure"]["data"][0]["z"]
    shape = [int(part) for part in z["shape"].split(",")]
    return np.frombuffer(base64.b64decode(z["bdata"]), dtype=np.float32).reshape(shape)


def test_link_map_holds_each_measured_figure_at_its_nodes() -> None:
    view = network_view(reading_of(4, {(0, 2): 40.0, (3, 1): 70.0}), names_of(4))
    matrix = matrix_in(link_map(view, BANDWIDTH))
    assert matrix[0, 2] == pytest.approx(40.0)
    assert matrix[3, 1] == pytest.approx(70.0)
    assert matrix[1, 0] == pytest.approx(100.0)
    assert np.isnan(np.diag(matrix)).all()
    assert matrix_in(link_map(view, LATENCY))[0, 2] == pytest.approx(0.125)


def test_link_map_blanks_and_crosses_a_dead_link() -> None:
    view = network_view(reading_of(3, dead=[(2, 0)]), names_of(3))
    document = link_map(view, BANDWIDTH)
    crosses = document["figure"]["data"][1]
    assert np.isnan(matrix_in(document)[2, 0])
    assert (crosses["y"], crosses["x"]) == (["10.0.0.3"], ["10.0.0.1"])
    assert "connection refused" in json.dumps(crosses)
    assert document["title"].startswith("1 dead link; ")


@pytest.mark.parametrize(
    ("nodes", "kind", "note"), [(17, "scatter", "cross marks a"), (18, "heatmap", "filled in red")]
)
def test_links_are_crossed_up_to_300_dead_ones_and_filled_in_one_image_beyond(nodes: int, kind: str, note: str) -> None:
    dead = [(source, target) for source in range(nodes) for target in range(nodes) if (source, target) != (3, 5)]
    document = link_map(network_view(reading_of(nodes, dead=dead), names_of(nodes)), BANDWIDTH)
    heat, marks = document["figure"]["data"]
    assert (heat["type"], marks["type"]) == ("heatmap", kind)
    assert note in document["note"]
    assert marks["hovertemplate"].startswith("%{y} → %{x}<br>dead: %{customdata}")
    rows = saved({"map": document})["map"]
    found = {(row["From node"], row["To node"]): row.get("Reported of the dead link") for row in rows}
    assert len(rows) == len(found) == nodes * (nodes - 1)
    assert found.pop(("10.0.0.4", "10.0.0.6")) == ""
    assert set(found.values()) == {"connection refused"}


def test_dead_links_are_drawn_over_their_own_cells_when_the_nodes_stand_in_another_order() -> None:
    dead = [(source, target) for source in range(20) for target in range(20) if source > 1 and target > 1]
    view = network_view(reading_of(20, {(0, 1): 10.0}, dead=dead), names_of(20), "mean")
    document = link_map(view, BANDWIDTH)
    live = matrix_in(document)
    z = document["figure"]["data"][1]["z"]
    crossed = np.frombuffer(base64.b64decode(z["bdata"]), dtype=z["dtype"]).reshape(20, 20)
    assert np.isfinite(crossed).sum() == 18 * 17
    assert (np.isfinite(live) ^ np.isfinite(crossed) ^ np.eye(20, dtype=bool)).all()


def test_link_map_reverses_the_scale_for_latency_so_that_bad_is_the_same_end() -> None:
    view = network_view(reading_of(3), names_of(3))
    bandwidth, latency = (link_map(view, of)["figure"]["data"][0] for of in (BANDWIDTH, LATENCY))
    assert bandwidth["reversescale"] is False
    assert latency["reversescale"] is True
    assert bandwidth["colorscale"] == latency["colorscale"]


def test_link_map_states_how_many_links_its_scale_clips() -> None:
    pairs = {(source, target): 90.0 + source + target / 20 for source in range(20) for target in range(20)}
    view = network_view(reading_of(20, pairs), names_of(20))
    document = link_map(view, BANDWIDTH)
    heat = document["figure"]["data"][0]
    matrix = view.matrix(BANDWIDTH)
    live = matrix[np.isfinite(matrix)]
    clipped = int(((live < heat["zmin"]) | (live > heat["zmax"])).sum())
    assert 0 < clipped <= 0.03 * live.size
    assert f"{clipped} links beyond the scale" in document["note"]


def test_finding_counts_the_links_below_the_median_when_some_are_slow() -> None:
    view = network_view(reading_of(4, {(0, 1): 40.0, (0, 2): 89.9, (0, 3): 90.1}), names_of(4))
    assert map_finding(view, BANDWIDTH) == "2 of 12 links below 0.90 × the median (100 Gbit/s)"
    assert map_finding(view, LATENCY) == "1 of 12 links above 1.50 × the median (0.0500 ms)"


def test_finding_says_that_none_is_slow_when_all_are_equal() -> None:
    view = network_view(reading_of(3), names_of(3))
    assert map_finding(view, BANDWIDTH) == "No link of 6 below 0.90 × the median (100 Gbit/s)"


def test_nodes_stand_by_address_or_by_mean_as_asked() -> None:
    names = {uuid_of(0): "10.0.0.10", uuid_of(1): "10.0.0.9", uuid_of(2): "10.0.0.11"}
    reading = reading_of(3, {(2, 0): 10.0, (2, 1): 10.0})
    assert network_view(reading, names).names == ["10.0.0.9", "10.0.0.10", "10.0.0.11"]
    assert network_view(reading, names, "mean").names[0] == "10.0.0.11"


def test_distribution_shows_each_link_up_to_64_and_a_histogram_above() -> None:
    few = link_distribution(network_view(reading_of(8), names_of(8)), BANDWIDTH)
    many = link_distribution(network_view(reading_of(9), names_of(9)), BANDWIDTH)
    assert few["figure"]["data"][0]["type"] == "scatter"
    assert len(few["figure"]["data"][0]["customdata"]) == 56
    assert many["figure"]["data"][0]["type"] == "bar"


@pytest.mark.parametrize(
    ("least", "step", "first"),
    [(395.0, 0.01, "395.010 to 395.049"), (1000.0, 5.0, "1,005 to 1,024"), (90.0, 0.25, "90.25 to 91.22")],
)
def test_range_of_each_bar_is_told_from_those_beside_it(least: float, step: float, first: str) -> None:
    pairs = {(source, target): least + step * (9 * source + target) for source in range(9) for target in range(9)}
    bars = link_distribution(network_view(reading_of(9, pairs), names_of(9)), BANDWIDTH)["figure"]["data"][0]
    ranges = [words[0] for words in bars["customdata"]]
    assert ranges[0] == first
    assert len(set(ranges)) == len(ranges)
    assert {words[1] for words in bars["customdata"]} == {"3 links", "4 links"}


def test_distribution_labels_least_median_and_p95() -> None:
    pairs = {(0, target): 50.0 for target in range(1, 5)}
    document = link_distribution(network_view(reading_of(5, pairs), names_of(5)), BANDWIDTH)
    labels = [label["text"].strip() for label in document["figure"]["layout"]["annotations"]]
    assert labels == ["median 100 Gbit/s", "p95 100 Gbit/s", "min 50.0 Gbit/s"]
    assert "lowest 50.0 Gbit/s" in document["alternative"]


def test_node_means_name_the_node_whose_links_are_worst() -> None:
    pairs = {(1, target): 40.0 for target in (0, 2, 3)}
    document = node_means(network_view(reading_of(4, pairs), names_of(4)), BANDWIDTH)
    assert document["title"] == "10.0.0.2: outgoing links average 40.0 Gbit/s, 0.40 × the median node"


def test_sheet_has_every_chart_with_title_words_and_named_axes() -> None:
    sheet = network_sheet(network_view(reading_of(5, dead=[(0, 1)]), names_of(5)))
    assert set(sheet) == {
        f"{of}_{chart}" for of in ("bandwidth", "latency") for chart in ("map", "distribution", "means")
    }
    for document in sheet.values():
        layout = document["figure"]["layout"]
        assert document["title"]
        assert document["alternative"]
        assert all(layout[axis]["title"]["text"] for axis in ("xaxis", "yaxis"))
        json.dumps(document)


def test_sheet_is_empty_when_no_link_was_measured() -> None:
    assert network_sheet(network_view(reading_of(0), {})) == {}


def test_sheet_survives_a_network_whose_links_are_all_dead() -> None:
    dead = [(source, target) for source in range(3) for target in range(3)]
    sheet = network_sheet(network_view(reading_of(3, dead=dead), names_of(3)))
    assert sheet["bandwidth_map"]["title"] == "6 dead links"
    assert sheet["bandwidth_distribution"]["title"] == "No live link"
    assert sheet["bandwidth_means"]["title"] == "No node has a live link"
    assert json.loads(msgspec.json.encode(sheet)).keys() == sheet.keys()


def test_map_of_256_nodes_is_one_trace_of_half_a_megabyte_at_most() -> None:
    document = link_map(network_view(reading_of(256), names_of(256)), BANDWIDTH)
    assert len(document["figure"]["data"]) == 1
    assert len(json.dumps(document)) < 512_000


def test_every_chart_names_its_nodes_in_the_order_in_which_it_draws_them() -> None:
    view = network_view(reading_of(4, {(2, 1): 40.0}), names_of(4), "mean")
    sheet = network_sheet(view)
    assert {chart: document["focus"]["kind"] for chart, document in sheet.items()} == {
        "bandwidth_map": "map",
        "latency_map": "map",
        "bandwidth_distribution": "spread",
        "latency_distribution": "spread",
        "bandwidth_means": "means",
        "latency_means": "means",
    }
    names = names_of(4)
    for document in sheet.values():
        assert [names[uuid] for uuid in document["focus"]["nodes"]] == document["focus"]["names"] == view.names
    assert list(sheet["bandwidth_map"]["figure"]["data"][0]["y"]) == view.names
    assert sheet["latency_distribution"]["focus"]["of"] == "latency_map"


def test_sentence_of_a_node_gives_its_means_and_its_dead_links() -> None:
    view = network_view(reading_of(3, {(0, 2): 50.0}, dead=[(0, 1)]), names_of(3))
    first = network_sheet(view)["bandwidth_map"]["focus"]["words"][0]
    assert first.startswith(f"{view.names[0]}: sends 50.0 Gbit/s (")
    assert "receives 100 Gbit/s" in first
    assert first.endswith("; 1 dead link")


def test_nodes_stand_by_mean_latency_with_the_latest_first_and_one_without_links_before_all() -> None:
    # The latency of a link is 5 / its bandwidth: node 3 answers latest, node 1 has no live link.
    lone = [(1, other) for other in (0, 2, 3)] + [(other, 1) for other in (0, 2, 3)]
    reading = reading_of(4, {(3, 0): 40.0, (3, 2): 20.0}, dead=lone)
    late = network_view(reading, names_of(4), "latency")
    assert late.names == ["10.0.0.2", "10.0.0.4", "10.0.0.3", "10.0.0.1"]
    assert matrix_in(link_map(late, LATENCY))[1, 2] == pytest.approx(0.25)


def test_histogram_of_equal_figures_stays_near_them() -> None:
    bars = link_distribution(network_view(reading_of(12), names_of(12)), LATENCY)["figure"]["data"][0]
    middles = np.frombuffer(base64.b64decode(bars["x"]["bdata"]), dtype=bars["x"]["dtype"])
    assert (middles.min() > 0.0475, middles.max() < 0.0525) == (True, True)
