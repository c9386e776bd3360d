"""The `user` commands, as functions and as a person runs them."""

import asyncio
import io
import os
import subprocess
import sys

import pytest

from siliconmark_ui.accounts.commands import add_user_command, list_users_command, table_of
from siliconmark_ui.accounts.service import Person, verify_credentials
from siliconmark_ui.db import Database
from siliconmark_ui.errors import AlreadyExists, InvalidCredentials, InvalidInput

PASSWORD = "three green lanterns"


async def add(db: Database, email: str = "ann@acme.example", role: str = "user", password: str = PASSWORD) -> list[str]:
    """Run `user add` and return what it says."""
    said: list[str] = []
    await asyncio.to_thread(
        add_user_command, db.url, email, "Acme", role, io.StringIO(f"{password}\nmore\n"), said.append
    )
    return said


async def listed(db: Database) -> list[str]:
    """Run `user list` and return its lines."""
    said: list[str] = []
    await asyncio.to_thread(list_users_command, db.url, said.append)
    return said


async def test_added_person_signs_in_with_the_first_line_of_the_input(db: Database) -> None:
    assert (await add(db))[0].startswith("Added ann@acme.example (user) of Acme")
    assert await verify_credentials(db, "ann@acme.example", PASSWORD, "127.0.0.1") > 0
    with pytest.raises(InvalidCredentials):
        await verify_credentials(db, "ann@acme.example", f"{PASSWORD}\nmore", "127.0.0.1")


async def test_add_is_refused_when_the_person_exists(db: Database) -> None:
    await add(db)
    with pytest.raises(AlreadyExists, match=r"ann@acme\.example"):
        await add(db, "ANN@acme.example")
    assert len(await listed(db)) == 2


@pytest.mark.parametrize(
    ("email", "role", "password", "named"),
    [("ann", "user", PASSWORD, "email"), ("a@b", "boss", PASSWORD, "role"), ("a@b", "user", "short", "password")],
)
async def test_add_names_what_is_wrong(db: Database, email: str, role: str, password: str, named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        await add(db, email, role, password)
    assert len(await listed(db)) == 1


async def test_list_shows_everybody_by_email(db: Database) -> None:
    await add(db, "zoe@acme.example", "customer_admin")
    await add(db, "ann@acme.example", "staff")
    lines = await listed(db)
    assert [line.split()[0] for line in lines] == ["E-MAIL", "ann@acme.example", "zoe@acme.example"]
    assert lines[2].split()[1:] == ["customer_admin", "Acme", "yes"]


def test_table_aligns_its_columns() -> None:
    people = [Person(1, "a@b", "user", "A very long customer name", True), Person(2, "longer@b", "staff", "B", False)]
    lines = table_of(people)
    places = {line.index(word) for line, word in zip(lines, ("ROLE", "user", "staff"), strict=True)}
    assert places == {len("longer@b") + 2}
    assert [line.endswith(word) for line, word in zip(lines, ("SIGNS IN", "yes", "no"), strict=True)] == [True] * 3


async def test_command_line_answers_with_one_line_and_status_1_when_refused(db: Database, tmp_path: object) -> None:
    environment = os.environ | {"DATABASE_URL": db.url.replace("+psycopg", ""), "SILICONMARK_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "siliconmark_ui", "user", "add", "ann@acme.example", "--customer", "Acme"]
    arguments = [*command, "--role", "user", "--password-stdin"]
    results = [
        await asyncio.to_thread(
            subprocess.run,
            arguments,
            input=f"{PASSWORD}\n",
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        for _ in range(2)
    ]
    assert [result.returncode for result in results] == [0, 1], results
    assert results[1].stderr.splitlines() == ["error: User with e-mail 'ann@acme.example' already exists"]
    assert results[1].stdout == ""
