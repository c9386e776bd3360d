"""The life of a job, as pure rules: which state follows from its nodes, its tasks and its results."""

from collections.abc import Iterable, Sequence

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS, benchmark_of_key
from siliconmark_ui.models import ENDED_STATES

ENDED_TASKS = ("completed", "failed", "aborted")
EXPIRED_MESSAGE = "The job expired before this task ended"


def has_ended(state: str) -> bool:
    """Tell whether a job in this state has ended."""
    return state in ENDED_STATES


def is_node_level(key: str) -> bool:
    """Tell whether a result key belongs to a node, not to the whole job."""
    return BENCHMARKS[benchmark_of_key(key)].scope == "node"


def state_with_nodes(current_nodes: int, node_count: int) -> str:
    """Return the state of an unfinished job with that many of its nodes registered."""
    if current_nodes == 0:
        return "created"
    return "running" if current_nodes >= node_count else "starting"


def outcome(tasks: Sequence[tuple[int, str]], keys: Iterable[str], succeeded: Iterable[tuple[int | None, str]]) -> str:
    """Return the final state of a job all of whose tasks ended.

    `tasks` are (id, state); `keys` the result keys of the sequence; `succeeded` the (task id or None, key) of completed
    results. An entry without a result counts as not succeeded.
    """
    done = set(succeeded)
    verdicts = [state == "completed" for _, state in tasks]
    for key in keys:
        holders: list[int | None] = [task_id for task_id, _ in tasks] if is_node_level(key) else [None]
        verdicts += [(holder, key) in done for holder in holders]
    if all(verdicts):
        return "completed"
    return "completed_with_warnings" if any(verdicts) else "failed"
