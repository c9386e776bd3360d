"""Browser sessions: a random cookie that pages cannot read; the database knows only its hash.

Behind TLS the cookie's name begins with `__Host-`: browsers then take it from this very host over TLS alone, so that no
neighbouring host can plant one.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie

COOKIE_NAME = "siliconmark_session"
# How stale "last seen" may be at most: a page that loads often does not write on each load.
SEEN_PRECISION = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Lives:
    """How long a session lasts: without use (`idle`), and in any case (`absolute`)."""

    idle: timedelta = timedelta(days=3)
    absolute: timedelta = timedelta(days=14)

    @property
    def seen_precision(self) -> timedelta:
        """How stale "last seen" may be; a tenth of a short idle life, which would otherwise end under its user."""
        return min(SEEN_PRECISION, self.idle / 10)


USUAL_LIVES = Lives()
_names = [COOKIE_NAME]
_lives = [USUAL_LIVES]


def use_lives(chosen: Lives) -> None:
    """Make `chosen` the lifetimes of this process."""
    _lives[:] = [chosen]


def lives() -> Lives:
    """Return the lifetimes of this process."""
    return _lives[0]


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
