"""Settings: everything the environment may say, read once, checked, and frozen.

| variable | meaning | when unset |
| --- | --- | --- |
| `DATABASE_URL` | PostgreSQL: `postgresql://user:password@host:port/name` (or `postgres://`) | embedded PostgreSQL |
| `SILICONMARK_DATA_DIR` | folder of the embedded database and of generated secrets | `.data` in the checkout |
| `HOST`, `PORT` | address and port to listen on | `0.0.0.0`, `3000` |
| `SILICONMARK_SECRET_KEY` | signs tokens and links, from 32 characters; `new,old`: one signs, both verify | made once |
| `SILICONMARK_DEMO` | `0`: leave an empty database empty | `1`: fill it with demo data |
| `REDIS_URL` | `redis://…`: page state is kept there, for several workers | in the one worker's memory |
| `SILICONMARK_WORKERS` | worker processes, 1 to 64; above 1 needs `REDIS_URL` | 1; with Redis one a core, at most 8 |
| `SILICONMARK_PUBLIC_URL` | the address people type; `https://…` makes cookies `Secure` | cookies work over HTTP |
| `SILICONMARK_TRUSTED_PROXY_HOPS` | reverse proxies in front whose `X-Forwarded-*` is believed, 0 to 10 | 0: none is |
| `SILICONMARK_REPORT_STORE` | where reports are kept: `s3://bucket/prefix`, opened by `AWS_…` | the data folder |
| `SILICONMARK_RATE_LIMIT` | requests a minute allowed to one caller of the API | no general limit |
| `SILICONMARK_MAX_BODY_BYTES` | largest body of an ordinary API request | 1 MiB |
| `SILICONMARK_MAX_RESULT_BYTES` | largest body of an uploaded result | 32 MiB |
| `SILICONMARK_SESSION_IDLE_MINUTES` | a browser session ends after so long without use, 5 minutes to 1 year | 3 days |
| `SILICONMARK_SESSION_MINUTES` | and after so long in any case, not below the former | 14 days |
| `SILICONMARK_SMTP_URL` | `smtp[s]://user:password@host:port?from=ADDRESS` for invitations, resets | no mail |
| `SILICONMARK_OIDC_<NAME>_…` | OpenID providers to sign in with: see `siliconmark_ui/accounts/providers.py` | none |
| `SILICONMARK_PASSWORD_SIGN_IN` | `0`: people sign in at a provider alone | `1` |
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from siliconmark_ui.accounts.mail import MailServer, read_mail_server
from siliconmark_ui.accounts.providers import Provider, read_providers
from siliconmark_ui.accounts.sessions import USUAL_LIVES, Lives
from siliconmark_ui.errors import InvalidInput

ROOT = Path(__file__).resolve().parent.parent
DRIVER = "postgresql+psycopg"
MIB = 1024 * 1024
MINUTE = timedelta(minutes=1)
SHORTEST_SESSION, LONGEST_SESSION = 5, 365 * 24 * 60
SHORTEST_SECRET = 32
MOST_WORKERS_CHOSEN = 8


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process; the module's table says what each means.

    `database_url` is `postgresql+psycopg://…`, or empty: the embedded server's, which the launcher fills in.
    `secret_key` is empty until the launcher has read or made the one in the data folder. `rate_limit` counts requests a
    minute, None is no limit. Sizes are in bytes.
    """

    database_url: str
    data_dir: Path
    host: str
    port: int
    secret_key: str
    demo: bool
    redis_url: str | None
    workers: int
    public_url: str | None
    trusted_proxy_hops: int
    rate_limit: int | None
    max_body_bytes: int
    max_result_bytes: int
    report_store: str = ""
    mail_server: MailServer | None = None
    providers: tuple[Provider, ...] = ()
    password_sign_in: bool = True
    session_lives: Lives = USUAL_LIVES

    @property
    def secure_cookies(self) -> bool:
        """Whether browsers reach us over TLS, so that cookies may be `Secure`."""
        return self.public_url is not None and self.public_url.startswith("https://")


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Reads and checks the settings; raises InvalidInput, which names the variable and what is allowed."""
    redis_url = _redis_url(environ)
    providers = read_providers(environ)
    return Settings(
        database_url=database_url_of(environ.get("DATABASE_URL", "").strip()),
        data_dir=(ROOT / (environ.get("SILICONMARK_DATA_DIR") or ".data")).absolute(),
        host=environ.get("HOST", "").strip() or "0.0.0.0",  # noqa: S104 - agents report from other machines.
        port=_whole_number(environ, "PORT", 3000, 1, 65535),
        secret_key=_secret_key(environ),
        demo=_switch(environ, "SILICONMARK_DEMO", default=True),
        redis_url=redis_url,
        workers=_workers(environ, redis_url),
        public_url=_public_url(environ),
        trusted_proxy_hops=_whole_number(environ, "SILICONMARK_TRUSTED_PROXY_HOPS", 0, 0, 10),
        rate_limit=_whole_number(environ, "SILICONMARK_RATE_LIMIT", 0, 0, 1_000_000) or None,
        max_body_bytes=_whole_number(environ, "SILICONMARK_MAX_BODY_BYTES", MIB, 1024, 1024 * MIB),
        max_result_bytes=_whole_number(environ, "SILICONMARK_MAX_RESULT_BYTES", 32 * MIB, 1024, 1024 * MIB),
        report_store=_report_store(environ),
        mail_server=_mail_server(environ),
        providers=providers,
        password_sign_in=_password_sign_in(environ, providers),
        session_lives=_session_lives(environ),
    )


def database_url_of(value: str) -> str:
    """The address as SQLAlchemy wants it for psycopg 3; empty stays empty. Raises InvalidInput for another database."""
    if not value:
        return ""
    scheme, separator, rest = value.partition("://")
    if not separator or scheme not in {"postgres", "postgresql", DRIVER}:
        raise InvalidInput("DATABASE_URL must be a PostgreSQL address: postgresql://user:password@host:port/name")
    return f"{DRIVER}://{rest}"


def _whole_number(environ: Mapping[str, str], name: str, default: int, lowest: int, highest: int) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
        raise InvalidInput(f"{name} must be a whole number from {lowest} to {highest}, not '{text}'")
    return int(text)


def _switch(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = environ.get(name, "").strip()
    if text not in {"", "0", "1"}:
        raise InvalidInput(f"{name} must be 0 or 1, not '{text}'")
    return text == "1" if text else default


def _secret_key(environ: Mapping[str, str]) -> str:
    key = environ.get("SILICONMARK_SECRET_KEY", "").strip()
    if key and len(key) < SHORTEST_SECRET:
        raise InvalidInput(f"SILICONMARK_SECRET_KEY must have at least {SHORTEST_SECRET} characters")
    return key


def _report_store(environ: Mapping[str, str]) -> str:
    value = environ.get("SILICONMARK_REPORT_STORE", "").strip()
    parts = urlsplit(value)
    if value and (parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment):
        raise InvalidInput("SILICONMARK_REPORT_STORE must be a bucket that speaks S3, such as s3://bucket/prefix")
    return value


def _mail_server(environ: Mapping[str, str]) -> MailServer | None:
    value = environ.get("SILICONMARK_SMTP_URL", "").strip()
    if value and _public_url(environ) is None:
        # A link must not take its host from a request, which anybody may forge.
        raise InvalidInput("SILICONMARK_SMTP_URL needs SILICONMARK_PUBLIC_URL: mailed links begin with it")
    return read_mail_server(value) if value else None


def _password_sign_in(environ: Mapping[str, str], providers: tuple[Provider, ...]) -> bool:
    is_on = _switch(environ, "SILICONMARK_PASSWORD_SIGN_IN", default=True)
    if not is_on and not providers:
        raise InvalidInput("SILICONMARK_PASSWORD_SIGN_IN=0 needs a provider (SILICONMARK_OIDC_<NAME>_ISSUER, …)")
    return is_on


def _session_lives(environ: Mapping[str, str]) -> Lives:
    idle, absolute = (
        _whole_number(environ, f"SILICONMARK_SESSION_{name}", life // MINUTE, SHORTEST_SESSION, LONGEST_SESSION)
        for name, life in (("IDLE_MINUTES", USUAL_LIVES.idle), ("MINUTES", USUAL_LIVES.absolute))
    )
    if idle > absolute:
        raise InvalidInput("SILICONMARK_SESSION_IDLE_MINUTES must not be above SILICONMARK_SESSION_MINUTES")
    return Lives(idle * MINUTE, absolute * MINUTE)


def _redis_url(environ: Mapping[str, str]) -> str | None:
    value = environ.get("REDIS_URL", "").strip()
    if value and not value.startswith(("redis://", "rediss://", "unix://")):
        raise InvalidInput("REDIS_URL must begin with redis://, rediss:// or unix://")
    return value or None


def _workers(environ: Mapping[str, str], redis_url: str | None) -> int:
    chosen = min(os.cpu_count() or 1, MOST_WORKERS_CHOSEN) if redis_url else 1
    workers = _whole_number(environ, "SILICONMARK_WORKERS", chosen, 1, 64)
    if workers > 1 and redis_url is None:
        raise InvalidInput("SILICONMARK_WORKERS above 1 needs REDIS_URL: without it each worker has its own page state")
    return workers


def _public_url(environ: Mapping[str, str]) -> str | None:
    value = environ.get("SILICONMARK_PUBLIC_URL", "").strip().rstrip("/")
    if not value:
        return None
    try:
        parts = urlsplit(value)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        sound = False
    if not sound or parts.path or parts.query or parts.fragment:
        raise InvalidInput(
            "SILICONMARK_PUBLIC_URL must be an address without a path, such as https://bench.example.com"
        )
    return value
