"""Browsers as the server sees them: cookies of their own, redirects left to the test."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx

from siliconmark_ui.accounts.sessions import COOKIE_NAME
from tests.factories import PASSWORD

OpenBrowser = Callable[[], "Browser"]


class Browser:
    """One browser; `client` keeps its cookies."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    @property
    def key(self) -> str | None:
        """The value of the session's cookie."""
        return self.client.cookies.get(COOKIE_NAME)

    async def sign_in(self, email: str = "ann@acme.example", password: str = PASSWORD) -> httpx.Response:
        """Post the sign-in form as a page of this server does."""
        return await self.post("/auth/sign-in", email=email, password=password, next="/jobs/7")

    async def post(self, path: str, **fields: str) -> httpx.Response:
        """Post a form from a page of this server."""
        origin = str(self.client.base_url).rstrip("/")
        return await self.client.post(path, data=fields, headers={"Origin": origin, "Sec-Fetch-Site": "same-origin"})

    async def is_signed_in(self) -> bool:
        """Whether the cookie opens what only a signed-in browser reads."""
        answer = await self.client.get("/api/silicon-mark/v1/account/sessions")
        assert answer.status_code in {200, 401}
        return answer.status_code == 200


@asynccontextmanager
async def browser(address: str, user_agent: str = "Test browser") -> AsyncIterator[Browser]:
    """Yield a browser without cookies."""
    headers = {"User-Agent": user_agent}
    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False, headers=headers) as client:
        yield Browser(client)
