"""The routes of meetings and of the turns to host them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy import or_
from sqlmodel import col

from events.mechanisms import MilestoneKind
from events.meetings import Attendance, Turn
from services.http.desk import Desk, Paged, desk_of, office_of, reader_of, shown
from services.inputs import Reason
from services.milestones import Deadline, deadlines
from services.reading import Reader
from services.refusals import nothing_called
from services.rotation import Rotation
from services.scheduling.commands import meetings as commands
from services.scheduling.commands import turns
from services.scheduling.commands.slots import slots_for, suggestion_for
from services.scheduling.commands.wanted import Wanted
from services.scheduling.queries import meetings_of
from services.scheduling.rules import rotation
from services.scheduling.rules.asking import Given, Suggestion
from services.scheduling.rules.meeting import TAKING_TIME, Busy, Meeting, Stage, busy
from services.scheduling.rules.slots.answer import Answer
from services.scheduling.rules.troika import Troika, troika
from services.scheduling.tables import MEETINGS, ROTATIONS, MeetingRow

routes = APIRouter()
Here = Annotated[Desk, Depends(desk_of("scheduling"))]
Guarded = Annotated[Reader, Depends(reader_of("scheduling"), scope="function")]
Unguarded = Annotated[Reader, Depends(reader_of("scheduling", guarded=False), scope="function")]


class MeetingList(BaseModel):
    """Some of the meetings. `next` is where the following page starts; none after the last."""

    items: list[Meeting | Busy]
    next: str | None = None


@routes.get("/meetings")
async def list_meetings(
    reader: Unguarded,
    paging: Paged,
    mechanism: str | None = None,
    stage: Stage | None = None,
    year: int | None = None,
) -> MeetingList:
    """Meetings, in order of their id; all of them, or those that fit every filter given.

    Of a restricted one others see that it takes time, and not at which stage it is.
    """
    only = reader.may_see(MeetingRow.id)
    if stage is None:
        only = or_(only, col(MeetingRow.stage).in_(TAKING_TIME))
    page = await MEETINGS.page(
        reader.session,
        paging.after,
        paging.limit,
        only,
        mechanism=mechanism,
        stage=stage,
        year=year,
    )
    named = (each for meeting in page.items for each in (meeting.id, *meeting.mentions))
    hidden = await reader.hidden_among(named)
    told = (
        busy(meeting) if meeting.id in hidden else meeting.without(hidden) for meeting in page.items
    )
    return MeetingList(items=[one for one in told if one], next=page.next)


@routes.get("/meetings/{meeting}", response_model=Meeting | Busy)
async def read_meeting(meeting: str, reader: Unguarded) -> Response:
    """A meeting as it stands: date, place, host, chair and attendance; or that it takes time."""
    found = await MEETINGS.get(reader.session, meeting)
    if not await reader.hidden_among([meeting]):
        return shown(await reader.shown(found))
    if (told := busy(found)) is None:
        raise nothing_called(meeting)
    return shown(told)


@routes.get("/meetings/{meeting}/deadlines")
async def list_deadlines(meeting: str, request: Request, reader: Guarded) -> list[Deadline]:
    """All that is due because of the meeting's date: by which rule, whose it is, how it stands.

    In the order of time; what was met before a move stands where it would be due by now. Nothing
    while it has no date.
    """
    now = office_of(request, "scheduling").clock.now()
    found = await reader.get(MEETINGS, meeting)
    if found.rules is None or found.span is None:
        return []
    return deadlines(
        found.milestones,
        found.rules,
        found.span,
        now=now,
        begun=found.stage in {Stage.OPEN, Stage.CLOSED},
        cancelled=found.stage is Stage.CANCELLED,
        reason=found.recounted,
    )


@routes.get("/meetings/{meeting}/suggestion")
async def suggest(
    meeting: str, request: Request, reader: Guarded, given: Annotated[Given, Query()]
) -> Suggestion:
    """Until when answers might be taken, and between which days a date might be looked for.

    Two weeks to answer, then the notice that the rules of procedure ask for, then six weeks; or six
    weeks around the date that the meeting has. What is given stands, and the rest follows it. No
    days where none of its year are left.
    """
    now = office_of(request, "scheduling").clock.now()
    return await suggestion_for(reader, meeting, now, given)


@routes.get("/meetings/{meeting}/slots")
async def find_slots(
    meeting: str, request: Request, reader: Guarded, wanted: Annotated[Wanted, Query()]
) -> Answer:
    """Ranked times for a coming meeting, each with why it ranks there and what it costs whom.

    Where there is none: the fewest rules that would have to give way, and what that would open.
    """
    now = office_of(request, "scheduling").clock.now()
    return await slots_for(reader, meeting, wanted, now)


@routes.post("/meetings", status_code=201, response_model=Meeting)
async def plan(body: commands.Plan, desk: Here) -> Response:
    """Intend a meeting; it has a host and a chair, and no date yet."""
    return await desk.run(commands.plan_meeting, body, status=201)


@routes.post("/meetings/{meeting}/convocation", response_model=commands.Settled)
async def convoke(meeting: str, body: commands.Convocation, desk: Here) -> Response:
    """Fix date and place; the parties are called, and polls about its date are withdrawn."""
    return await desk.run(commands.convoke, meeting, body)


@routes.post("/meetings/{meeting}/move", response_model=commands.Settled)
async def reschedule(meeting: str, body: commands.Move, desk: Here) -> Response:
    """Reschedule to another date or place; polls about its date are withdrawn with another."""
    return await desk.run(commands.reschedule, meeting, body)


@routes.post("/meetings/{meeting}/cancellation", response_model=commands.Settled)
async def cancel(meeting: str, body: commands.Cancellation, desk: Here) -> Response:
    """Give the meeting up; what was to be talked about waits for the next one."""
    return await desk.run(commands.cancel, meeting, body)


@routes.post("/meetings/{meeting}/restriction", response_model=Meeting)
async def restrict(meeting: str, body: commands.Restriction, desk: Here) -> Response:
    """Tell only the parties more of the meeting, and of what comes of it, than when it is.

    Or everybody again.
    """
    return await desk.run(commands.restrict, meeting, body)


@routes.post("/meetings/{meeting}/milestones/{kind}", response_model=Meeting)
async def meet_milestone(meeting: str, kind: MilestoneKind, desk: Here) -> Response:
    """Note that something that is due because of the meeting's date is done."""
    return await desk.run(commands.meet_milestone, meeting, kind)


