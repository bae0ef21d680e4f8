"""Secret tokens: who holds one may do what it is for, and nobody keeps more than its digest."""

import secrets
from hashlib import sha256

BYTES = 32


def new_token() -> tuple[str, str]:
    """A token that nobody guesses, as text that fits into an address, and its digest."""
    token = secrets.token_urlsafe(BYTES)
    return token, digest_of(token)


def digest_of(token: str) -> str:
    """By which a token is known again: its SHA-256, in hexadecimal."""
    return sha256(token.encode()).hexdigest()
