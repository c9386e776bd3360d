"""Passwords: long ones that nobody guesses; hashes are argon2id with the library's current parameters.

Length over composition: no rule about digits or signs. What zxcvbn's lists of leaked passwords, names and words, its
keyboard paths and its repetitions would find within a million guesses is refused, whatever its length.
Hashing and estimating take tens of milliseconds, so both happen outside the event loop.
"""

import asyncio
import secrets
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from siliconmark_ui.errors import InvalidInput

SHORTEST = 10
LONGEST = 256
FEWEST_GUESSES = 1_000_000
# zxcvbn's time grows with the square of the length; nothing is easy to guess for what stands behind these.
ESTIMATED_LENGTH = 64
_hasher = PasswordHasher()
# Verified when the account is unknown, so that the answer takes the same time either way.
_NOBODY = _hasher.hash(secrets.token_hex())


async def check_password(password: str, personal: Sequence[str] = ()) -> None:
    """Raise InvalidInput for a password that is too short, too long or easily guessed; `personal` words are known."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput(f"password must have {SHORTEST} to {LONGEST} characters", "password-length")
    if not password.isascii() and any("\ud800" <= letter <= "\udfff" for letter in password):
        raise InvalidInput("password must be text", "characters")
    if await asyncio.to_thread(_is_guessable, password, [word for word in personal if word]):
        message = "password is among those that are guessed first; choose a longer phrase of unrelated words"
        raise InvalidInput(message, "password-guessed")


def _is_guessable(password: str, personal: list[str]) -> bool:
    if password.casefold() in {word.casefold() for word in personal}:
        return True
    return float(zxcvbn(password[:ESTIMATED_LENGTH], user_inputs=personal)["guesses"]) < FEWEST_GUESSES


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
