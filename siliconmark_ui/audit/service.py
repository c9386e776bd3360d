"""Recording acts: who did what to what, in the transaction that does it."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.audit import repository
from siliconmark_ui.audit.caller import caller_address
from siliconmark_ui.audit.tables import AuditEntry
from siliconmark_ui.db import Database
from siliconmark_ui.identifiers import make_id
from siliconmark_ui.instants import now

LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Act:
    """What is recorded. `action` is `noun.verb`; `target` names what it was done to; `details` must be JSON."""

    action: str
    actor: Actor | None = None
    outcome: str = "ok"
    email: str = ""
    customer_id: int | None = None
    customer_name: str = ""
    target: str = ""
    details: dict[str, Any] = field(default_factory=dict)


async def record(session: AsyncSession, act: Act) -> None:
    """Add an act to the log in the caller's transaction: it stands there exactly if what it tells of was done."""
    actor, moment = act.actor, now()
    customer_id = act.customer_id if act.customer_id is not None or actor is None else actor.customer_id
    session.add(
        AuditEntry(
            id=make_id(moment, await repository.next_sequence(session)),
            recorded_at=moment,
            action=act.action,
            outcome=act.outcome,
            actor_id=actor.user_id if actor else None,
            actor_email=_cut(actor.email if actor else act.email),
            customer_id=customer_id,
            customer_name=act.customer_name or await _customer_name(session, actor, customer_id),
            target=_cut(act.target),
            address=_cut(caller_address()),
            details=act.details,
        )
    )


async def _customer_name(session: AsyncSession, actor: Actor | None, customer_id: int | None) -> str:
    if actor is not None and actor.customer_id == customer_id:
        return actor.customer_name
    return await repository.customer_name(session, customer_id) if customer_id is not None else ""


async def record_alone(db: Database, act: Act) -> None:
    """Add an act to the log in a transaction of its own: for what was refused."""
    async with db.session_scope() as session:
        await record(session, act)


def _cut(text: str) -> str:
    return text[:LONGEST_TEXT].replace("\x00", "")
