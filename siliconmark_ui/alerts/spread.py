"""How scores spread, from how many jobs have each: pure, exact, because scores have four decimals."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate

from siliconmark_ui.alerts.schemas import ModelScores, ScoreBin

SCORE_STEP = 0.02
"""Width of a bin of scores, a ratio."""
_WHOLE = 10_000
_STEP = round(SCORE_STEP * _WHOLE)


def model_scores(model: str, counts: Mapping[tuple[float | None, bool], int]) -> ModelScores:
    """Return how the scores of a GPU model's jobs spread; `counts` is (score, is an alert) -> jobs."""
    of_score: Counter[float] = Counter()
    for (score, _), jobs in counts.items():
        if score is not None:
            of_score[score] += jobs
    scores = sorted(of_score)
    ends = list(accumulate(of_score[score] for score in scores))
    return {
        "gpu_model": model,
        "jobs": sum(counts.values()),
        "scored": ends[-1] if ends else 0,
        "alerts": sum(jobs for (_, is_alert), jobs in counts.items() if is_alert),
        "lowest": scores[0] if scores else None,
        "lower_quartile": _quantile(scores, ends, 0.25),
        "median": _quantile(scores, ends, 0.5),
        "upper_quartile": _quantile(scores, ends, 0.75),
        "highest": scores[-1] if scores else None,
        "bins": _bins(of_score),
    }


def _quantile(scores: Sequence[float], ends: Sequence[int], share: float) -> float | None:
    """Return the quantile between the two nearest ranks, as PostgreSQL's `percentile_cont` does."""
    if not scores:
        return None
    place = share * (ends[-1] - 1)
    rank = int(place)
    low = scores[bisect_right(ends, rank)]
    high = scores[bisect_right(ends, min(rank + 1, ends[-1] - 1))]
    return low + (high - low) * (place - rank)


def _bins(of_score: Mapping[float, int]) -> list[ScoreBin]:
    found: Counter[int] = Counter()
    for score, jobs in of_score.items():
        # In whole numbers no score slips over the edge of its bin.
        found[round(score * _WHOLE) // _STEP] += jobs
    return [{"low": round(step * SCORE_STEP, 4), "jobs": found[step]} for step in sorted(found)]
