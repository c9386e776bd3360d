"""Drawings are sound SVG whatever they are made of, and their scales and pixels tell the figures."""

import struct
import zlib
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconmark_ui.benchmarks.cluster_network import read_cluster_network
from siliconmark_ui.charts.network import BANDWIDTH, LATENCY, network_view
from siliconmark_ui.charts.quickmark import ratio_points
from siliconmark_ui.reports.drawing.canvas import Canvas, fitting
from siliconmark_ui.reports.drawing.colours import SHADES, cividis, palette
from siliconmark_ui.reports.drawing.network import link_distribution, link_map
from siliconmark_ui.reports.drawing.png import palette_png
from siliconmark_ui.reports.drawing.ratios import metric_ratios, node_scores
from siliconmark_ui.reports.drawing.scales import Scale, round_step
from tests.reports.sources import source

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    """The words of a drawing, which must be sound XML."""
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314


def marks(svg: str, kind: str) -> int:
    return sum(1 for _ in ElementTree.fromstring(svg).iter(SVG + kind))  # noqa: S314


@given(st.text())
def test_any_text_is_drawn_as_sound_xml(words: str) -> None:
    canvas = Canvas(100, 50)
    canvas.text(1, 1, words)
    drawn = texts(canvas.svg())[0]
    assert len(drawn) == len(words.replace("\r\n", "\n"))


@given(st.floats(1e-9, 1e9))
def test_steps_are_round_and_never_too_small(rough: float) -> None:
    step = round_step(rough)
    assert rough * (1 - 1e-6) <= step <= rough * 5.01
    assert f"{step:.0e}"[0] in "125"


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 12))
def test_ticks_lie_within_the_scale_in_order(low: float, reach: float, about: int) -> None:
    scale = Scale(low, low + reach, 0, 100)
    ticks = [value for value, _ in scale.ticks(about)]
    assert len(ticks) <= about + 1
    assert ticks == sorted(ticks)
    assert all(-0.1 <= scale.at(value) <= 100.1 for value in ticks)


def test_scale_puts_ends_at_its_ends() -> None:
    scale = Scale(0.5, 1.5, 20, 220)
    assert [scale.at(value) for value in (0.5, 1.0, 1.5)] == [20, 120, 220]
    assert [text for _, text in scale.ticks(5)] == ["0.6", "0.8", "1.0", "1.2", "1.4"]


def test_colours_grow_lighter_from_end_to_end() -> None:
    lightness = [0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in palette()]
    assert lightness == sorted(lightness)
    assert len(palette()) == SHADES
    assert (cividis(-1), cividis(2)) == (cividis(0), cividis(1))


def test_png_holds_each_cell_as_a_pixel() -> None:
    cells = np.array([[0, 1, 2], [2, 1, 0]], dtype=np.uint8)
    png = palette_png(cells, [(255, 0, 0), (0, 255, 0), (0, 0, 255)])
    chunks, place = {}, 8
    while place < len(png):
        (size,) = struct.unpack(">I", png[place : place + 4])
        name, data = png[place + 4 : place + 8], png[place + 8 : place + 8 + size]
        assert struct.unpack(">I", png[place + 8 + size : place + 12 + size])[0] == zlib.crc32(name + data)
        chunks[name] = data
        place += 12 + size
    assert struct.unpack(">IIBBBBB", chunks[b"IHDR"]) == (3, 2, 8, 3, 0, 0, 0)
    assert chunks[b"PLTE"] == b"\xff\0\0\0\xff\0\0\0\xff"
    assert zlib.decompress(chunks[b"IDAT"]) == b"\0\0\1\2\0\2\1\0"


@pytest.mark.parametrize(("nodes", "kind", "count"), [(4, "rect", 11 + 48), (40, "image", 1)])
def test_heat_map_has_a_cell_for_each_live_link(nodes: int, kind: str, count: int) -> None:
    document = source(nodes)["results"][-1]["document"]
    view = network_view(read_cluster_network(document), {})
    assert marks(link_map(view, BANDWIDTH), kind) == count


def test_small_heat_map_writes_its_figures() -> None:
    view = network_view(read_cluster_network(source(3)["results"][-1]["document"]), {})
    assert "37.2" in texts(link_map(view, BANDWIDTH))
    assert {"From node", "To node", "Gbit/s"} <= set(texts(link_map(view, BANDWIDTH)))


def test_distribution_shows_every_link_of_few_and_bars_of_many() -> None:
    few = network_view(read_cluster_network(source(4)["results"][-1]["document"]), {})
    many = network_view(read_cluster_network(source(20)["results"][-1]["document"]), {})
    assert marks(link_distribution(few, LATENCY), "circle") == 11
    assert marks(link_distribution(many, LATENCY), "circle") == 0
    assert any(words.startswith("median ") for words in texts(link_distribution(many, LATENCY)))


def test_network_whose_links_are_all_dead_is_drawn() -> None:
    links = [{"source": one, "target": other, "error": "down"} for one, other in (("a", "b"), ("b", "a"))]
    view = network_view(read_cluster_network({"measurements": links}), {})
    for of in (BANDWIDTH, LATENCY):
        assert texts(link_map(view, of))
        assert link_distribution(view, of).startswith("<svg")


def test_ratio_chart_has_a_mark_for_each_figure() -> None:
    points = ratio_points(source(5)["performance_nodes"])
    svg = metric_ratios(points)
    low = sum(point.status == "underperforming" for point in points)
    # The legend shows each status once more.
    assert marks(svg, "polygon") == low + 1
    assert marks(svg, "circle") == len(points) - low + 1
    assert {"0.90 ×", "1.00 ×", "1.10 ×"} <= set(texts(svg))


@pytest.mark.parametrize("count", [1, 40, 41, 256])
def test_score_chart_shows_every_node(count: int) -> None:
    scored = [(0.8 + number / 1000, f"node-{number}", "as_expected") for number in range(count)]
    svg = node_scores(scored)
    assert marks(svg, "circle") == count + 1
    assert ("node-0" in texts(svg)) == (count <= 40)


def test_words_are_cut_to_their_room() -> None:
    assert fitting("a-very-long-name-of-a-node", 40).endswith("…")
    assert fitting("short", 100) == "short"
