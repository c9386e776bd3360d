"""People and customers: who may look after whom, invitations, the last root admin, and the command line."""

import asyncio
import io
from collections import Counter
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update

from siliconmark_ui.accounts import commands, customers, people
from siliconmark_ui.accounts.links import LinkIsDead
from siliconmark_ui.accounts.own_password import Post
from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.accounts.service import Browser, verify_credentials
from siliconmark_ui.db import Database
from siliconmark_ui.errors import AlreadyExists, InvalidCredentials, InvalidInput, NotFound, PermissionDenied
from siliconmark_ui.models import User
from tests.accounts.browsers import browser
from tests.accounts.test_own_password import NEW, key_of
from tests.api.expect import invalid, not_found, ok, refused, token_refused
from tests.api.paths import JOBS, V1
from tests.factories import PASSWORD, Caller, make_caller

PEOPLE = f"{V1}/people"
INVITATIONS = f"{V1}/invitations"
CUSTOMERS = f"{V1}/customers"
HERE = Browser("127.0.0.1")


@pytest.fixture
async def cast(db: Database) -> dict[str, Caller]:
    """One of each role in Acme, and a user of another customer."""
    return {
        "user": await make_caller(db, "ann@acme.example"),
        "admin": await make_caller(db, "cleo@acme.example", Role.CUSTOMER_ADMIN),
        "staff": await make_caller(db, "stan@acme.example", Role.STAFF),
        "root": await make_caller(db, "ruth@acme.example", Role.ROOT_ADMIN),
        "other": await make_caller(db, "gus@umbra.example", Role.USER, "Umbra"),
    }


def _id(caller: Caller) -> int:
    return caller.actor.user_id


async def test_admins_see_their_own_people_and_others_none(http: httpx.AsyncClient, cast: dict[str, Caller]) -> None:
    seen = {name: await http.get(PEOPLE, headers=caller.headers) for name, caller in cast.items()}
    assert len(ok(seen["admin"])["people"]) == 4
    assert {row["customer"] for row in ok(seen["admin"])["people"]} == {"Acme"}
    assert len(ok(seen["root"])["people"]) == 5
    for name in ("user", "staff", "other"):
        refused(seen[name], 403, "PERMISSION_DENIED")


@pytest.mark.parametrize("who", ["user", "staff", "other"])
async def test_who_is_no_admin_changes_nobody(http: httpx.AsyncClient, cast: dict[str, Caller], who: str) -> None:
    headers = cast[who].headers
    for method, path, body in (
        ("PATCH", f"{PEOPLE}/{_id(cast['user'])}", {"role": "root_admin"}),
        ("PATCH", f"{PEOPLE}/{_id(cast['root'])}", {"is_active": False}),
        ("POST", INVITATIONS, {"email": "new@acme.example", "role": "user"}),
        ("DELETE", f"{INVITATIONS}/1", None),
        ("GET", CUSTOMERS, None),
        ("POST", CUSTOMERS, {"name": "Mine"}),
        ("PATCH", f"{CUSTOMERS}/{cast['other'].actor.customer_id}", {"name": "Mine"}),
        ("GET", f"{V1}/audit", None),
        ("GET", f"{V1}/audit/export", None),
    ):
        refused(await http.request(method, path, json=body, headers=headers), 403, "PERMISSION_DENIED")


async def test_customer_admin_stays_within_customer_and_rank(http: httpx.AsyncClient, cast: dict[str, Caller]) -> None:
    headers = cast["admin"].headers
    not_found(await http.patch(f"{PEOPLE}/{_id(cast['other'])}", json={"is_active": False}, headers=headers))
    for name in ("staff", "root"):
        for body in ({"role": "user"}, {"is_active": False}):
            answer = await http.patch(f"{PEOPLE}/{_id(cast[name])}", json=body, headers=headers)
            refused(answer, 403, "PERMISSION_DENIED")
    for role in ("staff", "root_admin"):
        answer = await http.patch(f"{PEOPLE}/{_id(cast['user'])}", json={"role": role}, headers=headers)
        refused(answer, 403, "PERMISSION_DENIED")
        answer = await http.post(INVITATIONS, json={"email": "x@acme.example", "role": role}, headers=headers)
        refused(answer, 403, "PERMISSION_DENIED")
    foreign = {"email": "x@acme.example", "role": "user", "customer": "Umbra"}
    not_found(await http.post(INVITATIONS, json=foreign, headers=headers))
    row = ok(await http.patch(f"{PEOPLE}/{_id(cast['user'])}", json={"role": "customer_admin"}, headers=headers))
    assert row["role"] == "customer_admin"


