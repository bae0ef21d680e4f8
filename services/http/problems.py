"""Every error as a problem document (RFC 9457) that says what to do."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match

from events.envelope import EventTooLargeError
from events.faults import where_and_what
from events.road.absence import DatabaseUnreachableError
from events.road.conflicts import ConflictError
from services.refusals import (
    KeyReusedError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
    StaleError,
    UnacceptableError,
    WrongStateError,
)

Answering = Callable[[Request, Exception], Awaitable[JSONResponse]]

METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
KINDS: dict[type[RefusedError], tuple[int, str, str]] = {
    NotAllowedError: (403, "not-allowed", "This actor may not do this"),
    NotFoundError: (404, "not-found", "There is nothing of that name"),
    WrongStateError: (409, "wrong-state", "Not in this state, or not at this time"),
    StaleError: (412, "stale", "Somebody changed it first"),
    UnacceptableError: (422, "unacceptable", "The command makes no sense as it is"),
    KeyReusedError: (422, "key-reused", "This Idempotency-Key came with another command"),
}


class FieldError(BaseModel):
    """One thing wrong with what was sent: the field as a path, and what is wrong with it."""

    field: str
    message: str


class Problem(BaseModel):
    """A problem document (RFC 9457); `detail` says what is wrong and what to do about it.

    `errors` come with a request of the wrong form, `current` is what a stale one would have undone.
    """

    type: str = Field(examples=["urn:secretariat:problem:wrong-state"])
    title: str = Field(examples=["Not in this state, or not at this time"])
    status: int = Field(examples=[409])
    detail: str = Field(examples=["the meeting must be open to adopt its agenda; it is scheduled"])
    errors: list[FieldError] | None = None
    current: dict[str, Any] | None = None


def problem(status: int, kind: str, title: str, detail: str, **more: Any) -> JSONResponse:
    said = Problem(
        type=f"urn:secretariat:problem:{kind}", title=title, status=status, detail=detail, **more
    )
    return JSONResponse(
        said.model_dump(exclude_none=True), status, media_type="application/problem+json"
    )


async def refused(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RefusedError)
    status, kind, title = next(
        description for known, description in KINDS.items() if isinstance(error, known)
    )
    current = error.current.model_dump(mode="json") if isinstance(error, StaleError) else None
    return problem(status, kind, title, str(error), current=current)


async def invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    unread = unreadable(error)
    errors = [unread] if unread else field_errors(error.errors())
    first = errors[0]
    return problem(
        422,
        "invalid",
        "The request does not have the form it should",
        f"{first.field}: {first.message}",
        errors=errors,
    )


def unreadable(error: RequestValidationError) -> FieldError | None:
    """Why nothing of the body was understood; none where its fields are what is wrong."""
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        at = f"character {first['loc'][-1] + 1}"
        what = f"this is not JSON: {first['ctx']['error']} ({at})"
    elif tuple(first["loc"]) != ("body",):
        return None
    elif first["type"] == "missing":
        what = "this command takes a JSON object; /docs shows its fields"
    elif isinstance(error.body, bytes):
        what = "it was not read as JSON; send the header Content-Type: application/json with it"
    elif not isinstance(error.body, dict):
        what = "send a JSON object, in braces; /docs shows its fields"
    else:
        return None
    return FieldError(field="body", message=what)


def field_errors(errors: Sequence[Any]) -> list[FieldError]:
    found = map(where_and_what, errors)
    return [FieldError(field=where, message=what) for where, what in found]


async def http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind = {400: "bad-request", 404: "not-found", 405: "method-not-allowed"}.get(
        error.status_code, "http"
    )
    detail = str(error.detail)
    if error.status_code in {404, 405}:
        detail = f"{detail}: /docs lists every address of this service"
    answer = problem(error.status_code, kind, "The request can't be answered", detail)
    answer.headers.update(error.headers or {})
    if "allow" in answer.headers:
        answer.headers["allow"] = ", ".join(allowed(request))
    return answer


def allowed(request: Request) -> list[str]:
    """The methods that there are at the address of `request`, whichever route has them.

    What comes with the error are those of the first route alone.
    """
    return [
        method
        for method in METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]


async def contended(_request: Request, _error: Exception) -> JSONResponse:
    """Others changed the same each time that it was tried."""
    return later(
        problem(503, "contended", "Too many change the same at once", "send the same again")
    )


async def unreachable(_request: Request, _error: Exception) -> JSONResponse:
    """A database that went away may come back."""
    return later(
        problem(
            503,
            "database-away",
            "The database can't be reached",
            "send the same again in some seconds; with its Idempotency-Key it has its effect once",
        )
    )


def later(answer: JSONResponse) -> JSONResponse:
    answer.headers["retry-after"] = "1"
    return answer


async def unexpected(_request: Request, _error: Exception) -> JSONResponse:
    return problem(
        500,
        "internal",
        "Something failed here",
        "the fault is ours and nothing was changed; try again, and tell the operator if it stays",
    )


async def too_large(_: Request, error: Exception) -> JSONResponse:
    return problem(422, "too-large", "More than one event can hold", str(error))


ANSWERS: dict[type[Exception], Answering] = {
    RefusedError: refused,
    RequestValidationError: invalid,
    HTTPException: http_error,
    DatabaseUnreachableError: unreachable,
    ConflictError: contended,
    EventTooLargeError: too_large,
    Exception: unexpected,
}
