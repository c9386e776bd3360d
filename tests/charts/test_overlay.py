"""Curves of several jobs over each other: shares as counted by hand, told apart by more than colour."""

import base64

import numpy as np
import pytest

from siliconmark_ui.charts.comparison import SpreadRow
from siliconmark_ui.charts.overlay import STEPS, overlaid_curves


def row(name: str, *values: float) -> SpreadRow:
    """Give one job's figures."""
    return SpreadRow(name, name, np.array(values))


def test_curve_rises_to_the_share_of_figures_that_are_at_most_so_high() -> None:
    document = overlaid_curves([row("a", 3.0, 1.0, 2.0, 4.0)], label="Rate (GB/s)", unit="GB/s", of="GPU")
    trace = document["figure"]["data"][0]
    curve = dict(zip(np_list(trace["x"]), np_list(trace["y"]), strict=True))
    assert curve == {1.0: 25.0, 2.0: 50.0, 3.0: 75.0, 4.0: 100.0}
    assert trace["line"]["shape"] == "hv"
    assert "a: 4 GPUs, 1.0 GB/s to 4.0 GB/s, a quarter at most 1.8 GB/s" in document["alternative"]


def np_list(array: object) -> list[float]:
    """Give the numbers of an array, compact or plain."""
    if isinstance(array, dict):
        return [float(value) for value in np.frombuffer(base64.b64decode(array["bdata"]), dtype=array["dtype"])]
    return [float(value) for value in np.asarray(array, dtype=np.float64)]


def test_eight_jobs_are_told_apart_by_dash_and_colour_together() -> None:
    rows = [row(f"job {place}", 1.0 + place, 2.0 + place) for place in range(8)]
    lines = [trace["line"] for trace in overlaid_curves(rows, label="x", unit="W", of="GPU")["figure"]["data"]]
    assert len({(line["color"], line["dash"]) for line in lines}) == 8
    assert {line["dash"] for line in lines} == {"solid", "dash", "dot", "longdashdot"}


@pytest.mark.parametrize(
    ("low", "title"), [(6.0, "Every figure of b is above all of a"), (4.0, "The figures of these jobs overlap")]
)
def test_title_says_whether_the_jobs_overlap(low: float, title: str) -> None:
    rows = [row("a", 1.0, 5.0), row("b", low, 9.0)]
    assert overlaid_curves(rows, label="x", unit="W", of="node")["title"] == title


def test_tens_of_thousands_of_links_are_drawn_by_their_quantiles() -> None:
    values = np.linspace(0.0, 100.0, 65_280)
    document = overlaid_curves([SpreadRow("a", "a", values)], label="x", unit="ms", of="live link")
    drawn = np_list(document["figure"]["data"][0]["x"])
    assert len(drawn) == STEPS
    assert (drawn[0], drawn[-1]) == (0.0, 100.0)
