"""A network between us and a provider in which answers are replaced."""

from typing import Any

import httpx2
import pytest

from siliconmark_ui.accounts import oidc
from siliconmark_ui.accounts.providers import Provider


class _Meddler(httpx2.AsyncHTTPTransport):
    """A network in which the provider's answers are replaced: `change` gets the token answer's JSON."""

    def __init__(self, change: Any) -> None:
        super().__init__()
        self._change = change

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = await super().handle_async_request(request)
        if not request.url.path.endswith("/token"):
            return answer
        await answer.aread()
        return httpx2.Response(answer.status_code, json=await self._change(answer.json()))


def meddle(monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    """Replace what the provider's token endpoint answers from now on."""
    client_of = oidc._client

    def meddled(provider: Provider, redirect_uri: str) -> Any:
        client = client_of(provider, redirect_uri)
        client._transport = _Meddler(change)
        return client

    monkeypatch.setattr(oidc, "_client", meddled)
