"""Reading the jobs of a comparison: what cannot be shown is said, and the rest is kept."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.comparisons.reading import ComparedJob, read_job
from siliconmark_ui.db import Database
from siliconmark_ui.errors import AppError, NotFound
from siliconmark_ui.identifiers import LARGEST_ID
from siliconmark_ui.jobs import service as jobs

MOST_JOBS = 8
FEWEST_JOBS = 2
LONGEST_SHOWN = 40


@dataclass(frozen=True)
class Refusal:
    """One asked id that has no column, and the sentence that says why."""

    job_id: str
    message: str


@dataclass(frozen=True)
class Comparison:
    """The jobs in the order asked for, and what was refused."""

    jobs: list[ComparedJob]
    refused: list[Refusal]


async def compare_jobs(db: Database, actor: Actor, job_ids: Sequence[str]) -> Comparison:
    """Read up to eight jobs that the actor sees; an id asked for twice counts once.

    An id that is none, or whose job does not exist or is out of scope, is refused and the others are kept.
    """
    asked = list(dict.fromkeys(job_ids))
    found: list[ComparedJob] = []
    refused: list[Refusal] = []
    for job_id in asked:
        if len(found) == MOST_JOBS:
            refused.append(
                Refusal(job_id, f"At most {MOST_JOBS} jobs are compared; {job_id[:LONGEST_SHOWN]} is left out")
            )
            continue
        try:
            found.append(await _read(db, actor, job_id))
        except AppError as error:
            refused.append(Refusal(job_id, error.message))
    return Comparison(found, refused)


async def _read(db: Database, actor: Actor, job_id: str) -> ComparedJob:
    if not (job_id.isascii() and job_id.isdecimal() and len(job_id) <= len(str(LARGEST_ID))):
        raise NotFound(f"Job with id {job_id[:LONGEST_SHOWN]} not found")
    detail = await jobs.get_job(db, actor, int(job_id))
    # 65,280 links take a part of a second; meanwhile other pages are answered.
    return await asyncio.to_thread(read_job, detail)
