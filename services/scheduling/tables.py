"""What scheduling keeps: meetings with what their dates stand on, polls, rotations, routines."""

from datetime import datetime
from typing import Any

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

from events.road.columns import UtcDateTime
from services import rotation
from services.records import Record, Records
from services.rotation import Rotation
from services.scheduling.rules import meeting, poll, recheck, routine
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.poll import Poll
from services.scheduling.rules.recheck import Recheck
from services.scheduling.rules.routine import Routine


class SchedulingTable(SQLModel):
    metadata = MetaData()


class MeetingRow(SchedulingTable, Record, table=True):
    """A meeting; `starts` is none while it has no date."""

    __tablename__ = "meeting"

    stage: str = Field(index=True)
    year: int
    starts: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class PollRow(SchedulingTable, Record, table=True):
    """A poll for the date of `meeting`."""

    __tablename__ = "poll"

    meeting: str = Field(index=True)
    stage: str = Field(index=True)


class PollLinkRow(SchedulingTable, table=True):
    """A secret link by which a party answers a poll; `digest` is the SHA-256 of its token."""

    __tablename__ = "poll_link"

    digest: str = Field(primary_key=True)
    poll: str = Field(index=True)
    party: str


class RotationRow(SchedulingTable, Record, table=True):
    """The turns of one mechanism."""

    __tablename__ = "rotation"


class RoutineRow(SchedulingTable, Record, table=True):
    """When one party works."""

    __tablename__ = "routine"


class RecheckRow(SchedulingTable, Record, table=True):
    """What the dates of a coming meeting or a poll stand on; `found` when some is otherwise."""

    __tablename__ = "recheck"

    found: bool = Field(index=True)


def searched_by(state: Meeting) -> dict[str, Any]:
    starts = state.span.starts.at if state.span else None
    return {"stage": state.stage, "year": state.year, "starts": starts}


def polls_searched_by(state: Poll) -> dict[str, Any]:
    return {"meeting": state.meeting, "stage": state.stage}


MEETINGS = Records(MeetingRow, Meeting, meeting.evolve, searched_by)
POLLS = Records(PollRow, Poll, poll.evolve, polls_searched_by)
ROTATIONS = Records(RotationRow, Rotation, rotation.evolve)
ROUTINES = Records(RoutineRow, Routine, routine.evolve)
RECHECKS = Records(
    RecheckRow,
    Recheck,
    recheck.evolve,
    lambda state: {"found": bool(state.findings or state.shifts)},
)
