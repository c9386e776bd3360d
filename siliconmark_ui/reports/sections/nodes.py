"""The table of nodes."""

from siliconmark_ui.charts.nodes import natural_order, node_names
from siliconmark_ui.charts.words import MISSING, plural
from siliconmark_ui.reports.blocks import Block, Cell, Column, heading, left, paragraph, right, table
from siliconmark_ui.reports.source import ReportSource, SourceTask
from siliconmark_ui.reports.words import score_cell, span, state_cell
from siliconmark_ui.scoreboard.schemas import NodePerformance

_GROUPS = (("compute", "Compute"), ("memory", "Memory"), ("interconnect", "Interconnect"))


def nodes(source: ReportSource) -> list[Block]:
    """Return every node with its state and scores, by address."""
    tasks = source["tasks"]
    if not tasks:
        return [heading("Nodes"), paragraph("No node registered.")]
    names = node_names(tasks)
    scores = {node["task_id"]: node for node in source["performance_nodes"]}
    # The first page already tells what all nodes have in common.
    are_alike = len({(task["gpu_model"], task["gpu_count"]) for task in tasks}) == 1
    columns: list[Column] = [left("Node", 5), *([] if are_alike else [left("GPUs", 4)]), left("State")]
    columns += [right(label) for label in ("Ran for", "Score", *(label for _, label in _GROUPS))]
    ordered = sorted(tasks, key=lambda task: natural_order(names[task["machine_uuid"]]))
    rows = []
    for task in ordered:
        row = _row(task, names[task["machine_uuid"]], scores.get(str(task["id"])))
        rows.append(row if not are_alike else [row[0], *row[2:]])
    lead = (
        f"{plural(len(tasks), 'node')}, by address. Scores are ratios to what is expected, a node's its lowest group."
    )
    return [heading("Nodes"), paragraph(lead, "muted"), table("Nodes of the job", columns, rows)]


def _row(task: SourceTask, name: str, scored: NodePerformance | None) -> list[str | Cell]:
    row: list[str | Cell] = [
        {"text": name, "below": task["machine_uuid"]},
        {"text": plural(task["gpu_count"], "GPU"), "below": task["gpu_model"] or "unknown model"},
        state_cell(task["state"]),
        span(task["started_at"], task["ended_at"]),
    ]
    if scored is None:
        return [*row, *([MISSING] * (1 + len(_GROUPS)))]
    groups = scored["groups"]
    row.append(score_cell(scored["score"], scored["status"]))
    for group, _ in _GROUPS:
        found = groups.get(group)  # type: ignore[call-overload]
        row.append(score_cell(found["score"], found["status"]) if found else MISSING)
    return row
