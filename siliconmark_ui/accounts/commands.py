"""The `user` commands: people are added and listed from the command line, the first of an installation among them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TextIO, TypeVar

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.accounts.service import Person, add_user, list_people
from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidInput

HEADINGS = ("E-MAIL", "ROLE", "CUSTOMER", "SIGNS IN")
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


def table_of(people: Sequence[Person]) -> list[str]:
    """Return the lines of the table: headings, then one person each."""
    rows = [HEADINGS, *((one.email, one.role, one.customer, "yes" if one.is_active else "no") for one in people)]
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
            return await work(db)
        finally:
            await db.close()

    return asyncio.run(main())
