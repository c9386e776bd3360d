"""The outermost application: API requests go straight to the API, all else to the pages."""

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from siliconmark_ui.config import Settings
from siliconmark_ui.server.headers import ApiHeaders, PageHeaders
from siliconmark_ui.server.origin import OwnOriginOnly

API_PATHS = frozenset({"/token", "/healthz", "/readyz", "/api", "/auth"})
API_PREFIXES = ("/api/", "/auth/")
# What Reflex answers itself, and files: neither has a page's trailing slash.
REFLEX_PREFIXES = ("/_", "/ping", "/assets/")


class LifespanOwner(Protocol):
    """What of `rx.App` is needed here: it runs tasks from the start of a worker to its end."""

    def register_lifespan_task(self, task: Callable[[], contextlib.AbstractAsyncContextManager[None]]) -> object:
        """Registers an async context manager that is entered at start and left at the end."""


def run_api_with_pages(pages: LifespanOwner, api: Starlette) -> None:
    """Chains the API's own start and end to those of the pages, which alone hear of them from the server."""

    @contextlib.asynccontextmanager
    async def api_lifespan() -> AsyncIterator[None]:
        async with api.router.lifespan_context(api):
            yield

    pages.register_lifespan_task(api_lifespan)


def compose(pages: ASGIApp, api: ASGIApp, settings: Settings) -> ASGIApp:
    """The whole program as one application: `api` behind its paths, `pages` behind all others."""
    guarded = OwnOriginOnly(PagePaths(pages), public_url=settings.public_url, trusted_hops=settings.trusted_proxy_hops)
    secure = settings.secure_cookies
    return Dispatcher(ApiHeaders(api, secure=secure), PageHeaders(guarded, secure=secure))


class Dispatcher:
    """Chooses by path; websockets and the life of the server belong to the pages."""

    def __init__(self, api: ASGIApp, pages: ASGIApp) -> None:
        self._api = api
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands the request over."""
        if scope["type"] == "http" and is_api_path(scope["path"]):
            await self._api(scope, receive, send)
        else:
            await self._pages(scope, receive, send)


def is_api_path(path: str) -> bool:
    """Whether the API answers `path`, also with an error when there is nothing."""
    return path.startswith(API_PREFIXES) or path in API_PATHS


class PagePaths:
    """Serves `/jobs` as it stands: left alone, the file server would redirect it to `/jobs/` on plain HTTP."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Names the page's folder to the file server, while the browser keeps the address it asked for."""
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} and is_page_path(scope["path"]):
            scope = {**scope, "path": scope["path"] + "/", "raw_path": scope.get("raw_path", b"") + b"/"}
        await self._app(scope, receive, send)


def is_page_path(path: str) -> bool:
    """Whether `path` is that of a page without its trailing slash."""
    return not path.endswith("/") and not path.startswith(REFLEX_PREFIXES) and "." not in path.rsplit("/", 1)[-1]
