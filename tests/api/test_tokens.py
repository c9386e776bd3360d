"""Bearer tokens on every route: which open, which do not, and that no other ever does."""

import base64
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from siliconmark_ui.accounts import tokens
from siliconmark_ui.accounts.tokens import AUDIENCE, ISSUER, TokenSigner, get_signer
from siliconmark_ui.db import Database
from siliconmark_ui.instants import at, now
from tests.api.expect import ok, token_refused
from tests.api.paths import CURRENT, DELETE, JOBS, STATS, TAGS, TASKS
from tests.conftest import SECRET
from tests.factories import bearer, make_caller, make_job, node, upload

USER_CALLS: list[tuple[str, str, Any]] = [
    ("POST", JOBS, {"benchmarks": []}),
    ("GET", JOBS, None),
    ("GET", TAGS, None),
    ("GET", STATS, None),
    ("GET", f"{JOBS}/1", None),
    ("GET", f"{JOBS}/1/results", None),
    ("DELETE", DELETE, {"id": 1}),
]
AGENT_CALLS: list[tuple[str, str, Any]] = [
    ("GET", CURRENT, None),
    ("POST", TASKS, node()),
    ("PATCH", f"{TASKS}/1", {"state": "running"}),
    ("PUT", f"{TASKS}/1/results/quick_mark", upload({})),
    ("PUT", f"{CURRENT}/results/cluster_network", upload({})),
]
BOTH_CALLS: list[tuple[str, str, Any]] = [("POST", f"{JOBS}/1/generate-report", None)]
ALL_CALLS = USER_CALLS + AGENT_CALLS + BOTH_CALLS
# `Bearer` with what no signer made.
UNREADABLE = [
    {},
    {"Authorization": ""},
    {"Authorization": "Bearer"},
    {"Authorization": "Basic YW5uOmFubg=="},
    {"Authorization": "Bearer x"},
    {"Authorization": "Bearer ..."},
    {"Authorization": "Bearer a.b.c"},
    {"Authorization": b"Bearer \xff\xfe.\xff.\xff"},
    {"Authorization": "Bearer " + "a" * 5000},
    {"Authorization": "Bearer W10.e30.c2ln"},
    {"Authorization": "Bearer eyJhbGciOiJIUzI1NiJ9.W10.c2ln"},
    {"Authorization": "Bearer bnVsbA.bnVsbA.bnVsbA"},
    {"Authorization": "Bearer eyJhbGciOltdfQ.e30.c2ln"},
    {"Authorization": "Bearer eyJhbGciOiJIUzI1NiIsImNyaXQiOlsieCJdfQ.e30.c2ln"},
]


def _secret_key() -> OctKey:
    return TokenSigner(SECRET)._key


def _forged(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, _secret_key())


def _claims(subject: object, **changes: Any) -> dict[str, Any]:
    expires = int((now() + timedelta(hours=1)).timestamp())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "exp": expires, "use": "user"} | changes
    return {name: value for name, value in claims.items() if value is not None}


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(("method", "path", "body"), ALL_CALLS)
async def test_route_is_closed_without_a_token(http: httpx.AsyncClient, method: str, path: str, body: Any) -> None:
    token_refused(await http.request(method, path, json=body))


@pytest.mark.parametrize("headers", UNREADABLE)
@pytest.mark.parametrize(("method", "path", "body"), [USER_CALLS[1], AGENT_CALLS[0], *BOTH_CALLS])
async def test_route_is_closed_to_what_is_no_token(
    http: httpx.AsyncClient, method: str, path: str, body: Any, headers: Any
) -> None:
    token_refused(await http.request(method, path, json=body, headers=headers))


@pytest.mark.parametrize(("method", "path", "body"), USER_CALLS)
async def test_job_token_opens_no_route_of_people(
    http: httpx.AsyncClient, db: Database, method: str, path: str, body: Any
) -> None:
    job = await make_job(db, (await make_caller(db)).actor)
    token_refused(
        await http.request(method, path.replace("/1", f"/{job['id']}"), json=body, headers=bearer(job["token"]))
    )


@pytest.mark.parametrize(("method", "path", "body"), AGENT_CALLS)
async def test_user_token_opens_no_route_of_agents(
    http: httpx.AsyncClient, db: Database, method: str, path: str, body: Any
) -> None:
    caller = await make_caller(db)
    token_refused(await http.request(method, path, json=body, headers=caller.headers))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody-else"},
        {"iss": None},
        {"aud": "another-api"},
        {"aud": None},
        {"sub": None},
        {"exp": None},
        {"exp": 1},
        {"exp": "soon"},
        {"exp": True},
        {"use": None},
        {"use": "job"},
        {"use": "report"},
        {"use": ["user"]},
        {"sub": "0"},
        {"sub": ""},
        {"sub": "-1"},
        {"sub": "1e3"},
        {"sub": "²"},
        {"sub": "9" * 30},
        {"sub": 5},
        {"sub": {"id": 5}},
        {"nbf": 99999999999},
    ],
)
async def test_signed_token_with_a_wrong_claim_is_refused(
    http: httpx.AsyncClient, db: Database, changes: dict[str, Any]
) -> None:
    caller = await make_caller(db)
    whole = _forged(_claims(str(caller.actor.user_id)))
    ok(await http.get(JOBS, headers=bearer(whole)))
    forged = _forged(_claims(str(caller.actor.user_id), **changes))
    token_refused(await http.get(JOBS, headers=bearer(forged)))


