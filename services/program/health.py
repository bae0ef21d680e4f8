"""What tells a machine whether the program is well: alive, ready, and in numbers."""

from collections.abc import Mapping

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from services.program.doctor import ServiceReport, examine_service
from services.program.worker import Worker

FIGURES = {
    "relay_lag": "Events committed and not yet on the road",
    "letters_retrying": "Events whose handler failed and is tried again",
    "letters_waiting": "Events that wait behind a failed one",
    "letters_dead": "Events that were given up",
    "deadlines_late": "Deadlines that are past and have not had their effect",
    "deadlines_failed": "Deadlines that were given up",
}


def health(workers: Mapping[str, Worker]) -> APIRouter:
    router = APIRouter(tags=["health"])

    async def reports() -> dict[str, ServiceReport]:
        return {
            name: await examine_service(worker, worker.clock.now())
            for name, worker in workers.items()
        }

    @router.get("/livez")
    async def alive() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @router.get("/readyz")
    async def ready() -> JSONResponse:
        """Every service reaches its database; with what each has not yet put on the road."""
        found = await reports()
        good = all(report.database == "ok" for report in found.values())
        content = {
            name: report.model_dump(mode="json", include={"database", "relay_lag", "lagging_since"})
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
            gauge.labels(service).set(getattr(report, name))
    up = Gauge("secretariat_database_up", "The database answers", ["service"], registry=registry)
    for service, report in reports.items():
        up.labels(service).set(report.database == "ok")
    return generate_latest(registry)
