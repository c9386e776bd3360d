"""What the job list shows of each job: texts made once on the server, from the rows that the API gives too."""

import dataclasses
from datetime import datetime

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS
from siliconmark_ui.charts import words
from siliconmark_ui.jobs.progress import Done, steps_of
from siliconmark_ui.jobs.schemas import JobHead, JobRow
from siliconmark_ui.scoreboard.schemas import Performance
from siliconmark_ui.ui import urls

TAGS_WIDTH = 20
"""Characters of tags, with `TAG_EDGE` for the edges of each, that fit beside the count of the rest."""
TAG_EDGE = 3
OPEN_STATES = frozenset({"created", "starting", "running"})
"""States of a job that still waits for nodes or for what they measure."""
NOTHING_DONE = Done()
NO_PERFORMANCE = "No node has reported QuickMark figures"


@dataclasses.dataclass(frozen=True)
class NamedJob:
    """A job as selections and questions name it."""

    id: str = ""
    name: str = ""


@dataclasses.dataclass(frozen=True)
class JobRowView:
    """One row; times are RFC 3339 texts, empty without one; `progress` is in percent, -1 for a job that is not open."""

    id: str = ""
    name: str = ""
    href: str = ""
    duplicate_href: str = ""
    agent_href: str = ""
    agent_source: str = ""
    takes_agents: bool = False
    state: str = ""
    nodes: str = ""
    nodes_hint: str = ""
    progress: int = -1
    performance: str = ""
    score: str = ""
    performance_hint: str = ""
    gpu_models: str = ""
    gpu_hint: str = ""
    tags: list[str] = dataclasses.field(default_factory=list)
    more_tags: str = ""
    tags_hint: str = ""
    benchmarks: str = ""
    created_at: str = ""
    started_at: str = ""
    ended_at: str = ""
    expires_at: str = ""


def short_gpu(model: str) -> str:
    """Give a GPU model without its vendor's name, which every row would repeat."""
    return model.removeprefix("NVIDIA ").removeprefix("AMD ").removeprefix("Instinct ")


def tags_that_fit(tags: list[str]) -> int:
    """Give how many of the tags stand in the column uncut; the first one always stands there, cut if it must be."""
    used = 0
    for index, tag in enumerate(tags):
        used += len(tag) + TAG_EDGE
        if used > TAGS_WIDTH and index:
            return index
    return len(tags)


def benchmark_names(ids: list[str]) -> str:
    """Give the human names of a job's benchmarks in sequence order, each once."""
    return ", ".join(BENCHMARKS[name].name if name in BENCHMARKS else name for name in dict.fromkeys(ids))


def performance_hint(performance: Performance | None) -> str:
    """Give the hover text of a job's performance: its reasons, or how many nodes were held against expectations."""
    if performance is None:
        return NO_PERFORMANCE
    if performance["reasons"]:
        return "\n".join(performance["reasons"])
    nodes = words.plural(performance["scored_nodes"], "node")
    return f"{nodes} held against what is expected" if performance["scored_nodes"] else "No expectation for these GPUs"


@dataclasses.dataclass(frozen=True)
class ProgressView:
    """How far an open job has come: in percent, -1 for a job that is not open, and in words."""

    percent: int = -1
    words: str = ""


def progress_view(job: JobHead, done: Done) -> ProgressView:
    """Give how far a job has come: until all nodes have registered, how many have; then, what has been measured."""
    nodes = f"{job['current_nodes']} of {words.plural(job['node_count'], 'node')} registered"
    if job["state"] == "running":
        steps = steps_of(job["benchmark_sequence"], job["node_count"], done)
        return ProgressView(steps.percent, f"{steps.done} of {words.plural(steps.total, 'measurement')} ended")
    share = 100 * job["current_nodes"] // job["node_count"]
    return ProgressView(share if job["state"] in OPEN_STATES else -1, nodes)


def job_row_view(row: JobRow, now: datetime, done: Done = NOTHING_DONE) -> JobRowView:
    """Give the texts of one row at the time `now`; `done` is what has come in of a job that runs."""
    performance = row["performance"]
    models = row["gpu_models"] or []
    is_gathering = row["state"] in OPEN_STATES
    progress = progress_view(row, done)
    return JobRowView(
        id=row["id"],
        name=row["name"],
        href=urls.job(row["id"]),
        duplicate_href=urls.new_job(row["id"]),
        agent_href=urls.job(row["id"], tab="agent"),
        agent_source=urls.agent_commands(row["id"]),
        takes_agents=is_gathering and datetime.fromisoformat(row["expires_at"]) > now,
        state=row["state"],
        nodes=f"{row['current_nodes']} / {row['node_count']}",
        nodes_hint=progress.words,
        progress=progress.percent,
        performance=performance["status"] if performance else "",
        score=words.ratio(performance["score"]) if performance else "",
        performance_hint=performance_hint(performance),
        gpu_models=", ".join(map(short_gpu, models)) or words.MISSING,
        gpu_hint=", ".join(models) or "No node has registered yet",
        tags=row["tags"][: tags_that_fit(row["tags"])],
        more_tags=f"+{rest}" if (rest := len(row["tags"]) - tags_that_fit(row["tags"])) else "",
        tags_hint=", ".join(row["tags"]),
        benchmarks=benchmark_names(row["benchmarks"]),
        created_at=row["created_at"],
        started_at=row["started_at"] or "",
        ended_at=row["ended_at"] or "",
        expires_at=row["expires_at"],
    )
