"""The routes of what became otherwise for coming meetings since their dates were fixed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from events.road.session import Session
from services.http.desk import Desk, Paged, desk_of, reading, shown
from services.inputs import Reason
from services.records import Page
from services.scheduling.commands import rechecks as commands
from services.scheduling.rules.recheck import Recheck
from services.scheduling.tables import RECHECKS

routes = APIRouter()
Here = Annotated[Desk, Depends(desk_of("scheduling"))]
Reading = Annotated[Session, Depends(reading("scheduling"), scope="function")]


@routes.get("/rechecks")
async def list_rechecks(
    session: Reading, paging: Paged, mechanism: str | None = None, found: bool | None = True
) -> Page[Recheck]:
    """Coming meetings whose days or clocks are otherwise by now, each with what to do about it."""
    return await RECHECKS.page(
        session, paging.after, paging.limit, mechanism=mechanism, found=found
    )


@routes.get("/rechecks/{meeting}", response_model=Recheck)
async def read_recheck(meeting: str, session: Reading) -> Response:
    """What the date of a coming meeting stood on, and what is otherwise by now."""
    return shown(await RECHECKS.get(session, meeting))


@routes.post("/rechecks/{meeting}/settlement", response_model=Recheck)
async def settle(meeting: str, body: Reason, desk: Here) -> Response:
    """Let the meeting stand as it is, knowing what is known now."""
    return await desk.run(commands.settle, meeting, body)
