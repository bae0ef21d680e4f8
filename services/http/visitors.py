"""Who opens a page, as far as the server can tell: a gateway says so, or nobody does."""

import re

from fastapi import HTTPException, Request

from events.vocabulary import Actor
from services.http.desk import actor_of

GATEWAY = "gateway"  # the header by which a gateway says that it alone sets who acts
SECRET = re.compile(r"/by-(token|link)/")


def behind_gateway(request: Request) -> bool:
    return GATEWAY in request.headers


def visitor_of(request: Request) -> Actor | None:
    """Who the Actor header names; nobody where there is none that can be read."""
    try:
        return actor_of(request) if "actor" in request.headers else None
    except HTTPException:
        return None


def holds_link(request: Request) -> bool:
    """Whether a secret address says who this is, and so nothing else does."""
    return SECRET.search(request.url.path) is not None
