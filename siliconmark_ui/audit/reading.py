"""Reading the audit log: customer admins the entries of their customer, root admins all."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import TypedDict

from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.audit import repository
from siliconmark_ui.audit.filters import EntryFilter
from siliconmark_ui.audit.refusals import refusal_recorded
from siliconmark_ui.audit.service import Act, record_alone
from siliconmark_ui.audit.tables import AuditEntry
from siliconmark_ui.db import Database
from siliconmark_ui.errors import PermissionDenied
from siliconmark_ui.instants import to_text

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class EntryRow(TypedDict):
    """One entry as it leaves; `recorded_at` is RFC 3339, `person` an e-mail, empty without one."""

    id: str
    recorded_at: str
    action: str
    outcome: str
    person: str
    customer: str
    target: str
    address: str
    details: dict[str, Any]


class EntryPage(TypedDict):
    """Entries, newest first, and how many match in all."""

    results: list[EntryRow]
    total: int


COLUMNS = tuple(EntryRow.__annotations__)


@refusal_recorded("audit.read")
async def list_entries(db: Database, actor: Actor, wanted: EntryFilter, page: int, per_page: int) -> EntryPage:
    """Return one page of the entries that the actor may read; raises PermissionDenied."""
    visible = _visible(actor, wanted)
    async with db.session_scope() as session:
        matching = await _matching(session, visible)
        entries = await repository.page(session, matching, (page - 1) * per_page, per_page)
        total = await repository.total(session, matching)
    return {"results": [_row(entry) for entry in entries], "total": total}


@refusal_recorded("audit.exported")
async def export_entries(
    db: Database, actor: Actor | None, wanted: EntryFilter, file_format: str
) -> AsyncIterator[bytes]:
    """Return the chunks of a CSV or JSON file of every entry that the actor may read; raises PermissionDenied.

    The operator at the command line (`actor` None) reads all.
    """
    visible = _visible(actor, wanted)
    await record_alone(db, Act("audit.exported", actor, details={"format": file_format}))
    write = _csv_chunks if file_format == "csv" else _json_chunks
    return write(_rows(db, visible))


async def _rows(db: Database, visible: EntryFilter) -> AsyncIterator[EntryRow]:
    async with db.session_scope() as session:
        async for entry in repository.stream(session, await _matching(session, visible)):
            yield _row(entry)


async def _matching(session: AsyncSession, visible: EntryFilter) -> repository.Matching:
    emails = await _emails_of(session, visible) if visible.person else None
    await repository.plan_anew(session)
    return repository.matching(visible, emails)


async def _emails_of(session: AsyncSession, visible: EntryFilter) -> list[str]:
    """Return whose entries are meant: names are those of accounts that the reader looks after, and no others."""
    part = visible.person.lower()
    accounts = await repository.accounts_of(session, visible.customer_id)
    if any(part == email for email, _ in accounts):
        return [part]
    named = {email for email, name in accounts if part in name.lower()}
    return sorted(named.union(await repository.emails_with(session, part)))


async def _csv_chunks(rows: AsyncIterator[EntryRow]) -> AsyncIterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    async for row in rows:
        writer.writerow([_safe_cell(value) for value in row.values()])
        if text.tell() > 64 * 1024:
            yield _taken(text)
    yield _taken(text)


async def _json_chunks(rows: AsyncIterator[EntryRow]) -> AsyncIterator[bytes]:
    before = b"["
    async for row in rows:
        yield before + msgspec.json.encode(row)
        before = b",\n"
    yield b"]" if before == b",\n" else b"[]"


def _taken(text: io.StringIO) -> bytes:
    chunk = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return chunk


def _safe_cell(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    written = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return f"'{written}" if written.startswith(FORMULA_STARTS) else written


def _visible(actor: Actor | None, wanted: EntryFilter) -> EntryFilter:
    if actor is None or actor.role is Role.ROOT_ADMIN:
        return wanted
    if actor.role is Role.CUSTOMER_ADMIN:
        return EntryFilter(actor.customer_id, wanted.action, wanted.person, wanted.outcome, wanted.after, wanted.before)
    raise PermissionDenied("Only admins read the audit log")


def _row(entry: AuditEntry) -> EntryRow:
    return {
        "id": str(entry.id),
        "recorded_at": to_text(entry.recorded_at),
        "action": entry.action,
        "outcome": entry.outcome,
        "person": entry.actor_email,
        "customer": entry.customer_name,
        "target": entry.target,
        "address": entry.address,
        "details": entry.details,
    }
