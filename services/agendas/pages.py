"""The page below a meeting's own on which the secretary sees its agenda, and sends it out early."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from events.agendas import ItemKind
from events.moments import Moment
from services import directory
from services.agendas import commands
from services.agendas.rules import agenda as rules
from services.agendas.rules.agenda import Agenda, Stage
from services.agendas.tables import AGENDAS, POOLS
from services.http import forms
from services.http.desk import read_for, reader_of
from services.http.pages import SAFETY, SECRET, Pages
from services.reading import Reader
from services.refusals import RefusedError, UnacceptableError
from services.ties import pool_of

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
Reading = Annotated[Reader, Depends(reader_of("agendas"), scope="function")]

drawing = Pages("agendas", __package__)
drawing.environment.globals |= {"STAGE": Stage, "STANDING": ItemKind.STANDING}


@pages.get("/meetings/{meeting}/agenda")
async def look(meeting: str, request: Request, reader: Reading) -> Response:
    """The agenda as it stands, or as it would go out now."""
    return await show(request, reader, meeting)


@pages.post("/meetings/{meeting}/agenda")
async def circulate(meeting: str, request: Request) -> Response:
    """Send the provisional agenda out, before it goes by itself."""
    try:
        if "sure" not in await forms.sent(request):
            raise UnacceptableError("mark that it goes out now; nobody can take that back")
        await forms.carry_out(request, "agendas", commands.circulate, meeting)
    except RefusedError as error:
        async with read_for(request, "agendas") as reader:
            return await show(request, reader, meeting, wrong=str(error))
    return RedirectResponse(f"/meetings/{quote(meeting)}/agenda", 303, headers=SAFETY | SECRET)


async def show(request: Request, reader: Reader, key: str, wrong: str | None = None) -> Response:
    agenda = await reader.get(AGENDAS, key)
    acts = forms.offered(request)
    told = not await reader.hidden_among([pool_of(agenda.mechanism)])
    if agenda.stage is Stage.COLLECTING and acts and told:
        agenda = await coming(reader, agenda)
    body = await directory.find(reader.session, agenda.mechanism)
    return drawing.draw(
        request,
        "meeting-agenda.html",
        status=422 if wrong else 200,
        scripts=("act.js",),
        secret=True,
        agenda=agenda,
        goes_out=Moment.of(agenda.circulation_at, agenda.zone),
        proposals_end=Moment.of(agenda.submissions_until, agenda.zone),
        body=body,
        names={party.id: party.name for party in body.parties},
        acts=acts,
        told=told,
        wrong=wrong,
    )


async def coming(reader: Reader, agenda: Agenda) -> Agenda:
    """The agenda as it would go out now, without what is not for the reader."""
    pool = await POOLS.get(reader.session, agenda.mechanism)
    restricted = await commands.restricted_in(reader.session, agenda, pool.mentions)
    items = rules.arrange(agenda, pool, restricted)
    origins = {item.item: item.origin.id for item in items if item.origin}
    hidden = await reader.hidden_among(origins.values())
    unseen = [item for item, origin in origins.items() if origin in hidden]
    return agenda.model_copy(update={"items": items}).without(unseen)
