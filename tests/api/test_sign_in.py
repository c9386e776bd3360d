"""User tokens: both token routes, the login of scripts written for the hosted product, and the throttle."""

import asyncio
import secrets
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from siliconmark_ui.accounts.repository import add_mark
from siliconmark_ui.accounts.throttle import SIGN_IN_FAILURES
from siliconmark_ui.db import Database
from siliconmark_ui.instants import now
from siliconmark_ui.models import User
from tests.api.expect import invalid, ok, refused
from tests.api.paths import JOBS, LOGIN, TOKEN
from tests.factories import PASSWORD, bearer, make_caller

EMAIL = "ann@acme.example"
FORM = {"username": EMAIL, "password": PASSWORD}
WRONG = {"username": EMAIL, "password": "not the password"}


@pytest.mark.parametrize("route", ["/token", TOKEN])
@pytest.mark.parametrize(
    "grant", [{}, {"grant_type": "password"}, {"scope": "", "client_id": "x", "client_secret": "y"}]
)
async def test_token_opens_the_list_when_the_password_is_right(
    http: httpx.AsyncClient, db: Database, route: str, grant: dict[str, str]
) -> None:
    await make_caller(db)
    body = ok(await http.post(route, data={**FORM, **grant}))
    assert body.keys() == {"access_token", "token_type", "expires_in"}
    assert body["token_type"] == "bearer"
    assert type(body["expires_in"]) is int
    assert body["expires_in"] > 0
    ok(await http.get(JOBS, headers=bearer(body["access_token"])))


async def test_login_of_scripts_answers_an_id_token(http: httpx.AsyncClient, db: Database) -> None:
    await make_caller(db)
    body = ok(await http.post(LOGIN, json={"email": "  Ann@ACME.example ", "password": PASSWORD}))
    assert body.keys() == {"id_token", "token_type", "expires_in"}
    created = ok(await http.post(JOBS, json={"benchmarks": ["quick_mark"]}, headers=bearer(body["id_token"])), 201)
    assert created["token"]
    assert created["id"].isdecimal()


@pytest.mark.parametrize(
    "username", [EMAIL, "nobody@acme.example", "not an address", "x" * 5000, secrets.token_hex(20_000)], ids=range(5)
)
async def test_wrong_credentials_get_one_answer_whether_or_not_the_account_exists(
    http: httpx.AsyncClient, db: Database, username: str
) -> None:
    await make_caller(db)
    for answer in (
        await http.post(TOKEN, data={"username": username, "password": "not the password"}),
        await http.post("/token", data={"username": username, "password": "not the password"}),
        await http.post(LOGIN, json={"email": username, "password": "not the password"}),
    ):
        message = refused(answer, 401, "CLIENT_CREDENTIALS_INVALID")
        assert message == "Incorrect e-mail or password"


async def test_wrong_credentials_cost_a_hash_for_an_unknown_account_too(http: httpx.AsyncClient, db: Database) -> None:
    await make_caller(db)

    async def seconds(username: str) -> float:
        answer = await http.post(TOKEN, data={"username": username, "password": "not the password"})
        assert answer.status_code == 401
        return answer.elapsed.total_seconds()

    known = min([await seconds(EMAIL) for _ in range(4)])
    unknown = min([await seconds("nobody@acme.example") for _ in range(4)])
    # Without a hash the answer comes tens of times sooner; with one, within the noise of a busy machine.
    assert unknown > known / 3


async def test_inactive_account_cannot_sign_in_and_its_token_is_dead(http: httpx.AsyncClient, db: Database) -> None:
    caller = await make_caller(db)
    ok(await http.get(JOBS, headers=caller.headers))
    async with db.session_scope() as session:
        await session.execute(update(User).values(is_active=False))
    refused(await http.post(TOKEN, data=FORM), 401, "CLIENT_CREDENTIALS_INVALID")
    refused(await http.get(JOBS, headers=caller.headers), 401, "CLIENT_TOKEN_INVALID")


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ({"username": EMAIL}, "password"),
        ({"password": PASSWORD}, "username"),
        ({"username": "", "password": PASSWORD}, "username"),
        ({"username": EMAIL, "password": ""}, "password"),
        ({**FORM, "grant_type": "refresh_token"}, "grant_type"),
        ({**FORM, "otp": "123456"}, "otp"),
        ({"username": "a\x00b", "password": PASSWORD}, "username"),
    ],
)
async def test_token_names_what_is_wrong_with_the_form(
    http: httpx.AsyncClient, form: dict[str, str], word: str
) -> None:
    invalid(await http.post(TOKEN, data=form), word)


