"""Signed tokens: of a person (`user`), of a job (what an agent carries), of a link to a report.

JWT, HS256, with issuer, audience, subject, expiry and use. A token of one use never opens what another use opens.

The secret may be a ring: several keys separated by commas. The first signs, all verify, so that a new key is put in
front without signing anybody out; each token names its key (`kid`). An old key is taken away once the longest-lived
token that it signed has expired: a day.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import OctKey

from siliconmark_ui.errors import InvalidToken
from siliconmark_ui.identifiers import LARGEST_ID
from siliconmark_ui.instants import now

ISSUER = "siliconmark-ui"
AUDIENCE = "siliconmark-api"
ALGORITHM = "HS256"
SHORTEST_KEY = 32
USER_TOKEN_LIFE = timedelta(hours=12)
TokenUse = Literal["user", "job", "report"]


def _seconds() -> int:
    return int(now().timestamp())


_CLAIMS = jwt.JWTClaimsRegistry(
    now=_seconds,
    iss={"essential": True, "value": ISSUER},
    aud={"essential": True, "value": AUDIENCE},
    sub={"essential": True},
    exp={"essential": True},
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Whom a token speaks for, the generation of the person's tokens that it belongs to, and its end (Unix seconds)."""

    subject: int
    generation: int
    expires: int


@dataclass(frozen=True)
class TokenSigner:
    """Makes and reads tokens with one secret, or a ring of them; hold one per process."""

    secret: str

    @property
    def _key(self) -> OctKey:
        return _ring_of(self.secret)[0]

    def user_token(self, user_id: int, generation: int = 0) -> str:
        """Return a bearer token of a person, valid for `USER_TOKEN_LIFE` or until the person's generation grows."""
        return _sign(self._key, "user", user_id, int((now() + USER_TOKEN_LIFE).timestamp()), generation)

    def job_token(self, job_id: int, expires_at: datetime) -> str:
        """Return the token of a job: the same one each time it is asked for, dead when the job expires."""
        return _job_token(self.secret, job_id, int(expires_at.timestamp()))

    def report_token(self, job_id: int, expires: int) -> str:
        """Return the token of a link that opens a job's report until `expires`, in seconds since 1970."""
        return _sign(self._key, "report", job_id, expires)

    def subject(self, token: str, use: TokenUse) -> int:
        """Return the id that a token of that use speaks for; raise InvalidToken for any other, or none."""
        return self.spoken_by(token, use).subject

    def spoken_by(self, token: str, use: TokenUse) -> Spoken:
        """Return whom a token of that use speaks for; raise InvalidToken for any other, or none."""
        claims = self._verified(token)
        subject, generation = claims["sub"], claims.get("gen", 0)
        if claims.get("use") != use or not isinstance(subject, str) or not subject.isascii():
            raise InvalidToken
        if not subject.isdecimal() or int(subject) > LARGEST_ID or not isinstance(generation, int):
            raise InvalidToken
        return Spoken(int(subject), generation, int(claims["exp"]))

    def _verified(self, token: str) -> dict[str, Any]:
        """Return the claims of a token that a key of the ring signed; raise InvalidToken."""
        problem: Exception | None = None
        for key in _ring_of(self.secret):
            try:
                decoded = jwt.decode(token, key, algorithms=[ALGORITHM])
                _CLAIMS.validate(decoded.claims)
            except BadSignatureError as error:
                problem = error
            except (JoseError, ValueError, TypeError, RecursionError) as error:
                raise InvalidToken from error
            else:
                return decoded.claims
        raise InvalidToken from problem


@lru_cache(maxsize=8)
def _ring_of(secret: str) -> tuple[OctKey, ...]:
    """Return the keys of a secret, the one that signs first."""
    parts = [part.strip() for part in secret.split(",")]
    # A comma inside one key is no separator: keys of a ring are each as long as a key must be.
    is_ring = all(len(part) >= SHORTEST_KEY for part in parts)
    return tuple(_key_of(part) for part in (parts if is_ring else [secret]))


def _key_of(secret: str) -> OctKey:
    # The secret may be any text that an operator chose; its digest always has the length that HS256 asks for.
    digest = hashlib.sha256(secret.encode()).digest()
    return OctKey.import_key(digest, {"kid": hashlib.sha256(digest).hexdigest()[:12]})


@lru_cache(maxsize=65_536)
def _job_token(secret: str, job_id: int, expires: int) -> str:
    return _sign(_ring_of(secret)[0], "job", job_id, expires)


def _sign(key: OctKey, use: TokenUse, subject: int, expires: int, generation: int = 0) -> str:
    claims: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": str(subject), "exp": expires, "use": use}
    if generation:
        claims["gen"] = generation
    return jwt.encode({"alg": ALGORITHM, "typ": "JWT", "kid": key.kid}, claims, key)


_current: list[TokenSigner] = []


def use_signer(signer: TokenSigner | None) -> None:
    """Make `signer` the one of this process (None: no longer any)."""
    _current[:] = [signer] if signer else []


def get_signer() -> TokenSigner:
    """Return the signer of this process."""
    if not _current:
        raise RuntimeError("no secret key is in use in this process")
    return _current[0]
