"""Browser sessions: a random cookie that pages cannot read; the database knows only its hash."""

import hashlib
import secrets
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie

COOKIE_NAME = "siliconmark_session"
ABSOLUTE_LIFE = timedelta(days=14)
IDLE_LIFE = timedelta(days=3)


def new_key() -> str:
    """Return an unguessable cookie value."""
    return secrets.token_urlsafe(32)


def hash_of(key: str) -> str:
    """Return what is stored for a cookie value."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def key_in(cookie_header: str) -> str | None:
    """Return the session's cookie value from a Cookie header, None without one."""
    try:
        morsel = SimpleCookie(cookie_header).get(COOKIE_NAME)
    except CookieError:
        return None
    return morsel.value if morsel else None
