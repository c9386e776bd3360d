"""How scores spread, from counts of scores: as numpy finds it from the scores themselves."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconmark_ui.alerts.spread import model_scores

scores = st.integers(0, 20_000).map(lambda whole: whole / 10_000)
jobs = st.lists(st.tuples(st.none() | scores, st.booleans()), min_size=1, max_size=60)


@given(jobs)
def test_spread_is_that_of_the_scores_one_by_one(each: list[tuple[float | None, bool]]) -> None:
    found = model_scores("H100", Counter(each))
    scored = [score for score, _ in each if score is not None]
    assert (found["jobs"], found["scored"]) == (len(each), len(scored))
    assert found["alerts"] == sum(is_alert for _, is_alert in each)
    assert sum(part["jobs"] for part in found["bins"]) == len(scored)
    quartiles = [found[name] for name in ("lowest", "lower_quartile", "median", "upper_quartile", "highest")]
    if scored:
        assert quartiles == pytest.approx(list(np.quantile(scored, [0, 0.25, 0.5, 0.75, 1])))
    else:
        assert quartiles == [None] * 5


@pytest.mark.parametrize(("score", "low"), [(0.9, 0.9), (0.8999, 0.88), (0.98, 0.98), (0.58, 0.58), (0.0, 0.0)])
def test_score_on_the_edge_of_a_bin_is_in_the_bin_that_begins_there(score: float, low: float) -> None:
    assert model_scores("H100", {(score, False): 3})["bins"] == [{"low": low, "jobs": 3}]
