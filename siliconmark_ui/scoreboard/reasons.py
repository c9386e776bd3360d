"""Why a job is an alert, in sentences: the part, the figure, the expectation and the next step."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from siliconmark_ui.benchmarks.catalogue import METRICS
from siliconmark_ui.scoreboard.expectations import GROUP_METRICS, GROUPS
from siliconmark_ui.scoreboard.ratios import LOWER_BOUND, NodeRatios, status_of, whole_node_expectation

REASONS_MAX = 20
TIMES = "\N{MULTIPLICATION SIGN}"


class _Finding(NamedTuple):
    ratio: float
    task_id: str
    sentence: str


def reasons_for(measured: Sequence[NodeRatios]) -> list[str]:
    """Return one sentence for each underperforming group of a node, naming the group's worst metric, worst first.

    At most 20, then one that counts the rest.
    """
    findings = sorted(finding for ratios in measured for finding in _findings(ratios))
    sentences = [finding.sentence for finding in findings[:REASONS_MAX]]
    rest = len(findings) - len(sentences)
    if rest:
        parts = "part is" if rest == 1 else "parts are"
        sentences.append(
            f"And {rest:,} more {parts} below {LOWER_BOUND:.2f} {TIMES} of expected: see the table of nodes."
        )
    return sentences


def ratio_text(ratio: float) -> str:
    """Return a ratio with two decimals and a multiplication sign; one below the threshold is never rounded up to it."""
    if status_of(ratio) != "underperforming":
        return f"{ratio:.2f} {TIMES}"
    for digits in (2, 4):
        if round(ratio, digits) < LOWER_BOUND:
            return f"{ratio:.{digits}f} {TIMES}"
    return f"just under {LOWER_BOUND:.2f} {TIMES}"


def _findings(ratios: NodeRatios) -> Iterator[_Finding]:
    for group in GROUPS:
        if status_of(ratios.groups[group]) == "underperforming":
            worst = min(
                (metric for metric in GROUP_METRICS[group] if metric in ratios.ratios), key=ratios.ratios.__getitem__
            )
            yield _Finding(ratios.ratios[worst], ratios.node.task_id, _sentence(ratios, worst))


def _sentence(ratios: NodeRatios, metric: str) -> str:
    node, field = ratios.node, METRICS[metric]
    value = field.written(node.reading.node[metric])
    expected = field.written(whole_node_expectation(node, metric) or 0.0)
    return (
        f"{field.label} of {node.name} is {ratio_text(ratios.ratios[metric])} of expected "
        f"({value} of {expected} {field.unit}): compare with another run on this machine."
    )
