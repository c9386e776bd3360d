"""What a list does with saved views: offers them, opens with the default one, and keeps the view that it shows."""

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import reflex as rx

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.db import Database, get_database
from siliconmark_ui.errors import AppError
from siliconmark_ui.saved_views import service
from siliconmark_ui.ui.failures import describe_failure
from siliconmark_ui.ui.questions import PLAIN_PAIR
from siliconmark_ui.ui.session import find_actor, to_sign_in
from siliconmark_ui.words import straight

PLAIN = "=".join(PLAIN_PAIR)
LONGEST_ID = 19


@dataclasses.dataclass(frozen=True)
class ViewRow:
    """A saved view in the menu; `is_current` when it is what the page shows."""

    id: str = ""
    name: str = ""
    href: str = ""
    is_default: bool = False
    is_current: bool = False


class SavedViewsState(rx.State, mixin=True):
    """The saved views of a page. The page's own state says which page it is and what it shows."""

    views: list[ViewRow] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    view_name: str = ""
    view_problem: str = ""
    # Which of the menu's fields was given what is wrong, "save" or "rename"; empty for none.
    view_problem_at: str = ""
    view_said: str = ""
    renamed: str = ""
    view_round: int = 0
    has_default: bool = False
    plain_address: str = ""
    _views: list[service.View] = []  # noqa: RUF012

    # The page as saved views name it, and its path.
    _place: ClassVar[str] = ""
    _path: ClassVar[str] = ""

    @rx.event
    async def open_views(self, is_open: bool) -> None:
        """Read the views anew when their menu opens, because another tab may have changed them."""
        self.renamed = self.view_problem = self.view_said = ""
        if not is_open:
            return
        try:
            actor = await find_actor(self)
            if actor is not None:
                await self._read_views(actor)
        except Exception as error:
            # What the menu offered before is still there.
            self.view_problem, self.view_problem_at = describe_failure(error, "The views could not be read").line, ""

    @rx.event
    async def save_view(self, form: dict[str, Any]) -> Any:
        """Keep the view that the page shows under the name of the form."""
        name = str(form.get("name", ""))

        async def act(db: Database, actor: Actor) -> service.View:
            return await service.save_view(db, actor, self._place, name, self._shown_query())

        return await self._change_views(act, "Saved “{}”", field="save")

    @rx.event
    async def replace_view(self, view_id: str) -> Any:
        """Let a saved view mean what the page shows now."""

        async def act(db: Database, actor: Actor) -> service.View:
            return await service.replace_view(db, actor, _number(view_id), self._shown_query())

        return await self._change_views(act, "“{}” is now what you see")

    @rx.event
    def begin_rename(self, view_id: str) -> Any:
        """Let the name of a view be edited; empty for none."""
        self.renamed = str(view_id)
        self.view_problem = self.view_said = ""
        return rx.set_focus(f"{self._place}-view-rename") if view_id else None

    @rx.event
    async def rename_view(self, form: dict[str, Any]) -> Any:
        """Give the view whose name is edited the name of the form."""
        view_id, name = self.renamed, str(form.get("name", ""))

        async def act(db: Database, actor: Actor) -> service.View:
            return await service.rename_view(db, actor, _number(view_id), name)

        return await self._change_views(act, "Renamed to “{}”", field="rename")

    @rx.event
    async def make_default(self, view_id: str, is_default: bool) -> Any:
        """Let the page open with a view, or no longer."""

        async def act(db: Database, actor: Actor) -> service.View:
            return await service.set_default(db, actor, _number(view_id), is_default=bool(is_default))

        said = "The page opens with “{}” from now on" if is_default else "The page opens with everything from now on"
        return await self._change_views(act, said)

    @rx.event
    async def delete_view(self, view_id: str) -> Any:
        """Delete a view."""

        async def act(db: Database, actor: Actor) -> service.View:
            return await service.delete_view(db, actor, _number(view_id))

        return await self._change_views(act, "Deleted “{}”")

    def _shown_query(self) -> str:
        """Give the query string of what the page shows; raises InvalidInput."""
        raise NotImplementedError

    async def _default_address(self, actor: Actor) -> str:
        """Give the address of the view that the page opens with, empty without one or when a view is asked for."""
        if self.router.url.query:
            return ""
        query = await service.default_query(get_database(), actor, self._place)
        return f"{self._path}?{query}" if query else ""

    def _marked(self, address: str) -> str:
        """Give an address of this page that means what it says: the plain one would open the default view."""
        return f"{address}?{PLAIN}" if self.has_default and "?" not in address else address

    async def _change_views(
        self, act: Callable[[Database, Actor], Awaitable[service.View]], said: str, *, field: str = ""
    ) -> Any:
        self.view_problem = self.view_said = ""
        self.view_problem_at = field
        try:
            actor = await find_actor(self)
            if actor is None:
                return to_sign_in(self)
            view = await act(get_database(), actor)
            await self._read_views(actor)
        except Exception as error:
            self.view_problem = describe_failure(error, "The views could not be changed").line
            return None
        self.view_said = said.format(straight(view["name"]))
        self.renamed = ""
        self.view_round += 1
        return None

    async def _read_views(self, actor: Actor) -> None:
        self._views = await service.list_views(get_database(), actor, self._place)
        self._show_views()

    def _show_views(self) -> None:
        self.has_default = any(view["is_default"] and view["query"] for view in self._views)
        self.plain_address = self._marked(self._path)
        try:
            now = self._shown_query()
        except AppError:
            now = None
        self.views = [
            ViewRow(
                view["id"],
                view["name"],
                self._marked(f"{self._path}?{view['query']}" if view["query"] else self._path),
                view["is_default"],
                view["query"] == now,
            )
            for view in self._views
        ]
        self.view_name = next((view.name for view in self.views if view.is_current), "")


def _number(view_id: object) -> int:
    text = str(view_id)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else 0
