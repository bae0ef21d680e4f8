"""Forms on pages: what somebody asks for with a button, and is told in words if it cannot be."""

import json
from typing import Any
from urllib.parse import parse_qs

from fastapi import HTTPException, Request
from pydantic import BaseModel

from events.vocabulary import Actor, Role
from services.http.desk import Command, Desk, actor_of, office_of
from services.http.visitors import behind_gateway
from services.refusals import NotAllowedError

Sent = dict[str, list[str]]


async def sent(request: Request) -> Sent:
    """The fields of a form, each with all its values."""
    return parse_qs((await request.body()).decode(errors="replace"))


def single(fields: Sent, *names: str) -> dict[str, str]:
    """The fields of these names, each with its last value."""
    return {name: fields[name][-1] for name in names if name in fields}


def seen_in(fields: Sent) -> int | None:
    """The revision of what the form was filled in beside; none where it has none."""
    written = fields.get("revision", [""])[-1]
    return int(written) if written.isdecimal() else None


def offered(request: Request) -> bool:
    """Whether the buttons of a secretary are shown: to whoever may be it.

    Behind a gateway that is who is logged in as it; without one, everybody who is not said to be
    another.
    """
    if "actor" in request.headers:
        return acting(request).role is Role.SECRETARY
    return not behind_gateway(request)


def acting(request: Request) -> Actor:
    """Who sends a form; NotAllowedError for nobody."""
    try:
        return actor_of(request)
    except HTTPException as error:
        raise NotAllowedError(
            "only who is logged in as the secretary may do this; or give the command from a "
            "terminal, as the secretary"
        ) from error


async def carry_out(
    request: Request,
    service: str,
    command: Command,
    *args: Any,
    actor: Actor | None = None,
    seen: int | None = None,
    guarded: bool = True,
) -> dict[str, Any]:
    """What comes of the command that a form asks for, as JSON; RefusedError if it cannot be.

    `actor` is whoever sends the form unless another is given; it saw the revision `seen` of what is
    changed, or whatever it is. `guarded` is as a Desk has it.
    """
    desk = Desk(
        office_of(request, service), request, actor or acting(request), seen, guarded=guarded
    )
    answer = await desk.run(command, *args)
    made: dict[str, Any] = json.loads(bytes(answer.body))
    return made


async def rehearse(request: Request, service: str, command: Command, *args: Any) -> BaseModel:
    """What would come of the command that a form asks for; RefusedError if it could not be."""
    return await Desk(office_of(request, service), request, acting(request), None).rehearse(
        command, *args
    )
