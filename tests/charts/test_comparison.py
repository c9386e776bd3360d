"""Figures of several jobs under each other: median and p95 of each row are drawn where they are, and can be read."""

import numpy as np
import pytest

from siliconmark_ui.charts.comparison import BANDWIDTH, SpreadRow, overlaid
from tests.comparisons.test_service import numbers


@pytest.mark.parametrize("size", [21, 101])
def test_median_and_p95_of_each_job_are_drawn_and_written_beside_its_row(size: int) -> None:
    rows = [SpreadRow(name, name, np.linspace(low, low + 100, size)) for name, low in (("a", 0.0), ("b", 1000.0))]
    document = overlaid(rows, BANDWIDTH)
    layout = document["figure"]["layout"]
    lines = [(line["x0"], round(line["y0"] + line["y1"]) / 2, line["line"].get("dash")) for line in layout["shapes"]]
    assert lines == [(50.0, 0, None), (95.0, 0, "dot"), (1050.0, 1, None), (1095.0, 1, "dot")]
    assert [label["text"] for label in layout["annotations"]] == [
        "median 50.0 Gbit/s<br>p95 95.0 Gbit/s",
        "median 1,050 Gbit/s<br>p95 1,095 Gbit/s",
    ]
    assert document["note"].endswith("line: median; dotted: p95")
    assert "p95 1,095 Gbit/s" in document["alternative"]


def test_long_rows_are_counted_in_bars_of_the_same_edges_that_stand_on_the_floor_of_their_row() -> None:
    sizes = {"a": (0.0, 500), "b": (400.0, 100)}
    rows = [SpreadRow(name, name, np.linspace(low, low + 100, size)) for name, (low, size) in sizes.items()]
    document = overlaid([*rows, SpreadRow("c", "c", np.array([250.0]))], BANDWIDTH)
    first, second, _ = document["figure"]["data"]
    for place, (bars, size) in enumerate(((first, 500), (second, 100))):
        assert sum(count for _, _, count in bars["customdata"]) == size
        assert set(bars["base"]) == {place + 0.28}
        tall = -np.array(numbers(bars["y"]))
        assert tall.max() == pytest.approx(0.56)
        assert tall.min() > 0
    assert numbers(first["width"])[0] == pytest.approx(numbers(second["width"])[0])
    assert max(numbers(first["x"])) < 110 < 390 < min(numbers(second["x"]))
    assert document["note"] == (
        "Each dot is one live link; bars: live links, each job to its own highest; line: median; dotted: p95"
    )
