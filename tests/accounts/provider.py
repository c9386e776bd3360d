"""A real OpenID provider on the loopback: NanoIDP in its strict profile (PKCE with S256, exact redirect addresses)."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc.jwk import RSAKey

OUR_ADDRESS = "http://bench.test"
CLIENT, SECRET = "bench", "a secret between the two"
OTHER_CLIENT = "another-program"
START_SECONDS = 60.0
PEOPLE = {
    "ann": {"email": "ann@acme.example", "tenant": "Acme", "roles": ["USER"]},
    "cleo": {"email": "cleo@acme.example", "tenant": "Acme", "roles": ["USER", "BENCH_ADMINS"]},
    "gus": {"email": "gus@elsewhere.example", "tenant": "Elsewhere", "roles": ["USER"]},
}


@dataclass(frozen=True)
class RunningProvider:
    """A started provider."""

    issuer: str
    folder: Path

    def rotate_keys(self) -> None:
        """Let it sign with a new key from now on."""
        httpx.post(f"{self.issuer}/api/keys/rotate", trust_env=False).raise_for_status()

    @contextlib.contextmanager
    def one_key_name(self) -> Iterator[Callable[[], None]]:
        """Let it sign with a key of its operator for this block; yield what replaces the key under the same name."""
        settings = self.folder / "settings.yaml"
        before = settings.read_text()

        def replace() -> None:
            key = RSAKey.generate_key(2048)
            paths = {name: self.folder / f"{name}-{key.thumbprint()}.pem" for name in ("private_key", "public_key")}
            for name, path in paths.items():
                path.write_bytes(key.as_pem(private=name == "private_key"))
            named = {**{name: str(path) for name, path in paths.items()}, "kid": "the-only-name"}
            settings.write_text(json.dumps({**json.loads(before), "jwt": {"external_keys": named}}))
            self._reload()

        replace()
        try:
            yield replace
        finally:
            settings.write_text(before)
            self._reload()

    def _reload(self) -> None:
        httpx.post(f"{self.issuer}/api/config/reload", trust_env=False).raise_for_status()

    async def log_in(self, authorization_url: str, person: str) -> dict[str, str]:
        """Log in as a browser would, and return what the provider sends back in the query of our callback."""
        async with httpx.AsyncClient(trust_env=False) as client:
            form = {"username": person, "password": f"{person}-password"}
            answer = await client.post(authorization_url, data=form)
        assert answer.status_code == 302, answer.text[:500]
        return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def _settings(issuer: str, port: int) -> dict[str, Any]:
    callback = f"{OUR_ADDRESS}/auth/sso/corp/callback"
    clients = [
        {"client_id": CLIENT, "client_secret": SECRET, "description": "us", "redirect_uris": [callback]},
        {"client_id": OTHER_CLIENT, "client_secret": SECRET, "description": "not us", "redirect_uris": [callback]},
    ]
    oauth = {"issuer": issuer, "audience": "nobody", "token_expiry_minutes": 5, "clients": clients}
    return {"config_version": 1, "server": {"host": "127.0.0.1", "port": port}, "oauth": oauth}


@contextlib.contextmanager
def running_provider(folder: Path) -> Iterator[RunningProvider]:
    """Run a provider whose files are in `folder` while the block does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    issuer = f"http://127.0.0.1:{port}"
    users = {name: {"password": f"{name}-password", **fields} for name, fields in PEOPLE.items()}
    # Every JSON document is a YAML document.
    (folder / "settings.yaml").write_text(json.dumps(_settings(issuer, port)))
    (folder / "users.yaml").write_text(json.dumps({"config_version": 1, "users": users}))
    command = [sys.executable, "-m", "nanoidp", "--config", str(folder), "--profile", "oauth21", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env={**os.environ, "NO_PROXY": "*"})
    try:
        _wait(process, issuer, folder / "log")
        yield RunningProvider(issuer, folder)
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: "subprocess.Popen[bytes]", issuer: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(f"{issuer}/api/health", trust_env=False).raise_for_status()
            return
        time.sleep(0.1)
    raise AssertionError(f"The provider did not start: {log.read_text(errors='replace')}")
