"""What the alerts room hands out. Times are RFC 3339 texts in UTC, ids are texts of digits."""

from typing_extensions import TypedDict


class Review(TypedDict):
    """One act on an alert: `kind` is `acknowledged` or `reopened`; the reviewer as they were named then."""

    id: str
    job_id: str
    kind: str
    reviewer: str
    reviewed_at: str
    note: str


class AlertCounts(TypedDict):
    """The badge (alerts as the specification counts them) and how many of those nobody has acknowledged."""

    alerts: int
    not_reviewed: int


class ScoreBin(TypedDict):
    """Jobs whose score, a ratio, lies from `low` to below `low` + 0.02."""

    low: float
    jobs: int


class ModelScores(TypedDict):
    """How the scores of the jobs with nodes of one GPU model spread; quartiles are exact, None without a score."""

    gpu_model: str
    jobs: int
    scored: int
    alerts: int
    lowest: float | None
    lower_quartile: float | None
    median: float | None
    upper_quartile: float | None
    highest: float | None
    bins: list[ScoreBin]


class WeekAlerts(TypedDict):
    """One week from Monday 00:00 UTC (`week`, a date): jobs created in it, by what was found of them."""

    week: str
    jobs: int
    alerts: int
    acknowledged: int
