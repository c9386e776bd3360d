"""The performance page's question: the jobs list's, with an order and two filters that the API does not have."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.parameters import PARAMETERS, SORT_FIELDS, Parameter
from siliconmark_ui.words import check_text

ALERTS_FIRST = "alerts"
REVIEWS = ("open", "done")
GPU_MODEL_MAX = 200
# What the page asks for by itself, whatever its address says.
FIXED = frozenset({"include", "include_results", "has_performance_data", "ids"})


def _one_of(allowed: tuple[str, ...], text: str, name: str) -> str:
    if text not in allowed:
        raise InvalidInput(f"{name} must be one of: {', '.join(allowed)}")
    return text


def _sort_field(text: str, name: str) -> str:
    return _one_of((ALERTS_FIRST, *SORT_FIELDS), text, name)


def _review(text: str, name: str) -> str:
    return _one_of(REVIEWS, text, name)


def _gpu_model(text: str, name: str) -> str:
    if len(check_text(text, name)) > GPU_MODEL_MAX:
        raise InvalidInput(f"{name} must have at most {GPU_MODEL_MAX} characters")
    return text


ALERT_PARAMETERS: Mapping[str, Parameter] = {
    **{name: parameter for name, parameter in PARAMETERS.items() if name not in FIXED},
    "sort_by": replace(PARAMETERS["sort_by"], read=_sort_field, default=ALERTS_FIRST),
    "review": Parameter("review", _review, "Alerts not reviewed (open) or acknowledged (done).", {}),
    "gpu_model": Parameter("gpu_model", _gpu_model, "Jobs with nodes of this GPU model.", {}),
}


@dataclass(frozen=True, kw_only=True)
class AlertQuery(JobQuery):
    """A question about jobs with performance data, alerts first.

    `review` keeps alerts that nobody has acknowledged (`open`) or that stand acknowledged (`done`); `gpu_model` keeps
    jobs with a node of that model, written as agents report it.
    """

    sort_by: str = ALERTS_FIRST
    has_performance_data: bool = True
    include: tuple[str, ...] = ("performance",)
    review: str | None = None
    gpu_model: str | None = None

    parameters: ClassVar[Mapping[str, Parameter]] = ALERT_PARAMETERS

    @property
    def given(self) -> frozenset[str]:
        """Return the names of the filters in use; a review filter is named with its value, which shapes the text."""
        own = {f"review_{self.review}"} if self.review else set()
        return super().given | own | ({"gpu_model"} if self.gpu_model else set())

    @property
    def own_values(self) -> Mapping[str, Any]:
        """Return the values of the page's own filters."""
        return {"gpu_model": self.gpu_model}

    @property
    def is_narrowed(self) -> bool:
        """Tell whether a filter is in use beyond those that the page always has."""
        return self.given != frozenset({"has_performance_data"})
