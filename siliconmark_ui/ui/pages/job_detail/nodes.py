"""The Nodes tab: each machine's part of the job, how it ended, and what it said when it failed."""

import dataclasses

import reflex as rx

from siliconmark_ui.charts import words
from siliconmark_ui.charts.nodes import natural_order, node_names
from siliconmark_ui.jobs.schemas import JobDetail
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.badges import copied_id, missing, state_badge
from siliconmark_ui.ui.components.clock import relative_time, running_time
from siliconmark_ui.ui.components.feedback import notice
from siliconmark_ui.ui.components.table_frame import table_frame
from siliconmark_ui.ui.pages.job_detail.papers import way_to_agents
from siliconmark_ui.ui.values import Shown

NOT_BEGUN = "The node has not begun"
WRAPPED = "sm-wrap sm-message"


@dataclasses.dataclass(frozen=True)
class TaskView:
    """One node's row; times are RFC 3339 texts, empty where there is none."""

    name: str = ""
    state: str = ""
    gpus: str = ""
    registered_at: str = ""
    started_at: str = ""
    ended_at: str = ""
    message: str = ""
    machine_uuid: str = ""
    machine_href: str = ""


def task_views(detail: JobDetail) -> list[TaskView]:
    """Give a row per task: failed ones first, then by address."""
    names = node_names(detail["tasks"])
    tasks = sorted(
        detail["tasks"],
        key=lambda task: (task["state"] not in {"failed", "aborted"}, natural_order(names[task["machine_uuid"]])),
    )
    return [
        TaskView(
            name=names[task["machine_uuid"]],
            state=task["state"],
            gpus=f"{task['gpu_count']} × {task['gpu_model']}"
            if task["gpu_model"]
            else words.plural(task["gpu_count"], "GPU"),
            registered_at=task["created_at"],
            started_at=task["started_at"] or "",
            ended_at=task["ended_at"] or "",
            message=task["failed_message"] or "",
            machine_uuid=task["machine_uuid"],
            machine_href=urls.machine(task["machine_uuid"]),
        )
        for task in tasks
    ]


def nodes_tab(tasks: Shown, heading: Shown) -> rx.Component:
    """Draw the tab; without nodes it leads to what makes them, while the job takes any."""
    text = rx.cond(
        heading.takes_agents,
        "A node appears here when its agent registers with the token of the job.",
        "None registered while the job took agents.",
    )
    title = rx.cond(heading.takes_agents, "No node has registered yet", "No node has registered")
    empty = notice("server-off", title, text, way_to_agents(heading), testid="nodes-empty")
    heads = ("Node", "State", "GPUs", "Registered", "Started", "Ended", "Duration", "Failure", "Machine")
    table = rx.el.table(
        rx.el.thead(rx.el.tr(*(rx.el.th(word, scope="col", class_name=_side(word)) for word in heads))),
        rx.el.tbody(rx.foreach(tasks, _row)),
        class_name="sm-table sm-table-pinned sm-job-table sm-node-table",
        data_testid="nodes-table",
    )
    return rx.cond(
        tasks.length() > 0,
        table_frame(table, label="Nodes", rows=tasks, what="node"),
        rx.el.div(empty, class_name="sm-panel"),
    )


def _side(word: str) -> str:
    return "sm-right" if word == "Duration" else ""


def _row(task: Shown) -> rx.Component:
    return rx.el.tr(
        rx.el.th(
            rx.el.a(task.name, href=task.machine_href, class_name="sm-link", title="Show this machine and its history"),
            scope="row",
        ),
        rx.el.td(state_badge(task.state), data_cell="state"),
        rx.el.td(task.gpus, data_cell="nodes"),
        rx.el.td(relative_time(instant=task.registered_at, reason=""), data_cell="created"),
        rx.el.td(relative_time(instant=task.started_at, reason=NOT_BEGUN), data_wide=True),
        rx.el.td(relative_time(instant=task.ended_at, reason="The node has not ended"), data_wide=True),
        rx.el.td(
            running_time(began=task.started_at, ended=task.ended_at, reason=NOT_BEGUN),
            class_name="sm-right",
            data_wide=True,
            data_quiet=True,
        ),
        rx.el.td(
            rx.cond(task.message != "", task.message, missing("The node reports no failure")),
            class_name=WRAPPED,
            data_cell="message",
            data_wide=task.message == "",
        ),
        rx.el.td(copied_id(task.machine_uuid, "machine's UUID"), class_name="sm-mono", data_wide=True),
        key=task.machine_uuid,
        data_node=task.machine_uuid,
    )
