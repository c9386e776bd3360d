"""The rows that somebody waits for, found in whichever way is quicker: nobody can tell beforehand which that is.

Read in the order of an index, the first rows are there after two milliseconds when many jobs match, and after seconds
when those that match stand at the end. Reading every job that matches takes a tenth of a second over a million jobs,
wherever they stand. So the first way is tried, and when it has not ended soon, the second one beside it.
"""

import asyncio
from collections.abc import Awaitable, Callable

from siliconmark_ui.accounts.roles import Scope
from siliconmark_ui.db import Database, Reader
from siliconmark_ui.jobs import repository
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.repository import Asked, Found

PATIENCE = 0.02
"""Seconds after which the second way is tried too."""


async def first_rows(db: Database, scope: Scope, query: JobQuery) -> Found:
    """Return the rows of one page as soon as they are found, with the exact total where that costs no more."""
    async with db.reader() as reader:
        if await repository.is_soon_counted(reader, scope, query):
            return Found(*await repository.page(reader, scope, query))
        asked = await repository.looked_up(reader, scope, query)
    return await _sooner(db, asked)


async def _sooner(db: Database, asked: Asked) -> Found:
    first = asyncio.create_task(_read(db, asked, repository.rows_in_order))
    tasks = {first}
    try:
        done, _ = await asyncio.wait(tasks, timeout=PATIENCE)
        if not done:
            tasks.add(asyncio.create_task(_read(db, asked, repository.rows_read_once)))
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return (first if first in done else done.pop()).result()
    finally:
        for task in tasks:
            task.cancel()
        # What is given up is taken back from the database, whose processor time it would take.
        await asyncio.gather(*tasks, return_exceptions=True)


async def _read(db: Database, asked: Asked, read: Callable[[Reader, Asked], Awaitable[Found]]) -> Found:
    async with db.reader() as reader:
        return await read(reader, asked)
