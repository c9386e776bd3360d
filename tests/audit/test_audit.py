"""The audit log: what is recorded, that nothing changes it, who reads it, and that its files are safe to open."""

import csv
import io
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text, update
from sqlalchemy.exc import ProgrammingError

from siliconmark_ui.accounts import people
from siliconmark_ui.accounts.api_tokens import make_token
from siliconmark_ui.accounts.own_password import Post, make_reset_link, reset_password
from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.accounts.service import Browser
from siliconmark_ui.audit.caller import from_address
from siliconmark_ui.audit.reading import FORMULA_STARTS, _safe_cell
from siliconmark_ui.audit.refusals import REFUSALS
from siliconmark_ui.audit.service import Act, record_alone
from siliconmark_ui.db import Database
from siliconmark_ui.instants import at, now, to_text
from siliconmark_ui.models import User
from tests.accounts.browsers import browser
from tests.api.expect import invalid, ok, refused
from tests.api.paths import DELETE, JOBS, TOKEN, V1
from tests.factories import PASSWORD, Caller, bearer, make_caller, make_job

AUDIT = f"{V1}/audit"
ANN = "ann@acme.example"
NEW = "seven brown lamps hum"


@pytest.fixture
async def root(db: Database) -> Caller:
    """A root admin of a customer that nobody else belongs to."""
    return await make_caller(db, "ruth@home.example", Role.ROOT_ADMIN, "Home")


