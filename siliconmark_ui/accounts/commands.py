"""The `user`, `customer` and `audit` commands: what admins do in the dashboard, done by whoever runs the server.

The first person of an installation is made here. Everything stands in the audit log as done from the command line.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import BinaryIO, TextIO, TypeVar

from siliconmark_ui.accounts import customers, people
from siliconmark_ui.accounts.own_password import Post, make_reset_link
from siliconmark_ui.accounts.people import PersonRow
from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.accounts.service import Person, add_user, list_people
from siliconmark_ui.audit.caller import from_address
from siliconmark_ui.audit.filters import EntryFilter
from siliconmark_ui.audit.reading import export_entries
from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidInput, NotFound
from siliconmark_ui.instants import to_text

HEADINGS = ("E-MAIL", "ROLE", "CUSTOMER", "SIGNS IN")
HERE = "command line"
Answer = TypeVar("Answer")
Say = Callable[[str], None]


def add_user_command(database_url: str, email: str, customer: str, role: str, passwords: TextIO, say: Say) -> int:
    """Add a person whose password is the first line of `passwords`; return the exit status.

    The customer is made when it is new. Raises InvalidInput or AlreadyExists.
    """
    kind = _role(role)
    password = passwords.readline().rstrip("\r\n")
    user_id = _run(database_url, lambda db: add_user(db, email, password, kind, customer))
    say(f"Added {email.strip().lower()} ({kind}) of {customer.strip()}, id {user_id}")
    return 0


def list_users_command(database_url: str, say: Say) -> int:
    """Print everybody as an aligned table, by e-mail; return the exit status."""
    for line in table_of(_run(database_url, list_people)):
        say(line)
    return 0


def reset_password_command(database_url: str, base: str, email: str, say: Say = print) -> int:
    """Print the link, beginning with `base`, by which an active account sets a new password; return the exit status."""
    link = _run(database_url, lambda db: make_reset_link(db, email))
    say(f"{link.email} sets a new password at this address, once, until {to_text(link.expires_at)}:")
    say(f"{base}{link.path}")
    return 0


def invite_command(database_url: str, base: str, email: str, customer: str, role: str, say: Say = print) -> int:
    """Print the link by which somebody becomes a person of an existing customer; return the exit status."""
    kind = _role(role)
    invited = _run(database_url, lambda db: people.invite(db, None, Post(base), email, kind, customer))
    say(f"{invited['email']} chooses a password at this address, once, until {invited['expires_at']}:")
    say(str(invited["link"]))
    return 0


def uninvite_command(database_url: str, email: str, say: Say = print) -> int:
    """Take every open invitation for an e-mail back; return the exit status."""

    async def revoke(db: Database) -> int:
        found = await people.invitations_for(db, email)
        for invitation_id in found:
            await people.revoke_invitation(db, None, invitation_id)
        return len(found)

    count = _run(database_url, revoke)
    say(f"Took back {count} {'invitation' if count == 1 else 'invitations'} for {email.strip().lower()}")
    return 0


def list_invitations_command(database_url: str, say: Say = print) -> int:
    """Print every open invitation, by e-mail; return the exit status."""
    for row in _run(database_url, lambda db: people.list_people(db, None))["invitations"]:
        say(f"{row['email']}  ({row['role']} of {row['customer']}, until {row['expires_at']})")
    return 0


def change_role_command(database_url: str, email: str, role: str, say: Say = print) -> int:
    """Give a person another role; return the exit status."""
    kind = _role(role)

    async def change(db: Database) -> PersonRow:
        return await people.change_role(db, None, await people.person_id(db, email), kind)

    row = _run(database_url, change)
    say(f"{row['email']} is {row['role']} of {row['customer']} now")
    return 0


def set_active_command(database_url: str, email: str, *, is_active: bool, say: Say = print) -> int:
    """Keep a person out, ending all they hold, or let them in again; return the exit status."""

    async def change(db: Database) -> PersonRow:
        return await people.set_active(db, None, await people.person_id(db, email), is_active=is_active)

    row = _run(database_url, change)
    say(f"{row['email']} {'may sign in' if row['is_active'] else 'may not sign in'} now")
    return 0


def list_customers_command(database_url: str, say: Say = print) -> int:
    """Print every customer with the number of active people; return the exit status."""
    for row in _run(database_url, lambda db: customers.list_customers(db, None)):
        say(f"{row['name']}  ({row['people']} active people, id {row['id']})")
    return 0


def add_customer_command(database_url: str, name: str, say: Say = print) -> int:
    """Make a customer; return the exit status."""
    row = _run(database_url, lambda db: customers.add_customer(db, None, name))
    say(f"Added the customer {row['name']}, id {row['id']}")
    return 0


def rename_customer_command(database_url: str, name: str, new_name: str, say: Say = print) -> int:
    """Give a customer another name; return the exit status."""

    async def rename(db: Database) -> None:
        wanted = [row for row in await customers.list_customers(db, None) if row["name"] == name.strip()]
        if not wanted:
            raise NotFound(f"Customer '{name}' not found")
        await customers.rename_customer(db, None, int(wanted[0]["id"]), new_name)

    _run(database_url, rename)
    say(f"{name.strip()} is called {new_name.strip()} now")
    return 0


def export_audit_command(database_url: str, file_format: str, out: BinaryIO) -> int:
    """Write the whole audit log as CSV or JSON to `out`; return the exit status."""

    async def export(db: Database) -> None:
        async for chunk in await export_entries(db, None, EntryFilter(), file_format):
            out.write(chunk)

    _run(database_url, export)
    out.flush()
    return 0


def table_of(persons: Sequence[Person]) -> list[str]:
    """Return the lines of the table: headings, then one person each."""
    rows = [HEADINGS, *((one.email, one.role, one.customer, "yes" if one.is_active else "no") for one in persons)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _role(name: str) -> Role:
    try:
        return Role(name)
    except ValueError:
        raise InvalidInput(f"role must be one of: {', '.join(Role)}") from None


def _run(database_url: str, work: Callable[[Database], Awaitable[Answer]]) -> Answer:
    async def main() -> Answer:
        db = Database(database_url, pool_size=2)
        try:
            with from_address(HERE):
                return await work(db)
        finally:
            await db.close()

    return asyncio.run(main())