async def test_role_change_counts_from_the_next_request(http: httpx.AsyncClient, cast: dict[str, Caller]) -> None:
    path, body = f"{PEOPLE}/{_id(cast['admin'])}", {"role": "user"}
    ok(await http.patch(path, json=body, headers=cast["root"].headers))
    refused(await http.get(PEOPLE, headers=cast["admin"].headers), 403, "PERMISSION_DENIED")


async def test_deactivated_person_loses_all_and_may_come_back(
    http: httpx.AsyncClient, db: Database, api_address: str, cast: dict[str, Caller]
) -> None:
    path, headers = f"{PEOPLE}/{_id(cast['user'])}", cast["admin"].headers
    async with browser(api_address) as ann:
        await ann.sign_in()
        assert ok(await http.patch(path, json={"is_active": False}, headers=headers))["is_active"] is False
        assert not await ann.is_signed_in()
        token_refused(await http.get(JOBS, headers=cast["user"].headers))
        with pytest.raises(InvalidCredentials):
            await verify_credentials(db, "ann@acme.example", PASSWORD, "127.0.0.1")
        ok(await http.patch(path, json={"is_active": True}, headers=headers))
        assert not await ann.is_signed_in()
        token_refused(await http.get(JOBS, headers=cast["user"].headers))
    assert await verify_credentials(db, "ann@acme.example", PASSWORD, "127.0.0.1") == _id(cast["user"])


@pytest.mark.parametrize(
    "body",
    [
        {}, {"role": "user", "is_active": True}, {"role": "king"}, {"is_active": "no"}, {"is_active": None},
        {"role": None}, {"role": ["user"]}, {"name": "x"}, [],
    ],
)  # fmt: skip
async def test_change_of_a_person_is_invalid_when(http: httpx.AsyncClient, cast: dict[str, Caller], body: Any) -> None:
    invalid(await http.patch(f"{PEOPLE}/{_id(cast['user'])}", json=body, headers=cast["root"].headers))


async def test_invited_person_comes_in_once(
    http: httpx.AsyncClient, db: Database, api_address: str, cast: dict[str, Caller]
) -> None:
    body = {"email": " New@Acme.example ", "role": "customer_admin"}
    invited = ok(await http.post(INVITATIONS, json=body, headers=cast["admin"].headers), 201)
    assert invited["mailed"] is False
    key = key_of(invited["link"])
    assert await people.invitation_of(db, key) == ("new@acme.example", "Acme")
    async with browser(api_address) as new:
        for fields in ({"new": "password123", "again": "password123"}, {"new": NEW, "again": "x"}):
            answer = await new.post("/auth/invitation", key=key, name="New", **fields)
            assert answer.headers["location"].startswith("/invitation?")
        answer = await new.post("/auth/invitation", key=key, name="New Person", new=NEW, again=NEW)
        assert answer.headers["location"] == "/"
        assert len(ok(await new.client.get(PEOPLE))["people"]) == 5
    with pytest.raises(InvalidInput, match="used or is too old"):
        await people.accept_invitation(db, key, "Again", NEW, HERE)