async def _entries(http: httpx.AsyncClient, caller: Caller, **query: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ok(await http.get(AUDIT, params=query, headers=caller.headers))["results"]
    return rows


async def test_every_act_is_recorded_with_who_what_and_from_where(
    http: httpx.AsyncClient, db: Database, api_address: str, root: Caller
) -> None:
    ann = await make_caller(db)
    job = await make_job(db, ann.actor, name="Night run")
    async with browser(api_address) as one:
        await one.sign_in(password="not the password")
        await one.sign_in()
        origin = {"Origin": api_address}
        token = {"name": "nightly", "scope": "read"}
        made = ok(await one.client.post(f"{V1}/account/tokens", json=token, headers=origin), 201)
        ok(await one.client.delete(f"{V1}/account/tokens/{made['id']}", headers=origin))
        ok(await one.client.delete(f"{V1}/account/sessions", headers=origin))
        await one.post("/auth/sign-out")
    await http.post(TOKEN, data={"username": "nobody@acme.example", "password": "not the password"})
    ok(await http.request("DELETE", DELETE, json={"id": int(job["id"])}, headers=ann.headers))
    body = {"email": "new@home.example", "role": "user"}
    ok(await http.post(f"{V1}/invitations", json=body, headers=root.headers), 201)
    ok(await http.patch(f"{V1}/people/{ann.actor.user_id}", json={"role": "staff"}, headers=root.headers))
    ok(await http.patch(f"{V1}/people/{ann.actor.user_id}", json={"is_active": False}, headers=root.headers))
    ok(await http.post(f"{V1}/customers", json={"name": "Nimbus"}, headers=root.headers), 201)
    told = [(row["action"], row["outcome"], row["person"], row["target"]) for row in await _entries(http, root)]
    ann_, ruth = "ann@acme.example", "ruth@home.example"
    assert list(reversed(told)) == [
        ("session.signed_in", "refused", ann_, ""),
        ("session.signed_in", "ok", ann_, ann_),
        ("token.made", "ok", ann_, "nightly"),
        ("token.revoked", "ok", ann_, "nightly"),
        ("session.revoked", "ok", ann_, ann_),
        ("session.signed_out", "ok", ann_, ann_),
        ("session.signed_in", "refused", "nobody@acme.example", ""),
        ("job.deleted", "ok", ann_, "Night run"),
        ("person.invited", "ok", ruth, "new@home.example"),
        ("person.role_changed", "ok", ruth, ann_),
        ("person.deactivated", "ok", ruth, ann_),
        ("customer.added", "ok", ruth, "Nimbus"),
    ]
    rows = await _entries(http, root)
    assert {row["address"] for row in rows} == {"127.0.0.1"}
    assert made["token"] not in json.dumps(rows)


async def test_refused_acts_are_recorded_with_the_reason(http: httpx.AsyncClient, db: Database, root: Caller) -> None:
    ann = await make_caller(db)
    foreign = await make_job(db, root.actor, name="Not hers")
    made = await make_token(db, ann.actor, "reader", "read", 1)
    reader = bearer(made["token"])
    calls: tuple[tuple[str, str, Any, dict[str, str]], ...] = (
        ("DELETE", DELETE, {"id": int(foreign["id"])}, ann.headers),
        ("GET", AUDIT, None, ann.headers),
        ("GET", f"{AUDIT}/export", None, ann.headers),
        ("GET", f"{V1}/people", None, ann.headers),
        ("POST", f"{V1}/invitations", {"email": "x@acme.example", "role": "root_admin"}, ann.headers),
        ("PATCH", f"{V1}/people/{ann.actor.user_id}", {"role": "root_admin"}, ann.headers),
        ("POST", f"{V1}/customers", {"name": "Mine"}, ann.headers),
        ("POST", JOBS, {"benchmarks": []}, reader),
        ("GET", f"{V1}/account/tokens", None, reader),
        ("PATCH", f"{V1}/people/{root.actor.user_id}", {"is_active": False}, root.headers),
    )
    for method, path, body, headers in calls:
        refused(await http.request(method, path, json=body, headers=headers), 403, "PERMISSION_DENIED")
    rows = await _entries(http, root, outcome="refused")
    assert [(row["action"], row["person"]) for row in reversed(rows)] == [
        ("job.deleted", "ann@acme.example"),
        ("audit.read", "ann@acme.example"),
        ("audit.exported", "ann@acme.example"),
        ("people.read", "ann@acme.example"),
        ("person.invited", "ann@acme.example"),
        ("person.role_changed", "ann@acme.example"),
        ("customer.added", "ann@acme.example"),
        ("api.written", "ann@acme.example"),
        ("tokens.read", "ann@acme.example"),
        ("person.standing_changed", "ruth@home.example"),
    ]
    assert rows[0]["details"]["why"].startswith("The last root admin")
    assert rows[2]["details"] == {"why": "This API token may only read", "access": "read"}
    assert {row["address"] for row in rows} == {"127.0.0.1"}


async def test_same_refusal_without_end_fills_no_log(http: httpx.AsyncClient, db: Database, root: Caller) -> None:
    ann = await make_caller(db)
    for _ in range(REFUSALS.tries + 5):
        refused(await http.get(AUDIT, headers=ann.headers), 403, "PERMISSION_DENIED")
    assert len(await _entries(http, root, action="audit.read")) == REFUSALS.tries


async def test_limit_that_is_reached_is_recorded_once(http: httpx.AsyncClient, db: Database, root: Caller) -> None:
    cleo = await make_caller(db, "cleo@acme.example", Role.CUSTOMER_ADMIN)
    form = {"username": "cleo@acme.example", "password": "not the password"}
    for _ in range(10):
        refused(await http.post(TOKEN, data=form), 401, "CLIENT_CREDENTIALS_INVALID")
    for _ in range(3):
        refused(await http.post(TOKEN, data=form), 429, "RATE_LIMITED")
    # The admin of the account's customer reads of it, too.
    for reader in (root, cleo):
        rows = await _entries(http, reader, action="limit.")
        assert [(row["person"], row["outcome"], row["details"]) for row in rows] == [
            ("cleo@acme.example", "refused", {"limit": "sign-in"})
        ]


async def test_nothing_changes_or_removes_an_entry(db: Database, root: Caller) -> None:
    await record_alone(db, Act("token.made", root.actor))
    for statement in ("UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries", "TRUNCATE audit_entries"):
        with pytest.raises(ProgrammingError, match="append-only"):
            async with db.session_scope() as session:
                await session.execute(text(statement))


async def test_act_that_fails_leaves_no_entry(db: Database, http: httpx.AsyncClient, root: Caller) -> None:
    with pytest.raises(RuntimeError):
        await _fail_after_inviting(db, root)
    assert await _entries(http, root) == []


async def _fail_after_inviting(db: Database, root: Caller) -> None:
    from siliconmark_ui.audit import service

    async with db.session_scope() as session:
        await service.record(session, Act("person.invited", root.actor))
        raise RuntimeError


async def test_customer_admin_reads_the_own_customer_alone(http: httpx.AsyncClient, db: Database, root: Caller) -> None:
    cleo = await make_caller(db, "cleo@acme.example", Role.CUSTOMER_ADMIN)
    await make_caller(db, "gus@umbra.example", Role.CUSTOMER_ADMIN, "Umbra")
    await people.invite(db, root.actor, Post(""), "a@acme.example", Role.USER, "Acme")
    await people.invite(db, root.actor, Post(""), "b@umbra.example", Role.USER, "Umbra")
    assert [row["target"] for row in await _entries(http, cleo)] == ["a@acme.example"]
    assert len(await _entries(http, root)) == 2
    answer = await http.get(f"{AUDIT}/export?format=json", headers=cleo.headers)
    assert [row["target"] for row in answer.json() if row["action"] == "person.invited"] == ["a@acme.example"]


async def test_entries_are_filtered_and_paged(http: httpx.AsyncClient, db: Database, root: Caller) -> None:
    start = now() - timedelta(hours=1)
    for minute in range(5):
        with at(start + timedelta(minutes=minute)):
            await record_alone(db, Act("token.made" if minute % 2 else "token.revoked", root.actor, target=str(minute)))
    await record_alone(db, Act("session.signed_in", email="x@y.example", outcome="refused"))
    assert [row["target"] for row in await _entries(http, root, action="token.made")] == ["3", "1"]
    assert len(await _entries(http, root, action="token.")) == 5
    assert len(await _entries(http, root, action="token%")) == 0
    assert [row["person"] for row in await _entries(http, root, outcome="refused")] == ["x@y.example"]
    assert len(await _entries(http, root, person="Ruth@home.example")) == 5
    assert len(await _entries(http, root, person="UTH@h")) == 5
    span = {"after": to_text(start), "before": to_text(start + timedelta(minutes=3))}
    assert [row["target"] for row in await _entries(http, root, **span)] == ["2", "1"]
    second = await http.get(AUDIT, params={"page": 2, "per_page": 4}, headers=root.headers)
    assert [row["target"] for row in ok(second)["results"]] == ["1", "0"]
    assert second.json()["total"] == 6


async def test_sign_ins_name_the_customer_where_the_account_is_known(
    http: httpx.AsyncClient, db: Database, api_address: str, root: Caller
) -> None:
    await make_caller(db)
    async with browser(api_address) as one:
        await one.sign_in(password="not the password")
        await one.sign_in(email="nobody@acme.example")
        await one.sign_in()
        await one.post("/auth/password", current=PASSWORD, new=NEW, again=NEW)
        await one.post("/auth/sign-out")
    await make_caller(db, "gone@acme.example")
    async with db.session_scope() as session:
        await session.execute(update(User).where(User.email == "gone@acme.example").values(is_active=False))
    await http.post(TOKEN, data={"username": "gone@acme.example", "password": PASSWORD})
    await http.post(TOKEN, data={"username": "ann@acme.example", "password": NEW})
    link = await make_reset_link(db, ANN)
    await reset_password(db, parse_qs(urlsplit(link.path).query)["key"][0], "nine brown lamps hum")
    for _ in range(11):
        await http.post(TOKEN, data={"username": ANN, "password": "not the password"})
    rows = await _entries(http, root)
    assert {row["action"] for row in rows if ANN in (row["person"], row["target"])} >= {
        "session.signed_in", "session.signed_out", "password.changed", "password.reset", "password.reset_requested",
        "limit.reached",
    }  # fmt: skip
    assert {row["customer"] for row in rows if ANN in (row["person"], row["target"])} == {"Acme"}
    assert [row["customer"] for row in rows if row["person"] == "nobody@acme.example"] == [""]
    assert [row["customer"] for row in rows if row["person"] == "gone@acme.example"] == ["Acme"]


async def test_whoever_joins_or_is_linked_is_recorded_with_the_customer(
    http: httpx.AsyncClient, db: Database, root: Caller
) -> None:
    await make_caller(db)
    invited = await people.invite(db, root.actor, Post(""), "new@acme.example", Role.USER, "Acme")
    key = parse_qs(urlsplit(str(invited["link"])).query)["key"][0]
    await people.accept_invitation(db, key, "New", NEW, Browser("127.0.0.1"))
    rows = await _entries(http, root)
    assert [(row["action"], row["customer"]) for row in rows] == [
        ("session.signed_in", "Acme"), ("person.added", "Acme"), ("person.invited", "Acme"),
    ]  # fmt: skip


async def test_entries_are_found_by_a_part_of_an_email_or_of_a_name(
    http: httpx.AsyncClient, db: Database, root: Caller
) -> None:
    cleo = await make_caller(db, "cleo@acme.example", Role.CUSTOMER_ADMIN)
    callers = [await make_caller(db, email) for email in (ANN, "joann@acme.example", "zoe@acme.example")]
    async with db.session_scope() as session:
        await session.execute(update(User).where(User.email == "zoe@acme.example").values(name="Zoë ÄNNE_%"))
        await session.execute(update(User).where(User.email == "ruth@home.example").values(name="Ruth Zorn"))
    for caller in (*callers, root):
        await record_alone(db, Act("token.made", caller.actor, customer_id=cleo.actor.customer_id))
    await record_alone(db, Act("session.signed_in", email="stranger_ann%@x.example", outcome="refused"))

    async def found(reader: Caller, person: str) -> set[str]:
        rows = await _entries(http, reader, person=person)
        assert len(rows) == len({row["person"] for row in rows})
        return {row["person"].partition("@")[0] for row in rows}

    assert await found(root, "ann") == {"ann", "joann", "stranger_ann%"}
    # The whole e-mail of an account is that account.
    assert await found(root, " ANN@acme.example ") == {"ann"}
    assert await found(root, "änne") == {"zoe"}
    assert await found(root, "ZO") == {"zoe", "ruth"}
    assert await found(root, "_") == {"zoe", "stranger_ann%"}
    assert await found(root, "ann%") == {"stranger_ann%"}
    assert await found(root, "nobody") == set()
    # An admin of a customer does not learn what others are called, only what stands in the own log.
    assert await found(cleo, "zo") == {"zoe"}
    assert await found(cleo, "ruth@") == {"ruth"}
    assert await found(cleo, "stranger") == set()
    answer = await http.get(f"{AUDIT}/export?format=json&person=joa", headers=root.headers)
    assert [row["person"] for row in answer.json()] == ["joann@acme.example"]


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "per_page=301", "outcome=maybe", "after=soon", "action=", "sort=x", "page=1&page=2"]
)
async def test_query_is_invalid_when(http: httpx.AsyncClient, root: Caller, query: str) -> None:
    invalid(await http.get(f"{AUDIT}?{query}", headers=root.headers))


