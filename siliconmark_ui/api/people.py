"""People and customers over the API, for customer admins and root admins."""

from typing import Annotated, Any, Literal, NotRequired

from fastapi import APIRouter, Request
from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from siliconmark_ui.accounts import customers, people
from siliconmark_ui.accounts.customers import CustomerRow
from siliconmark_ui.accounts.own_password import get_post
from siliconmark_ui.accounts.people import Invited, People, PersonRow, read_role
from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.accounts.service import LONGEST_CUSTOMER, LONGEST_EMAIL
from siliconmark_ui.api.accounts import Done
from siliconmark_ui.api.answers import Json
from siliconmark_ui.api.requests import (
    NO_QUERY,
    Db,
    PersonOrBrowser,
    SettingsOf,
    json_object,
    required_text,
    stored_id,
)
from siliconmark_ui.api.schema import answers, body
from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.words import EMAIL_PATTERN, name_pattern

router = APIRouter(tags=["People"])
RoleName = Literal["user", "customer_admin", "staff", "root_admin"]
CustomerName = Annotated[str, Field(min_length=1, pattern=name_pattern(LONGEST_CUSTOMER))]


class InvitationBody(TypedDict):
    """Whom to invite; `customer` (by name) is the own one unless a root admin says another."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    email: Annotated[str, Field(min_length=3, max_length=LONGEST_EMAIL, pattern=EMAIL_PATTERN)]
    role: RoleName
    customer: NotRequired[CustomerName]


class PersonBody(TypedDict):
    """What to change of a person: the role, or whether they may sign in. Exactly one."""

    __pydantic_config__ = ConfigDict(  # type: ignore[misc]
        extra="forbid", json_schema_extra={"minProperties": 1, "maxProperties": 1}
    )

    role: NotRequired[RoleName]
    is_active: NotRequired[bool]


class CustomerBody(TypedDict):
    """A customer's name, 1 to 120 characters."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    name: CustomerName


class CustomerList(TypedDict):
    """Every customer, by name."""

    results: list[CustomerRow]


@router.get(
    "/people", response_model=None, dependencies=NO_QUERY, responses={200: {"model": People}, **answers(400, 401, 403)}
)
async def list_people(db: Db, actor: PersonOrBrowser) -> Json:
    """List the people and open invitations that an admin looks after."""
    return Json(await people.list_people(db, actor))


@router.post(
    "/invitations",
    response_model=None,
    status_code=201,
    dependencies=NO_QUERY,
    responses={201: {"model": Invited}, **answers(400, 401, 403, 404, 409, 413, 415)},
    openapi_extra=body(InvitationBody),
)
async def invite(request: Request, db: Db, settings: SettingsOf, actor: PersonOrBrowser) -> Json:
    """Invite somebody; without a mail server the answer holds the link to pass on."""
    fields = await json_object(request, settings.max_body_bytes, ("email", "role", "customer"))
    customer = required_text(fields, "customer") if "customer" in fields else None
    role = read_role(fields.get("role"))
    return Json(await people.invite(db, actor, get_post(), required_text(fields, "email"), role, customer), 201)


@router.delete(
    "/invitations/{invitation_id}",
    response_model=None,
    dependencies=NO_QUERY,
    responses={200: {"model": Done}, **answers(400, 401, 403, 404)},
)
async def revoke_invitation(invitation_id: str, db: Db, actor: PersonOrBrowser) -> Json:
    """Take an invitation back."""
    await people.revoke_invitation(db, actor, stored_id(invitation_id, "invitation_id"))
    return Json({"message": "Invitation revoked"})


@router.patch(
    "/people/{person_id}",
    response_model=None,
    dependencies=NO_QUERY,
    responses={200: {"model": PersonRow}, **answers(400, 401, 403, 404, 413, 415)},
    openapi_extra=body(PersonBody),
)
async def change_person(request: Request, person_id: str, db: Db, settings: SettingsOf, actor: PersonOrBrowser) -> Json:
    """Change a person's role, or keep them out or let them in again."""
    fields = await json_object(request, settings.max_body_bytes, ("role", "is_active"))
    return Json(await _changed(db, actor, stored_id(person_id, "person_id"), fields))


async def _changed(db: Database, actor: Actor, person_id: int, fields: dict[str, Any]) -> PersonRow:
    if len(fields) != 1:
        raise InvalidInput("Give exactly one of: role, is_active")
    if "role" in fields:
        return await people.change_role(db, actor, person_id, read_role(fields["role"]))
    if not isinstance(fields["is_active"], bool):
        raise InvalidInput("is_active must be true or false")
    return await people.set_active(db, actor, person_id, is_active=fields["is_active"])


@router.get(
    "/customers",
    response_model=None,
    dependencies=NO_QUERY,
    responses={200: {"model": CustomerList}, **answers(400, 401, 403)},
)
async def list_customers(db: Db, actor: PersonOrBrowser) -> Json:
    """List every customer; for root admins."""
    return Json({"results": await customers.list_customers(db, actor)})


@router.post(
    "/customers",
    response_model=None,
    status_code=201,
    dependencies=NO_QUERY,
    responses={201: {"model": CustomerRow}, **answers(400, 401, 403, 409, 413, 415)},
    openapi_extra=body(CustomerBody),
)
async def add_customer(request: Request, db: Db, settings: SettingsOf, actor: PersonOrBrowser) -> Json:
    """Add a customer; for root admins."""
    fields = await json_object(request, settings.max_body_bytes, ("name",))
    return Json(await customers.add_customer(db, actor, required_text(fields, "name")), 201)


@router.patch(
    "/customers/{customer_id}",
    response_model=None,
    dependencies=NO_QUERY,
    responses={200: {"model": Done}, **answers(400, 401, 403, 404, 409, 413, 415)},
    openapi_extra=body(CustomerBody),
)
async def rename_customer(
    request: Request, customer_id: str, db: Db, settings: SettingsOf, actor: PersonOrBrowser
) -> Json:
    """Give a customer another name; for root admins."""
    fields = await json_object(request, settings.max_body_bytes, ("name",))
    number = stored_id(customer_id, "customer_id")
    await customers.rename_customer(db, actor, number, required_text(fields, "name"))
    return Json({"message": "Customer renamed"})
