"""The routes of agendas."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response

from services.agendas import commands
from services.agendas.rules.agenda import Agenda, Stage
from services.agendas.rules.pool import Pool, Proposal
from services.agendas.tables import AGENDAS, POOLS
from services.http.desk import Desk, Paged, desk_of, reader_of, shown
from services.inputs import Reason
from services.reading import Reader
from services.records import Page
from services.ties import pool_of

routes = APIRouter(tags=["agendas"])
Here = Annotated[Desk, Depends(desk_of("agendas"))]
Reading = Annotated[Reader, Depends(reader_of("agendas"), scope="function")]
AS_IT_IS = commands.Adoption()


@routes.get("/agendas")
async def list_agendas(
    reader: Reading, paging: Paged, mechanism: str | None = None, stage: Stage | None = None
) -> Page[Agenda]:
    """Agendas, in order of their meeting's id; all of them, or those that fit the filters."""
    return await reader.page(AGENDAS, paging, mechanism=mechanism, stage=stage)


@routes.get("/agendas/{meeting}", response_model=Agenda)
async def read_agenda(meeting: str, reader: Reading) -> Response:
    """The agenda of a meeting, as it stands; there is one as soon as the meeting has a date."""
    return shown(await reader.get(AGENDAS, meeting))


@routes.get("/mechanisms/{mechanism}/pool", response_model=Pool)
async def read_pool(mechanism: str, reader: Reading) -> Response:
    """What waits for the mechanism's next agenda: proposals, and what is carried forward."""
    await reader.check(pool_of(mechanism))
    return shown(await reader.get(POOLS, mechanism))


@routes.post("/mechanisms/{mechanism}/proposals", status_code=201, response_model=Proposal)
async def propose(mechanism: str, body: commands.NewProposal, desk: Here) -> Response:
    """A party proposes an item; from the submission deadline on it is supplementary."""
    return await desk.run(commands.propose, mechanism, body, status=201)


@routes.post("/proposals/{proposal}/withdrawal", response_model=Pool)
async def withdraw(proposal: str, desk: Here) -> Response:
    """The party takes its proposal back."""
    return await desk.run(commands.withdraw_proposal, proposal)


@routes.post("/proposals/{proposal}/leave", response_model=Pool)
async def grant_leave(proposal: str, desk: Here) -> Response:
    """The chair lets a supplementary item onto the coming agenda."""
    return await desk.run(commands.grant_leave, proposal)


@routes.post("/proposals/{proposal}/refusal", response_model=Pool)
async def refuse_leave(proposal: str, body: Reason, desk: Here) -> Response:
    """The chair keeps a supplementary item for the meeting after."""
    return await desk.run(commands.refuse_leave, proposal, body)


@routes.post("/agendas/{meeting}/circulation", response_model=Agenda)
async def circulate(meeting: str, desk: Here) -> Response:
    """Circulate the provisional agenda before it goes out by itself."""
    return await desk.run(commands.circulate, meeting)


@routes.put("/agendas/{meeting}/order", response_model=Agenda)
async def reorder(meeting: str, body: commands.Order, desk: Here) -> Response:
    """Put the proposed items of the provisional agenda into another order; a revision goes out."""
    return await desk.run(commands.reorder, meeting, body)


@routes.post("/agendas/{meeting}/adoption", response_model=Agenda)
async def adopt(
    meeting: str, desk: Here, body: Annotated[commands.Adoption, Body()] = AS_IT_IS
) -> Response:
    """Adopt the agenda in the open meeting, whole or without some items."""
    return await desk.run(commands.adopt, meeting, body)


@routes.post("/agendas/{meeting}/postponements", response_model=Agenda)
async def postpone(meeting: str, body: commands.Postponement, desk: Here) -> Response:
    """Leave an item to the next meeting."""
    return await desk.run(commands.postpone, meeting, body)
