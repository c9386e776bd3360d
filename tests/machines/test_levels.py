"""Changes of level: found where they are, and not where there are none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siliconmark_ui.machines.levels import SHORTEST_PART, SMALLEST_SHARE, level_changes, levels

SEEDS = range(60)


def noisy(seed: int, *parts: tuple[int, float], spread: float = 0.015) -> list[float]:
    """Give measurements with normal noise around each part's level; a part is (length, level)."""
    rng = np.random.default_rng(seed)
    return [float(value) for length, level in parts for value in rng.normal(level, spread * level, length)]


@pytest.mark.parametrize("length", [8, 20, 60, 200])
@pytest.mark.parametrize("spread", [0.01, 0.03])
def test_stationary_noise_is_left_unmarked_in_nearly_every_seed(length: int, spread: float) -> None:
    marked = [seed for seed in SEEDS if level_changes(noisy(seed, (length, 260.0), spread=spread))]
    assert len(marked) <= len(SEEDS) * 0.05


@pytest.mark.parametrize("share", [0.9, 1.1])
@pytest.mark.parametrize(("before", "after"), [(10, 10), (30, 8), (8, 30), (100, 100)])
def test_step_of_ten_percent_is_found_within_two_measurements_of_its_place(
    before: int, after: int, share: float
) -> None:
    found = 0
    for seed in SEEDS:
        changes = level_changes(noisy(seed, (before, 260.0), (after, 260.0 * share)))
        found += len(changes) == 1 and abs(changes[0].index - before) <= 2
    assert found >= len(SEEDS) * 0.9


def test_change_tells_both_levels_and_its_share() -> None:
    (change,) = level_changes([100.0, 101, 99, 100, 102, 100, 88, 87, 88, 89, 88, 87])
    assert (change.index, change.before, change.after) == (6, 100.0, 88.0)
    assert change.share == pytest.approx(-0.12)


def test_level_that_falls_and_comes_back_is_marked_twice() -> None:
    found = [
        [round(change.share, 1) for change in level_changes(noisy(seed, (15, 260.0), (12, 234.0), (15, 260.0)))]
        for seed in SEEDS
    ]
    assert found.count([-0.1, 0.1]) >= len(SEEDS) * 0.9


def test_outliers_are_no_change_of_level() -> None:
    for seed in SEEDS:
        values = noisy(seed, (30, 260.0), spread=0.01)
        for place in (4, 13, 22):
            values[place] *= 0.5
        assert level_changes(values) == []


def test_two_modes_that_take_turns_are_no_change_of_level() -> None:
    values = [260.0 if index % 2 else 224.0 for index in range(40)]
    assert level_changes(values) == []


def test_exact_steps_are_found_without_any_noise() -> None:
    assert [change.index for change in level_changes([5.0] * 4 + [6.0] * 4)] == [4]
    assert level_changes([5.0] * 20) == []
    assert level_changes([5.0] * 10 + [5.0 * (1 + SMALLEST_SHARE / 2)] * 10) == []


def test_fewer_than_eight_measurements_have_one_level() -> None:
    assert levels([]) == []
    assert level_changes([1.0, 1, 1, 1, 9, 9, 9]) == []


FIGURES = st.lists(st.floats(0.001, 1e6), max_size=60)


@given(FIGURES)
@settings(deadline=None)
def test_levels_cover_the_series_in_parts_that_are_long_enough(values: list[float]) -> None:
    parts = levels(values)
    assert [index for part in parts for index in range(part.start, part.stop)] == list(range(len(values)))
    assert all(part.stop - part.start >= SHORTEST_PART for part in parts) or len(parts) == 1
    for part in parts:
        assert part.median == pytest.approx(float(np.median(values[part.start : part.stop])))
    assert all(abs(change.share) >= SMALLEST_SHARE * 0.999 for change in level_changes(values))


@given(FIGURES)
@settings(deadline=None)
def test_changes_do_not_hang_on_the_unit(values: list[float]) -> None:
    ours = [change.index for change in level_changes([round(value, 6) for value in values])]
    scaled = [change.index for change in level_changes([round(value, 6) * 1024 for value in values])]
    assert ours == scaled