async def test_files_hold_every_entry_and_no_formula(http: httpx.AsyncClient, db: Database, root: Caller) -> None:
    for number in range(1200):
        await record_alone(
            db, Act("token.made", root.actor, target=f"=cmd|' /C calc'!A{number}", details={"n": number})
        )
    answer = await http.get(f"{AUDIT}/export", headers=root.headers)
    assert answer.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["target"] for row in rows[1:]] == [f"'=cmd|' /C calc'!A{number}" for number in reversed(range(1200))]
    assert rows[0]["action"] == "audit.exported"
    answer = await http.get(f"{AUDIT}/export?format=json", headers=root.headers)
    assert [row["details"].get("n") for row in answer.json()[2:]] == list(reversed(range(1200)))
    invalid(await http.get(f"{AUDIT}/export?format=xlsx", headers=root.headers), "format")


@given(st.text(max_size=40) | st.dictionaries(st.text(max_size=5), st.integers(), max_size=3))
def test_no_cell_begins_like_a_formula(value: object) -> None:
    assert not _safe_cell(value).startswith(FORMULA_STARTS)


async def test_address_of_a_block_is_that_of_its_acts_alone(
    http: httpx.AsyncClient, db: Database, root: Caller
) -> None:
    with from_address("command line"):
        await record_alone(db, Act("token.made", root.actor))
    await record_alone(db, Act("token.revoked", root.actor))
    assert [row["address"] for row in await _entries(http, root)] == ["", "command line"]
    ok(await http.get(JOBS, headers=root.headers))
