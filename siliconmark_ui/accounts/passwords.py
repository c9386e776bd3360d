"""Password hashes: argon2id with the library's current parameters, computed outside the event loop."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
LONGEST = 256
_hasher = PasswordHasher()
# Verified when the account is unknown, so that the answer takes the same time either way.
_NOBODY = _hasher.hash(secrets.token_hex())


async def hash_password(password: str) -> str:
    """Return the argon2id hash of `password`, in the PHC string format."""
    return await asyncio.to_thread(_hasher.hash, password)


async def verify_password(password: str, stored: str | None) -> bool:
    """Tell whether `password` belongs to `stored`; None (no such account) costs as much and is always False."""
    return await asyncio.to_thread(_verify, password, stored)


def _verify(password: str, stored: str | None) -> bool:
    try:
        matches = _hasher.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return matches and stored is not None
