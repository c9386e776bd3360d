"""Customers: root admins, and the operator at the command line (`actor` None), add and rename them."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import TypedDict

from siliconmark_ui.accounts import repository
from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.accounts.service import clean_customer_name
from siliconmark_ui.audit import service as audit
from siliconmark_ui.audit.refusals import refusal_recorded
from siliconmark_ui.audit.service import Act
from siliconmark_ui.db import Database
from siliconmark_ui.errors import AlreadyExists, NotFound, PermissionDenied
from siliconmark_ui.identifiers import make_id
from siliconmark_ui.instants import now, to_text
from siliconmark_ui.models import Customer


class CustomerRow(TypedDict):
    """A customer with the number of its active people."""

    id: str
    name: str
    is_demo: bool
    people: int
    created_at: str


def require_root(actor: Actor | None) -> None:
    """Raise PermissionDenied unless the actor is a root admin or the operator."""
    if actor is not None:
        actor.require_full()
        if actor.role is not Role.ROOT_ADMIN:
            raise PermissionDenied("Only root admins look after customers")


@refusal_recorded("customers.read")
async def list_customers(db: Database, actor: Actor | None) -> list[CustomerRow]:
    """Return every customer, by name; raises PermissionDenied."""
    require_root(actor)
    async with db.session_scope() as session:
        return [_customer_row(customer, count) for customer, count in await repository.list_customers(session)]


@refusal_recorded("customer.added")
async def add_customer(db: Database, actor: Actor | None, name: str) -> CustomerRow:
    """Make a customer; raises AlreadyExists, InvalidInput or PermissionDenied."""
    require_root(actor)
    cleaned = clean_customer_name(name)
    async with db.session_scope() as session:
        await _require_free(session, cleaned)
        customer = Customer(id=make_id(now(), await repository.next_sequence(session)), name=cleaned)
        session.add(customer)
        await session.flush()
        act = Act("customer.added", actor, customer_id=customer.id, customer_name=cleaned, target=cleaned)
        await audit.record(session, act)
    return _customer_row(customer, 0)


@refusal_recorded("customer.renamed")
async def rename_customer(db: Database, actor: Actor | None, customer_id: int, name: str) -> None:
    """Give a customer another name; raises NotFound, AlreadyExists, InvalidInput or PermissionDenied."""
    require_root(actor)
    cleaned = clean_customer_name(name)
    async with db.session_scope() as session:
        await _require_free(session, cleaned)
        customer = await repository.customer_by_id(session, customer_id)
        if customer is None:
            raise NotFound(f"Customer with id {customer_id} not found")
        before, customer.name = customer.name, cleaned
        act = Act("customer.renamed", actor, customer_id=customer_id, customer_name=cleaned, target=before)
        await audit.record(session, replace(act, details={"to": cleaned}))


async def _require_free(session: AsyncSession, name: str) -> None:
    await repository.lock_bucket(session, f"customer:{name}")
    if await repository.customer_by_name(session, name):
        raise AlreadyExists(f"Customer '{name}' already exists")


def _customer_row(customer: Customer, people: int) -> CustomerRow:
    return {
        "id": str(customer.id),
        "name": customer.name,
        "is_demo": customer.is_demo,
        "people": people,
        "created_at": to_text(customer.created_at),
    }
