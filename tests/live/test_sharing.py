"""What many tabs read after the same change is read once, and never older than the change."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from siliconmark_ui.db import Database
from siliconmark_ui.live.changes import ANYTHING
from siliconmark_ui.live.service import LiveUpdates
from tests.live.tabs import LIST, session_of, until

UNREAD = -1


class Readers:
    """Tabs that read one thing together; `versions` are what they were given, by tab, and `reads` how often it was."""

    def __init__(self, db: Database) -> None:
        self.live = LiveUpdates(db, self.push)
        self.version = 0
        self.reads = 0
        self.versions: dict[str, list[int]] = {}
        self.gate = asyncio.Event()
        self.gate.set()

    async def read(self) -> int:
        """Read what there is at the beginning, and take a while."""
        self.reads += 1
        version = self.version
        await self.gate.wait()
        return version

    async def push(self, token: str) -> None:
        """Play the browser: take what is stale and read."""
        self.live.take(token)
        task = asyncio.create_task(self.show(token))
        task.add_done_callback(lambda done: done.exception() if not done.cancelled() else None)

    async def show(self, token: str) -> None:
        """Read for a tab, and note the answer where it was asked for.

        A browser's refreshes come one after the other. These do not, and who asks for a reading that is over is given
        it before those who waited for the one before are awake.
        """
        seen = self.versions.setdefault(token, [])
        place = len(seen)
        seen.append(UNREAD)
        seen[place] = await self.live.share(token, "list", self.read)

    def have_all_read(self) -> bool:
        """Say whether each of the twenty tabs has every answer that it asked for."""
        return len(self.versions) == 20 and not any(UNREAD in seen for seen in self.versions.values())

    def change(self) -> None:
        """Let there be something new, and be heard."""
        self.version += 1
        self.live.hear(ANYTHING)


@pytest.fixture
async def readers(quiet_db: Database) -> AsyncIterator[Readers]:
    """Twenty tabs of one person."""
    _, key = await session_of(quiet_db, "ann@acme.example")
    made = Readers(quiet_db)
    for number in range(20):
        made.live.watch(f"tab {number}", key, LIST)
    yield made
    await made.live.close()


async def test_tabs_that_show_the_same_read_it_once_after_each_change(readers: Readers) -> None:
    for version in (1, 2):
        readers.change()
        await until(lambda version=version: sum(version in seen for seen in readers.versions.values()) == 20)  # type: ignore[misc]
        assert readers.reads == version


async def test_reading_that_began_before_a_change_is_not_given_to_who_was_told_of_it(readers: Readers) -> None:
    readers.gate.clear()
    readers.change()
    await until(lambda: readers.reads == 1)
    readers.change()
    await until(lambda: readers.reads == 2)
    readers.gate.set()
    await until(lambda: readers.have_all_read() and all(seen[-1] == 2 for seen in readers.versions.values()))


async def test_failed_reading_is_begun_anew_for_the_next(readers: Readers) -> None:
    async def fail() -> int:
        raise ConnectionError("gone")

    readers.change()
    await until(readers.have_all_read)
    with pytest.raises(ConnectionError):
        await readers.live.share("tab 1", "other", fail)
    assert await readers.live.share("tab 1", "other", readers.read) == 1


async def test_reading_goes_on_for_the_others_when_who_asked_first_leaves(readers: Readers) -> None:
    readers.change()
    await until(readers.have_all_read)
    readers.gate.clear()
    first = asyncio.create_task(readers.live.share("tab 1", "other", readers.read))
    second = asyncio.create_task(readers.live.share("tab 2", "other", readers.read))
    await asyncio.sleep(0)
    first.cancel()
    readers.gate.set()
    assert await second == 1
    assert readers.reads == 2


async def test_tab_that_was_told_nothing_shares_nothing(readers: Readers) -> None:
    assert await readers.live.share("tab 1", "list", readers.read) == 0
    assert await readers.live.share("tab 2", "list", readers.read) == 0
    assert readers.reads == 2
