"""A problem as whoever asked reads it: a document, or a page that says where to go from there."""

from collections.abc import Awaitable, Callable
from functools import cache

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from services.http.pages import Pages
from services.http.problems import ANSWERS, Answering, Problem
from services.http.visitors import holds_link

API = "/api/"


def explain_errors(app: FastAPI) -> None:
    """Have `app` answer every error as a problem: as a page in a browser, outside of the API."""
    for kind, answer in ANSWERS.items():
        app.add_exception_handler(kind, for_whoever_asks(answer))


def for_whoever_asks(answer: Answering) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answered(request: Request, error: Exception) -> Response:
        return as_read(request, await answer(request, error))

    return answered


@cache
def drawing(service: str) -> Pages:
    return Pages(service, __package__)


def as_read(request: Request, told: JSONResponse) -> Response:
    """The problem that `told` holds as whoever asks reads it: a page in a browser."""
    if request.url.path.startswith(API):
        return told
    told.headers.add_vary_header("Accept")
    if not reads_pages(request):
        return told
    service = next(iter(request.app.state.offices))
    page = drawing(service).draw(
        request,
        "problem.html",
        status=told.status_code,
        secret=True,
        problem=Problem.model_validate_json(bytes(told.body)),
        path="" if holds_link(request) else request.url.path,
    )
    for name in ("retry-after", "allow"):
        if name in told.headers:
            page.headers[name] = told.headers[name]
    page.headers.add_vary_header("Accept")
    return page


def reads_pages(request: Request) -> bool:
    """Whether HTML is asked for by name, and JSON is not."""
    wanted = request.headers.get("accept", "")
    return "text/html" in wanted and "json" not in wanted
