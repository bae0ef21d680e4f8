"""The routes of what became otherwise since dates were fixed, or asked."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.http.desk import Desk, Paged, desk_of, reader_of, shown
from services.inputs import Reason
from services.reading import Reader
from services.records import Page
from services.scheduling.commands import rechecks as commands
from services.scheduling.rules.recheck import Recheck
from services.scheduling.tables import RECHECKS

routes = APIRouter()
Here = Annotated[Desk, Depends(desk_of("scheduling"))]
Reading = Annotated[Reader, Depends(reader_of("scheduling"), scope="function")]


@routes.get("/rechecks")
async def list_rechecks(
    reader: Reading, paging: Paged, mechanism: str | None = None, found: bool | None = True
) -> Page[Recheck]:
    """Coming meetings and polls whose days, clocks or deadlines are otherwise, and what to do.

    The id is the meeting's or the poll's.
    """
    return await reader.page(RECHECKS, paging, mechanism=mechanism, found=found)


@routes.get("/rechecks/{meeting}", response_model=Recheck)
async def read_recheck(meeting: str, reader: Reading) -> Response:
    """What the dates of a coming meeting, or of a poll, stood on, and what is otherwise by now."""
    return shown(await reader.shown(await commands.checked(reader.session, meeting)))


@routes.post("/rechecks/{meeting}/settlement", response_model=commands.Stands)
async def settle(meeting: str, body: Reason, desk: Here) -> Response:
    """Let the meeting or the poll stand as it is, knowing what is known now."""
    return await desk.run(commands.settle, meeting, body)


@routes.post("/rechecks/{meeting}/recount", response_model=Recheck)
async def recount(meeting: str, body: Reason, desk: Here) -> Response:
    """Count the deadlines of the meeting again; those that were met stay."""
    return await desk.run(commands.recount, meeting, body)
