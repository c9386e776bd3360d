"""Exports of one job: its links and its QuickMark figures, from the results that its agents uploaded."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.benchmarks.catalogue import QUICK_MARK
from siliconmark_ui.db import Database
from siliconmark_ui.errors import NotFound
from siliconmark_ui.exports.job_columns import Row, link_rows, quickmark_rows
from siliconmark_ui.exports.names import named
from siliconmark_ui.exports.order import FileOrder, LinksOrder
from siliconmark_ui.exports.row_source import RowSource
from siliconmark_ui.exports.sending import Export, export_of
from siliconmark_ui.instants import now
from siliconmark_ui.jobs import service
from siliconmark_ui.jobs.performance import performance_nodes
from siliconmark_ui.jobs.schemas import JobDetail, ResultEntry
from siliconmark_ui.scoreboard.schemas import NodePerformance


async def export_links(db: Database, actor: Actor, job_id: int, order: LinksOrder) -> Export:
    """Return the links of a network result of the job.

    Raises NotFound for a job that does not exist or is out of the actor's scope, and for a result that it has not.
    """
    detail = await service.get_job(db, actor, job_id)
    entry = detail["benchmark_results"].get(order.result)
    if entry is None:
        raise NotFound(f"Job with id {job_id} has no result '{order.result}'")
    addresses = {task["machine_uuid"]: task["machine_ip"] for task in detail["tasks"]}

    def rows() -> Iterator[Row]:
        yield from link_rows(_document(entry).get("measurements") or [], addresses)

    return _export(detail, order, rows, order.result)


async def export_quickmark(db: Database, actor: Actor, job_id: int, order: FileOrder) -> Export:
    """Return the QuickMark figures of the job's nodes and of their GPUs; only the header when none has reported.

    Raises NotFound for a job that does not exist or is out of the actor's scope.
    """
    detail = await service.get_job(db, actor, job_id)
    scored: dict[str, NodePerformance] = {node["task_id"]: node for node in await performance_nodes(db, actor, detail)}

    def rows() -> Iterator[Row]:
        for task in detail["tasks"]:
            entry = task["benchmark_results"].get(QUICK_MARK)
            if entry is not None:
                yield from quickmark_rows(task, _document(entry), scored.get(task["id"]))

    return _export(detail, order, rows)


def _export(detail: JobDetail, order: FileOrder, rows: Callable[[], Iterator[Row]], *words: str) -> Export:
    name = named(order.table.name, (detail["name"], *words, detail["id"]), order.format, now().date())
    return export_of(order, RowSource(order, rows), name)


def _document(entry: ResultEntry) -> Mapping[str, Any]:
    document = msgspec.json.decode(entry["results"])
    return document if isinstance(document, dict) else {}
