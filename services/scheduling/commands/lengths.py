"""How long a meeting is to last where nobody says it, and that it would last otherwise."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field
from sqlmodel import col

from events.road.session import Session
from services.scheduling.rules.length import USUAL, sessions_of
from services.scheduling.rules.meeting import TAKING_TIME, Meeting
from services.scheduling.tables import MEETINGS, MeetingRow

OtherLength = Annotated[
    str | None,
    Field(description="None where it stays as long", examples=["4 hours instead of 7 hours"]),
]


async def usual_sessions(session: Session, meeting: Meeting) -> tuple[int, timedelta]:
    """On how many days, and for how long on each: as it does, else as the body's last one did.

    Else one session of four hours.
    """
    if meeting.span is not None:
        return sessions_of(meeting.span)
    others = await MEETINGS.all(
        session,
        col(MeetingRow.mechanism) == meeting.mechanism,
        col(MeetingRow.stage).in_(TAKING_TIME),
    )
    dated = [other.span for other in others if other.span is not None]
    if not dated:
        return 1, USUAL
    return sessions_of(max(dated, key=lambda span: span.starts.at))


async def usual_length(session: Session, meeting: Meeting) -> timedelta:
    """The same from beginning to end."""
    if meeting.span is not None:
        return meeting.span.ends.at - meeting.span.starts.at
    days, duration = await usual_sessions(session, meeting)
    return timedelta(days=days - 1) + duration
