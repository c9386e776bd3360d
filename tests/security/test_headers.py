"""What every answer says to browsers when they reach us over TLS."""

import pytest
from starlette.types import Receive, Scope, Send

from siliconmark_ui.config import load_settings
from siliconmark_ui.server.dispatch import compose
from tests.server.asgi import call, headers_of

TLS = {"SILICONMARK_PUBLIC_URL": "https://bench.example:8443", "SILICONMARK_TRUSTED_PROXY_HOPS": "1"}


async def _answering(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.mark.parametrize("path", ["/", "/jobs/7", "/assets/entry.js", "/api/silicon-mark/v1/jobs", "/auth/sign-in"])
async def test_transport_is_strict_behind_tls_alone(path: str) -> None:
    name = "strict-transport-security"
    behind = headers_of(await call(compose(_answering, _answering, load_settings(TLS)), path))
    assert behind[name] == "max-age=31536000"
    assert name not in headers_of(await call(compose(_answering, _answering, load_settings({})), path))