async def test_invitation_taken_back_or_replaced_is_dead(
    http: httpx.AsyncClient, db: Database, cast: dict[str, Caller]
) -> None:
    headers, body = cast["admin"].headers, {"email": "new@acme.example", "role": "user"}
    first = ok(await http.post(INVITATIONS, json=body, headers=headers), 201)
    second = ok(await http.post(INVITATIONS, json=body, headers=headers), 201)
    (row,) = ok(await http.get(PEOPLE, headers=headers))["invitations"]
    not_found(await http.delete(f"{INVITATIONS}/{int(row['id']) + 1}", headers=headers))
    ok(await http.delete(f"{INVITATIONS}/{row['id']}", headers=headers))
    for invited in (first, second):
        with pytest.raises(InvalidInput):
            await people.accept_invitation(db, key_of(invited["link"]), "New", NEW, HERE)
    taken = {"email": "ann@acme.example", "role": "user"}
    refused(await http.post(INVITATIONS, json=taken, headers=headers), 409, "RESOURCE_ALREADY_EXISTS")


async def test_invitation_raced_for_makes_one_person(db: Database, cast: dict[str, Caller]) -> None:
    invited = await people.invite(db, cast["admin"].actor, Post(""), "new@acme.example", Role.USER)
    key = key_of(str(invited["link"]))
    calls = (people.accept_invitation(db, key, f"New {n}", NEW, HERE) for n in range(4))
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert Counter(type(outcome).__name__ for outcome in outcomes) == {"str": 1, "LinkIsDead": 3}


async def test_last_root_admin_cannot_be_removed(http: httpx.AsyncClient, cast: dict[str, Caller]) -> None:
    path, headers = f"{PEOPLE}/{_id(cast['root'])}", cast["root"].headers
    for body in ({"role": "user"}, {"is_active": False}):
        refused(await http.patch(path, json=body, headers=headers), 403, "PERMISSION_DENIED", "last root admin")
    ok(await http.patch(f"{PEOPLE}/{_id(cast['staff'])}", json={"role": "root_admin"}, headers=headers))
    ok(await http.patch(path, json={"role": "user"}, headers=headers))


@pytest.mark.parametrize("round_", range(3))
async def test_root_admins_who_remove_each_other_at_once_leave_one(db: Database, round_: int) -> None:
    roots = [(await make_caller(db, f"root{n}@acme.example", Role.ROOT_ADMIN)).actor for n in range(4)]

    async def remove(actor: Actor, number: int) -> None:
        if number % 2 == round_ % 2:
            await people.change_role(db, actor, actor.user_id, Role.USER)
        else:
            await people.set_active(db, actor, actor.user_id, is_active=False)

    outcomes = await asyncio.gather(*(remove(root, n) for n, root in enumerate(roots)), return_exceptions=True)
    assert Counter(type(outcome).__name__ for outcome in outcomes) == {"NoneType": 3, "PermissionDenied": 1}
    async with db.session_scope() as session:
        left = select(func.count()).where(User.role == "root_admin", User.is_active)
        assert await session.scalar(left) == 1


async def test_customers_are_added_and_renamed_by_root_admins(http: httpx.AsyncClient, cast: dict[str, Caller]) -> None:
    headers = cast["root"].headers
    made = ok(await http.post(CUSTOMERS, json={"name": "  Nimbus "}, headers=headers), 201)
    assert made["name"] == "Nimbus"
    refused(await http.post(CUSTOMERS, json={"name": "Nimbus"}, headers=headers), 409, "RESOURCE_ALREADY_EXISTS")
    ok(await http.patch(f"{CUSTOMERS}/{made['id']}", json={"name": "Cirrus"}, headers=headers))
    answer = await http.patch(f"{CUSTOMERS}/{made['id']}", json={"name": "Acme"}, headers=headers)
    refused(answer, 409, "RESOURCE_ALREADY_EXISTS")
    not_found(await http.patch(f"{CUSTOMERS}/7", json={"name": "Stratus"}, headers=headers))
    rows = ok(await http.get(CUSTOMERS, headers=headers))["results"]
    assert [(row["name"], row["people"]) for row in rows] == [("Acme", 4), ("Cirrus", 0), ("Umbra", 1)]
    invited = {"email": "n@nimbus.example", "role": "user", "customer": "Cirrus"}
    ok(await http.post(INVITATIONS, json=invited, headers=headers), 201)