async def test_token_that_is_tampered_with_is_refused(http: httpx.AsyncClient, db: Database) -> None:
    ann, bob = await make_caller(db), await make_caller(db, "bob@acme.example")
    head, claims, signature = ann.headers["Authorization"].removeprefix("Bearer ").split(".")
    of_bob = bob.headers["Authorization"].removeprefix("Bearer ").split(".")[1]
    forged_claims = _part(_claims(str(bob.actor.user_id)))
    for token in (
        f"{head}.{of_bob}.{signature}",
        f"{head}.{forged_claims}.{signature}",
        f"{head}.{claims}.{signature[:-2]}",
        f"{head}.{claims}.",
        f"{head}.{claims}",
        f"{_part({'alg': 'none'})}.{forged_claims}.",
        f"{_part({'alg': 'None', 'typ': 'JWT'})}.{forged_claims}.{signature}",
        f"{_part({'alg': 'HS512'})}.{claims}.{signature}",
        f"{_part({'alg': 'RS256'})}.{claims}.{signature}",
    ):
        token_refused(await http.get(JOBS, headers=bearer(token)))


async def test_token_signed_by_another_key_or_algorithm_is_refused(http: httpx.AsyncClient, db: Database) -> None:
    caller = await make_caller(db)
    claims = _claims(str(caller.actor.user_id))
    other = TokenSigner("another secret, which also has 32 characters")
    token_refused(await http.get(JOBS, headers=bearer(other.user_token(caller.actor.user_id))))
    token = jwt.encode({"alg": "HS512"}, claims, _secret_key(), algorithms=["HS512"])
    token_refused(await http.get(JOBS, headers=bearer(token)))


async def test_user_token_dies_at_its_expiry(http: httpx.AsyncClient, db: Database) -> None:
    caller = await make_caller(db)
    with at(now() - tokens.USER_TOKEN_LIFE - timedelta(seconds=2)):
        expired = get_signer().user_token(caller.actor.user_id)
    with at(now() - tokens.USER_TOKEN_LIFE + timedelta(seconds=30)):
        living = get_signer().user_token(caller.actor.user_id)
    token_refused(await http.get(JOBS, headers=bearer(expired)))
    ok(await http.get(JOBS, headers=bearer(living)))


async def test_job_token_opens_its_own_job_only(http: httpx.AsyncClient, db: Database) -> None:
    caller = await make_caller(db)
    own, other = await make_job(db, caller.actor), await make_job(db, caller.actor)
    task = ok(await http.post(TASKS, json=node(), headers=bearer(other["token"])), 201)
    assert ok(await http.get(CURRENT, headers=bearer(own["token"])))["id"] == own["id"]
    answer = await http.patch(f"{TASKS}/{task['id']}", json={"state": "running"}, headers=bearer(own["token"]))
    assert answer.status_code == 404
    token_refused(await http.post(f"{JOBS}/{other['id']}/generate-report", headers=bearer(own["token"])))


async def test_job_token_dies_with_its_job(http: httpx.AsyncClient, db: Database) -> None:
    caller = await make_caller(db)
    deleted = await make_job(db, caller.actor)
    ok(await http.request("DELETE", DELETE, json={"id": deleted["id"]}, headers=caller.headers))
    expired = await make_job(db, caller.actor, at=now() - timedelta(hours=24, seconds=1))
    for job in (deleted, expired):
        for method, path, body in AGENT_CALLS:
            token_refused(await http.request(method, path, json=body, headers=bearer(job["token"])))
        answer = await http.post(f"{JOBS}/{job['id']}/generate-report", headers=bearer(job["token"]))
        token_refused(answer)


async def test_token_of_a_list_is_that_of_the_creation(http: httpx.AsyncClient, db: Database) -> None:
    caller = await make_caller(db)
    created = ok(await http.post(JOBS, json={"benchmarks": []}, headers=caller.headers), 201)
    listed = ok(await http.get(JOBS, headers=caller.headers))["results"][0]
    detail = ok(await http.get(f"{JOBS}/{created['id']}", headers=caller.headers))
    assert created["token"] == listed["token"] == detail["token"]


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer  "])
async def test_scheme_is_read_whatever_its_case(http: httpx.AsyncClient, db: Database, scheme: str) -> None:
    token = (await make_caller(db)).headers["Authorization"].removeprefix("Bearer ")
    ok(await http.get(JOBS, headers={"Authorization": f"{scheme} {token}"}))
