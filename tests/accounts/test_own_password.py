"""Passwords: which are refused, changing one's own, the one-time link, and that all that was open closes."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.accounts import mail, own_password, passwords, repository, throttle
from siliconmark_ui.accounts.api_tokens import make_token
from siliconmark_ui.accounts.links import LinkIsDead
from siliconmark_ui.accounts.mail import MailServer, read_mail_server
from siliconmark_ui.accounts.own_password import Post, make_reset_link, request_reset, reset_password
from siliconmark_ui.accounts.repository import add_mark
from siliconmark_ui.accounts.service import Browser, open_session, sign_in, verify_credentials
from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidCredentials, InvalidInput, NotFound, RateLimited
from siliconmark_ui.instants import at, now
from siliconmark_ui.models import User
from tests.accounts.browsers import browser
from tests.api.expect import ok, refused, token_refused
from tests.api.paths import JOBS, LOGIN, TOKEN, V1
from tests.factories import PASSWORD, bearer, make_caller

NEW = "seven brown lamps hum"
EMAIL = "ann@acme.example"
HERE = Browser("127.0.0.1")


def key_of(path: str) -> str:
    """Return the key in a link."""
    return parse_qs(urlsplit(path).query)["key"][0]


@pytest.mark.parametrize(
    "password",
    [
        "password123", "qwertyuiop", "1234567890", "iloveyou1234", "Password123", "aaaaaaaaaaaaaaaa", "abcabcabcabc",
        "1q2w3e4r5t6y", "manchester", "0987654321", "letmein12345", "ann@acme.example", "Ann@Acme.Example", "x" * 256,
    ],
)  # fmt: skip
async def test_password_that_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput, match="guessed first"):
        await passwords.check_password(password, (EMAIL, "ann"))


@pytest.mark.parametrize("password", ["seven brown lamps hum", "all lower case words", "ünter den linden 9"])
async def test_long_password_needs_no_digits_or_signs(password: str) -> None:
    await passwords.check_password(password, (EMAIL, "ann"))


@pytest.mark.parametrize(("length", "is_allowed"), [(0, False), (9, False), (10, True), (256, True), (257, False)])
async def test_password_length_is_bounded(length: int, is_allowed: bool) -> None:
    password = ("k7-mVq2xWz9pLr4t" * 17)[:length]
    if is_allowed:
        await passwords.check_password(password)
        return
    with pytest.raises(InvalidInput, match="10 to 256"):
        await passwords.check_password(password)


@given(st.text(max_size=300), st.text(max_size=30))
@settings(max_examples=60, deadline=None)
def test_any_text_is_judged_or_refused_without_a_failure(password: str, personal: str) -> None:
    try:
        asyncio.run(passwords.check_password(password, (personal,)))
    except InvalidInput:
        return
    assert passwords.SHORTEST <= len(password) <= passwords.LONGEST


async def test_changed_password_closes_all_that_was_open(
    http: httpx.AsyncClient, db: Database, api_address: str
) -> None:
    ann = await make_caller(db)
    token = (await make_token(db, ann.actor, "script", "read", 5))["token"]
    async with browser(api_address) as here, browser(api_address) as elsewhere:
        await here.sign_in()
        await elsewhere.sign_in()
        before = here.key
        answer = await here.post("/auth/password", current=PASSWORD, new=NEW, again=NEW)
        assert answer.headers["location"] == "/account?done=password"
        assert here.key != before
        assert await here.is_signed_in()
        assert not await elsewhere.is_signed_in()
    token_refused(await http.get(JOBS, headers=ann.headers))
    token_refused(await http.get(JOBS, headers=bearer(token)))
    refused(await http.post(LOGIN, json={"email": EMAIL, "password": PASSWORD}), 401, "CLIENT_CREDENTIALS_INVALID")
    fresh = ok(await http.post(LOGIN, json={"email": EMAIL, "password": NEW}))["id_token"]
    ok(await http.get(JOBS, headers=bearer(fresh)))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"current": "not the password", "new": NEW, "again": NEW}, "current-password"),
        ({"current": PASSWORD, "new": NEW, "again": f"{NEW}!"}, "passwords-differ"),
        ({"current": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "password-same"),
        ({"current": PASSWORD, "new": "password123", "again": "password123"}, "password-guessed"),
        ({"current": PASSWORD, "new": "short", "again": "short"}, "password-length"),
    ],
)
async def test_password_stays_when_the_change_is_refused(
    http: httpx.AsyncClient, db: Database, api_address: str, fields: dict[str, str], code: str
) -> None:
    ann = await make_caller(db)
    async with browser(api_address) as here:
        await here.sign_in()
        answer = await here.post("/auth/password", **fields)
        assert answer.headers["location"] == f"/account?error={code}"
        assert await here.is_signed_in()
    ok(await http.get(JOBS, headers=ann.headers))
    assert await verify_credentials(db, EMAIL, PASSWORD, "127.0.0.1")


async def test_current_password_is_not_guessed_from_a_stolen_session(db: Database) -> None:
    ann = await make_caller(db)
    for _ in range(throttle.SIGN_IN_FAILURES.tries):
        with pytest.raises(InvalidInput):
            await own_password.change_password(db, ann.actor, "a guess of mine", NEW, HERE)
    with pytest.raises(RateLimited):
        await own_password.change_password(db, ann.actor, PASSWORD, NEW, HERE)


async def test_reset_link_works_once_and_closes_all_that_was_open(db: Database) -> None:
    ann = await make_caller(db)
    await sign_in(db, EMAIL, PASSWORD, "127.0.0.1")
    link = await make_reset_link(db, " Ann@ACME.example ")
    with pytest.raises(InvalidInput, match="guessed first"):
        await reset_password(db, key_of(link.path), "password123")
    await reset_password(db, key_of(link.path), NEW)
    assert await verify_credentials(db, EMAIL, NEW, "127.0.0.1") == ann.actor.user_id
    with pytest.raises(InvalidCredentials):
        await verify_credentials(db, EMAIL, PASSWORD, "127.0.0.1")
    with pytest.raises(LinkIsDead):
        await reset_password(db, key_of(link.path), "another long phrase")


async def test_reset_link_raced_for_is_used_once(db: Database) -> None:
    await make_caller(db)
    key = key_of((await make_reset_link(db, EMAIL)).path)
    outcomes = await asyncio.gather(*(reset_password(db, key, f"{NEW} {n}") for n in range(4)), return_exceptions=True)
    assert Counter(type(outcome).__name__ for outcome in outcomes) == {"NoneType": 1, "LinkIsDead": 3}


async def test_reset_link_dies_of_age_of_a_newer_one_and_with_the_account(db: Database) -> None:
    await make_caller(db)
    old = key_of((await make_reset_link(db, EMAIL)).path)
    newer = key_of((await make_reset_link(db, EMAIL)).path)
    with pytest.raises(LinkIsDead):
        await reset_password(db, old, NEW)
    with at(now() + timedelta(hours=1, seconds=1)), pytest.raises(LinkIsDead):
        await reset_password(db, newer, NEW)
    for strange in ("", "x", newer[:-1], newer + "x", "\x00", "\ud800"):
        with pytest.raises(LinkIsDead):
            await reset_password(db, strange, NEW)
    with pytest.raises(NotFound):
        await make_reset_link(db, "nobody@acme.example")


class _Letters(asyncio.Protocol):
    """Enough of RFC 5321 to take the letters that smtplib hands in."""

    def __init__(self, taken: list[str]) -> None:
        self._taken = taken
        self._lines = b""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 here\r\n")

    def data_received(self, data: bytes) -> None:
        self._lines += data
        if self._in_data and self._lines.endswith(b"\r\n.\r\n"):
            self._taken.append(self._lines.decode())
            self._lines, self._in_data = b"", False
            self._transport.write(b"250 taken\r\n")
        while not self._in_data and b"\r\n" in self._lines:
            line, _, self._lines = self._lines.partition(b"\r\n")
            self._in_data = line.upper() == b"DATA"
            self._transport.write(b"354 go on\r\n" if self._in_data else b"250 fine\r\n")


@asynccontextmanager
async def post_office() -> AsyncIterator[tuple[Post, list[str]]]:
    """Yield how to post and the letters that were taken."""
    taken: list[str] = []
    server = await asyncio.get_running_loop().create_server(lambda: _Letters(taken), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        url = f"smtp://127.0.0.1:{port}?from=bench@example.org&tls=none"
        yield Post("https://bench.example.org", read_mail_server(url)), taken


async def _letters(taken: list[str], count: int) -> list[str]:
    while mail._sending:
        await asyncio.gather(*mail._sending)
    assert len(taken) == count
    return taken


async def test_reset_is_mailed_to_the_account_and_to_nobody_else(db: Database) -> None:
    await make_caller(db)
    async with post_office() as (post, taken):
        await request_reset(db, post, "nobody@acme.example", "127.0.0.1")
        await request_reset(db, post, EMAIL, "127.0.0.1")
        letters = await _letters(taken, 1)
    assert len(letters) == 1
    letter = letters[0].replace("=\r\n", "").replace("=3D", "=")
    assert f"To: {EMAIL}" in letter
    link = re.search(r"https://bench\.example\.org(/reset-password\?key=\S+)", letter)
    assert link
    await reset_password(db, key_of(link[1]), NEW)


async def test_reset_requests_are_throttled_for_known_and_unknown_accounts_alike(db: Database) -> None:
    await make_caller(db)
    async with post_office() as (post, taken):
        for email in (EMAIL, "nobody@acme.example"):
            for _ in range(throttle.RESET_REQUESTS.tries):
                await request_reset(db, post, email, "127.0.0.1")
            with pytest.raises(RateLimited):
                await request_reset(db, post, email, "127.0.0.1")
        await _letters(taken, throttle.RESET_REQUESTS.tries)


async def test_forgotten_password_gets_one_answer_whether_or_not_the_account_exists(
    http: httpx.AsyncClient, db: Database, api_address: str
) -> None:
    await make_caller(db)
    async with browser(api_address) as one:
        answers = [await one.post("/auth/forgot-password", email=email) for email in (EMAIL, "nobody@acme.example")]
    assert {(answer.status_code, answer.headers["location"]) for answer in answers} == {
        (303, "/forgot-password?done=sent")
    }


async def test_forgotten_password_is_answered_before_the_account_is_looked_for(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_caller(db)
    looked_for: list[str] = []
    look = repository.user_by_email

    async def noting(session: AsyncSession, email: str) -> Any:
        looked_for.append(email)
        return await look(session, email)

    monkeypatch.setattr(repository, "user_by_email", noting)
    async with post_office() as (post, taken):
        for email in (EMAIL, "nobody@acme.example"):
            await request_reset(db, post, email, "127.0.0.1")
            assert looked_for == []
            await _letters(taken, 1)
            assert looked_for == [email]
            looked_for.clear()


async def test_sign_in_that_was_proven_before_the_password_changed_opens_nothing(db: Database) -> None:
    ann = await make_caller(db)
    async with db.session_scope() as session:
        proven = await session.get(User, ann.actor.user_id)
    assert proven is not None
    await own_password.change_password(db, ann.actor, PASSWORD, NEW, HERE)
    with pytest.raises(InvalidCredentials):
        await open_session(db, proven, HERE, how="password")
    async with db.session_scope() as session:
        assert len(await repository.list_browser_sessions(session, ann.actor.user_id, now() - timedelta(days=1))) == 1


async def test_address_that_tries_many_accounts_is_stopped(http: httpx.AsyncClient, db: Database) -> None:
    await make_caller(db)
    bucket = throttle.ADDRESS_FAILURES.bucket("127.0.0.1")
    async with db.session_scope() as session:
        for _ in range(throttle.ADDRESS_FAILURES.tries):
            await add_mark(session, bucket, now())
    answer = await http.post(TOKEN, data={"username": EMAIL, "password": PASSWORD})
    refused(answer, 429, "RATE_LIMITED", "address")
    assert 1 <= int(answer.headers["retry-after"]) <= 15 * 60


async def test_guesses_spread_over_workers_do_not_outrun_the_limit(
    db: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_caller(db)
    # Workers share the database and not this process's queue of tries.
    monkeypatch.setattr("siliconmark_ui.accounts.service._tries", _NoQueue())
    calls: list[Any] = [verify_credentials(db, EMAIL, "a guess of mine", "127.0.0.9") for _ in range(16)]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert Counter(type(outcome).__name__ for outcome in outcomes) == {"InvalidCredentials": 10, "Exceeded": 6}


class _NoQueue(dict[str, asyncio.Lock]):
    def setdefault(self, key: str, default: Any = None) -> Any:
        return asyncio.Lock()


@pytest.mark.parametrize(
    "url",
    ["mail.example.org", "http://x?from=a@b.c", "smtp://x", "smtp://x?from=nobody", "smtp://?from=a@b.c",
     "smtp://x?from=a@b.c&tls=maybe", "smtp://x?from=a@b.c&more=1", "smtp://x:port?from=a@b.c"],
)  # fmt: skip
def test_mail_server_that_cannot_be_read_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="SILICONMARK_SMTP_URL"):
        read_mail_server(url)


def test_mail_server_is_spoken_to_over_tls_unless_told_otherwise() -> None:
    assert read_mail_server("smtps://me:p%40ss@x?from=a@b.c") == MailServer("x", 465, "smtps", "me", "p@ss", "a@b.c")
    assert read_mail_server("smtp://x?from=a@b.c").tls == "starttls"


def test_settings_refuse_mail_without_an_address_to_link_to() -> None:
    from siliconmark_ui.config import load_settings

    with pytest.raises(InvalidInput, match="SILICONMARK_PUBLIC_URL"):
        load_settings({"SILICONMARK_SMTP_URL": "smtp://x?from=a@b.c"})


async def test_reset_route_sets_the_password(http: httpx.AsyncClient, db: Database, api_address: str) -> None:
    await make_caller(db)
    key = key_of((await make_reset_link(db, EMAIL)).path)
    async with browser(api_address) as one:
        answer = await one.post("/auth/reset-password", key=key, new=NEW, again="something else")
        assert answer.headers["location"] == f"/reset-password?key={key}&error=passwords-differ"
        answer = await one.post("/auth/reset-password", key=key, new=NEW, again=NEW)
        assert answer.headers["location"] == "/sign-in?done=reset"
        await one.sign_in(password=NEW)
        assert await one.is_signed_in()
    ok(await http.get(f"{V1}/jobs", headers=(await make_caller(db, "bob@acme.example")).headers))
