"""From a row of the database to the specification's shapes; pure."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS, benchmark_of_key
from siliconmark_ui.identifiers import instant_of
from siliconmark_ui.jobs.schemas import JobDetail, JobHead, JobRow, Pagination, ResultEntry, TaskRow

LIFE = timedelta(hours=24)
JobToken = Callable[[int, datetime], str]
Row = dict[str, Any]


def expiry_of(job_id: int) -> datetime:
    """Return when a job expires: 24 hours after the creation that its id tells."""
    return instant_of(job_id) + LIFE


@lru_cache(maxsize=65_536)
def _token_of(token: JobToken, job_id: int) -> str:
    # A job shows the same token for as long as its key is in use, and most rows are shown again and again.
    return token(job_id, expiry_of(job_id))


def job_head(row: Row, token: JobToken) -> JobHead:
    """Return the fields that rows and details share."""
    return {
        "id": str(row["id"]),
        "name": row["name"],
        "token": _token_of(token, row["id"]),
        "description": row["description"],
        "state": row["state"],
        "node_count": row["node_count"],
        "current_nodes": row["current_nodes"],
        "benchmark_sequence": row["benchmark_sequence"],
        "tags": row["tags"],
        "created_at": row["created_at"],
        "started_at": row["started_at"],
        "expires_at": row["expires_at"],
        "ended_at": row["ended_at"],
    }


def job_row(row: Row, token: JobToken) -> JobRow:
    """Return one list row; expansions that were not read are null."""
    return {
        **job_head(row, token),
        "gpu_models": row.get("gpu_models"),
        "quickmark_aggregate_results": row.get("quickmark_aggregate_results"),
        "performance": row.get("performance"),
        "performance_nodes": row.get("performance_nodes"),
        "benchmarks": row["benchmarks"],
    }


def pagination(total: int, page: int, per_page: int) -> Pagination:
    """Return where `page` stands among `total` rows."""
    pages = -(-total // per_page)
    return {
        "total": total,
        "page": page,
        "per_page": per_page,
        "total_pages": pages,
        "has_next": page < pages,
        "has_prev": page > 1 and total > 0,
    }


def result_entry(row: Row) -> ResultEntry:
    """Return one result as it leaves; its document stays the text that was uploaded."""
    benchmark_id = benchmark_of_key(row["key"])
    benchmark = BENCHMARKS.get(benchmark_id)
    return {
        "benchmark_id": benchmark_id,
        "benchmark_name": benchmark.name if benchmark else benchmark_id,
        "started_at": row["started_at"],
        "ended_at": row["ended_at"],
        "config": row["config"],
        "results": row["document"],
        "state": row["state"],
        "error_message": row["error_message"],
    }


def task_row(row: Row, results: Iterable[Row], report_url: str | None = None) -> TaskRow:
    """Return a task with its own results by key, and the link of its job's report."""
    return {
        "id": str(row["id"]),
        "job_id": str(row["job_id"]),
        "machine_uuid": row["machine_uuid"],
        "machine_ip": row["machine_ip"],
        "state": row["state"],
        "failed_message": row["failed_message"],
        "created_at": row["created_at"],
        "started_at": row["started_at"],
        "ended_at": row["ended_at"],
        "gpu_model": row["gpu_model"],
        "gpu_count": row["gpu_count"],
        "pdf_report_url": report_url,
        "benchmark_results": {result["key"]: result_entry(result) for result in results},
    }


def detail(row: Row, tasks: list[Row], results: list[Row], token: JobToken, report_url: str | None) -> JobDetail:
    """Return everything about a job; results without a task are the cluster's, `report_url` opens its report."""
    of_task: dict[int | None, list[Row]] = {}
    for result in results:
        of_task.setdefault(result["task_id"], []).append(result)
    return {
        **job_head(row, token),
        "benchmarks": row["benchmarks"],
        "tasks": [task_row(task, of_task.get(task["id"], ()), report_url) for task in tasks],
        "benchmark_results": {result["key"]: result_entry(result) for result in of_task.get(None, ())},
        "pdf_report_url": report_url,
        "scoreboard_summary": row["performance"],
    }
