"""Where people reach the server, for what they take away from it."""

import os
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request

OWN = (".localhost", ".local", ".internal", ".home.arpa", ".test", ".invalid")


def public_address() -> str | None:
    """What the deployment says with the variable PUBLIC_URL, like https://meetings.example."""
    said = os.environ.get("PUBLIC_URL")
    return said.rstrip("/") if said else None


def address_of(request: Request) -> str:
    """The same, or where this request came to."""
    return public_address() or str(request.base_url).rstrip("/")


def is_reached_from_outside(address: str) -> bool:
    """Whether servers of others can fetch `address`, as far as it tells.

    They take https, and no host of one's own machine or network (RFC 6761, 6762, 8375).
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    try:
        return parts.scheme == "https" and ip_address(host).is_global
    except ValueError:
        own = host.endswith(OWN) or "." not in host
        return parts.scheme == "https" and not own
