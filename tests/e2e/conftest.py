"""A browser on the production build: the server as `make run` starts it, with its demonstration data."""

import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.accounts.service import DEMO_PASSWORD, sign_in
from siliconmark_ui.accounts.service import Browser as SignedIn
from siliconmark_ui.accounts.sessions import COOKIE_NAME
from siliconmark_ui.config import ROOT
from siliconmark_ui.db import Database
from siliconmark_ui.server.front_end import build_front_end
from tests.browser import ARGUMENTS, require_browser
from tests.conftest import SECRET
from tests.e2e.programs import Api
from tests.factories import PASSWORD, Caller, bearer, make_caller
from tests.server.conftest import ServerUnderTest, environment, serving

STARTING_SECONDS = 300
# What a test expects comes at once or never; only a machine that is busy with other things may take so long.
expect.set_options(timeout=15_000)
STILL = "--force-prefers-reduced-motion"
"""Spares two processors what moves for ever; a test of what moves asks for motion."""
PHONE_ENDS = 768
"""Pixels from which on a window is no phone's."""
SIZES = [pytest.param((1440, 900), id="1440"), pytest.param((390, 844), id="390")]


@dataclass
class Visitor:
    """A browser tab, the address of the site, and what went wrong in the tab."""

    page: Page
    site: str
    complaints: list[str] = field(default_factory=list)

    @property
    def is_phone(self) -> bool:
        """Whether the window is as narrow as a phone's."""
        return self.width < PHONE_ENDS

    @property
    def width(self) -> int:
        """The pixels of the window."""
        size = self.page.viewport_size
        assert size
        return size["width"]

    async def open(self, address: str) -> None:
        """Go to a path of the site."""
        await self.page.goto(self.site + address)

    async def sign_in(self, email: str = "root@demo.example", address: str = "/") -> None:
        """Go to a page with the session of a person of the demonstration, which spares the sign-in page."""
        form: dict[str, str | float | bool] = {"email": email, "password": DEMO_PASSWORD}
        answer = await self.page.context.request.post(f"{self.site}/auth/sign-in", form=form, max_redirects=0)
        assert answer.headers["location"] == "/"
        await self.open(address)

    async def sign_in_by_form(self, email: str = "root@demo.example", address: str = "/") -> None:
        """Go to a page, be led to the sign-in page, and sign in as a person of the demonstration."""
        await self.open(address)
        account = self.page.get_by_test_id("sign-in-account").filter(has_text=email)
        await account.get_by_test_id("sign-in-demo").click()
        await self.page.get_by_test_id("sign-in-submit").click()


def unused_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server with demonstration data has its log and, in `data`, its database."""
    return tmp_path_factory.mktemp("site")


@contextmanager
def with_demonstration(folder: Path) -> Iterator[str]:
    """Serve a folder's data as `make run` does, which fills it when it is new; give the address."""
    folder.mkdir(exist_ok=True)
    port, log = unused_port(), folder / "server.log"
    settings = {"PORT": str(port), "SILICONMARK_DATA_DIR": str(folder / "data"), "SILICONMARK_DEMO": "1"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "siliconmark_ui", "serve"],
            cwd=ROOT,
            env=environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = ServerUnderTest(process, port, log)
    try:
        server.wait_until_ready(STARTING_SECONDS)
        yield server.url
    finally:
        if process.poll() is None:
            server.stop()


def filled_folder(run: Path) -> Path:
    """Give a folder whose data holds the demonstration, filled by whichever worker of the run comes first."""
    filled = run / "demonstration"
    with (run / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not filled.exists():
            making = run / "demonstration-being-made"
            with with_demonstration(making):
                pass
            making.rename(filled)
    return filled


@pytest.fixture(scope="session")
def site(site_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with demonstration data."""
    build_front_end()
    own = tmp_path_factory.getbasetemp()
    filled = filled_folder(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)
    # With its owners: the database's files belong to another user when root runs the tests.
    subprocess.run(["cp", "-a", filled / "data", site_folder / "data"], check=True)
    with with_demonstration(site_folder) as address:
        yield address


@pytest.fixture(scope="session")
def served(database_url: str, data_folder: Path) -> Iterator[ServerUnderTest]:
    """A server on the tests' own database, so that each test can lay a world and look at all of it."""
    build_front_end()
    yield from serving(
        data_folder / "server.log",
        unused_port(),
        DATABASE_URL=database_url,
        SILICONMARK_SECRET_KEY=SECRET,
        SILICONMARK_DATA_DIR=str(data_folder),
    )


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for the run."""
    async with async_playwright() as playwright:
        arguments = [*ARGUMENTS, STILL]
        started = await playwright.chromium.launch(executable_path=require_browser(), args=arguments)
        yield started
        await started.close()


@asynccontextmanager
async def tab_at(browser: Browser, site: str) -> AsyncIterator[Visitor]:
    """A tab of its own at a site; fails when the tab's console shows an error."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    made = Visitor(page, site)

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            made.complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    yield made
    await context.close()
    assert made.complaints == []


@pytest.fixture
async def visitor(browser: Browser, site: str) -> AsyncIterator[Visitor]:
    """A new visitor without a session; the test fails when the tab's console shows an error."""
    async with tab_at(browser, site) as made:
        yield made


@pytest.fixture
async def ann(db: Database) -> Caller:
    """An admin of the one customer of an empty database."""
    return await make_caller(db, role=Role.CUSTOMER_ADMIN)


@pytest.fixture
async def own(browser: Browser, served: ServerUnderTest, db: Database, ann: Caller) -> AsyncIterator[Visitor]:
    """Ann's tab, signed in at the server of the tests' own database, so that all there is was laid by the test."""
    key = await sign_in(db, ann.actor.email, PASSWORD, "127.0.0.1", SignedIn("127.0.0.1", ""))
    async with tab_at(browser, served.url) as made:
        await made.page.context.add_cookies([{"name": COOKIE_NAME, "value": key, "url": served.url}])
        yield made


@asynccontextmanager
async def api_of(site: str) -> AsyncIterator[Api]:
    """The API of a site with demonstration data, called by the person whom the visitor is too."""
    async with httpx.AsyncClient(base_url=site, timeout=30, trust_env=False) as http:
        form = {"username": "root@demo.example", "password": DEMO_PASSWORD}
        token = (await http.post("/token", data=form)).json()["access_token"]
        api = Api(http, bearer(token))
        yield api
        await api.clear()


@pytest.fixture
async def api(site: str) -> AsyncIterator[Api]:
    """The API of the site."""
    async with api_of(site) as api:
        yield api


@pytest.fixture(params=SIZES)
async def sized(visitor: Visitor, request: pytest.FixtureRequest) -> Visitor:
    """The visitor once with a wide window and once with a phone's."""
    width, height = request.param
    await visitor.page.set_viewport_size({"width": width, "height": height})
    return visitor


@pytest.fixture(params=SIZES)
async def own_sized(own: Visitor, request: pytest.FixtureRequest) -> Visitor:
    """Ann once with a wide window and once with a phone's."""
    width, height = request.param
    await own.page.set_viewport_size({"width": width, "height": height})
    return own
