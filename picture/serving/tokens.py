"""Tokens that nobody can guess, and names that stand for them."""

from __future__ import annotations

import secrets
from hashlib import sha256

_BYTES = 18


def new_token() -> str:
    """Return a token of 24 characters that is fit for an address."""
    return secrets.token_urlsafe(_BYTES)


def name_of(token: str) -> str:
    """Return a name that stands for a token: who can list names must not learn one."""
    return sha256(token.encode()).hexdigest()[:40]
