"""How figures are written."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconmark_ui.charts import words


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (51.94, "TFLOPS", "51.9"),
        (99.94, "TFLOPS", "99.9"),
        (99.97, "TFLOPS", "100"),
        (731.51, "TFLOPS", "732"),
        (2605.4, "GB/s", "2,605"),
        (45.24, "Gbit/s", "45.2"),
        (0.04703, "ms", "0.0470"),
        (0.9999, "ms", "1.00"),
        (1234.0, "ms", "1,230"),
        (0.0, "ms", "0"),
        (404.34, "W", "404"),
        (-0.01, "GB/s", "0.0"),
        (None, "GB/s", "–"),
        (math.nan, "GB/s", "–"),
        (math.inf, "ms", "–"),
    ],
)
def test_figure_follows_the_rule_of_its_unit(value: float | None, unit: str, text: str) -> None:
    assert words.figure(value, unit) == text


def test_quantity_carries_its_unit_unless_it_is_missing() -> None:
    assert words.quantity(2605.4, "GB/s") == "2,605 GB/s"
    assert words.quantity(None, "GB/s") == "–"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.87, "0.87 ×"), (0.8996, "0.8996 ×"), (0.9, "0.90 ×"), (1.1004, "1.1004 ×"), (1.1, "1.10 ×"), (None, "–")],
)
def test_ratio_is_never_rounded_onto_a_threshold_from_outside(value: float | None, text: str) -> None:
    assert words.ratio(value) == text


@given(st.floats(min_value=0, max_value=1e6), st.floats(min_value=1e-4, max_value=1e4))
def test_ends_of_a_range_are_told_apart_and_lie_near_it(low: float, width: float) -> None:
    texts = words.span(low, low + width).replace(",", "").split(" to ")
    assert texts[0] != texts[1]
    assert [float(text) for text in texts] == pytest.approx([low, low + width], abs=0.06 * width)


def test_percent_of_nothing_is_missing() -> None:
    assert words.percent(1, 3) == "33 %"
    assert words.percent(0, 0) == "–"


def test_plural_agrees_with_its_number() -> None:
    assert [words.plural(number, "node") for number in (0, 1, 1204)] == ["0 nodes", "1 node", "1,204 nodes"]
    assert words.plural(2, "entry", "entries") == "2 entries"


@given(st.floats(min_value=1e-6, max_value=1e9))
def test_significant_keeps_three_digits_for_any_figure(value: float) -> None:
    written = float(words.significant(value).replace(",", ""))
    assert written == pytest.approx(value, rel=0.005)


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_count_reads_back_for_any_whole_number(value: int) -> None:
    assert int(words.count(value).replace(",", "")) == value
