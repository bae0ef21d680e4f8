"""Routes that are asked for again and again: described like the others, answered before them."""

import re
from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from events.road.absence import DatabaseUnreachableError
from services.http.problem_pages import as_read
from services.http.problems import refused, unreachable
from services.refusals import RefusedError


class PlainRoute(APIRoute):
    """A route whose endpoint only describes it; `answer` of its router answers."""


class PlainRouter(APIRouter):
    """Routes that one ASGI application answers, without FastAPI between it and the server."""

    def __init__(self, answer: ASGIApp) -> None:
        super().__init__(route_class=PlainRoute)
        self.answer = answer


class PlainFirst:
    """Looks for the request among the routes of some plain routers before all others."""

    def __init__(self, app: ASGIApp, routers: Sequence[PlainRouter]) -> None:
        self.app = app
        ways: dict[re.Pattern[str], tuple[set[str], ASGIApp]] = {}
        for router in routers:
            for route in router.routes:
                if isinstance(route, PlainRoute):
                    methods, _ = ways.setdefault(route.path_regex, (set(), router.answer))
                    methods |= route.methods or set()
        self.ways = [(path.match, methods, answer) for path, (methods, answer) in ways.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path, method = scope["path"], scope["method"]
            if answer := self.answer_of(path, method):
                await explained(answer, scope, receive, send)
                return
            if path.endswith("/") and self.answer_of(path.removesuffix("/"), method):
                await without_slash(scope)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def answer_of(self, path: str, method: str) -> ASGIApp | None:
        for matches, methods, answer in self.ways:
            if method in methods and matches(path):
                return answer
        return None


def without_slash(scope: Scope) -> Response:
    """The way to the same address without a slash at its end, by whatever scheme it was reached."""
    path, query = scope["path"].removesuffix("/"), scope["query_string"].decode("latin-1")
    return RedirectResponse(f"{path}?{query}" if query else path)


async def explained(answer: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    try:
        await answer(scope, receive, send)
    except RefusedError as error:
        told = await refused(Request(scope), error)
    except DatabaseUnreachableError as error:
        told = await unreachable(Request(scope), error)
    else:
        return
    told.headers["cache-control"] = "no-store"
    await as_read(Request(scope), told)(scope, receive, send)
