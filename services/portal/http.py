"""The pages: where every body stands, and each body by itself."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from events.mechanisms import PartyFacts
from events.notices import Participation
from services import directory
from services.http import forms
from services.http.desk import reader_of
from services.http.pages import Pages
from services.portal.queries import (
    recent_decisions,
    standing_of,
    standings,
    unsettled_follow_ups,
)
from services.portal.rules import picture
from services.portal.rules.course import PollStage
from services.portal.rules.meeting import LOOP, Busy
from services.reading import Reader
from services.refusals import NotFoundError
from services.rights import OFFICE

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
Reading = Annotated[Reader, Depends(reader_of("portal"), scope="function")]

drawing = Pages("portal", __package__)
drawing.environment.globals["LOOP"] = LOOP
drawing.environment.tests["restricted"] = lambda meeting: isinstance(meeting, Busy)


@pages.get("/")
async def start(request: Request, reader: Reading) -> Response:
    """Where every body stands."""
    found = await standings(reader)
    return drawing.draw(
        request,
        "start.html",
        standings=found,
        stations=picture.stations(found),
        picture=picture,
        idle=sum(standing.stage is None for standing in found),
        unsettled=sum(standing.unsettled for standing in found),
        overdue=sum(standing.overdue for standing in found),
        escalated=sum(standing.escalated for standing in found),
        unsure=sum(standing.unsure for standing in found),
        asking=sum(standing.polls.get(PollStage.OPEN, 0) for standing in found),
        choosing=sum(standing.polls.get(PollStage.ENDED, 0) for standing in found),
        names=names_of(party for s in found for party in s.body.parties),
    )


@pages.get("/bodies/{mechanism}")
async def one_body(mechanism: str, request: Request, reader: Reading) -> Response:
    """A body's meetings, decisions and what is owed in it."""
    try:
        standing, meetings = await standing_of(reader, mechanism)
    except NotFoundError:
        return drawing.draw(request, "missing.html", status=404, wanted=mechanism)
    bodies = await directory.everything(reader.session)
    known = {one.mechanism: one.short_name for one in bodies}
    return drawing.draw(
        request,
        "body.html",
        standing=standing,
        body=standing.body,
        known=known,
        meetings=meetings,
        decisions=await recent_decisions(reader, mechanism),
        follow_ups=await unsettled_follow_ups(reader, mechanism),
        names=names_of(standing.body.parties),
        zones={party.id: party.zone for party in standing.body.parties},
        acts=forms.offered(request),
        told=reader.who.party if reader.who else None,
        told_all=reader.who is not None and reader.who.role in OFFICE,
        said=Participation,
    )


def names_of(parties: Iterable[PartyFacts]) -> dict[str, str]:
    return {party.id: party.name for party in parties}
