"""What the sign-in page shows around its form; the form itself is posted by the browser and knows no state."""

import dataclasses
from typing import Any

import reflex as rx

from siliconmark_ui.accounts import service as accounts
from siliconmark_ui.accounts.landing import local_path
from siliconmark_ui.accounts.reasons import notice_in, problem_in
from siliconmark_ui.accounts.sso import sign_in_ways
from siliconmark_ui.db import get_database
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.failures import describe_failure
from siliconmark_ui.ui.session import ROLE_NAMES, find_actor


@dataclasses.dataclass(frozen=True)
class DemoAccountView:
    """One demonstration account as it is offered."""

    email: str = ""
    password: str = ""
    role: str = ""
    customer: str = ""


@dataclasses.dataclass(frozen=True)
class ProviderView:
    """One provider to sign in at, with the address that begins it."""

    label: str = ""
    href: str = ""


class SignInState(rx.State):
    """What the address of the sign-in page says, and the demonstration accounts where they exist."""

    after: str = ""
    email: str = ""
    error: str = ""
    done: str = ""
    has_password: bool = True
    providers: list[ProviderView] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    demo_password: str = ""
    demo_accounts: list[DemoAccountView] = []  # noqa: RUF012 — Reflex copies the defaults of state.

    @rx.event
    async def load(self) -> Any:
        """Read the address; a person who is signed in already goes where they wanted to go."""
        asked = self.router.url.query_parameters
        self.after = local_path(asked.get("next", urls.HOME))
        self.error, self.done = problem_in(asked), notice_in(asked, "reset")
        self.email = asked.get("email", "")[:254]
        ways = sign_in_ways()
        self.has_password = ways.password
        self.providers = [ProviderView(one.label, urls.sign_in_at(one.name, self.after)) for one in ways.providers]
        try:
            if await find_actor(self):
                return rx.redirect(self.after, replace=True)
            found = await accounts.demo_accounts(get_database())
        except Exception as error:
            failure = describe_failure(error, "The server cannot reach its database")
            self.error = f"{failure.message} (request {failure.request_id})"
            return None
        self.demo_password = found[0].password if len({account.password for account in found}) == 1 else ""
        self.demo_accounts = [
            DemoAccountView(
                account.email, account.password, ROLE_NAMES.get(account.role, account.role), account.customer
            )
            for account in found
        ]
        return None
