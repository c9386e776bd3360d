"""Saved views on the pages: saved from what is shown, opened by their address, and the default one by the plain one."""

import re
from typing import Any

import pytest
import reflex as rx

from siliconmark_ui.db import Database
from siliconmark_ui.saved_views import service
from siliconmark_ui.ui.pages.jobs.state import JobsState
from siliconmark_ui.ui.pages.machines.state import MachinesState
from siliconmark_ui.ui.pages.performance.state import PerformanceState
from tests.ui.conftest import SignIn
from tests.ui.visits import events_of, go, page_state, target_of, visit

PAGES = [
    (JobsState, "/", "state=failed&tags=a"),
    (PerformanceState, "/performance", "review=open"),
    (MachinesState, "/machines", "search=10.0"),
]
EACH_PAGE = pytest.mark.parametrize(("kind", "path", "query"), PAGES, ids=lambda value: str(value))


async def loaded(root: rx.State, kind: type[rx.State], address: str, cookie: str) -> tuple[Any, list[Any]]:
    """Go to an address and load its page; give the state and the events of the load."""
    go(root, address, cookie)
    state = page_state(root, kind)
    return state, await events_of(state.load())


@EACH_PAGE
async def test_view_is_saved_opened_and_known_again(
    sign_in: SignIn, db: Database, kind: type[rx.State], path: str, query: str
) -> None:
    actor, cookie = await sign_in()
    root = visit(path, cookie)
    state, _ = await loaded(root, kind, f"{path}?{query}", cookie)
    assert (state.views, state.view_name) == ([], "")
    await state.save_view({"name": " Watched "})
    assert (state.view_said, state.view_problem, state.view_name) == ("Saved “Watched”", "", "Watched")
    assert [(view.name, view.href, view.is_current) for view in state.views] == [("Watched", f"{path}?{query}", True)]
    assert [view["query"] for view in await service.list_views(db, actor, state._place)] == [query]
    state, _ = await loaded(root, kind, path, cookie)
    assert (state.view_name, [view.is_current for view in state.views]) == ("", [False])


@EACH_PAGE
async def test_default_view_is_what_the_plain_address_leads_to(
    sign_in: SignIn, kind: type[rx.State], path: str, query: str
) -> None:
    _, cookie = await sign_in()
    root = visit(path, cookie)
    state, events = await loaded(root, kind, f"{path}?{query}", cookie)
    await state.save_view({"name": "Watched"})
    assert (events, state.plain_address) == ([], path)
    await state.make_default(state.views[0].id, True)
    assert (state.plain_address, state.has_default) == (f"{path}?view=all", True)
    assert target_of(state.clear()) == f"{path}?view=all"
    state, events = await loaded(root, kind, path, cookie)
    assert [target_of(event) for event in events] == [f"{path}?{query}"]
    state, events = await loaded(root, kind, f"{path}?view=all", cookie)
    assert (events, state.phase, state.chips) == ([], "empty", [])
    await state.make_default(state.views[0].id, False)
    assert state.plain_address == path
    _, events = await loaded(root, kind, path, cookie)
    assert events == []


async def test_opened_row_closes_to_the_plain_list_when_there_is_a_default(sign_in: SignIn) -> None:
    _, cookie = await sign_in()
    root = visit("/performance", cookie)
    state, _ = await loaded(root, PerformanceState, "/performance?review=open", cookie)
    await state.save_view({"name": "Open"})
    await state.make_default(state.views[0].id, True)
    state, _ = await loaded(root, PerformanceState, "/performance?open=12", cookie)
    assert target_of(state.toggle("12")) == "/performance?view=all"


async def test_what_is_wrong_with_a_name_is_said_beside_it(sign_in: SignIn) -> None:
    _, cookie = await sign_in()
    root = visit("/", cookie)
    state, _ = await loaded(root, JobsState, "/", cookie)
    await state.save_view({"name": ""})
    assert state.view_problem == "name must be 1 to 60 characters long after trimming"
    await state.save_view({"name": "mine"})
    await state.save_view({"name": "mine"})
    assert (state.view_problem, state.view_said) == ("You have a view named “mine” already", "")
    state.begin_rename(state.views[0].id)
    await state.rename_view({"name": "yours"})
    assert (state.view_said, state.renamed, [view.name for view in state.views]) == (
        "Renamed to “yours”",
        "",
        ["yours"],
    )
    await state.delete_view("not a number")
    assert state.view_problem == "View with id 0 not found"
    await state.delete_view(state.views[0].id)
    assert (state.views, state.view_said) == ([], "Deleted “yours”")


async def test_saved_view_becomes_what_is_shown_when_replaced(sign_in: SignIn) -> None:
    _, cookie = await sign_in()
    root = visit("/", cookie)
    state, _ = await loaded(root, JobsState, "/?state=failed", cookie)
    await state.save_view({"name": "mine"})
    state, _ = await loaded(root, JobsState, "/?state=failed&state=aborted&page=2", cookie)
    assert state.view_name == ""
    await state.replace_view(state.views[0].id)
    assert (state.view_name, state.views[0].href) == ("mine", "/?state=failed&state=aborted")


async def test_views_change_for_nobody_when_the_session_has_ended(db: Database) -> None:
    root = visit("/?state=failed", None)
    state = page_state(root, JobsState)
    assert target_of(await state.save_view({"name": "mine"})).startswith("/sign-in")
    await state.open_views(True)
    assert state.views == []


async def test_another_tabs_changes_are_there_when_the_menu_opens(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    root = visit("/", cookie)
    state, _ = await loaded(root, JobsState, "/", cookie)
    await service.save_view(db, actor, "jobs", "elsewhere", "state=failed")
    assert state.views == []
    await state.open_views(True)
    assert [view.name for view in state.views] == ["elsewhere"]
    go(root, "/?stat=wrong", cookie)
    await state.open_views(True)
    assert [view.is_current for view in state.views] == [False]
    await state.save_view({"name": "mine"})
    assert "stat" in state.view_problem


async def test_views_that_cannot_be_read_or_changed_say_so_with_the_request_and_what_to_do(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise ConnectionError("postgres://secret@host")

    _, cookie = await sign_in()
    state, _ = await loaded(visit("/", cookie), JobsState, "/?state=failed", cookie)
    await state.save_view({"name": "Watched"})
    with monkeypatch.context() as broken:
        broken.setattr(service, "list_views", fail)
        for act, words in (
            (state.open_views(True), "The views could not be read"),
            (state.save_view({"name": "Other"}), "The views could not be changed"),
        ):
            await act
            said = re.fullmatch(rf"{words}\. Request ([0-9a-f]{{16}}): try again\.", state.view_problem)
            assert said, state.view_problem
            assert f"request {said[1]}" in caplog.text
            # What was offered before still is.
            assert [view.name for view in state.views] == ["Watched"]
    await state.open_views(True)
    assert (state.view_problem, [view.name for view in state.views]) == ("", ["Other", "Watched"])
