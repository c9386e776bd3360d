"""What a job's page shows on request and never keeps: the agent's commands and the API's JSON, by session cookie.

Page state is sent to browsers and kept by the server, so that the token of a job has no place in it; these answers are
asked for when somebody wants to see them, and kept by nobody.
"""

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse

from siliconmark_ui.api.address import public_address
from siliconmark_ui.api.answers import Json
from siliconmark_ui.api.requests import NO_QUERY, BrowserActor, Db, whole_number
from siliconmark_ui.api.schema import PREFIX
from siliconmark_ui.errors import JobStateConflict
from siliconmark_ui.instants import now, parse_instant
from siliconmark_ui.jobs import service

router = APIRouter(prefix="/auth/jobs", include_in_schema=False, dependencies=NO_QUERY)
OPEN_STATES = frozenset({"created", "starting", "running"})
HIDDEN_TOKEN = "hidden on this page"  # noqa: S105 - the words that stand for a token.
_COMMANDS = """\
export API='{api}'
export JOB_TOKEN='{token}'

# What the job asks for
curl -fsS "$API/jobs/current" -H "Authorization: Bearer $JOB_TOKEN"

# Register this machine; the answer names its task
MACHINE=$(sed -E 's/(.{{8}})(.{{4}})(.{{4}})(.{{4}})(.{{12}})/\\1-\\2-\\3-\\4-\\5/' /etc/machine-id)
GPUS=$(nvidia-smi --query-gpu=name --format=csv,noheader)
curl -fsS "$API/tasks" -H "Authorization: Bearer $JOB_TOKEN" -H 'Content-Type: application/json' \\
  -d "{{\\"machine_uuid\\": \\"$MACHINE\\", \\"gpu_count\\": $(echo "$GPUS" | wc -l), \
\\"gpu_model\\": \\"$(echo "$GPUS" | head -n 1)\\"}}"
"""


def agent_commands(address: str, token: str) -> str:
    """Return the shell lines that make a machine a node of the job with that token; `address` is the server's."""
    return _COMMANDS.format(api=f"{address}{PREFIX}", token=token)


@router.get("/{job_id}/agent", response_model=None)
async def read_agent_commands(request: Request, job_id: str, actor: BrowserActor, db: Db) -> PlainTextResponse:
    """Give the lines that start an agent; raises NotFound, or JobStateConflict when the job takes no agent any more."""
    job = await service.get_job(db, actor, whole_number(job_id, "job_id"))
    expires_at = parse_instant(job["expires_at"], "expires_at")
    if job["state"] not in OPEN_STATES or expires_at <= now():
        raise JobStateConflict("The job takes no agents any more: duplicate it to measure again")
    return PlainTextResponse(agent_commands(public_address(request), job["token"]))


@router.get("/{job_id}/raw", response_model=None)
async def read_raw_job(request: Request, job_id: str, actor: BrowserActor, db: Db) -> Json:
    """Give what the API answers for the job; words stand for its token, which agents authenticate with."""
    job = await service.get_job(db, actor, whole_number(job_id, "job_id"), address=public_address(request))
    return Json({**job, "token": HIDDEN_TOKEN})
