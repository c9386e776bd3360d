"""Browser sessions: rotation, expiry, the list of one's own, and that other sites' pages cannot use them."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select, update

from siliconmark_ui.accounts import sessions
from siliconmark_ui.accounts.sessions import COOKIE_NAME
from siliconmark_ui.api.app import create_api
from siliconmark_ui.api.browser import router as auth
from siliconmark_ui.config import load_settings
from siliconmark_ui.db import Database
from siliconmark_ui.instants import now
from siliconmark_ui.models import BrowserSession
from tests.accounts.browsers import browser
from tests.api.expect import not_found, ok, refused, token_refused
from tests.api.paths import DELETE, JOBS, V1
from tests.api.serving import served_api
from tests.conftest import SECRET
from tests.factories import PASSWORD, make_caller, make_job

SESSIONS = f"{V1}/account/sessions"
TOKENS = f"{V1}/account/tokens"


async def test_cookie_is_out_of_reach_of_scripts_and_rotates_at_each_sign_in(
    http: httpx.AsyncClient, db: Database, api_address: str
) -> None:
    await make_caller(db)
    async with browser(api_address) as ann:
        answer = await ann.sign_in()
        assert answer.status_code == 303
        assert answer.headers["location"] == "/jobs/7"
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "path=/" in cookie
        first = ann.key
        await ann.sign_in()
        assert ann.key != first
        assert await ann.is_signed_in()
        ann.client.cookies.clear()
        token_refused(await ann.client.get(SESSIONS, headers={"Cookie": f"{COOKIE_NAME}={first}"}))


@pytest.mark.parametrize(
    ("page", "target"),
    [
        ("/sign-in?next=%2Fjobs%2F7%3Ftab%3Dnodes", "/jobs/7?tab=nodes"),
        ("/sign-in?error=credentials", "/"),
        ("/sign-in?next=%2F%2Fevil.example", "/"),
        ("/sign-in?next=https%3A%2F%2Fevil.example", "/"),
        ("/people?next=%2Fjobs%2F7", "/"),
        ("", "/"),
        ("http://[/sign-in?next=%2Fjobs%2F7", "/"),
    ],
)
async def test_sign_in_leads_where_its_page_says_when_the_form_does_not(
    db: Database, api_address: str, page: str, target: str
) -> None:
    await make_caller(db)
    async with browser(api_address) as ann:
        ann.client.headers["Referer"] = page if page.startswith("http") else f"{api_address}{page}"
        form = {"email": "ann@acme.example", "password": PASSWORD}
        assert (await ann.post("/auth/sign-in", **form)).headers["location"] == target
        refused = await ann.post("/auth/sign-in", **{**form, "password": "wrong"})
        assert parse_qs(urlsplit(refused.headers["location"]).query).get("next", ["/"]) == [target]


async def test_key_is_nowhere_in_the_database(http: httpx.AsyncClient, db: Database, api_address: str) -> None:
    await make_caller(db)
    async with browser(api_address) as ann:
        await ann.sign_in()
        async with db.session_scope() as session:
            stored = (await session.scalars(select(BrowserSession))).one()
        assert str(ann.key) not in repr(stored)
        assert stored.key_hash == sessions.hash_of(str(ann.key))


@pytest.mark.parametrize(
    "change",
    [
        {"expires_at": now() - timedelta(seconds=1)},
        {"last_seen_at": now() - sessions.USUAL_LIVES.idle - timedelta(minutes=1)},
    ],
    ids=["past its end", "idle for too long"],
)
async def test_session_is_dead_when(
    http: httpx.AsyncClient, db: Database, api_address: str, change: dict[str, object]
) -> None:
    await make_caller(db)
    async with browser(api_address) as ann:
        await ann.sign_in()
        assert await ann.is_signed_in()
        async with db.session_scope() as session:
            await session.execute(update(BrowserSession).values(**change))
        assert not await ann.is_signed_in()


async def test_lifetimes_of_sessions_are_those_of_the_settings(db: Database, database_url: str, tmp_path: Path) -> None:
    await make_caller(db)
    lives = {"SILICONMARK_SESSION_IDLE_MINUTES": "10", "SILICONMARK_SESSION_MINUTES": "30"}
    with served_api(database_url, SECRET, tmp_path / "api.log", **lives) as address:
        async with browser(address) as ann:
            answer = await ann.sign_in()
            assert f"Max-Age={30 * 60};" in answer.headers["set-cookie"]
            async with db.session_scope() as session:
                stored = (await session.scalars(select(BrowserSession))).one()
                assert timedelta(minutes=29) < stored.expires_at - now() <= timedelta(minutes=30)
            for ago, lives_on in ((9, True), (11, False)):
                async with db.session_scope() as session:
                    await session.execute(update(BrowserSession).values(last_seen_at=now() - timedelta(minutes=ago)))
                assert await ann.is_signed_in() is lives_on


@pytest.mark.parametrize(("idle", "precision"), [(timedelta(days=3), 300), (timedelta(minutes=5), 30)])
def test_use_is_noted_more_often_when_the_idle_life_is_short(idle: timedelta, precision: int) -> None:
    assert sessions.Lives(idle, idle).seen_precision == timedelta(seconds=precision)


async def test_own_sessions_are_listed_and_ended_one_by_one_or_all_others(
    http: httpx.AsyncClient, db: Database, api_address: str
) -> None:
    await make_caller(db)
    await make_caller(db, "bob@acme.example")
    async with (
        browser(api_address, "First") as first,
        browser(api_address, "Second") as second,
        browser(api_address, "Third") as third,
        browser(api_address) as bobs,
    ):
        for one in (first, second, third):
            await one.sign_in()
        await bobs.sign_in("bob@acme.example")
        rows = ok(await third.client.get(SESSIONS))["results"]
        assert {row["user_agent"] for row in rows} == {"First", "Second", "Third"}
        assert [row["user_agent"] for row in rows if row["current"]] == ["Third"]
        assert {row["address"] for row in rows} == {"127.0.0.1"}
        assert all("key" not in name for row in rows for name in row)
        by_agent = {row["user_agent"]: row["id"] for row in rows}
        not_found(await bobs.client.delete(f"{SESSIONS}/{by_agent['First']}"))
        ok(await third.client.delete(f"{SESSIONS}/{by_agent['First']}"))
        assert not await first.is_signed_in()
        assert await second.is_signed_in()
        ok(await third.client.delete(SESSIONS))
        assert not await second.is_signed_in()
        assert await third.is_signed_in()
        assert await bobs.is_signed_in()


async def test_sign_out_ends_the_session_for_good(http: httpx.AsyncClient, db: Database, api_address: str) -> None:
    await make_caller(db)
    async with browser(api_address) as ann:
        await ann.sign_in()
        key = ann.key
        answer = await ann.post("/auth/sign-out")
        assert answer.headers["location"] == "/sign-in"
        assert ann.key is None
        ann.client.cookies.set(COOKIE_NAME, str(key))
        assert not await ann.is_signed_in()


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=range(len(FOREIGN)))
async def test_foreign_page_changes_nothing_with_a_cookie(
    http: httpx.AsyncClient, db: Database, api_address: str, headers: dict[str, str]
) -> None:
    ann = await make_caller(db)
    job = await make_job(db, ann.actor)
    async with browser(api_address) as one:
        await one.sign_in()
        body = {"name": "stolen", "scope": "write"}
        for answer in (
            await one.client.post(TOKENS, json=body, headers=headers),
            await one.client.delete(SESSIONS, headers=headers),
            await one.client.request("DELETE", DELETE, json={"id": int(job["id"])}, headers=headers),
            await one.client.post(JOBS, json={"benchmarks": []}, headers=headers),
            await one.client.post("/auth/sign-out", headers=headers),
            await one.client.post("/auth/password", data={"current": "x"}, headers=headers),
        ):
            refused(answer, 403, "PERMISSION_DENIED")
        assert await one.is_signed_in()
        assert ok(await one.client.get(TOKENS))["results"] == []
        ok(await http.get(f"{JOBS}/{job['id']}", headers=ann.headers))


@pytest.mark.parametrize("headers", FOREIGN, ids=range(len(FOREIGN)))
async def test_foreign_page_signs_nobody_in(
    http: httpx.AsyncClient, db: Database, api_address: str, headers: dict[str, str]
) -> None:
    await make_caller(db)
    async with browser(api_address) as one:
        form = {"email": "ann@acme.example", "password": "correct horse battery"}
        refused(await one.client.post("/auth/sign-in", data=form, headers=headers), 403, "PERMISSION_DENIED")
        assert one.key is None


async def test_every_route_that_changes_something_refuses_a_foreign_page(api_address: str) -> None:
    described = create_api(load_settings({"DATABASE_URL": "postgresql://nowhere/x"})).openapi()["paths"]
    routes = {(method.upper(), path) for path, methods in described.items() for method in methods if method != "get"}
    routes |= {
        ("POST", route.path) for route in auth.routes if isinstance(route, APIRoute) and "POST" in (route.methods or ())
    }
    assert len(routes) > 20
    headers = {"Cookie": f"{COOKIE_NAME}=anything", "Origin": "https://evil.example"}
    async with httpx.AsyncClient(base_url=api_address, trust_env=False) as client:
        for method, path in sorted(routes):
            concrete = path.replace("{", "").replace("}", "")
            refused(await client.request(method, concrete, headers=headers), 403, "PERMISSION_DENIED")


async def test_cookie_behind_tls_is_secure_and_bound_to_the_host() -> None:
    sessions.use_secure_cookies(True)
    try:
        assert sessions.cookie_name() == f"__Host-{COOKIE_NAME}"
        assert sessions.key_in(f"__Host-{COOKIE_NAME}=mine; {COOKIE_NAME}=planted") == "mine"
        assert sessions.key_in(f"{COOKIE_NAME}=planted") is None
    finally:
        sessions.use_secure_cookies(False)
