"""The whole behind a reverse proxy that ends TLS on another port, asks by another name, and tells who asked.

A person signs in, works and signs out in a real browser; what leaves the server begins with the address they typed.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, async_playwright, expect

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.audit.filters import EntryFilter
from siliconmark_ui.audit.reading import list_entries
from siliconmark_ui.db import Database
from tests.api.paths import JOBS, V1
from tests.browser import ARGUMENTS, require_browser
from tests.factories import PASSWORD, Caller, bearer, make_caller, make_job
from tests.server.conftest import StartServer, free_port, front_end, start_server  # noqa: F401 - fixtures.
from tests.server.tls_proxy import name_of_key, tls_proxy

pytestmark = pytest.mark.e2e
COOKIE = "__Host-siliconmark_session"


@pytest.fixture
async def root(db: Database) -> Caller:
    """The root admin who signs in."""
    return await make_caller(db, "ruth@acme.example", Role.ROOT_ADMIN)


@pytest.fixture
async def address(
    root: Caller,
    database_url: str,
    tmp_path: Path,
    free_port: int,  # noqa: F811
    start_server: StartServer,  # noqa: F811
) -> AsyncIterator[str]:
    """The address that people type: TLS, and a port that the server does not know but by its setting."""
    with tls_proxy(tmp_path, free_port, tells=True) as port:
        public = f"https://localhost:{port}"
        start_server(DATABASE_URL=database_url, SILICONMARK_PUBLIC_URL=public, SILICONMARK_TRUSTED_PROXY_HOPS="1")
        yield public


@pytest.fixture
async def page(address: str, tmp_path: Path) -> AsyncIterator[Page]:
    """A tab of a browser that trusts the key of the proxy's own certificate.

    One that is only told to overlook such a certificate begins each connection twice. On a busy machine it then gives
    up a style sheet: the proxy takes one request a connection.
    """
    trust = f"--ignore-certificate-errors-spki-list={name_of_key(tmp_path)}"
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=require_browser(), args=[*ARGUMENTS, trust])
        yield await started.new_page()
        await started.close()


async def test_person_works_from_sign_in_to_sign_out(page: Page, address: str, root: Caller, db: Database) -> None:
    await make_job(db, root.actor, name="Night run")
    sockets: list[str] = []
    complaints: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    answer = await page.goto(f"{address}/people")
    assert answer is not None
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    await page.wait_for_url(f"{address}/sign-in**")
    await page.locator("#email").fill("ruth@acme.example")
    await page.locator("#password").fill(PASSWORD)
    await page.get_by_test_id("sign-in-submit").click()
    await expect(page.get_by_test_id("people-table")).to_contain_text("ruth@acme.example")
    assert page.url.startswith(f"{address}/people")
    (cookie,) = await page.context.cookies()
    assert (cookie["name"], cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (COOKIE, True, True, "Lax")
    await page.get_by_test_id("people-open-invite").click()
    await page.locator("#email").fill("new@acme.example")
    await page.get_by_test_id("people-invite").click()
    assert (await page.get_by_test_id("people-link").inner_text()).startswith(f"{address}/invitation?key=")
    await page.goto(f"{address}/?name=night")
    await expect(page.get_by_text("Night run").first).to_be_visible()
    assert {url.split("/_event")[0] for url in sockets} == {address.replace("https", "wss")}
    await page.goto(f"{address}/account")
    await expect(page.get_by_test_id("account-sessions")).to_contain_text("127.0.0.1")
    await _sign_out(page)
    await page.wait_for_url(f"{address}/sign-in**")
    assert await page.context.cookies() == []
    assert complaints == []
    rows = (await list_entries(db, root.actor, EntryFilter(), 1, 50))["results"]
    assert [row["action"] for row in rows] == ["session.signed_out", "person.invited", "session.signed_in"]
    assert {row["address"] for row in rows} == {"127.0.0.1"}


async def _sign_out(page: Page) -> None:
    await page.get_by_test_id("account-menu").click()
    await page.get_by_role("button", name="Sign out").click()


async def test_programs_are_told_the_public_address_and_cannot_name_their_own(
    address: str, root: Caller, db: Database
) -> None:
    job = await make_job(db, root.actor, name="Night run")
    lies = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    async with httpx.AsyncClient(base_url=address, verify=False, trust_env=False, timeout=60) as client:  # noqa: S501
        form = {"username": "ruth@acme.example", "password": PASSWORD}
        token = (await client.post(f"{V1}/token", data=form, headers=lies)).json()["access_token"]
        headers = {**bearer(token), **lies}
        made = await client.post(f"{JOBS}/{job['id']}/generate-report", headers=headers)
        assert made.json()["pdf_report_url"].startswith(f"{address}/api/")
        assert (await client.get(made.json()["pdf_report_url"])).content.startswith(b"%PDF")
        for origin in ("https://evil.example", address.replace("https", "http"), "null"):
            answer = await client.post("/auth/sign-in", data=form, headers={"Origin": origin})
            assert answer.status_code == 403, origin
    rows = (await list_entries(db, root.actor, EntryFilter(action="session."), 1, 50))["results"]
    assert [(row["outcome"], row["address"]) for row in rows] == [("ok", "127.0.0.1")]
