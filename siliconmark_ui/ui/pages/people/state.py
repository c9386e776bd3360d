"""What the people page does; the services decide who may do it."""

import dataclasses
from typing import Any, ClassVar

import reflex as rx

from siliconmark_ui.accounts import customers, people
from siliconmark_ui.accounts.own_password import get_post
from siliconmark_ui.accounts.people import InvitationRow, PersonRow, read_role
from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.db import get_database
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.acts import ActState, Question, number_of
from siliconmark_ui.ui.admin_lists import AdminListState, AdminQuery
from siliconmark_ui.ui.failures import Failure, describe_failure
from siliconmark_ui.ui.pages.people.question import Chosen, PeopleQuery
from siliconmark_ui.ui.session import ROLE_NAMES, enter, to_sign_in

KEPT_OUT = "Their sessions and API tokens end at once. Their jobs stay, and they can be let in again."
ONESELF_OUT = "That is you: you are signed out at once, and somebody else has to let you in again."
ONESELF_ROLE = "That is your own role: what it does not reach, you cannot reach any more, nor take this back yourself."


@dataclasses.dataclass(frozen=True)
class PersonView:
    """One person; `may_change` is false for who stands above the admin."""

    id: str = ""
    email: str = ""
    name: str = ""
    role: str = ""
    role_name: str = ""
    customer: str = ""
    is_active: bool = True
    may_change: bool = True
    is_self: bool = False


@dataclasses.dataclass(frozen=True)
class InvitationView:
    """One open invitation; `expires_at` is RFC 3339."""

    id: str = ""
    email: str = ""
    role_name: str = ""
    customer: str = ""
    expires_at: str = ""


@dataclasses.dataclass(frozen=True)
class CustomerView:
    """One customer with the number of its active people."""

    id: str = ""
    name: str = ""
    people: int = 0


@dataclasses.dataclass(frozen=True)
class RoleView:
    """A role that the admin may give."""

    name: str = ""
    word: str = ""


