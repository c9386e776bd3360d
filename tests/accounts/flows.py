"""The steps of a sign-in at a provider, as a browser takes them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import httpx

from siliconmark_ui.accounts import oidc, repository
from siliconmark_ui.accounts.providers import Provider
from siliconmark_ui.accounts.reasons import PROBLEMS, problem_in
from siliconmark_ui.accounts.sessions import COOKIE_NAME
from siliconmark_ui.accounts.sso import SignInWays, use_sign_in_ways
from siliconmark_ui.api.app import create_api
from siliconmark_ui.config import load_settings
from siliconmark_ui.db import Database
from tests.accounts.provider import OUR_ADDRESS, RunningProvider

START = "/auth/sso/corp"


@asynccontextmanager
async def ours(db: Database, provider: Provider, **settings: str) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a browser of our API in this process, where the clock can be set."""
    environ = {"DATABASE_URL": "postgresql://unused/x", "SILICONMARK_PUBLIC_URL": OUR_ADDRESS, **settings}
    api = create_api(load_settings(environ))
    api.state.database = db
    oidc.forget_providers()
    use_sign_in_ways(SignInWays(settings.get("SILICONMARK_PASSWORD_SIGN_IN") != "0", (provider,)))
    try:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url=OUR_ADDRESS) as client:
            yield client
    finally:
        use_sign_in_ways(SignInWays())


async def set_out(client: httpx.AsyncClient, target: str = "/jobs/7") -> str:
    """Begin a sign-in and return the address at the provider."""
    answer = await client.get(START, params={"next": target})
    assert answer.status_code == 303
    return str(answer.headers["location"])


async def come_back(client: httpx.AsyncClient, query: dict[str, str]) -> httpx.Response:
    """Follow the provider's redirect to us."""
    return await client.get(f"{START}/callback", params=query)


async def sign_in(client: httpx.AsyncClient, running: RunningProvider, person: str = "ann") -> httpx.Response:
    """Sign in at the provider, all the way."""
    return await come_back(client, await running.log_in(await set_out(client), person))


def refusal(answer: httpx.Response) -> str:
    """Return why a sign-in was refused; nobody may be signed in by it."""
    assert answer.status_code == 303
    assert COOKIE_NAME not in answer.cookies
    url = urlsplit(answer.headers["location"])
    assert url.path == "/sign-in"
    said = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert said["error"] in PROBLEMS, said
    return problem_in(said)


async def people_in(db: Database) -> list[tuple[str, str, str]]:
    """Return e-mail, role and customer of everybody."""
    async with db.session_scope() as session:
        rows = await repository.people_of(session, None)
        return [(user.email, str(user.role), customer) for user, customer in rows]


def with_query(url: str, **changes: str) -> str:
    """Return an address with other values in its query."""
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changes
    return urlunsplit(parts._replace(query=urlencode(query)))
