"""The first tab: how the job scored and why, what went wrong, and each benchmark's summary."""

import dataclasses

import reflex as rx

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS, QUICK_MARK, benchmark_of_key
from siliconmark_ui.benchmarks.sequence import benchmark_ids, result_keys
from siliconmark_ui.charts import words
from siliconmark_ui.charts.figures import document_of
from siliconmark_ui.charts.nodes import node_names
from siliconmark_ui.jobs.schemas import JobDetail, ResultEntry
from siliconmark_ui.scoreboard.expectations import GROUPS
from siliconmark_ui.scoreboard.schemas import Performance
from siliconmark_ui.ui.components.badges import performance_status, state_badge
from siliconmark_ui.ui.components.feedback import notice
from siliconmark_ui.ui.pages.job_detail.papers import way_to_agents
from siliconmark_ui.ui.values import Shown

GROUP_WORDS = {
    "compute": ("Compute", "Median of the compute figures against their expectation"),
    "memory": ("Memory", "Memory bandwidth against its expectation"),
    "interconnect": ("Interconnect", "All-reduce and broadcast against nodes of the same model and GPU count"),
}
PROBLEMS_MAX = 8


@dataclasses.dataclass(frozen=True)
class ScoreView:
    """One score: of the whole job or of a group of figures."""

    word: str = ""
    hint: str = ""
    status: str = ""
    score: str = ""


@dataclasses.dataclass(frozen=True)
class FactView:
    """One figure of a benchmark's summary with its name."""

    word: str = ""
    text: str = ""


@dataclasses.dataclass(frozen=True)
class ResultView:
    """One cluster-level result: its benchmark, how it ended, and its summary figures."""

    key: str = ""
    name: str = ""
    state: str = ""
    error: str = ""
    facts: list[FactView] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class OverviewView:
    """What the overview shows; `scores` is empty when no node reported QuickMark figures."""

    finding: str = ""
    hint: str = ""
    scores: list[ScoreView] = dataclasses.field(default_factory=list)
    reasons: list[str] = dataclasses.field(default_factory=list)
    problems: list[str] = dataclasses.field(default_factory=list)
    results: list[ResultView] = dataclasses.field(default_factory=list)


def overview_view(detail: JobDetail) -> OverviewView:
    """Give the overview of a job."""
    performance = detail["scoreboard_summary"]
    finding, hint = said_without_score(detail)
    return OverviewView(
        finding=finding_of(performance) if performance else finding,
        hint=hint,
        scores=score_views(performance),
        reasons=performance["reasons"] if performance else [],
        problems=problems_of(detail),
        results=[
            result_view(key, entry, result_name(detail, key, entry))
            for key, entry in detail["benchmark_results"].items()
        ],
    )


def no_figures(*, has_ended: bool) -> str:
    """Say that no node has figures of QuickMark, or has none so far."""
    return "No node reported QuickMark figures" if has_ended else "No node has reported QuickMark figures yet"


def what_comes(*, has_ended: bool) -> str:
    """Say what a job without figures can still be expected to show."""
    if has_ended:
        return "The job has ended: what its nodes said is in the tab Nodes."
    return "Figures appear here when a node has run QuickMark and uploaded its result."


def said_without_score(detail: JobDetail) -> tuple[str, str]:
    """Say what there is of a job that has no score, and what it can still be expected to show."""
    has_ended = detail["ended_at"] is not None
    reported = sum(QUICK_MARK in task["benchmark_results"] for task in detail["tasks"])
    if has_ended or not reported:
        return no_figures(has_ended=has_ended), what_comes(has_ended=has_ended)
    nodes = words.plural(detail["node_count"], "node")
    return (
        f"{reported} of {nodes} {'has' if reported == 1 else 'have'} reported QuickMark figures",
        "They stand in the tab QuickMark. The job gets its score when it ends.",
    )


def finding_of(performance: Performance) -> str:
    """Say in one sentence how the job stands to what is expected of its GPUs."""
    scored, low = performance["scored_nodes"], performance["underperforming_nodes"]
    if not scored:
        return "There is no expectation for these GPUs yet, so nothing is judged"
    if scored == 1:
        return "The node is below what is expected" if low else "The node reaches what is expected"
    if low:
        return f"{low} of {words.plural(scored, 'node')} {'is' if low == 1 else 'are'} below what is expected"
    return f"All {scored} nodes reach what is expected"


def score_views(performance: Performance | None) -> list[ScoreView]:
    """Give the job's score and that of each group that has one."""
    if performance is None:
        return []
    whole = ScoreView(
        "Job score",
        "The lowest group of the lowest node: a job runs at the pace of its slowest part",
        performance["status"],
        words.ratio(performance["score"]),
    )
    groups = [
        ScoreView(*GROUP_WORDS[name], group["status"], words.ratio(group["score"]))
        for name in GROUPS
        if (group := performance["groups"][name])["score"] is not None
    ]
    return [whole, *groups]


