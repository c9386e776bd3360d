"""The specification's routes: create, list, count, read and delete jobs."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.convertors import StringConvertor, register_url_convertor

from siliconmark_ui.accounts.tokens import get_signer
from siliconmark_ui.api.address import public_address
from siliconmark_ui.api.answers import Json
from siliconmark_ui.api.direct import Endpoint
from siliconmark_ui.api.job_bodies import DeletionBody, NewJobBody
from siliconmark_ui.api.requests import (
    NO_QUERY,
    Db,
    Person,
    SettingsOf,
    bearer,
    caller_address,
    calling_person,
    database_of,
    json_object,
    no_body,
    query_pairs,
    whole_number,
)
from siliconmark_ui.api.schema import PREFIX, answers, body, query_parameters
from siliconmark_ui.benchmarks.catalogue import QUICK_MARK
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.jobs import service
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.parameters import LIST_PARAMETERS, STATS_PARAMETERS, read_boolean
from siliconmark_ui.jobs.schemas import CreatedJob, Deletion, JobDetail, JobPage, JobStats, NamedResult, TagList


class _JobPlace(StringConvertor):
    """The part of a path that names a job: any word but those that are addresses of their own under `/jobs`."""

    regex = "(?!(?:anonymous|delete)$)[^/]+"


register_url_convertor("job", _JobPlace())
router = APIRouter(tags=["Jobs"])
# Apart from the others, because an id in a path would also match their words.
one_job = APIRouter(tags=["Jobs"])
_DISPLAY = "include_display_names"


@router.post(
    "/jobs",
    status_code=201,
    response_model=None,
    dependencies=NO_QUERY,
    responses={201: {"model": CreatedJob}, **answers(400, 401, 403, 409, 413, 415)},
    openapi_extra=body(NewJobBody),
)
async def create_job(request: Request, actor: Person, db: Db, settings: SettingsOf) -> Json:
    """Create a benchmarking job; `quick_mark` is always part of it."""
    new = service.read_new_job(await json_object(request, settings.max_body_bytes))
    return Json(await service.create_job(db, actor, new), status_code=201)


@router.post(
    "/jobs/anonymous",
    status_code=201,
    response_model=None,
    dependencies=NO_QUERY,
    responses={201: {"model": CreatedJob}, **answers(400, 413, 415, 429)},
)
async def create_anonymous_job(request: Request, db: Db, settings: SettingsOf) -> Json:
    """Create a one-node `quick_mark` job that belongs to nobody; at most 10 a minute from one address."""
    await no_body(request, settings.max_body_bytes)
    return Json(await service.create_anonymous_job(db, caller_address(request)), status_code=201)


@router.get(
    "/jobs",
    response_model=None,
    responses={200: {"model": JobPage}, **answers(400, 401)},
    openapi_extra=query_parameters(LIST_PARAMETERS),
)
async def list_jobs(request: Request) -> Json:
    """List jobs with filters, order and paging."""
    db, token = await database_of(request), bearer(request)
    try:
        query = JobQuery.from_query(query_pairs(request, LIST_PARAMETERS))
    except InvalidInput:
        # Who may not ask is told so before anything is said about the question.
        await calling_person(request, db)
        raise
    return Json(await service.list_jobs_for_token(db, get_signer(), token, query))


# Asked for most of all, these read from the request what they need, and are called without a search for their route.
DIRECT: Mapping[tuple[str, str], Endpoint] = {("GET", f"{PREFIX}/jobs"): list_jobs}


@router.get(
    "/jobs/tags", response_model=None, dependencies=NO_QUERY, responses={200: {"model": TagList}, **answers(400, 401)}
)
async def list_tags(actor: Person, db: Db) -> Json:
    """List the tags in use within the caller's scope, sorted."""
    return Json({"tags": await service.list_tags(db, actor)})


@router.get(
    "/jobs/stats",
    response_model=None,
    responses={200: {"model": JobStats}, **answers(400, 401)},
    openapi_extra=query_parameters(
        STATS_PARAMETERS, {"benchmark_id": [QUICK_MARK]}, state="completed", benchmark_id=QUICK_MARK
    ),
)
async def job_stats(request: Request, actor: Person, db: Db) -> Json:
    """Count the alerts: jobs whose performance status is `underperforming`."""
    pairs = query_pairs(request, STATS_PARAMETERS)
    query = JobQuery.from_query(pairs, allowed=STATS_PARAMETERS, state=("completed",))
    return Json({"alert_job_count": await service.count_alerts(db, actor, query)})


@router.delete(
    "/jobs/delete",
    response_model=None,
    dependencies=NO_QUERY,
    responses={200: {"model": Deletion}, **answers(400, 401, 403, 404, 413, 415)},
    openapi_extra=body(DeletionBody),
)
async def delete_job(request: Request, actor: Person, db: Db, settings: SettingsOf) -> Json:
    """Soft-delete a job of the caller's customer and all its tasks."""
    job_id = service.read_deletion(await json_object(request, settings.max_body_bytes))
    return Json(await service.delete_job(db, actor, job_id))


@one_job.get(
    "/jobs/{job_id:job}",
    response_model=None,
    dependencies=NO_QUERY,
    responses={200: {"model": JobDetail}, **answers(400, 401, 404)},
)
async def get_job(request: Request, job_id: str, actor: Person, db: Db) -> Json:
    """Return everything about one job: its tasks and all results."""
    number = whole_number(job_id, "job_id")
    return Json(await service.get_job(db, actor, number, address=public_address(request)))


@one_job.get(
    "/jobs/{job_id}/results",
    response_model=None,
    responses={200: {"model": dict[str, NamedResult]}, **answers(400, 401, 404)},
    openapi_extra={
        "parameters": [
            {"name": _DISPLAY, "in": "query", "required": False, "schema": {"type": "boolean", "default": False}}
        ]
    },
)
async def get_results(request: Request, job_id: str, actor: Person, db: Db) -> Json:
    """Return the cluster-level results of a job by result key."""
    pairs = query_pairs(request, (_DISPLAY,))
    if len(pairs) > 1:
        raise InvalidInput(f"{_DISPLAY} must be given once")
    named = any(read_boolean(text, name) for name, text in pairs)
    number = whole_number(job_id, "job_id")
    return Json(await service.get_results(db, actor, number, include_display_names=named))
