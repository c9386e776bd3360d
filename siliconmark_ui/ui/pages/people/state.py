"""What the people page does; the services decide who may do it."""

import dataclasses
from collections.abc import Awaitable
from typing import Any

import reflex as rx

from siliconmark_ui.accounts import customers, people
from siliconmark_ui.accounts.own_password import get_post
from siliconmark_ui.accounts.people import InvitationRow, PersonRow, read_role
from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.db import get_database
from siliconmark_ui.ui.failures import NO_FAILURE, Failure, describe_failure
from siliconmark_ui.ui.format import utc_text
from siliconmark_ui.ui.pages.account.state import number_of
from siliconmark_ui.ui.session import enter, to_sign_in


@dataclasses.dataclass(frozen=True)
class PersonView:
    """One person; `may_change` is false for who stands above the admin."""

    id: str = ""
    email: str = ""
    name: str = ""
    role: str = ""
    customer: str = ""
    is_active: bool = True
    may_change: bool = True


@dataclasses.dataclass(frozen=True)
class InvitationView:
    """One open invitation."""

    id: str = ""
    email: str = ""
    role: str = ""
    customer: str = ""
    expires: str = ""


@dataclasses.dataclass(frozen=True)
class CustomerView:
    """One customer with the number of its active people."""

    id: str = ""
    name: str = ""
    people: int = 0


class PeopleState(rx.State):
    """The people whom an admin looks after. A link to pass on is shown until the next act or load."""

    phase: str = "loading"
    problem: str = ""
    done: str = ""
    link: str = ""
    is_root: bool = False
    roles: list[str] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    people: list[PersonView] = []  # noqa: RUF012
    invitations: list[InvitationView] = []  # noqa: RUF012
    customers: list[CustomerView] = []  # noqa: RUF012
    failure: Failure = NO_FAILURE

    @rx.event
    async def load(self) -> Any:
        """Load people, invitations and customers; an anonymous visitor is led to the sign-in page."""
        self.problem = self.done = self.link = ""
        return await self._show()

    @rx.event
    async def invite(self, form: dict[str, Any]) -> Any:
        """Invite somebody; without a mail server the link is shown."""
        email, role, customer = (str(form.get(name) or "") for name in ("email", "role", "customer"))

        async def invite(actor: Actor) -> None:
            chosen = read_role(role)
            made = await people.invite(get_database(), actor, get_post(), email, chosen, customer or None)
            self.link = made["link"] or ""
            self.done = f"{made['email']} is invited." + (" A mail is on its way." if made["mailed"] else "")

        return await self._do(invite)

    @rx.event
    async def revoke_invitation(self, invitation_id: str) -> Any:
        """Take an invitation back."""
        number = number_of(invitation_id)
        return await self._do(lambda actor: people.revoke_invitation(get_database(), actor, number))

    @rx.event
    async def change_role(self, person_id: str, role: str) -> Any:
        """Give a person another role."""
        number = number_of(person_id)

        async def change(actor: Actor) -> None:
            row = await people.change_role(get_database(), actor, number, read_role(role))
            self.done = f"{row['email']} is {row['role']} now."

        return await self._do(change)

    @rx.event
    async def set_active(self, person_id: str, is_active: bool) -> Any:
        """Keep a person out, or let them in again."""
        number, wanted = number_of(person_id), is_active is True

        async def change(actor: Actor) -> None:
            row = await people.set_active(get_database(), actor, number, is_active=wanted)
            self.done = f"{row['email']} may {'' if row['is_active'] else 'not '}sign in now."

        return await self._do(change)

    @rx.event
    async def add_customer(self, form: dict[str, Any]) -> Any:
        """Make a customer."""
        name = str(form.get("customer_name") or "")
        return await self._do(lambda actor: customers.add_customer(get_database(), actor, name))

    @rx.event
    async def rename_customer(self, customer_id: str, name: str) -> Any:
        """Give a customer another name."""
        number = number_of(customer_id)
        if any(row.id == str(number) and row.name == name.strip() for row in self.customers):
            return None
        return await self._do(lambda actor: customers.rename_customer(get_database(), actor, number, name))

    async def _do(self, act: Any) -> Any:
        self.problem = self.done = self.link = ""
        try:
            actor = await enter(self)
            if actor is None:
                return to_sign_in(self)
            work: Awaitable[object] = act(actor)
            await work
        except Exception as error:
            self.problem = describe_failure(error, "That could not be done").message
        return await self._show()

    async def _show(self) -> Any:
        try:
            actor = await enter(self)
            if actor is None:
                return to_sign_in(self)
            found = await people.list_people(get_database(), actor)
            self.is_root = actor.role is Role.ROOT_ADMIN
            self.roles = [str(role) for role in Role if self.is_root or role in {Role.USER, Role.CUSTOMER_ADMIN}]
            self.people = [self._person_view(row) for row in found["people"]]
            self.invitations = [_invitation_view(row) for row in found["invitations"]]
            rows = await customers.list_customers(get_database(), actor) if self.is_root else []
            self.customers = [CustomerView(row["id"], row["name"], row["people"]) for row in rows]
            self.phase = "ready"
        except Exception as error:
            self.phase = "failed"
            self.people, self.invitations, self.customers = [], [], []
            self.failure = describe_failure(error, "The people could not be loaded")
        return None

    def _person_view(self, row: PersonRow) -> PersonView:
        may_change = row["role"] in self.roles
        name, role, customer = row["name"], row["role"], row["customer"]
        return PersonView(row["id"], row["email"], name, role, customer, row["is_active"], may_change)


def _invitation_view(row: InvitationRow) -> InvitationView:
    return InvitationView(row["id"], row["email"], row["role"], row["customer"], utc_text(row["expires_at"]))