def problems_of(detail: JobDetail) -> list[str]:
    """Give what failed, one sentence each: nodes first, then benchmarks; at most `PROBLEMS_MAX`, the rest counted."""
    names = node_names(detail["tasks"])
    failed = [
        f"Node {names[task['machine_uuid']]} {task['state']}: {task['failed_message'] or 'no message was given'}"
        for task in detail["tasks"]
        if task["state"] in {"failed", "aborted"}
    ]
    failed += [
        f"{entry['benchmark_name']} failed: {entry['error_message'] or 'no message was given'}"
        for entry in detail["benchmark_results"].values()
        if entry["state"] == "failed"
    ]
    missing = detail["node_count"] - detail["current_nodes"]
    if missing > 0 and detail["state"] == "aborted":
        failed.insert(
            0, f"{words.plural(missing, 'node')} of {detail['node_count']} never registered before the job expired"
        )
    rest = len(failed) - PROBLEMS_MAX
    return failed if rest <= 0 else [*failed[:PROBLEMS_MAX], f"And {rest} more: see the table of nodes"]


def result_name(detail: JobDetail, key: str, entry: ResultEntry) -> str:
    """Give the benchmark's name; where the job runs it more than once, with its key and what was set for that run."""
    sequence = detail["benchmark_sequence"]
    if benchmark_ids(sequence).count(entry["benchmark_id"]) < 2:
        return entry["benchmark_name"]
    config = dict(zip(result_keys(sequence), sequence, strict=True))[key]["config"] or {}
    known = BENCHMARKS[entry["benchmark_id"]].config
    settings = [f"{known[name].label.lower()} {value} {known[name].unit}" for name, value in config.items()]
    return f"{entry['benchmark_name']} ({key}: {', '.join(settings) or 'default settings'})"


def result_view(key: str, entry: ResultEntry, name: str) -> ResultView:
    """Give the summary figures of one cluster-level result under `name`, in the catalogue's order."""
    document = document_of(entry)
    benchmark = BENCHMARKS.get(benchmark_of_key(key))
    fields = benchmark.fields if benchmark else {}
    facts = [
        FactView(field.label, words.count(int(value)) if field.kind == "integer" else words.quantity(value, field.unit))
        for name, field in fields.items()
        if field.kind != "structure" and isinstance(value := document.get(name), int | float)
    ]
    return ResultView(key, name, entry["state"], entry["error_message"] or "", facts)


def overview_tab(view: Shown, heading: Shown) -> rx.Component:
    """Draw the overview; a job that waits for its nodes leads to what starts them."""
    return rx.el.div(
        rx.cond(view.problems.length() > 0, _problems(view)),
        rx.cond(view.scores.length() > 0, _scores(view), _unscored(view, heading)),
        rx.foreach(view.results, _result),
        class_name="sm-stack",
    )


def _problems(view: Shown) -> rx.Component:
    return rx.el.section(
        rx.icon("circle-x", size=16),
        rx.el.ul(rx.foreach(view.problems, rx.el.li), class_name="sm-plain"),
        class_name="sm-alert",
        aria_label="What failed",
        data_testid="job-problems",
    )


def _scores(view: Shown) -> rx.Component:
    reasons = rx.el.ul(rx.foreach(view.reasons, rx.el.li), class_name="sm-reasons", data_testid="job-reasons")
    return rx.el.section(
        rx.el.h2(view.finding, class_name="sm-subtitle"),
        rx.el.div(rx.foreach(view.scores, _score), class_name="sm-score-grid"),
        rx.cond(view.reasons.length() > 0, reasons),
        class_name="sm-panel sm-panel-body sm-stack",
    )


def _score(score: Shown) -> rx.Component:
    return rx.el.div(
        rx.el.span(score.word, class_name="sm-label"),
        rx.el.span(performance_status(score.status, score.score, score.hint), class_name="sm-score-value"),
        class_name="sm-score",
        title=score.hint,
    )


def _unscored(view: Shown, heading: Shown) -> rx.Component:
    words_of_it = notice("gauge", view.finding, view.hint, way_to_agents(heading), testid="job-unscored")
    return rx.el.div(words_of_it, class_name="sm-panel")


def _result(result: Shown) -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(result.name, class_name="sm-subtitle"), state_badge(result.state), class_name="sm-page-head"
        ),
        rx.cond(result.error != "", rx.el.p(result.error)),
        rx.el.dl(rx.foreach(result.facts, fact), class_name="sm-facts"),
        class_name="sm-panel sm-panel-body",
    )


def fact(item: Shown) -> rx.Component:
    """Draw one figure under its name."""
    return rx.el.div(rx.el.dt(item.word), rx.el.dd(item.text))
