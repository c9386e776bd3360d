"""A person's own browser sessions: which there are, and ending them."""

from typing_extensions import TypedDict

from siliconmark_ui.accounts import repository, sessions
from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.audit import service as audit
from siliconmark_ui.audit.refusals import refusal_recorded
from siliconmark_ui.audit.service import Act
from siliconmark_ui.db import Database
from siliconmark_ui.errors import NotFound
from siliconmark_ui.instants import now, to_text


class SessionRow(TypedDict):
    """A browser session as its owner sees it; `current` is the one that asks. Times are RFC 3339."""

    id: str
    current: bool
    created_at: str
    last_seen_at: str
    expires_at: str
    address: str
    user_agent: str
    provider: str | None


@refusal_recorded("sessions.read")
async def list_sessions(db: Database, actor: Actor, current_key: str | None) -> list[SessionRow]:
    """Return the actor's living browser sessions, the one seen last first."""
    actor.require_full()
    current = sessions.hash_of(current_key) if current_key else ""
    async with db.session_scope() as session:
        found = await repository.list_browser_sessions(session, actor.user_id, now() - sessions.lives().idle)
    return [
        {
            "id": str(one.id),
            "current": one.key_hash == current,
            "created_at": to_text(one.created_at),
            "last_seen_at": to_text(one.last_seen_at),
            "expires_at": to_text(one.expires_at),
            "address": one.address,
            "user_agent": one.user_agent,
            "provider": one.provider,
        }
        for one in found
    ]


@refusal_recorded("session.revoked")
async def revoke_session(db: Database, actor: Actor, session_id: int) -> None:
    """End one of the actor's browser sessions; raises NotFound."""
    actor.require_full()
    async with db.session_scope() as session:
        if not await repository.delete_own_browser_session(session, actor.user_id, session_id):
            raise NotFound(f"Session with id {session_id} not found")
        await audit.record(session, Act("session.revoked", actor, target=actor.email, details={"sessions": 1}))


@refusal_recorded("session.revoked")
async def revoke_other_sessions(db: Database, actor: Actor, current_key: str | None) -> int:
    """End the actor's browser sessions but the one that asks; return how many ended."""
    actor.require_full()
    kept = sessions.hash_of(current_key) if current_key else ""
    async with db.session_scope() as session:
        count = await repository.delete_browser_sessions(session, actor.user_id, but=kept)
        await audit.record(session, Act("session.revoked", actor, target=actor.email, details={"sessions": count}))
    return count
