"""Filling a database with demonstration data: people are added, jobs are lived through, all by the services.

Every job goes through what a real one goes through, with the clock set to the moment of each step, so that whatever the
services keep true is true of the demonstration as well.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

import numpy as np

from siliconmark_ui.accounts import repository as people
from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.accounts.service import DEMO_PASSWORD, add_user, list_people
from siliconmark_ui.accounts.tokens import TokenSigner, use_signer
from siliconmark_ui.agents import service as agents
from siliconmark_ui.agents.bodies import read_node, read_progress, read_upload
from siliconmark_ui.agents.sweep import sweep
from siliconmark_ui.config import Settings
from siliconmark_ui.db import Database
from siliconmark_ui.demo.machines import build_fleet
from siliconmark_ui.demo.plan import JobPlan, plan_jobs
from siliconmark_ui.demo.script import Registers, Reports, Step, script_of
from siliconmark_ui.demo.wording import CUSTOMERS, PEOPLE
from siliconmark_ui.errors import AlreadyExists
from siliconmark_ui.instants import at, now
from siliconmark_ui.jobs.schemas import CreatedJob
from siliconmark_ui.jobs.service import create_job, delete_job, read_new_job
from siliconmark_ui.words import NAME_MAX

SEED = 2026
JOBS = 400
# How often the progress is told.
PARTS = 8

Say = Callable[[str], None]
# Flushed, so that progress is seen while it is made, also by a program that reads it.
_print: Say = partial(print, flush=True)
Answer = TypeVar("Answer")


def fill_empty_database(settings: Settings, say: Say = _print) -> bool:
    """Put the demonstration into a database without any person and job; return whether it was one.

    `settings` name the database and the key. Runs an event loop of its own, so it is called outside of any.
    """
    return run_on(settings, lambda db: fill_if_empty(db, say))


def run_on(settings: Settings, work: Callable[[Database], Awaitable[Answer]]) -> Answer:
    """Run `work` on the database that the settings name, signing with their key; return what it returns."""

    async def main() -> Answer:
        db = Database(settings.database_url, pool_size=2)
        try:
            await db.open()
            return await work(db)
        finally:
            await db.close()

    use_signer(TokenSigner(settings.secret_key))
    return asyncio.run(main())


async def fill_if_empty(db: Database, say: Say) -> bool:
    """Fill a database that nobody has used; return whether it was one."""
    async with db.session_scope() as session:
        if not await people.database_is_empty(session):
            return False
    await fill(db, SEED, JOBS, now(), say)
    return True


async def fill(db: Database, seed: int, count: int, today: datetime, say: Say) -> None:
    """Add the people who are missing and `count` jobs of the 90 days before `today`, told by `seed`.

    An empty database ends up with the same jobs, figures and states for the same arguments.
    """
    say(f"Adding demonstration data: {count:,} jobs")
    actors = await _actors(db)
    fleet = build_fleet(np.random.default_rng([seed, 0]))
    plans = plan_jobs(fleet, seed, count, today)
    for done, plan in enumerate(plans, start=1):
        await _live(db, plan, script_of(plan, seed), actors)
        if done % max(count // PARTS, 1) == 0 or done == count:
            say(f"  {done:,} of {count:,} jobs")
    with at(today):
        await sweep(db)


async def _actors(db: Database) -> dict[str, Actor]:
    """Return the demonstration's people by e-mail, adding those who are missing."""
    for person in PEOPLE:
        try:
            customer = CUSTOMERS[person.customer]
            await add_user(db, person.email, DEMO_PASSWORD, person.role, customer, name=person.name, is_demo=True)
        except AlreadyExists:
            continue
    emails = {person.email for person in PEOPLE}
    ids = [person.id for person in await list_people(db) if person.email in emails]
    async with db.reader() as reader:
        found = [await people.actor_by_id(reader, user_id) for user_id in ids]
    return {actor.email: actor for actor in found if actor}


async def _live(db: Database, plan: JobPlan, steps: list[Step], actors: dict[str, Actor]) -> None:
    actor = actors.get(plan.request.owner) if plan.request.owner else None
    job = await _create(db, actor, plan)
    tasks: dict[str, int] = {}
    for step in steps:
        with at(step.moment):
            await _take(db, job["token"], tasks, step)
    if plan.fate == "deleted" and actor:
        await delete_job(db, actor, int(job["id"]))


async def _create(db: Database, actor: Actor | None, plan: JobPlan) -> CreatedJob:
    """Create a job under its name, or with a number behind it where an earlier filling took the name."""
    new = read_new_job(plan.request.body)
    name, number = plan.request.name, 1
    while True:
        try:
            return await create_job(db, actor, new, at=plan.created_at)
        except AlreadyExists:
            number += 1
            new["name"] = f"{name[: NAME_MAX - 8]} v{number}"


async def _take(db: Database, token: str, tasks: dict[str, int], step: Step) -> None:
    if isinstance(step, Registers):
        task, _ = await agents.register_node(db, token, read_node(step.body))
        tasks[step.machine.uuid] = int(task["id"])
    elif isinstance(step, Reports):
        await agents.report_task(db, token, tasks[step.machine.uuid], read_progress(step.body))
    elif step.machine is None:
        await agents.store_cluster_result(db, token, step.key, read_upload(step.body, step.key))
    else:
        task_id = tasks[step.machine.uuid]
        await agents.store_task_result(db, token, task_id, step.key, read_upload(step.body, step.key))
