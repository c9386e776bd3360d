"""API tokens: made, shown once, used, limited by scope and time, revoked. And keys that rotate."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from siliconmark_ui.accounts.api_tokens import MOST_TOKENS, PREFIX, make_token
from siliconmark_ui.accounts.tables import ApiToken
from siliconmark_ui.accounts.tokens import TokenSigner, get_signer
from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidToken, PermissionDenied
from siliconmark_ui.instants import now
from siliconmark_ui.models import User
from tests.api.expect import invalid, not_found, ok, refused, token_refused
from tests.api.paths import ANONYMOUS, CURRENT, DELETE, JOBS, STATS, TAGS, V1
from tests.factories import bearer, make_caller, make_job

TOKENS = f"{V1}/account/tokens"


async def _made(http: httpx.AsyncClient, headers: dict[str, str], **fields: Any) -> Any:
    return ok(await http.post(TOKENS, json={"name": "nightly", "scope": "write", **fields}, headers=headers), 201)


async def test_token_is_shown_once_and_stored_as_a_hash(http: httpx.AsyncClient, db: Database) -> None:
    ann = await make_caller(db)
    made = await _made(http, ann.headers)
    assert made["token"].startswith(PREFIX)
    assert len(made["token"]) > 40
    listed = ok(await http.get(TOKENS, headers=ann.headers))["results"]
    assert [row["id"] for row in listed] == [made["id"]]
    assert made["token"] not in str(listed)
    assert made["token"].startswith(listed[0]["hint"])
    async with db.session_scope() as session:
        stored = (await session.scalars(select(ApiToken))).one()
        assert made["token"] not in str(vars(stored))


async def test_token_opens_what_its_scope_allows(http: httpx.AsyncClient, db: Database) -> None:
    ann = await make_caller(db)
    job = await make_job(db, ann.actor)
    reading = bearer((await _made(http, ann.headers, scope="read"))["token"])
    writing = bearer((await _made(http, ann.headers, scope="write"))["token"])
    for path in (JOBS, TAGS, STATS, f"{JOBS}/{job['id']}", f"{JOBS}/{job['id']}/results", f"{JOBS}/export"):
        assert (await http.get(path, headers=reading)).status_code == 200
    body = {"id": int(job["id"])}
    for answer in (
        await http.post(JOBS, json={"benchmarks": []}, headers=reading),
        await http.request("DELETE", DELETE, json=body, headers=reading),
        await http.post(f"{JOBS}/{job['id']}/generate-report", headers=reading),
    ):
        refused(answer, 403, "PERMISSION_DENIED", "only read")
    ok(await http.get(f"{JOBS}/{job['id']}", headers=reading))
    ok(await http.post(JOBS, json={"benchmarks": []}, headers=writing), 201)
    ok(await http.request("DELETE", DELETE, json=body, headers=writing))


async def test_token_never_reaches_the_account_or_an_agent_route(http: httpx.AsyncClient, db: Database) -> None:
    ann = await make_caller(db)
    writing = bearer((await _made(http, ann.headers))["token"])
    for method, path, body in (
        ("GET", TOKENS, None),
        ("POST", TOKENS, {"name": "another", "scope": "write"}),
        ("GET", f"{V1}/account/sessions", None),
        ("DELETE", f"{V1}/account/sessions", None),
    ):
        refused(await http.request(method, path, json=body, headers=writing), 403, "PERMISSION_DENIED")
    token_refused(await http.get(CURRENT, headers=writing))


async def test_last_use_is_noted(http: httpx.AsyncClient, db: Database) -> None:
    ann = await make_caller(db)
    made = await _made(http, ann.headers)
    assert made["last_used_at"] is None
    ok(await http.get(JOBS, headers=bearer(made["token"])))
    assert ok(await http.get(TOKENS, headers=ann.headers))["results"][0]["last_used_at"] is not None


async def test_revoked_or_expired_token_is_dead(http: httpx.AsyncClient, db: Database) -> None:
    ann = await make_caller(db)
    bob = await make_caller(db, "bob@acme.example")
    revoked, expired = await _made(http, ann.headers), await _made(http, ann.headers)
    not_found(await http.delete(f"{TOKENS}/{revoked['id']}", headers=bob.headers))
    ok(await http.delete(f"{TOKENS}/{revoked['id']}", headers=ann.headers))
    not_found(await http.delete(f"{TOKENS}/{revoked['id']}", headers=ann.headers))
    async with db.session_scope() as session:
        past = update(ApiToken).where(ApiToken.id == int(expired["id"])).values(expires_at=now() - timedelta(seconds=1))
        await session.execute(past)
    for made in (revoked, expired):
        token_refused(await http.get(JOBS, headers=bearer(made["token"])))
    assert ok(await http.get(TOKENS, headers=ann.headers))["results"] == []


async def test_token_of_a_deactivated_person_is_dead(http: httpx.AsyncClient, db: Database) -> None:
    ann = await make_caller(db)
    made = await _made(http, ann.headers)
    async with db.session_scope() as session:
        await session.execute(update(User).values(is_active=False))
    token_refused(await http.get(JOBS, headers=bearer(made["token"])))


@pytest.mark.parametrize("token", [PREFIX, f"{PREFIX}x", f"{PREFIX}" + "A" * 43, f"{PREFIX}~", PREFIX + "é" * 20])
async def test_token_that_nobody_made_opens_nothing(http: httpx.AsyncClient, db: Database, token: str) -> None:
    await make_caller(db)
    token_refused(await http.get(JOBS, headers={b"Authorization": f"Bearer {token}".encode()}))


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"name": ""}, "name"), ({"name": " "}, "name"), ({"name": "x" * 61}, "name"), ({"name": None}, "name"),
        ({"name": "a\x00b"}, "name"), ({"scope": "admin"}, "scope"), ({"scope": ["read"]}, "scope"),
        ({"scope": None}, "scope"), ({"expires_in_days": 0}, "days"), ({"expires_in_days": 367}, "days"),
        ({"expires_in_days": 367.0}, "days"), ({"expires_in_days": True}, "days"), ({"expires_in_days": "30"}, "days"),
        ({"expires_in_days": 1.5}, "days"), ({"secret": "mine"}, "secret"),
    ],
)  # fmt: skip
async def test_token_is_refused_when(http: httpx.AsyncClient, db: Database, fields: dict[str, Any], word: str) -> None:
    ann = await make_caller(db)
    body = {"name": "nightly", "scope": "read", **fields}
    invalid(await http.post(TOKENS, json=body, headers=ann.headers), word)


async def test_tokens_of_one_person_are_bounded(db: Database) -> None:
    ann = await make_caller(db)
    for number in range(MOST_TOKENS):
        await make_token(db, ann.actor, f"token {number}", "read", 1)
    with pytest.raises(PermissionDenied, match="revoke one"):
        await make_token(db, ann.actor, "one more", "read", 1)


OLD, FRESH, OTHER = ("old-" * 10, "new-" * 10, "else-" * 10)


def test_keys_rotate_without_signing_anybody_out() -> None:
    moment = now() + timedelta(hours=5)
    before = TokenSigner(OLD)
    after = TokenSigner(f"{FRESH}, {OLD}")
    ended = TokenSigner(FRESH)
    assert after.subject(before.user_token(7), "user") == 7
    assert after.subject(before.job_token(8, moment), "job") == 8
    assert ended.subject(after.user_token(7), "user") == 7
    for forged in (TokenSigner(OTHER).user_token(7), before.job_token(7, moment)):
        with pytest.raises(InvalidToken):
            after.subject(forged, "user")
    with pytest.raises(InvalidToken):
        ended.subject(before.user_token(7), "user")


def test_job_token_is_the_same_each_time_and_only_its_key_changes_it() -> None:
    moment = now() + timedelta(hours=5)
    ring = f"{FRESH},{OLD}"
    assert TokenSigner(ring).job_token(8, moment) == TokenSigner(FRESH).job_token(8, moment)
    assert TokenSigner(ring).job_token(8, moment) != TokenSigner(OLD).job_token(8, moment)


def test_comma_inside_one_key_is_part_of_it() -> None:
    secret = "one key, with a comma in it, that is long enough"
    assert TokenSigner(secret).subject(TokenSigner(secret).user_token(7), "user") == 7
    with pytest.raises(InvalidToken):
        TokenSigner("one key").subject(TokenSigner(secret).user_token(7), "user")


async def test_signed_token_of_an_earlier_generation_is_dead(http: httpx.AsyncClient, db: Database) -> None:
    ann = await make_caller(db)
    token_refused(await http.get(JOBS, headers=bearer(get_signer().user_token(ann.actor.user_id, generation=1))))
    ok(await http.get(JOBS, headers=ann.headers))
    ok(await http.post(ANONYMOUS), 201)
