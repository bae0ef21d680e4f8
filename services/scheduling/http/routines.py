"""The routes of when parties work."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from events.road.session import Session
from events.working_time import Hours
from services.http.desk import Desk, desk_of, reading, shown
from services.refusals import UnacceptableError
from services.scheduling.commands import routines as commands
from services.scheduling.queries import calendar_of
from services.scheduling.rules.routine import Routine
from services.scheduling.tables import ROUTINES
from services.working_time.days import DayKind

routes = APIRouter()
Here = Annotated[Desk, Depends(desk_of("scheduling"))]
Reading = Annotated[Session, Depends(reading("scheduling"), scope="function")]

LONGEST = timedelta(days=731)


class KnownDay(BaseModel):
    """A date of a party, why it is worked or not, and who says so."""

    on: date
    kind: DayKind
    works: bool
    name: str | None
    provisional: bool
    source: str


@routes.get("/parties/{party}/routine", response_model=Routine)
async def read_routine(party: str, session: Reading) -> Response:
    """A party's office hours, and what it has announced of single days."""
    return shown(await ROUTINES.get(session, party))


@routes.put("/parties/{party}/routine/hours", response_model=Routine)
async def set_hours(party: str, body: Hours, desk: Here) -> Response:
    """Set the hours that a party keeps; nothing that is convened already moves."""
    return await desk.run(commands.set_hours, party, body)


@routes.post("/parties/{party}/routine/days", response_model=Routine)
async def rule_day(party: str, body: commands.Announcement, desk: Here) -> Response:
    """Announce a day off or a day that is worked, or that the computed data are right."""
    return await desk.run(commands.rule_day, party, body)


@routes.get("/parties/{party}/routine/days")
async def list_days(
    party: str,
    session: Reading,
    first: Annotated[date, Query(examples=["2027-03-01"])],
    last: Annotated[date, Query(examples=["2027-03-31"])],
) -> list[KnownDay]:
    """Every date from `first` to `last` that is no plain working day, with its source."""
    if not timedelta() <= last - first <= LONGEST:
        raise UnacceptableError(f"ask for a first and a later last date, {LONGEST.days} days apart")
    calendar = await calendar_of(session, (party,))
    dates = (first + timedelta(days=n) for n in range((last - first).days + 1))
    days = (calendar.day(party, on) for on in dates)
    return [
        KnownDay(
            on=day.on,
            kind=day.kind,
            works=day.works,
            name=day.name,
            provisional=day.provisional,
            source=day.source,
        )
        for day in days
        if day.kind is not DayKind.WORKING
    ]