class PeopleState(AdminListState, ActState, rx.State):
    """The people whom an admin looks after. A link to pass on is shown until the next act or load."""

    link: str = ""
    is_inviting: bool = False
    invite_problem: str = ""
    renamed: str = ""
    is_root: bool = False
    own_customer: str = ""
    roles: list[RoleView] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    rows: list[PersonView] = []  # noqa: RUF012
    invitations: list[InvitationView] = []  # noqa: RUF012
    customers: list[CustomerView] = []  # noqa: RUF012
    customer_names: list[str] = []  # noqa: RUF012
    chosen: Chosen = Chosen()

    _doing: ClassVar[str] = "The people could not be loaded"
    _place: ClassVar[str] = "people"
    _path: ClassVar[str] = urls.PEOPLE
    _asks: ClassVar[type[AdminQuery]] = PeopleQuery

    @rx.event
    def search(self, text: str) -> Any:
        """Filter by a part of e-mail or name."""
        self._typed = text.strip()
        return self._choose("search", self._typed)

    @rx.event
    def show_invite(self, is_open: bool) -> None:
        """Open the form of an invitation, or close it."""
        self.is_inviting, self.invite_problem = is_open is True, ""

    @rx.event
    async def invite(self, form: dict[str, Any]) -> Any:
        """Invite somebody; without a mail server the link is shown. What is refused stays in the form."""
        email, role, customer = (str(form.get(name) or "") for name in ("email", "role", "customer"))

        async def invite(actor: Actor) -> str:
            chosen = read_role(role)
            made = await people.invite(get_database(), actor, get_post(), email, chosen, customer or None)
            self.link = made["link"] or ""
            return f"{made['email']} is invited." + (" A mail is on its way." if made["mailed"] else "")

        event = await self._do(invite)
        self.is_inviting, self.invite_problem = bool(self.act_problem), self.act_problem
        self.act_problem = ""
        return event

    @rx.event
    async def revoke_invitation(self, invitation_id: str) -> Any:
        """Take an invitation back."""
        number = number_of(invitation_id)

        async def revoke(actor: Actor) -> str:
            await people.revoke_invitation(get_database(), actor, number)
            return "The invitation is taken back."

        return await self._do(revoke)

    @rx.event
    async def change_role(self, person_id: str, role: str) -> Any:
        """Give a person another role, oneself after a question."""
        person = self._person(person_id)
        if person is not None and person.is_self and role in ROLE_NAMES:
            title = f"Change your own role to {ROLE_NAMES[role].lower()}?"
            return self._ask(Question(title, ONESELF_ROLE, "Change my role"), "role", person.id, role)
        return await self._change_role(str(person_id), str(role))

    @rx.event
    def ask_keep_out(self, person_id: str) -> None:
        """Ask whether to keep a person out."""
        person = self._person(person_id)
        if person is not None:
            text = ONESELF_OUT if person.is_self else KEPT_OUT
            self._ask(Question(f"Keep {person.email} out?", text, "Keep out"), "out", person.id)

    @rx.event
    async def set_active(self, person_id: str, is_active: bool) -> Any:
        """Let a person in again, or keep them out."""
        return await self._set_active(str(person_id), is_active=is_active is True)

    @rx.event
    async def add_customer(self, form: dict[str, Any]) -> Any:
        """Make a customer."""
        name = str(form.get("customer_name") or "")

        async def add(actor: Actor) -> str:
            made = await customers.add_customer(get_database(), actor, name)
            return f"{made['name']} is added."

        return await self._do(add)

    @rx.event
    def begin_rename(self, customer_id: str) -> Any:
        """Let the name of a customer be edited; empty for none."""
        self.renamed = str(customer_id)
        return rx.set_focus("renamed_customer") if customer_id else None

    @rx.event
    async def rename_customer(self, form: dict[str, Any]) -> Any:
        """Give the customer whose name is edited the name of the form; the same one again changes nothing."""
        number, name = number_of(self.renamed), str(form.get("renamed_customer") or "")
        if any(row.id == str(number) and row.name == name.strip() for row in self.customers):
            self.renamed = ""
            return None

        async def rename(actor: Actor) -> str:
            await customers.rename_customer(get_database(), actor, number, name)
            self.renamed = ""
            return f"The customer is called {name.strip()} now."

        return await self._do(rename)

    async def _carry_out(self, act: str, *values: str) -> Any:
        if act == "role":
            return await self._change_role(*values)
        return await self._set_active(*values, is_active=False)

    async def _change_role(self, person_id: str, role: str) -> Any:
        async def change(actor: Actor) -> str:
            row = await people.change_role(get_database(), actor, number_of(person_id), read_role(role))
            return f"{row['email']} is {ROLE_NAMES[row['role']].lower()} now."

        return await self._do(change)

    async def _set_active(self, person_id: str, *, is_active: bool) -> Any:
        async def change(actor: Actor) -> str:
            row = await people.set_active(get_database(), actor, number_of(person_id), is_active=is_active)
            return f"{row['email']} may {'' if row['is_active'] else 'not '}sign in now."

        return await self._do(change)

    def _person(self, person_id: object) -> PersonView | None:
        return next((row for row in self.rows if row.id == person_id), None)

    def _begin(self) -> None:
        self._forget()
        self.is_inviting, self.renamed = False, ""

    def _forget(self) -> None:
        super()._forget()
        self.link = ""

    async def _show(self) -> Any:
        try:
            actor = await enter(self)
            if actor is None:
                return to_sign_in(self)
            await self._fill(actor)
        except Exception as error:
            self._show_failure(describe_failure(error, self._doing))
        return None

    async def _fill(self, actor: Actor) -> None:
        query: PeopleQuery = self._question()
        found = await people.list_people(get_database(), actor)
        self.is_root = actor.role is Role.ROOT_ADMIN
        self.own_customer = actor.customer_name
        given = [role for role in Role if self.is_root or role in {Role.USER, Role.CUSTOMER_ADMIN}]
        self.roles = [RoleView(str(role), ROLE_NAMES[role]) for role in given]
        self.invitations = [_invitation_view(row) for row in found["invitations"]]
        rows = await customers.list_customers(get_database(), actor) if self.is_root else []
        self.customers = [CustomerView(row["id"], row["name"], row["people"]) for row in rows]
        self.customer_names = [row["name"] for row in rows]
        self._show_people(query, found["people"], actor)

    def _show_people(self, query: PeopleQuery, everybody: list[PersonRow], actor: Actor) -> None:
        self._show_filters(query)
        self.chosen, self.sentence = query.to_chosen(), query.sentence()
        self.nothing = "None of the people whom you look after is like that."
        self._keep_search(self.chosen.search)
        meant = [row for row in everybody if query.matches(row)]
        given = {role.name for role in self.roles}
        page = meant[query.offset : query.offset + query.per_page]
        self.rows = [_person_view(row, given, actor) for row in page]
        is_narrowed = bool(query.narrowing)
        self._show_place(query, len(page), len(meant), what="person", many="people", is_narrowed=is_narrowed)

    def _show_failure(self, failure: Failure) -> None:
        super()._show_failure(failure)
        self.rows, self.chips, self.invitations, self.customers = [], [], [], []
        self.total_pages = 0
        self.total_text = self.summary = self.sentence = self.pages_text = ""


def _person_view(row: PersonRow, given: set[str], actor: Actor) -> PersonView:
    return PersonView(
        row["id"],
        row["email"],
        row["name"],
        row["role"],
        ROLE_NAMES[row["role"]],
        row["customer"],
        row["is_active"],
        row["role"] in given,
        row["id"] == str(actor.user_id),
    )


def _invitation_view(row: InvitationRow) -> InvitationView:
    return InvitationView(
        row["id"], row["email"], ROLE_NAMES.get(row["role"], row["role"]), row["customer"], row["expires_at"]
    )
