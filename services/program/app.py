"""The HTTP application over a running program."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from fastapi import Depends, FastAPI
from fastapi_offline import FastAPIOffline

from services.http.description import describe_problems
from services.http.limits import BodyLimit
from services.http.pages import dress
from services.http.plain import PlainFirst
from services.http.problem_pages import explain_errors
from services.http.queries import known_alone
from services.http.varying import VaryByActor
from services.program.health import health
from services.program.services import SERVICES
from services.program.worker import Worker
from services.service import Service

DESCRIPTION = """The meetings of a cooperation format, from the plan to the follow-up.

Every command carries an `Actor` header (`party/role Name`), may carry an `Idempotency-Key`, and on
what people edit together an `If-Match` with the ETag it was read with. Who reads may say so with an
`Actor` header: what belongs to a restricted meeting is there for those alone who have a seat in its
mechanism. Errors are problem documents (RFC 9457) that say what to do."""


def create_app(services: Sequence[Service], workers: Mapping[str, Worker]) -> FastAPI:
    """The routes of `services`, each over the worker of its name; described with all others."""
    app = FastAPIOffline(title="Secretariat", version="1", description=DESCRIPTION, redoc_url=None)
    app.state.offices = workers
    app.state.closing = asyncio.Event()
    explain_errors(app)
    describe_problems(app)
    if len(services) < len(SERVICES):
        app.openapi = whole_description  # type: ignore[method-assign]
    app.add_middleware(BodyLimit)
    app.add_middleware(VaryByActor)
    app.add_middleware(PlainFirst, routers=[each for one in services for each in one.plain])
    for service in services:
        app.include_router(service.routes, prefix="/api/v1", dependencies=[Depends(known_alone)])
        app.include_router(service.pages)
        for router in service.plain:
            app.include_router(router)
    app.include_router(health(workers))
    app.include_router(dress)
    return app


@cache
def whole_description() -> dict[str, Any]:
    """OpenAPI 3.1 of all services, of which a process may serve some."""
    return create_app(SERVICES, {}).openapi()
