"""One address for services that have one each: what a proxy is to a deployment."""

import asyncio
from collections.abc import Mapping, Sequence

import httpx
from fastapi import APIRouter
from starlette.routing import BaseRoute, Match

from services.service import Service

PATIENCE_SECONDS = 180.0
PAUSE_SECONDS = 0.25


class Gateway(httpx.AsyncBaseTransport):
    """Sends a request to the service whose route it is, again while that can't answer.

    Each command has an Idempotency-Key, so that sending it again is safe. `stirred` is whether a
    command was sent since somebody set it to False.
    """

    def __init__(self, services: Sequence[Service], addresses: Mapping[str, str]) -> None:
        self.addresses = addresses
        self.network = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=None))
        self.stirred = False
        self.routes = {service.name: routes_of(service) for service in services}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.stirred |= request.method != "GET"
        address = httpx.URL(self.addresses[self.service_of(request)])
        request.url = request.url.copy_with(host=address.host, port=address.port)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                try:
                    answer = await self.network.handle_async_request(request)
                except httpx.TransportError:
                    await asyncio.sleep(PAUSE_SECONDS)
                    continue
                if not answer.is_server_error:
                    return answer
                await answer.aclose()
                await asyncio.sleep(PAUSE_SECONDS)

    def service_of(self, request: httpx.Request) -> str:
        """The service that `request` is for; LookupError when it is for none."""
        scope = {"type": "http", "method": request.method, "path": request.url.path}
        for service, routes in self.routes.items():
            if any(route.matches(scope)[0] is not Match.NONE for route in routes):
                return service
        raise LookupError(f"no service has a route for {request.url.path}")

    async def aclose(self) -> None:
        await self.network.aclose()


def routes_of(service: Service) -> Sequence[BaseRoute]:
    router = APIRouter()
    router.include_router(service.routes, prefix="/api/v1")
    return router.routes
