"""What people may ask about turns to host: to decline one, to take it back, to swap two."""

from datetime import date

from pydantic import Field
from sqlmodel import col

from events.meetings import MeetingHandedOver
from events.moments import Moment
from events.road.transaction import Transaction
from events.vocabulary import Identifier, Prose
from services.inputs import Input, Reason
from services.rotation import Rotation
from services.scheduling.commands.meetings import DespitePolls
from services.scheduling.commands.withdrawing import check_unanswered, withdraw_polls
from services.scheduling.rules import handover, rotation
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.poll import Instead
from services.scheduling.tables import MEETINGS, ROTATIONS, ROUTINES, MeetingRow


class Decline(Reason):
    """Why a party does not host; which `meeting`, where it is not the turn that comes next."""

    meeting: Identifier | None = Field(
        default=None,
        description="One without a date. None: the next turn if it is the party's, else the "
        "meeting that its turn was given to",
        examples=["customs-heads-2027-2"],
    )
    despite_polls: DespitePolls = False


class Declined(Rotation):
    """The turns, the meeting that has another host now, and the polls that asked under the old."""

    handed_over: Identifier | None = None
    withdrawn: tuple[Identifier, ...] = ()


class Swap(Input):
    """Two parties exchange their turns as host."""

    first: Identifier = Field(examples=["china"])
    second: Identifier = Field(examples=["kazakhstan"])
    reason: Prose = Field(examples=["Both parties agreed on it"])


async def decline_turn(work: Transaction, mechanism: str, body: Decline) -> Declined:
    turns = await ROTATIONS.take(work, mechanism)
    actor = work.cause.actor
    meetings = await MEETINGS.all(work.session, col(MeetingRow.mechanism) == mechanism)
    meeting = handover.declined_by(turns, meetings, body.meeting, actor)
    if meeting is not None:
        return await hand_over(work, turns, meeting, body)
    on = await today_of(work, actor.party or turns.queue[0])
    events = rotation.decline(turns, reason=body.reason, on=on, actor=actor)
    return Declined(**dict(await ROTATIONS.apply(work, turns, events)))


async def hand_over(
    work: Transaction, turns: Rotation, meeting: Meeting, body: Decline
) -> Declined:
    """Dates were asked for at the old host's; whoever plans the year drops its own, as it hears."""
    on = await today_of(work, meeting.turn.host)
    events = handover.hand_over(turns, meeting, reason=body.reason, on=on, actor=work.cause.actor)
    if not body.despite_polls:
        await check_unanswered(work.session, meeting)
    (event,) = events
    assert isinstance(event, MeetingHandedOver)
    by = f"{turns.name(event.turn.host)}, because {event.turn.because}"
    withdrawn = await withdraw_polls(work, meeting, f"{Instead.HANDED_OVER}: {by}")
    await MEETINGS.apply(work, meeting, events)
    after = await ROTATIONS.save(work, ROTATIONS.evolve(turns, event))
    return Declined(**dict(after), handed_over=meeting.id, withdrawn=withdrawn)


async def take_turn_back(work: Transaction, mechanism: str, party: str, body: Reason) -> Rotation:
    turns = await ROTATIONS.take(work, mechanism)
    on = await today_of(work, party)
    events = rotation.take_back(
        turns, party=party, reason=body.reason, on=on, actor=work.cause.actor
    )
    return await ROTATIONS.apply(work, turns, events)


async def today_of(work: Transaction, party: str) -> date:
    """The date where a party is; in UTC where nobody knows it."""
    routine = await ROUTINES.find(work.session, party)
    return Moment.of(work.now, routine.office.zone if routine else "UTC").wall.date()


async def swap_turns(work: Transaction, mechanism: str, body: Swap) -> Rotation:
    turns = await ROTATIONS.take(work, mechanism)
    events = rotation.swap(
        turns,
        first=body.first,
        second=body.second,
        reason=body.reason,
        actor=work.cause.actor,
    )
    return await ROTATIONS.apply(work, turns, events)
