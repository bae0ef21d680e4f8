"""Where people reach the server, for what they take away from it."""

import os

from fastapi import Request


def public_address() -> str | None:
    """What the deployment says with the variable PUBLIC_URL, like https://meetings.example."""
    said = os.environ.get("PUBLIC_URL")
    return said.rstrip("/") if said else None


def address_of(request: Request) -> str:
    """The same, or where this request came to."""
    return public_address() or str(request.base_url).rstrip("/")
