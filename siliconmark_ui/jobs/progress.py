"""How far a running job has come: what of its sequence has been measured on its nodes; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from siliconmark_ui.agents.life import is_node_level
from siliconmark_ui.benchmarks.sequence import SequenceEntry, result_keys
from siliconmark_ui.jobs.schemas import JobDetail


@dataclass(frozen=True, slots=True)
class Done:
    """What has come in of a job: tasks that have ended, and the results of the cluster and of the other tasks."""

    ended_tasks: int = 0
    uploads: int = 0


@dataclass(frozen=True, slots=True)
class Steps:
    """How many measurements of a job have ended, of all that its sequence asks for; `total` is at least 1."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        """The share that has ended, in whole percent."""
        return 100 * self.done // self.total


def steps_of(sequence: Sequence[SequenceEntry], node_count: int, done: Done) -> Steps:
    """Count the steps of a job: a benchmark of nodes is one on each node, one of the cluster is one.

    A task that has ended has nothing left to do, whatever it failed to upload.
    """
    keys = result_keys(sequence)
    of_node = sum(map(is_node_level, keys))
    total = node_count * of_node + len(keys) - of_node
    return Steps(min(total, done.ended_tasks * of_node + done.uploads), total)


def done_of(job: JobDetail) -> Done:
    """Count what has come in of a job that is read whole."""
    open_tasks = [task for task in job["tasks"] if task["ended_at"] is None]
    uploads = sum(len(task["benchmark_results"]) for task in open_tasks) + len(job["benchmark_results"])
    return Done(len(job["tasks"]) - len(open_tasks), uploads)
