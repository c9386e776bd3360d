"""The agents' routes: a job token opens those of its own job."""

import asyncio
from typing import Annotated, Any, Literal, NotRequired

from fastapi import APIRouter, Request
from pydantic import ConfigDict, Field, WithJsonSchema
from typing_extensions import TypedDict

from siliconmark_ui.agents import service
from siliconmark_ui.agents.bodies import (
    LONGEST_MESSAGE,
    LONGEST_MODEL,
    MOST_GPUS,
    Upload,
    read_node,
    read_progress,
    read_upload,
)
from siliconmark_ui.api.address import public_address
from siliconmark_ui.api.answers import Json
from siliconmark_ui.api.requests import (
    NO_QUERY,
    AgentToken,
    Db,
    SettingsOf,
    body_of,
    json_object,
    whole_number,
)
from siliconmark_ui.api.schema import answers, body
from siliconmark_ui.config import Settings
from siliconmark_ui.jobs.schemas import ResultEntry, TaskRow
from siliconmark_ui.reports import service as reports
from siliconmark_ui.words import TEXT_PATTERN

router = APIRouter(tags=["Agents"])


_UUID = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_ADDRESS = {"anyOf": [{"type": "string", "format": "ipv4"}, {"type": "string", "format": "ipv6"}, {"type": "null"}]}
Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
Message = Annotated[str, Field(max_length=LONGEST_MESSAGE, pattern=TEXT_PATTERN)]


class NodeBody(TypedDict):
    """A machine that registers for a job."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    machine_uuid: Annotated[str, Field(pattern=_UUID)]
    machine_ip: NotRequired[Annotated[str | None, WithJsonSchema(_ADDRESS)]]
    gpu_model: NotRequired[Annotated[str, Field(max_length=LONGEST_MODEL, pattern=TEXT_PATTERN)] | None]
    gpu_count: Annotated[int, Field(ge=1, le=MOST_GPUS)]
    inventory: NotRequired[dict[str, Any] | None]


class ProgressBody(TypedDict):
    """What a task says of itself."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    state: Literal["running", "completed", "failed"]
    failed_message: NotRequired[Message | None]


class ResultBody(TypedDict):
    """One benchmark's result."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    started_at: Moment
    ended_at: Moment
    config: NotRequired[dict[str, Any] | None]
    state: Literal["completed", "failed"]
    error_message: NotRequired[Message | None]
    results: dict[str, Any] | None


class ReportLink(TypedDict):
    """Where the report of a job opens; null for an anonymous job, which has none."""

    pdf_report_url: str | None


@router.get(
    "/jobs/current",
    response_model=None,
    dependencies=NO_QUERY,
    responses={200: {"model": service.CurrentJob}, **answers(400, 401)},
)
async def current_job(token: AgentToken, db: Db) -> Json:
    """Return the job that the token belongs to."""
    return Json(await service.current_job(db, token))


@router.post(
    "/tasks",
    status_code=201,
    response_model=None,
    dependencies=NO_QUERY,
    responses={201: {"model": TaskRow}, 200: {"model": TaskRow}, **answers(400, 401, 409, 413, 415)},
    openapi_extra=body(NodeBody),
)
async def register_node(request: Request, token: AgentToken, db: Db, settings: SettingsOf) -> Json:
    """Register a node; the same machine again gets the task that it has."""
    await service.check_token(db, token)
    node = read_node(await json_object(request, settings.max_body_bytes))
    task, is_new = await service.register_node(db, token, node)
    return Json(task, status_code=201 if is_new else 200)


@router.patch(
    "/tasks/{task_id}",
    response_model=None,
    dependencies=NO_QUERY,
    responses={200: {"model": TaskRow}, **answers(400, 401, 404, 409, 413, 415)},
    openapi_extra=body(ProgressBody),
)
async def report_task(request: Request, task_id: str, token: AgentToken, db: Db, settings: SettingsOf) -> Json:
    """Move a task on; the job ends with its last task."""
    await service.check_token(db, token)
    number = whole_number(task_id, "task_id")
    progress = read_progress(await json_object(request, settings.max_body_bytes))
    return Json(await service.report_task(db, token, number, progress))


@router.put(
    "/tasks/{task_id}/results/{benchmark_id}",
    response_model=None,
    dependencies=NO_QUERY,
    responses={200: {"model": ResultEntry}, **answers(400, 401, 404, 409, 413, 415)},
    openapi_extra=body(ResultBody),
)
async def store_task_result(
    request: Request, task_id: str, benchmark_id: str, token: AgentToken, db: Db, settings: SettingsOf
) -> Json:
    """Store a node's result, in place of an earlier one."""
    number = whole_number(task_id, "task_id")
    await service.check_token(db, token, task_id=number, key=benchmark_id)
    upload = await _upload(request, benchmark_id, settings)
    return Json(await service.store_task_result(db, token, number, benchmark_id, upload))


@router.put(
    "/jobs/current/results/{benchmark_id}",
    response_model=None,
    dependencies=NO_QUERY,
    responses={200: {"model": ResultEntry}, **answers(400, 401, 404, 409, 413, 415)},
    openapi_extra=body(ResultBody),
)
async def store_cluster_result(
    request: Request, benchmark_id: str, token: AgentToken, db: Db, settings: SettingsOf
) -> Json:
    """Store a cluster-level result, in place of an earlier one."""
    await service.check_token(db, token, key=benchmark_id)
    upload = await _upload(request, benchmark_id, settings)
    return Json(await service.store_cluster_result(db, token, benchmark_id, upload))


async def _upload(request: Request, key: str, settings: Settings) -> Upload:
    body = await body_of(request, settings.max_result_bytes)
    # A result of 65,280 links takes a tenth of a second to check; other requests go on meanwhile.
    return await asyncio.to_thread(read_upload, body, key)


@router.post(
    "/jobs/{job_id}/generate-report",
    response_model=None,
    dependencies=NO_QUERY,
    responses={200: {"model": ReportLink}, **answers(400, 401, 403, 404)},
)
async def generate_report(request: Request, job_id: str, token: AgentToken, db: Db) -> Json:
    """Make a job's report and return its link; with the job's own token, or that of a person who sees the job."""
    number = whole_number(job_id, "job_id")
    await service.may_report(db, token, number)
    return Json({"pdf_report_url": await reports.generate_report(db, number, public_address(request))})