@routes.post("/meetings/{meeting}/opening", response_model=commands.Settled)
async def open_meeting(meeting: str, body: commands.Opening, desk: Here) -> Response:
    """Open with a quorum; polls about another date are withdrawn."""
    return await desk.run(commands.open_meeting, meeting, body)


@routes.post("/meetings/{meeting}/attendance", response_model=Meeting)
async def record_attendance(meeting: str, body: Attendance, desk: Here) -> Response:
    """Correct one delegation's line while the meeting is open."""
    return await desk.run(commands.record_attendance, meeting, body)


@routes.post("/meetings/{meeting}/closing", response_model=Meeting)
async def close(meeting: str, desk: Here) -> Response:
    """Close the meeting."""
    return await desk.run(commands.close, meeting)


@routes.get("/mechanisms/{mechanism}/rotation", response_model=Rotation)
async def read_rotation(mechanism: str, reader: Guarded) -> Response:
    """The queue of hosts: the first has the next turn."""
    return shown(await reader.get(ROTATIONS, mechanism))


@routes.get("/mechanisms/{mechanism}/rotation/next")
async def read_next_turn(mechanism: str, reader: Guarded) -> Turn:
    """Who hosts and chairs next, and why."""
    return rotation.next_turn(await reader.get(ROTATIONS, mechanism))


@routes.get("/mechanisms/{mechanism}/rotation/troika")
async def read_troika(mechanism: str, request: Request, reader: Guarded) -> Troika:
    """Past, present and coming host, who prepare meetings together.

    As if there were no restricted meetings but those that the reader may read.
    """
    now = office_of(request, "scheduling").clock.now()
    turns = await reader.get(ROTATIONS, mechanism)
    return troika(turns, await meetings_of(reader, mechanism), now)


@routes.post("/mechanisms/{mechanism}/rotation/declines", response_model=turns.Declined)
async def decline_turn(mechanism: str, body: turns.Decline, desk: Here) -> Response:
    """A party passes its turn on to the next: its coordinator says so, or the secretary for it.

    Also where a meeting was given to it that has no date yet: that has another host then, and polls
    about its date are withdrawn.
    """
    return await desk.run(turns.decline_turn, mechanism, body)


@routes.post(
    "/mechanisms/{mechanism}/rotation/declines/{party}/withdrawal", response_model=Rotation
)
async def take_turn_back(mechanism: str, party: str, body: Reason, desk: Here) -> Response:
    """A party takes up again the turn that it declined, while no meeting is planned on it."""
    return await desk.run(turns.take_turn_back, mechanism, party, body)


@routes.post("/mechanisms/{mechanism}/rotation/swaps", response_model=Rotation)
async def swap_turns(mechanism: str, body: turns.Swap, desk: Here) -> Response:
    """Two parties exchange their turns."""
    return await desk.run(turns.swap_turns, mechanism, body)
