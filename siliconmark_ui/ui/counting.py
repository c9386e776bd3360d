"""Counts of lists on their way: at most one for each list of a tab, stopped when the tab asks for something else."""

import asyncio
from collections.abc import Coroutine
from typing import Any

Place = tuple[str, str]
"""The tab's token and the name of its list."""

_on_their_way: dict[Place, "asyncio.Task[int]"] = {}


async def counted(place: Place, count: Coroutine[Any, Any, int]) -> int | None:
    """Give what `count` gives, None when it was stopped; the count that was on its way there is."""
    stop_counting(place)
    task = asyncio.create_task(count)
    _on_their_way[place] = task
    try:
        await asyncio.wait((task,))
    finally:
        task.cancel()
        if _on_their_way.get(place) is task:
            del _on_their_way[place]
    return None if task.cancelled() else task.result()


def stop_counting(place: Place) -> None:
    """Stop the count that is on its way, with its query: what it would say belongs to rows that are left."""
    task = _on_their_way.pop(place, None)
    if task:
        task.cancel()
