"""The first page: what was run, how it ended, and what stands out."""

from collections import Counter

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS, benchmark_of_key
from siliconmark_ui.benchmarks.sequence import result_keys
from siliconmark_ui.charts.words import MISSING, plural
from siliconmark_ui.reports.blocks import Block, Cell, badges, bullets, facts, heading, left, paragraph, table, tiles
from siliconmark_ui.reports.source import ReportSource, SourceResult
from siliconmark_ui.reports.words import listed, moment, score_cell, shortened, span, state_cell, status_cell
from siliconmark_ui.scoreboard.ratios import LOWER_BOUND
from siliconmark_ui.scoreboard.schemas import Performance

_GROUPS = (("compute", "Compute"), ("memory", "Memory"), ("interconnect", "Interconnect"))


def summary(source: ReportSource) -> list[Block]:
    """Return state, timings, nodes, tags and benchmarks of the job."""
    job = source["job"]
    marks = [state_cell(job["state"])]
    if source["performance"]:
        marks.append(status_cell(source["performance"]["status"]))
    if job["is_demo"]:
        marks.append({"text": "Demonstration data", "mark": "dot", "tone": "busy"})
    blocks = [badges(marks, job["tags"])]
    if job["description"]:
        blocks.append(paragraph(job["description"]))
    pairs: list[tuple[str, str | Cell]] = [
        ("Created (UTC)", moment(job["created_at"])),
        ("Started (UTC)", moment(job["started_at"])),
        ("Ended (UTC)", moment(job["ended_at"])),
        ("Ran for", span(job["started_at"], job["ended_at"])),
        ("Nodes registered", f"{job['current_nodes']} of {job['node_count']}"),
        ("GPUs", _gpus(source)),
        ("Customer", job["customer"]),
        ("Job id", str(job["id"])),
    ]
    return [*blocks, facts(pairs), *_gpu_models(source)]


def scoreboard(source: ReportSource) -> list[Block]:
    """Return the verdict of the scoreboard with its reasons in words."""
    performance = source["performance"]
    if performance is None:
        return [heading("Scoreboard"), paragraph("No node reported QuickMark figures, so there is nothing to score.")]
    groups = performance["groups"]
    scores = [("Score", score_cell(performance["score"], performance["status"]))]
    scores += [
        (label, score_cell(groups[name]["score"], groups[name]["status"])) for name, label in _GROUPS if name in groups
    ]
    blocks = [heading("Scoreboard"), paragraph(_verdict(performance)), tiles(scores)]
    return [*blocks, bullets(performance["reasons"])] if performance["reasons"] else blocks


def benchmarks(source: ReportSource) -> list[Block]:
    """Return the benchmark sequence and how each entry went."""
    sequence = source["job"]["benchmark_sequence"]
    rows = [
        _benchmark_row(source, key, entry["config"]) for key, entry in zip(result_keys(sequence), sequence, strict=True)
    ]
    columns = [left("Benchmark", 2), left("Configuration", 2), left("Results", 2), left("Started (UTC)"), left("Took")]
    return [heading("Benchmarks"), table("Benchmarks of the job in their order", columns, rows)]


def failures(source: ReportSource) -> list[Block]:
    """Return what failed, with the machine's own words; nothing when nothing did."""
    names = {task["id"]: task["machine_ip"] or task["machine_uuid"] for task in source["tasks"]}
    rows: list[list[str | Cell]] = [
        [names[task["id"]], state_cell(task["state"]), shortened(task["failed_message"] or "No message was given")]
        for task in source["tasks"]
        if task["state"] in {"failed", "aborted"}
    ]
    rows += [
        [
            _holder(result, names),
            {"text": f"{result['key']} failed", "mark": "cross", "tone": "bad"},
            shortened(result["error_message"] or "No message was given"),
        ]
        for result in source["results"]
        if result["state"] == "failed"
    ]
    if not rows:
        return []
    return [heading("What failed"), table("Failures", [left("Where", 2), left("What", 2), left("Message", 5)], rows)]


def _verdict(performance: Performance) -> str:
    scored, low = performance["scored_nodes"], performance["underperforming_nodes"]
    if performance["score"] is None:
        return "No expectation is known for these nodes, so their figures are shown without a score."
    if low:
        verb = "is" if low == 1 else "are"
        return (
            f"{low} of {plural(scored, 'scored node')} {verb} below {LOWER_BOUND:.2f} × of what is expected. "
            "The job's score is that of its lowest node: a synchronous job runs at the pace of its slowest part."
        )
    return (
        f"None of {plural(scored, 'scored node')} is below {LOWER_BOUND:.2f} × of what is expected. "
        "The job's score is that of its lowest node."
    )


def _gpus(source: ReportSource) -> str:
    return f"{sum(task['gpu_count'] for task in source['tasks']):,}"


def _gpu_models(source: ReportSource) -> list[Block]:
    kinds = Counter((task["gpu_model"] or "unknown GPU", task["gpu_count"]) for task in source["tasks"])
    if not kinds:
        return []
    words = [f"{plural(nodes, 'node')} with {gpus} × {model}" for (model, gpus), nodes in sorted(kinds.items())]
    return [paragraph(f"{listed(words)}.", "muted")]


def _benchmark_row(source: ReportSource, key: str, config: object) -> list[str | Cell]:
    benchmark = BENCHMARKS[benchmark_of_key(key)]
    found = [result for result in source["results"] if result["key"] == key]
    wanted = 1 if benchmark.scope == "cluster" else len(source["tasks"])
    good = sum(result["state"] == "completed" for result in found)
    is_whole = good == wanted and wanted > 0
    results: Cell = {
        "text": f"{good} of {wanted} completed",
        "mark": "check" if is_whole else "warning" if good else "cross",
        "tone": "good" if is_whole else "warn" if good else "bad",
    }
    starts, ends = [result["started_at"] for result in found], [result["ended_at"] for result in found]
    start, end = min(starts, default=None), max(ends, default=None)
    title: Cell = {"text": benchmark.name, "below": key}
    return [title, _configuration(config), results, moment(start), span(start, end)]


def _configuration(config: object) -> str:
    if not isinstance(config, dict) or not config:
        return "default"
    return ", ".join(f"{name} {value}" for name, value in config.items())


def _holder(result: SourceResult, names: dict[int, str]) -> str:
    return "Whole job" if result["task_id"] is None else names.get(result["task_id"], MISSING)
