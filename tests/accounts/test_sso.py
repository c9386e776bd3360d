"""Single sign-on against a real provider: the whole flow, what claims mean, and everything that must be refused."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import func, select, update

from siliconmark_ui.accounts import oidc, people
from siliconmark_ui.accounts.own_password import Post
from siliconmark_ui.accounts.providers import Provider
from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.accounts.tables import Identity
from siliconmark_ui.audit.tables import AuditEntry
from siliconmark_ui.db import Database
from siliconmark_ui.instants import at, now
from siliconmark_ui.models import User
from tests.accounts.flows import START, come_back, ours, people_in, refusal, set_out, sign_in, with_query
from tests.accounts.meddling import meddle
from tests.accounts.provider import CLIENT, OTHER_CLIENT, OUR_ADDRESS, RunningProvider
from tests.api.paths import V1
from tests.factories import make_caller


async def test_first_sign_in_makes_the_person_and_the_second_finds_them(
    db: Database, corp: Provider, running: RunningProvider
) -> None:
    async with ours(db, corp) as client:
        answer = await sign_in(client, running)
        assert answer.headers["location"] == "/jobs/7"
        rows = (await client.get(f"{V1}/account/sessions")).json()["results"]
        assert [row["provider"] for row in rows] == ["corp"]
        await sign_in(client, running)
        assert len((await client.get(f"{V1}/account/sessions")).json()["results"]) == 1
    assert await people_in(db) == [("ann@acme.example", "user", "Acme")]


async def test_request_carries_pkce_state_and_nonce_of_its_own_each_time(db: Database, corp: Provider) -> None:
    async with ours(db, corp) as client:
        first, second = [parse_qs(urlsplit(await set_out(client)).query) for _ in range(2)]
    for query in (first, second):
        assert query["code_challenge_method"] == ["S256"]
        assert query["redirect_uri"] == [f"{OUR_ADDRESS}{START}/callback"]
        assert query["response_type"] == ["code"]
        assert "client_secret" not in query
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) >= 40
        assert first[name] != second[name]


async def test_role_follows_the_claims_at_each_sign_in(db: Database, corp: Provider, running: RunningProvider) -> None:
    async with ours(db, corp) as client:
        await sign_in(client, running, "cleo")
    assert await people_in(db) == [("cleo@acme.example", "customer_admin", "Acme")]
    changed = replace(corp, role_map=(("NOBODY", Role.CUSTOMER_ADMIN),))
    async with ours(db, changed) as client:
        await sign_in(client, running, "cleo")
    assert await people_in(db) == [("cleo@acme.example", "user", "Acme")]


async def test_last_root_admin_keeps_the_role_whatever_the_claims_say(
    db: Database, corp: Provider, running: RunningProvider
) -> None:
    async with ours(db, replace(corp, role_map=(("BENCH_ADMINS", Role.ROOT_ADMIN),))) as client:
        await sign_in(client, running, "cleo")
    async with ours(db, corp) as client:
        await sign_in(client, running, "cleo")
    assert await people_in(db) == [("cleo@acme.example", "root_admin", "Acme")]


async def test_without_a_mapping_only_the_invited_come_in(
    db: Database, corp: Provider, running: RunningProvider
) -> None:
    admin = await make_caller(db, "root@acme.example", Role.ROOT_ADMIN)
    await people.invite(db, admin.actor, Post(""), "gus@elsewhere.example", Role.CUSTOMER_ADMIN)
    unmapped = replace(corp, customer_claim=None, role_claim=None, role_map=())
    async with ours(db, unmapped) as client:
        assert "Nobody has invited" in refusal(await sign_in(client, running, "ann"))
        assert (await sign_in(client, running, "gus")).headers["location"] == "/jobs/7"
    assert ("gus@elsewhere.example", "customer_admin", "Acme") in await people_in(db)
    assert (await people.list_people(db, admin.actor))["invitations"] == []


@pytest.mark.parametrize("is_trusted", [False, True])
async def test_account_with_the_same_address_is_opened_only_where_the_provider_is_trusted(
    db: Database, corp: Provider, running: RunningProvider, is_trusted: bool
) -> None:
    ann = await make_caller(db)
    async with ours(db, replace(corp, trust_email=is_trusted)) as client:
        answer = await sign_in(client, running)
        if not is_trusted:
            assert refusal(answer) == "There is an account with your e-mail already; ask an admin to let Corp open it"
            return
        assert answer.headers["location"] == "/jobs/7"
    async with db.session_scope() as session:
        assert (await session.scalars(select(Identity.user_id))).all() == [ann.actor.user_id]


async def test_deactivated_person_does_not_come_in(db: Database, corp: Provider, running: RunningProvider) -> None:
    async with ours(db, corp) as client:
        await sign_in(client, running)
        async with db.session_scope() as session:
            await session.execute(update(User).values(is_active=False))
        assert "deactivated" in refusal(await sign_in(client, running))
    async with db.session_scope() as session:
        entry = (await session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))).one()
    assert (entry.outcome, entry.actor_email, entry.customer_name) == ("refused", "ann@acme.example", "Acme")


async def test_nonce_of_another_sign_in_is_refused(db: Database, corp: Provider, running: RunningProvider) -> None:
    async with ours(db, corp) as client:
        url = with_query(await set_out(client), nonce="another")
        assert "could not be completed" in refusal(await come_back(client, await running.log_in(url, "ann")))
    assert await people_in(db) == []


async def test_code_is_good_for_one_sign_in(db: Database, corp: Provider, running: RunningProvider) -> None:
    async with ours(db, corp) as client:
        query = await running.log_in(await set_out(client), "ann")
        assert (await come_back(client, query)).headers["location"] == "/jobs/7"
        assert "could not be completed" in refusal(await come_back(client, query))
        # The same code in a sign-in of its own, as a thief would try: PKCE binds it to the first.
        state = parse_qs(urlsplit(await set_out(client)).query)["state"][0]
        assert "could not be completed" in refusal(await come_back(client, {**query, "state": state}))


async def test_stolen_code_not_used_yet_is_refused_by_pkce(
    db: Database, corp: Provider, running: RunningProvider
) -> None:
    async with ours(db, corp) as client:
        stolen = await running.log_in(await set_out(client), "ann")
    async with ours(db, corp) as thief:
        state = parse_qs(urlsplit(await set_out(thief)).query)["state"][0]
        assert "could not be completed" in refusal(await come_back(thief, {**stolen, "state": state}))


async def test_answer_in_another_browser_is_refused(db: Database, corp: Provider, running: RunningProvider) -> None:
    async with ours(db, corp) as attacker:
        query = await running.log_in(await set_out(attacker), "gus")
    async with ours(db, corp) as victim:
        await set_out(victim)
        assert "could not be completed" in refusal(await come_back(victim, query))


@pytest.mark.parametrize(
    "query", [{}, {"code": "x"}, {"state": "x"}, {"code": "x", "state": "x"}, {"error": "access_denied"}]
)
async def test_answer_that_belongs_to_nothing_is_refused(db: Database, corp: Provider, query: dict[str, str]) -> None:
    async with ours(db, corp) as client:
        refusal(await come_back(client, query))
        await set_out(client)
        refusal(await come_back(client, query))


async def test_answer_that_comes_too_late_is_refused(db: Database, corp: Provider, running: RunningProvider) -> None:
    async with ours(db, corp) as client:
        query = await running.log_in(await set_out(client), "ann")
        with at(now() + timedelta(minutes=10, seconds=1)):
            refusal(await come_back(client, query))


@pytest.mark.parametrize(
    ("skew", "is_accepted"),
    [
        (timedelta(seconds=-50), True),
        (timedelta(seconds=-120), False),
        (timedelta(minutes=5, seconds=40), True),
        (timedelta(minutes=6, seconds=30), False),
    ],
    ids=["a little behind", "far behind", "token just expired", "token long expired"],
)
async def test_clocks_may_differ_by_a_minute(
    db: Database, corp: Provider, running: RunningProvider, skew: timedelta, is_accepted: bool
) -> None:
    async with ours(db, corp) as client:
        query = await running.log_in(await set_out(client), "ann")
        with at(now() + skew):
            answer = await come_back(client, query)
        if is_accepted:
            assert answer.headers["location"] == "/jobs/7"
        else:
            refusal(answer)


async def _meddled(
    monkeypatch: pytest.MonkeyPatch, db: Database, corp: Provider, running: RunningProvider, change: Any
) -> str:
    meddle(monkeypatch, change)
    async with ours(db, corp) as client:
        message = refusal(await sign_in(client, running))
    assert await people_in(db) == []
    return message


async def test_token_made_for_another_program_is_refused(
    monkeypatch: pytest.MonkeyPatch, db: Database, corp: Provider, running: RunningProvider
) -> None:
    other = replace(corp, client_id=OTHER_CLIENT)
    nonces: list[str] = []
    forward = oidc.authorization_url

    async def noting(provider: Provider, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        nonces.append(nonce)
        return await forward(provider, redirect_uri, state, nonce, verifier)

    monkeypatch.setattr(oidc, "authorization_url", noting)
    client_of = oidc._client

    async def substitute(token: dict[str, Any]) -> dict[str, Any]:
        redirect_uri, verifier = f"{OUR_ADDRESS}{START}/callback", "v" * 43
        url = await forward(other, redirect_uri, "state", nonces[-1], verifier)
        code = (await running.log_in(url, "ann"))["code"]
        async with client_of(other, redirect_uri) as client:
            endpoint = f"{running.issuer}/token"
            theirs = await client.fetch_token(
                endpoint, grant_type="authorization_code", code=code, code_verifier=verifier
            )
        return dict(theirs)

    await _meddled(monkeypatch, db, corp, running, substitute)


@pytest.mark.parametrize("kind", ["other key", "none", "changed", "missing", "not a token", "of the client secret"])
async def test_id_token_that_the_provider_did_not_sign_is_refused(
    monkeypatch: pytest.MonkeyPatch, db: Database, corp: Provider, running: RunningProvider, kind: str
) -> None:
    async def forge(token: dict[str, Any]) -> dict[str, Any]:
        head, body, signature = token["id_token"].split(".")
        key = RSAKey.generate_key(2048, auto_kid=True)
        claims = {"iss": running.issuer, "aud": CLIENT, "sub": "ann", "exp": 2**31, "iat": 0, "nonce": "x"}
        forged = {
            "other key": jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key),
            "none": f"eyJhbGciOiJub25lIn0.{body}.",
            "changed": f"{head}.{body[:-4]}AAAA.{signature}",
            "not a token": "x",
            "of the client secret": f"eyJhbGciOiJIUzI1NiJ9.{body}.{signature}",
        }
        return {**token, "id_token": forged.get(kind)} if kind != "missing" else {"access_token": "x"}

    await _meddled(monkeypatch, db, corp, running, forge)


async def test_two_first_sign_ins_at_once_make_one_person(
    db: Database, corp: Provider, running: RunningProvider
) -> None:
    async with ours(db, corp) as one, ours(db, corp) as two:
        queries = [await running.log_in(await set_out(client), "ann") for client in (one, two)]
        answers = await asyncio.gather(come_back(one, queries[0]), come_back(two, queries[1]))
    assert [answer.headers["location"] for answer in answers] == ["/jobs/7", "/jobs/7"]
    assert len(await people_in(db)) == 1


async def test_sign_out_ends_the_session_here_and_there(db: Database, corp: Provider, running: RunningProvider) -> None:
    async with ours(db, corp) as client:
        await sign_in(client, running)
        answer = await client.post("/auth/sign-out", headers={"Origin": OUR_ADDRESS})
        assert answer.status_code == 200
        assert f"{running.issuer}/logout?id_token_hint=" in answer.text
        assert (await client.get(f"{V1}/account/sessions")).status_code == 401
        url = answer.text.partition('content="0;url=')[2].partition('"')[0].replace("&amp;", "&")
        async with httpx.AsyncClient(trust_env=False) as outside:
            assert (await outside.get(url)).status_code < 400


async def test_password_sign_in_can_be_switched_off(db: Database, corp: Provider, running: RunningProvider) -> None:
    await make_caller(db, "bob@acme.example")
    off = {f"SILICONMARK_OIDC_CORP_{name}": value for name, value in (("ISSUER", corp.issuer), ("CLIENT_ID", "x"))}
    async with ours(db, corp, SILICONMARK_PASSWORD_SIGN_IN="0", **off) as client:
        form = {"email": "bob@acme.example", "password": "correct horse battery"}
        assert "switched off" in refusal(await client.post("/auth/sign-in", data=form))
        answer = await client.post("/token", data={"username": form["email"], "password": form["password"]})
        assert answer.status_code == 403
        assert (await client.post("/api/user/login", json=form)).status_code == 403
        assert (await sign_in(client, running)).headers["location"] == "/jobs/7"


async def test_way_back_never_leads_to_another_site(db: Database, corp: Provider, running: RunningProvider) -> None:
    async with ours(db, corp) as client:
        url = await set_out(client, "https://evil.example/")
        answer = await come_back(client, await running.log_in(url, "ann"))
        assert answer.headers["location"] == "/"


async def test_provider_that_is_not_there_is_said_plainly(db: Database, corp: Provider) -> None:
    async with ours(db, replace(corp, issuer="http://127.0.0.1:1")) as client:
        assert "Corp cannot be reached" in refusal(await client.get(START))
        assert "no such sign-in provider" in refusal(await client.get("/auth/sso/nobody"))
    async with db.session_scope() as session:
        assert await session.scalar(select(func.count()).select_from(Identity)) == 0


async def test_provider_that_names_another_issuer_is_refused(db: Database, corp: Provider) -> None:
    renamed = replace(corp, issuer=corp.issuer.replace("127.0.0.1", "localhost"))
    async with ours(db, renamed) as client:
        assert "cannot be reached" in refusal(await client.get(START))
