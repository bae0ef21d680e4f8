"""What tells a machine whether the program is well: alive, ready, and in numbers."""

import asyncio
from collections.abc import Mapping

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from services.http.counters import COUNTED
from services.program.doctor import ServiceReport, examine_service
from services.program.worker import Worker

FIGURES = {
    "relay_lag": "Events committed and not yet on the road",
    "consumer_lag": "Records on the road that the service has not yet taken",
    "put_aside": "Records on the road that no service could read, of all services",
    "letters_retrying": "Events whose handler failed and is tried again",
    "letters_waiting": "Events that wait behind a failed one",
    "letters_dead": "Events that were given up",
    "deadlines_late": "Deadlines that are past and have not had their effect",
    "deadlines_failed": "Deadlines that were given up",
    "mails_waiting": "Mails that are due and have not gone out",
    "mails_failed": "Mails about meetings to come that were refused or came back",
}
READINESS = {"database", "road", "relay_lag", "lagging_since", "consumer_lag"}


def health(workers: Mapping[str, Worker]) -> APIRouter:
    router = APIRouter(tags=["health"])

    async def reports() -> dict[str, ServiceReport]:
        found = await asyncio.gather(
            *(examine_service(worker, worker.clock.now()) for worker in workers.values())
        )
        return dict(zip(workers, found, strict=True))

    @router.get("/livez")
    async def alive() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @router.get("/readyz")
    async def ready() -> JSONResponse:
        """Every service reaches its database and the road; with what waits on either side of it."""
        found = await reports()
        good = all(report.ready for report in found.values())
        content = {
            name: report.model_dump(
                mode="json", include=READINESS | ({"mail"} if report.mail else set())
            )
            for name, report in found.items()
        }
        return JSONResponse(content, 200 if good else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        """The same and more as numbers, in the text format of Prometheus."""
        return Response(measured(await reports()), media_type=CONTENT_TYPE_LATEST)

    return router


def measured(reports: Mapping[str, ServiceReport]) -> bytes:
    registry = CollectorRegistry()
    for name, meaning in FIGURES.items():
        gauge = Gauge(f"secretariat_{name}", meaning, ["service"], registry=registry)
        for service, report in reports.items():
            if (figure := getattr(report, name)) is not None:
                gauge.labels(service).set(figure)
    database = Gauge(
        "secretariat_database_up", "The database answers", ["service"], registry=registry
    )
    road = Gauge("secretariat_road_up", "The road answers", ["service"], registry=registry)
    for service, report in reports.items():
        database.labels(service).set(report.database == "ok")
        road.labels(service).set(report.road == "ok")
    return generate_latest(registry) + generate_latest(COUNTED)
