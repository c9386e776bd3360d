"""One build, any address: in a real browser, an anonymous visit is sent on to sign-in by the server's own event."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import ARGUMENTS, require_browser
from tests.server.conftest import ServerUnderTest, StartServer
from tests.server.tls_proxy import tls_proxy

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=require_browser(), args=ARGUMENTS)
        yield chromium
        chromium.close()


def visit(browser: Browser, address: str) -> None:
    """Opens the dashboard at `address`; the page must reach its websocket there, and follow what the server sends."""
    page = browser.new_page(ignore_https_errors=True)
    sockets: list[str] = []
    problems: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(address)
    page.wait_for_url(f"{address}/sign-in**", timeout=20_000)
    page.close()
    wanted = urlsplit(address)
    opened = {(urlsplit(url).scheme, urlsplit(url).netloc) for url in sockets}
    assert opened == {("wss" if wanted.scheme == "https" else "ws", wanted.netloc)}
    assert problems == []


@pytest.fixture
def server(start_server: StartServer) -> ServerUnderTest:
    """A running server on a port that no build knew of."""
    return start_server()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_page_when_opened_by_either_name_on_any_port(browser: Browser, server: ServerUnderTest, host: str) -> None:
    visit(browser, f"http://{host}:{server.port}")


def test_page_when_behind_a_tls_proxy_on_another_port(
    browser: Browser, server: ServerUnderTest, tmp_path: Path
) -> None:
    with tls_proxy(tmp_path, server.port) as port:
        visit(browser, f"https://localhost:{port}")
