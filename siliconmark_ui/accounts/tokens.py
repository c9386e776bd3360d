"""Signed tokens: of a person (`user`), of a job (what an agent carries), of a report link.

JWT, HS256, with issuer, audience, subject, expiry and use. A token of one use never opens what another use opens.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from siliconmark_ui.errors import InvalidToken
from siliconmark_ui.identifiers import LARGEST_ID
from siliconmark_ui.instants import now

ISSUER = "siliconmark-ui"
AUDIENCE = "siliconmark-api"
ALGORITHM = "HS256"
USER_TOKEN_LIFE = timedelta(hours=12)
TokenUse = Literal["user", "job"]


def _seconds() -> int:
    return int(now().timestamp())


_CLAIMS = jwt.JWTClaimsRegistry(
    now=_seconds,
    iss={"essential": True, "value": ISSUER},
    aud={"essential": True, "value": AUDIENCE},
    sub={"essential": True},
    exp={"essential": True},
)


@dataclass(frozen=True)
class TokenSigner:
    """Makes and reads tokens with one secret; hold one per process."""

    secret: str

    @property
    def _key(self) -> OctKey:
        return _key_of(self.secret)

    def user_token(self, user_id: int) -> str:
        """Return a bearer token of a person, valid for `USER_TOKEN_LIFE`."""
        return _sign(self._key, "user", user_id, int((now() + USER_TOKEN_LIFE).timestamp()))

    def job_token(self, job_id: int, expires_at: datetime) -> str:
        """Return the token of a job: the same one each time it is asked for, dead when the job expires."""
        return _job_token(self.secret, job_id, int(expires_at.timestamp()))

    def subject(self, token: str, use: TokenUse) -> int:
        """Return the id that a token of that use speaks for; raise InvalidToken for any other, or none."""
        try:
            decoded = jwt.decode(token, self._key, algorithms=[ALGORITHM])
            _CLAIMS.validate(decoded.claims)
        except (JoseError, ValueError, TypeError, RecursionError) as problem:
            raise InvalidToken from problem
        subject = decoded.claims["sub"]
        if decoded.claims.get("use") != use or not isinstance(subject, str) or not subject.isascii():
            raise InvalidToken
        if not subject.isdecimal() or int(subject) > LARGEST_ID:
            raise InvalidToken
        return int(subject)


@lru_cache(maxsize=8)
def _key_of(secret: str) -> OctKey:
    # The secret may be any text that an operator chose; its digest always has the length that HS256 asks for.
    return OctKey.import_key(hashlib.sha256(secret.encode()).digest())


@lru_cache(maxsize=65_536)
def _job_token(secret: str, job_id: int, expires: int) -> str:
    return _sign(_key_of(secret), "job", job_id, expires)


def _sign(key: OctKey, use: TokenUse, subject: int, expires: int) -> str:
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": str(subject), "exp": expires, "use": use}
    return jwt.encode({"alg": ALGORITHM, "typ": "JWT"}, claims, key)


_current: list[TokenSigner] = []


def use_signer(signer: TokenSigner | None) -> None:
    """Make `signer` the one of this process (None: no longer any)."""
    _current[:] = [signer] if signer else []


def get_signer() -> TokenSigner:
    """Return the signer of this process."""
    if not _current:
        raise RuntimeError("no secret key is in use in this process")
    return _current[0]
