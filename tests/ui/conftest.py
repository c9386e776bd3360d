"""People who look at pages, with the sessions that their browsers hold."""

from collections.abc import Awaitable, Callable

import pytest

from siliconmark_ui.accounts import service as accounts
from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.db import Database
from tests.factories import PASSWORD, make_caller

SignIn = Callable[..., Awaitable[tuple[Actor, str]]]


@pytest.fixture
def sign_in(db: Database) -> SignIn:
    """Makes a person and signs them in; gives the person and the cookie's value."""

    async def make(
        email: str = "ann@acme.example", role: Role = Role.USER, customer: str = "Acme"
    ) -> tuple[Actor, str]:
        caller = await make_caller(db, email, role, customer)
        return caller.actor, await accounts.sign_in(db, email, PASSWORD, "127.0.0.1")

    return make
