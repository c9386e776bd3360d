"""What stands before the two faces: which one answers, with which headers, and to whose pages."""

import contextlib
from collections.abc import AsyncIterator, Callable

import pytest
from starlette.applications import Starlette

from siliconmark_ui.config import load_settings
from siliconmark_ui.server.dispatch import compose, run_api_with_pages
from siliconmark_ui.server.origin import OwnOriginOnly, same_host
from tests.server.asgi import Seen, call, headers_of


@pytest.mark.parametrize(
    "path", ["/api/silicon-mark/v1/jobs", "/api/unknown", "/api", "/token", "/auth/login", "/healthz", "/readyz"]
)
async def test_api_paths_when_called_go_straight_to_the_api(path: str) -> None:
    api, pages = Seen(), Seen()
    sent = await call(compose(pages, api, load_settings({})), path, headers={"Origin": "http://elsewhere.example"})
    assert (len(api.scopes), len(pages.scopes)) == (1, 0)
    assert api.scopes[0]["path"] == path
    headers = headers_of(sent)
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    ("path", "served"),
    [
        ("/", "/"),
        ("/jobs", "/jobs/"),
        ("/jobs/", "/jobs/"),
        ("/jobs/12", "/jobs/12/"),
        ("/tokens", "/tokens/"),
        ("/apiary", "/apiary/"),
        ("/favicon.ico", "/favicon.ico"),
        ("/assets/entry", "/assets/entry"),
        ("/ping", "/ping"),
        ("/_health", "/_health"),
    ],
)
async def test_page_paths_when_called_reach_the_file_server_without_redirect(path: str, served: str) -> None:
    api, pages = Seen(), Seen()
    await call(compose(pages, api, load_settings({})), path)
    assert (len(api.scopes), len(pages.scopes)) == (0, 1)
    assert pages.scopes[0]["path"] == served


async def test_page_path_when_posted_to_is_left_alone() -> None:
    pages = Seen()
    await call(compose(pages, Seen(), load_settings({})), "/jobs", method="POST")
    assert pages.scopes[0]["path"] == "/jobs"


@pytest.mark.parametrize(
    ("path", "status", "caching"),
    [
        ("/assets/entry-B1x.js", 200, "public, max-age=31536000, immutable"),
        ("/assets/entry-B1x.js", 304, "public, max-age=31536000, immutable"),
        ("/assets/gone.js", 404, "no-cache"),
        ("/jobs", 200, "no-cache"),
        ("/favicon.ico", 200, "no-cache"),
    ],
)
async def test_caching_when_a_page_or_its_file_is_served(path: str, status: int, caching: str) -> None:
    headers = headers_of(await call(compose(Seen(status=status), Seen(), load_settings({})), path))
    assert headers["cache-control"] == caching
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe-eval" not in headers["content-security-policy"]


async def test_header_when_the_application_sets_it_is_kept() -> None:
    api = Seen({"cache-control": "max-age=60"})
    assert headers_of(await call(compose(Seen(), api, load_settings({})), "/api/x"))["cache-control"] == "max-age=60"


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://localhost:3000", "localhost:3000", True),
        ("http://LOCALHOST:3000", "localhost:3000", True),
        ("http://bench.example", "bench.example", True),
        ("http://bench.example", "bench.example:80", True),
        ("https://bench.example", "bench.example", True),
        ("https://bench.example", "bench.example:443", True),
        ("https://bench.example:8443", "bench.example:8443", True),
        ("http://[::1]:3000", "[::1]:3000", True),
        ("http://localhost:3000", "localhost:3001", False),
        ("http://localhost:3000", "127.0.0.1:3000", False),
        ("https://bench.example", "bench.example:80", False),
        ("https://bench.example.evil.example", "bench.example", False),
        ("https://bench.example@evil.example", "bench.example", False),
        ("http://evil.example", "", False),
        ("null", "localhost", False),
        ("", "localhost", False),
        ("file://localhost", "localhost", False),
        ("http://localhost:port", "localhost:3000", False),
        ("http://[::1", "[::1", False),
    ],
)
def test_origin_when_held_against_the_host(origin: str, host: str, same: bool) -> None:
    assert same_host(origin, host) is same


async def connects(app: OwnOriginOnly, **headers: str) -> bool:
    """Whether a websocket with these headers is accepted."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = await call(app, "/_event/", kind="websocket", headers=named)
    return str(sent[0]["type"]) == "websocket.accept"


async def test_websocket_when_its_page_is_foreign() -> None:
    inner = Seen()
    app = OwnOriginOnly(inner)
    assert await connects(app, Host="localhost:3000", Origin="http://localhost:3000")
    assert await connects(app, Host="localhost:3000")
    assert len(inner.scopes) == 2
    assert not await connects(app, Host="localhost:3000", Origin="http://evil.example")
    assert not await connects(app, Host="localhost:3000", Origin="http://evil.example", X_Forwarded_Host="evil.example")
    assert len(inner.scopes) == 2


async def test_websocket_when_behind_a_proxy_that_changes_the_host() -> None:
    page = {"Host": "backend:3000", "Origin": "https://bench.example"}
    assert not await connects(OwnOriginOnly(Seen()), **page)
    assert await connects(OwnOriginOnly(Seen(), public_url="https://bench.example"), **page)
    direct = {"Host": "bench.example", "Origin": "http://bench.example"}
    assert await connects(OwnOriginOnly(Seen(), public_url="http://bench.example"), **direct)
    assert not await connects(OwnOriginOnly(Seen(), public_url="https://bench.example"), **direct)
    trusting = OwnOriginOnly(Seen(), trusted_hops=1)
    assert await connects(trusting, **page, X_Forwarded_Host="bench.example")
    assert not await connects(trusting, **page, X_Forwarded_Host="bench.example, other.example")


async def test_origin_when_a_page_is_asked_for_never_reaches_reflex() -> None:
    inner = Seen()
    await call(OwnOriginOnly(inner), "/", headers={"Origin": "http://evil.example", "Accept": "text/html"})
    assert inner.scopes[0]["headers"] == [(b"accept", b"text/html")]


async def test_api_lifespan_when_the_pages_start_and_stop() -> None:
    events: list[str] = []

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        events.append("start")
        yield
        events.append("stop")

    class Pages:
        def __init__(self) -> None:
            self.tasks: list[Callable[[], contextlib.AbstractAsyncContextManager[None]]] = []

        def register_lifespan_task(self, task: Callable[[], contextlib.AbstractAsyncContextManager[None]]) -> None:
            self.tasks.append(task)

    pages = Pages()
    run_api_with_pages(pages, Starlette(lifespan=lifespan))
    async with pages.tasks[0]():
        assert events == ["start"]
    assert events == ["start", "stop"]
