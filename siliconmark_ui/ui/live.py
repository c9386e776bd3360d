"""Open pages that keep themselves current: what each shows, and the quiet refresh when some of it has changed.

A tab is pushed one small event without any data. Its browser answers with `LiveState.refresh`, an event like any
other: guarded by the session, with the address that the tab has now.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

import reflex as rx
from reflex.event import Event
from reflex.state import StateUpdate
from reflex_base.utils.format import format_event_handler

from siliconmark_ui.live.changes import Interest, Kind, Part
from siliconmark_ui.live.service import Push, get_live
from siliconmark_ui.ui.alert_badge import BadgeState
from siliconmark_ui.ui.failures import describe_failure
from siliconmark_ui.ui.faults import FaultState
from siliconmark_ui.ui.session import find_actor, session_key
from siliconmark_ui.ui.sharing import refreshing

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    View = TypeVar("View", bound=DataclassInstance)

JobsOf = Callable[[str, str], Iterable[str]]


@dataclasses.dataclass(frozen=True)
class LivePage:
    """A page that refreshes itself: its state, whose `_refresh` does it, and the changes that it shows.

    A page that shows none of them (`kinds` is empty) still loads anew what it could not read during an outage.
    `kinds` are those of its lists, `figures` those of its charts, `progress` those of the jobs that it says it follows;
    `jobs_of` gives the ids of the jobs that an address
    (path and query) names, where a page shows some jobs alone.
    """

    state: type[rx.State]
    kinds: frozenset[Kind]
    figures: frozenset[Kind] = frozenset()
    jobs_of: JobsOf | None = None
    progress: frozenset[Kind] = frozenset()

    @property
    def load(self) -> Any:
        """The event that fills the page."""
        return self.state.event_handlers["load"]


_pages: dict[tuple[str, ...], LivePage] = {}


def keep_current(route: str, page: LivePage) -> None:
    """Refresh the page at `route`, as Reflex spells it (`/jobs/[job_id]`), when what it shows has changed."""
    _pages[_parts(route)] = page


def job_of_path(path: str, query: str) -> list[str]:
    """Give the id at the end of a path."""
    return [path.rstrip("/").rpartition("/")[2]]


def jobs_of_query(path: str, query: str) -> list[str]:
    """Give the ids that a query names as `job`."""
    return [value for name, value in parse_qsl(query) if name == "job"]


def new_address(source: str, revision: int) -> str:
    """Give the address of figures in a form that charts have not asked for yet; revision 0 leaves it as it is.

    The number stands behind `#`, which is never sent.
    """
    return f"{source}#{revision}" if source and revision else source


def renewed(view: "View", revision: int) -> "View":
    """Give a view whose charts ask for their figures again: those at the addresses in its fields named `…source`."""
    names = [field.name for field in dataclasses.fields(view) if field.name.endswith("source")]
    return dataclasses.replace(view, **{name: new_address(getattr(view, name), revision) for name in names})


@contextmanager
def only_what_differs(state: rx.State) -> Iterator[None]:
    """Leave out of what the browser is sent the values that were set in the block to what they were."""
    dirty = set(state.dirty_vars)
    before = {name: state.__dict__.get(name) for name in state.base_vars}
    yield
    for name in state.dirty_vars - dirty:
        # The same object may have been changed inside.
        after = state.__dict__.get(name)
        if name in before and after is not before[name] and after == before[name]:
            state.dirty_vars.discard(name)


class LiveState(rx.State):
    """What an open tab hears of changes; `is_cut` says that it hears of none for a while."""

    is_cut: bool = False

    @rx.event
    async def attend(self) -> None:
        """Hear of what the page of this address shows, from before the page reads it: so nothing falls between.

        What failed before the address changed is over.
        """
        faults = await self.get_state(FaultState)
        if faults.request_id:
            faults.request_id = ""
        if live := get_live():
            interest = _interest(self.router.url.path, self.router.url.query)
            live.watch(self.router.session.client_token, session_key(self), interest)
            self.is_cut = live.is_cut

    @rx.event
    async def refresh(self) -> Any:
        """Show anew what is stale. A tab that nobody told does nothing, nor does one whose session has ended."""
        live = get_live()
        stale = live.take(self.router.session.client_token) if live else frozenset[Part]()
        if live is None or not stale:
            return None
        self.is_cut = live.is_cut
        try:
            with refreshing(self.router.session.client_token):
                return await self._show_anew(stale)
        except Exception as error:
            # What is on the page stays; it is out of date, not wrong.
            describe_failure(error, "An open page could not be refreshed")
            return None

    async def _show_anew(self, stale: frozenset[Part]) -> Any:
        """Give the event that does what is left of it, None when all is done."""
        rest = None
        page = _page_at(self.router.url.path)
        if page and "link" in stale and not self.is_cut:
            # What was opened while nothing could be read lacks all of it.
            opened: Any = await self.get_state(page.state)
            if opened.phase == "failed":
                return [page.load, BadgeState.load]
        actor = await find_actor(self) if stale - {"link"} else None
        if actor is None:
            return None
        if page and stale & {"page", "figures"}:
            state: Any = await self.get_state(page.state)
            with only_what_differs(state):
                rest = await state._refresh(actor, has_new_figures="figures" in stale)
        if "badge" in stale:
            badge = await self.get_state(BadgeState)
            with only_what_differs(badge):
                await badge._count(actor)
        return rest


def follow_tabs(app: rx.App) -> Push:
    """Give what tells an open tab of `app` to refresh itself, and forget tabs as their connections end."""
    namespace = app.event_namespace
    if namespace is None:
        raise RuntimeError("pages without state have no tabs")
    word = StateUpdate(events=[Event(name=format_event_handler(LiveState.event_handlers["refresh"]))])
    disconnect = namespace.on_disconnect

    def leave(sid: str, *reason: str) -> Any:
        token, live = namespace.sid_to_token.get(sid), get_live()
        if live and token and namespace.token_to_sid.get(token) == sid:
            live.leave(token)
        return disconnect(sid)

    async def push(token: str) -> None:
        await namespace.emit_update(word, token)

    namespace.on_disconnect = leave  # type: ignore[method-assign]
    return push


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part)


def _page_at(path: str) -> LivePage | None:
    parts = _parts(path)
    if parts in _pages:
        return _pages[parts]
    return next((page for route, page in _pages.items() if _is_at(route, parts)), None)


def _is_at(route: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    pairs = zip(route, parts, strict=False)
    return len(route) == len(parts) and all(asked.startswith("[") or asked == part for asked, part in pairs)


def _interest(path: str, query: str) -> Interest:
    page = _page_at(path)
    if page is None:
        return Interest()
    job_ids = page.jobs_of(path, query) if page.jobs_of else None
    known = None if job_ids is None else frozenset(int(part) for part in job_ids if part.isascii() and part.isdigit())
    return Interest(page.kinds, page.figures, known, page.progress)
