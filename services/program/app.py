"""The HTTP application over a running program."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.http.description import describe_problems
from services.http.limits import BodyLimit
from services.http.pages import dress
from services.http.problems import explain_errors
from services.program.worker import Worker
from services.service import Service

DESCRIPTION = """The meetings of a cooperation format, from the plan to the follow-up.

Every command carries an `Actor` header (`party/role Name`), may carry an `Idempotency-Key`, and on
what people edit together an `If-Match` with the ETag it was read with. Errors are problem documents
(RFC 9457) that say what to do."""


def create_app(services: Sequence[Service], workers: Mapping[str, Worker]) -> FastAPI:
    """The routes of `services`, each over the worker of its name."""
    app = FastAPIOffline(title="Secretariat", version="1", description=DESCRIPTION, redoc_url=None)
    app.state.offices = workers
    explain_errors(app)
    describe_problems(app)
    app.add_middleware(BodyLimit)
    for service in services:
        app.include_router(service.routes, prefix="/api/v1")
        app.include_router(service.pages)
    app.include_router(health(workers))
    app.include_router(dress)
    return app


def health(workers: Mapping[str, Worker]) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/livez")
    async def alive() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @router.get("/readyz")
    async def ready() -> JSONResponse:
        """Every service reaches its database."""
        states = {name: await reachable(worker) for name, worker in workers.items()}
        good = all(state == "ok" for state in states.values())
        return JSONResponse(states, 200 if good else 503)

    return router


async def reachable(worker: Worker) -> str:
    try:
        async with worker.database.read() as session:
            await session.execute(text("SELECT 1"))
    except DBAPIError as error:
        return f"database unreachable: {error.orig}"
    return "ok"
