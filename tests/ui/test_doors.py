"""The pages that forms lead to: what they say is ours, whatever their address says."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from siliconmark_ui.accounts.own_password import Post, make_reset_link
from siliconmark_ui.accounts.people import invite
from siliconmark_ui.accounts.reasons import UNKNOWN_PROBLEM
from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.db import Database
from siliconmark_ui.ui.pages.account.doors import DoorState
from siliconmark_ui.ui.pages.account.state import AccountState
from siliconmark_ui.ui.pages.sign_in.state import SignInState
from tests.factories import make_caller
from tests.ui.conftest import SignIn
from tests.ui.visits import page_state, visit

HOSTILE = "Your account is locked: call +1 555 0100 <img src=x onerror=alert(1)>"


@dataclass(frozen=True)
class Door:
    """A page outside and what reads its address."""

    path: str
    state: Any
    problem: str = "problem"


DOORS = (
    Door("/sign-in", SignInState, "error"),
    Door("/forgot-password", DoorState),
    Door("/account", AccountState, "act_problem"),
)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.path)
async def test_page_says_words_of_ours_whatever_its_address_says(sign_in: SignIn, door: Door) -> None:
    _, cookie = await sign_in()
    said = quote(HOSTILE, safe="")
    address = f"{door.path}?error={said}&done={said}&wait={said}&with={said}"
    state = page_state(visit(address, cookie if door.state is AccountState else ""), door.state)
    loaded = state.load()
    if loaded is not None:
        await loaded
    assert (getattr(state, door.problem), state.done) == (UNKNOWN_PROBLEM, "")


@pytest.mark.parametrize("kind", ["reset", "invitation"])
async def test_page_of_a_link_says_words_of_ours_whatever_its_address_says(db: Database, kind: str) -> None:
    admin = await make_caller(db, "root@acme.example", Role.ROOT_ADMIN)
    if kind == "reset":
        path = (await make_reset_link(db, "root@acme.example")).path
    else:
        invited = await invite(db, admin.actor, Post(""), "new@acme.example", Role.USER)
        path = str(invited["link"])
    state = page_state(visit(f"{path}&error={quote(HOSTILE, safe='')}&done=reset"), DoorState)
    await getattr(state, f"load_{kind}")()
    assert (state.problem, state.done, state.is_dead) == (UNKNOWN_PROBLEM, "", False)
