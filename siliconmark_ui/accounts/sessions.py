"""Browser sessions: a random cookie that pages cannot read; the database knows only its hash.

Behind TLS the cookie's name begins with `__Host-`: browsers then take it from this very host over TLS alone, so that no
neighbouring host can plant one.
"""

import hashlib
import secrets
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie

COOKIE_NAME = "siliconmark_session"
ABSOLUTE_LIFE = timedelta(days=14)
IDLE_LIFE = timedelta(days=3)


_names = [COOKIE_NAME]


def use_secure_cookies(secure: bool) -> None:
    """Choose the name of the cookie in this process: with the prefix that asks for TLS, or without."""
    _names[:] = [f"__Host-{COOKIE_NAME}" if secure else COOKIE_NAME]


def cookie_name() -> str:
    """Return the name of the session's cookie."""
    return _names[0]


def new_key() -> str:
    """Return an unguessable cookie value."""
    return secrets.token_urlsafe(32)


def hash_of(key: str) -> str:
    """Return what is stored for a cookie value."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def key_in(cookie_header: str) -> str | None:
    """Return the session's cookie value from a Cookie header, None without one."""
    try:
        morsel = SimpleCookie(cookie_header).get(cookie_name())
    except CookieError:
        return None
    return morsel.value if morsel else None
