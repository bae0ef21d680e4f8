"""The pages of meetings: one of each, and all of them by date."""

from collections.abc import Iterable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import col

from events.mechanisms import MechanismRegistered, PartyFacts
from events.moments import Span
from events.notices import Participation
from events.vocabulary import Actor
from services import directory
from services.http import forms
from services.http.desk import office_of, reader_of
from services.http.pages import Pages
from services.icalendar.clocks import span_on_clocks
from services.icalendar.wording import WORDS
from services.milestones import NOTED_BY_HAND, deadlines
from services.portal.queries import decisions_of, owed_because_of
from services.portal.rules import timeline
from services.portal.rules.course import Course, PollStage
from services.portal.rules.listing import Wanted, listed
from services.portal.rules.meeting import COMING, LOOP, POLLED, Busy, Meeting, Stage, busy
from services.portal.tables import COURSES, MEETINGS, MeetingRow
from services.reading import Reader
from services.rights import OFFICE
from services.steps import Step, steps, to_note

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
Unguarded = Annotated[Reader, Depends(reader_of("portal", guarded=False), scope="function")]

drawing = Pages("portal", __package__)
drawing.environment.globals |= {
    "LOOP": LOOP,
    "STAGE": Stage,
    "POLL": PollStage,
    "POLLED": POLLED,
    "NOTE": Step.NOTE,
    "WHAT": WORDS["en"].due,
    "NOTED_BY_HAND": NOTED_BY_HAND,
    "MEETING": timeline.MEETING,
}
drawing.environment.filters["actor"] = Actor.parse
drawing.environment.tests["restricted"] = lambda meeting: isinstance(meeting, Busy)


@pages.get("/meetings")
async def index(
    request: Request,
    reader: Unguarded,
    year: str = "",
    body: str = "",
    party: str = "",
    host: str = "",
) -> Response:
    """Meetings by date, those without one last: coming or of a year, of a body, a party, a host."""
    bodies = {one.mechanism: one for one in await directory.everything(reader.session)}
    known = await told(reader, bodies)
    wanted = Wanted(year=year, body=body, party=party, host=host)
    shown = listed(known, wanted, bodies, office_of(request, "portal").clock.now())
    return drawing.draw(
        request,
        "meetings.html",
        shown=shown,
        bodies=bodies,
        names=names_in(bodies.values()),
    )


async def told(
    reader: Reader, bodies: dict[str, MechanismRegistered]
) -> list[tuple[str, Meeting | Busy]]:
    """All meetings with their bodies, as far as they are for the reader."""
    every = await MEETINGS.all(reader.session, col(MeetingRow.mechanism).in_(list(bodies)))
    hidden = await reader.hidden_among(meeting.id for meeting in every)
    found = [
        (meeting.mechanism, busy(meeting) if meeting.id in hidden else meeting) for meeting in every
    ]
    return [(body, meeting) for body, meeting in found if meeting is not None]


@pages.get("/meetings/{meeting}")
async def one_meeting(meeting: str, request: Request, reader: Unguarded) -> Response:
    """A meeting: when and where, what is due, how it came to be so, and what came of it."""
    found = await MEETINGS.find(reader.session, meeting)
    if found is None:
        return drawing.draw(request, "missing.html", status=404, wanted=meeting)
    body = await directory.find(reader.session, found.mechanism)
    if await reader.hidden_among([meeting]):
        if (taken := busy(found)) is None:
            return drawing.draw(request, "missing.html", status=404, wanted=meeting)
        return drawing.draw(request, "meeting-busy.html", meeting=taken, body=body)
    return await show(request, reader, await reader.shown(found), body)


async def show(
    request: Request, reader: Reader, meeting: Meeting, body: MechanismRegistered
) -> Response:
    now = office_of(request, "portal").clock.now()
    course = await COURSES.find(reader.session, meeting.id)
    known = await reader.shown(course or Course(id=meeting.id, mechanism=meeting.mechanism))
    span = meeting.span
    due = (
        deadlines(
            known.milestones,
            known.rules or body.rules,
            span,
            now=now,
            begun=meeting.stage not in {*COMING, Stage.CANCELLED},
            cancelled=meeting.stage is Stage.CANCELLED,
        )
        if span
        else []
    )
    points = timeline.points_of(due, span, meeting.stage, now) if due and span else []
    decided = await decisions_of(reader, meeting)
    return drawing.draw(
        request,
        "meeting.html",
        meeting=meeting,
        body=body,
        course=known,
        due=due,
        lines=[timeline.lying(points, now), timeline.standing(points, now)] if points else [],
        clocks=clocks(span, body.parties) if span else [],
        steps=steps_of(meeting, known) if forms.offered(request) else {},
        decided=decided,
        owed=await owed_because_of(reader, decided),
        hidden=await reader.hidden_among(item.item for item in known.items),
        names=names_in([body]),
        zones={party.id: party.zone for party in body.parties},
        told=reader.who.party if reader.who else None,
        told_all=reader.who is not None and reader.who.role in OFFICE,
        said=Participation,
    )


def steps_of(meeting: Meeting, course: Course) -> dict[Step, str]:
    """What the secretary may do next."""
    ahead, cancelled = meeting.stage in COMING, meeting.stage is Stage.CANCELLED
    return steps(
        ahead=ahead,
        dated=meeting.span is not None,
        noting=to_note(course.milestones, ahead=ahead, cancelled=cancelled),
        restricted=course.restricted,
    )


def clocks(span: Span, parties: Sequence[PartyFacts]) -> list[tuple[PartyFacts, Span]]:
    """The time of a meeting as clocks at each delegation's show it."""
    span = span_on_clocks(span)
    return [(party, span.in_zone(party.zone)) for party in parties]


def names_in(bodies: Iterable[MechanismRegistered]) -> dict[str, str]:
    return {party.id: party.name for body in bodies for party in body.parties}