async def test_customers_are_kept_from_customer_admins(db: Database, cast: dict[str, Caller]) -> None:
    for call in (
        customers.list_customers(db, cast["admin"].actor),
        customers.add_customer(db, cast["admin"].actor, "Mine"),
        customers.rename_customer(db, cast["admin"].actor, cast["admin"].actor.customer_id, "Mine"),
    ):
        with pytest.raises(PermissionDenied):
            await call


async def _commanded(function: Any, *arguments: Any, **named: Any) -> list[str]:
    lines: list[str] = []
    await asyncio.to_thread(function, *arguments, **named, say=lines.append)
    return lines


async def test_command_line_does_the_same(db: Database, database_url: str, cast: dict[str, Caller]) -> None:
    lines = await _commanded(commands.reset_password_command, database_url, "http://here", "ann@acme.example")
    assert lines[1].startswith("http://here/reset-password?key=")
    lines = await _commanded(commands.add_customer_command, database_url, "Nimbus")
    assert "Nimbus" in lines[0]
    await _commanded(commands.rename_customer_command, database_url, "Nimbus", "Cirrus")
    lines = await _commanded(commands.list_customers_command, database_url)
    assert [line.split("  ")[0] for line in lines] == ["Acme", "Cirrus", "Umbra"]
    lines = await _commanded(commands.invite_command, database_url, "http://here", "n@c.example", "Cirrus", "user")
    assert await people.accept_invitation(db, key_of(lines[1]), "New", NEW, HERE)
    lines = await _commanded(commands.invite_command, database_url, "http://here", "w@c.example", "Cirrus", "user")
    (listed,) = await _commanded(commands.list_invitations_command, database_url)
    assert listed.startswith("w@c.example  (user of Cirrus, until ")
    assert (
        "1 invitation for w@c.example" in (await _commanded(commands.uninvite_command, database_url, "W@c.example"))[0]
    )
    with pytest.raises(LinkIsDead):
        await people.invitation_of(db, key_of(lines[1]))
    await _commanded(commands.change_role_command, database_url, "ann@acme.example", "staff")
    await _commanded(commands.set_active_command, database_url, "gus@umbra.example", is_active=False)
    rows = {row["email"]: row for row in (await people.list_people(db, cast["root"].actor))["people"]}
    assert rows["ann@acme.example"]["role"] == "staff"
    assert not rows["gus@umbra.example"]["is_active"]
    await _commanded(commands.set_active_command, database_url, "gus@umbra.example", is_active=True)
    for arguments, problem in (
        ((commands.change_role_command, database_url, "ruth@acme.example", "user"), PermissionDenied),
        ((commands.change_role_command, database_url, "nobody@acme.example", "user"), NotFound),
        ((commands.change_role_command, database_url, "ann@acme.example", "king"), InvalidInput),
        ((commands.invite_command, database_url, "", "m@c.example", "Nowhere", "user"), NotFound),
        ((commands.uninvite_command, database_url, "w@c.example"), NotFound),
        ((commands.rename_customer_command, database_url, "Nowhere", "X"), NotFound),
        ((commands.add_customer_command, database_url, "Acme"), AlreadyExists),
    ):
        with pytest.raises(problem):
            await _commanded(*arguments)
    out = io.BytesIO()
    await asyncio.to_thread(commands.export_audit_command, database_url, "csv", out)
    assert b",person.role_changed,ok,," in out.getvalue()
    assert b",command line," in out.getvalue()


async def test_inactive_root_admins_do_not_count(db: Database) -> None:
    kept = await make_caller(db, "kept@acme.example", Role.ROOT_ADMIN)
    gone = await make_caller(db, "gone@acme.example", Role.ROOT_ADMIN)
    async with db.session_scope() as session:
        await session.execute(update(User).where(User.id == gone.actor.user_id).values(is_active=False))
    with pytest.raises(PermissionDenied, match="last root admin"):
        await people.set_active(db, kept.actor, kept.actor.user_id, is_active=False)