@pytest.mark.parametrize(
    "content", [b"username=%FF%FE&password=x", b"username=%zz&password=x", b"username=a&username=b&password=x"]
)
async def test_token_refuses_a_form_that_cannot_be_read(http: httpx.AsyncClient, content: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    invalid(await http.post(TOKEN, content=content, headers=headers))


async def test_token_reads_a_password_in_unescaped_utf8(http: httpx.AsyncClient, db: Database) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    content = f"username={EMAIL}&password={PASSWORD.replace(' ', '+')}".encode()
    await make_caller(db)
    ok(await http.post(TOKEN, content=content, headers=headers))


@pytest.mark.parametrize("fields", [{"username": EMAIL, "password": PASSWORD}, {"email": EMAIL, "password": PASSWORD}])
async def test_token_takes_a_form_only(http: httpx.AsyncClient, fields: dict[str, str]) -> None:
    refused(await http.post(TOKEN, json=fields), 415, "UNSUPPORTED_MEDIA_TYPE")
    refused(await http.post(LOGIN, data=fields), 415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"email": EMAIL}, "password"),
        ({"password": PASSWORD}, "email"),
        ({"email": None, "password": PASSWORD}, "email"),
        ({"email": 5, "password": PASSWORD}, "email"),
        ({"email": EMAIL, "password": ["x"]}, "password"),
        ({"email": EMAIL, "password": PASSWORD, "remember": True}, "remember"),
        ([EMAIL, PASSWORD], "object"),
    ],
)
async def test_login_names_what_is_wrong_with_the_body(http: httpx.AsyncClient, body: Any, word: str) -> None:
    invalid(await http.post(LOGIN, json=body), word)


async def test_login_takes_no_query(http: httpx.AsyncClient) -> None:
    invalid(await http.post(f"{LOGIN}?email=x", json={"email": EMAIL, "password": PASSWORD}), "email")


async def test_tenth_failure_closes_the_account_for_the_address(http: httpx.AsyncClient, db: Database) -> None:
    await make_caller(db)
    for _ in range(10):
        refused(await http.post(TOKEN, data=WRONG), 401, "CLIENT_CREDENTIALS_INVALID")
    answer = await http.post(TOKEN, data=FORM)
    refused(answer, 429, "RATE_LIMITED")
    assert 1 <= int(answer.headers["retry-after"]) <= 15 * 60
    refused(await http.post(LOGIN, json={"email": EMAIL.upper(), "password": PASSWORD}), 429, "RATE_LIMITED")
    refused(await http.post(TOKEN, data={**WRONG, "username": "bob@acme.example"}), 401, "CLIENT_CREDENTIALS_INVALID")


async def test_success_forgets_the_failures_before_it(http: httpx.AsyncClient, db: Database) -> None:
    await make_caller(db)
    for _ in range(9):
        await http.post(TOKEN, data=WRONG)
    ok(await http.post(TOKEN, data=FORM))
    refused(await http.post(TOKEN, data=WRONG), 401, "CLIENT_CREDENTIALS_INVALID")


async def test_failures_older_than_the_window_count_no_more(http: httpx.AsyncClient, db: Database) -> None:
    await make_caller(db)
    bucket = SIGN_IN_FAILURES.bucket(EMAIL, "127.0.0.1")
    async with db.session_scope() as session:
        for minute in range(10):
            await add_mark(session, bucket, now() - timedelta(minutes=15, seconds=minute))
    ok(await http.post(TOKEN, data=FORM))


async def test_guesses_sent_at_once_do_not_outrun_the_limit(http: httpx.AsyncClient, db: Database) -> None:
    await make_caller(db)
    answers = await asyncio.gather(*(http.post(TOKEN, data=WRONG) for _ in range(16)))
    assert Counter(answer.status_code for answer in answers) == {401: 10, 429: 6}
