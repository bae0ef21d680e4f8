"""What scheduling keeps: meetings, and each mechanism's rotation."""

from datetime import datetime
from typing import Any

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

from events.road.columns import UtcDateTime
from services.records import Record, Records
from services.scheduling.rules import meeting, rotation
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.rotation import Rotation


class SchedulingTable(SQLModel):
    metadata = MetaData()


class MeetingRow(SchedulingTable, Record, table=True):
    """A meeting; `starts` is none while it has no date."""

    __tablename__ = "meeting"

    stage: str = Field(index=True)
    year: int
    starts: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class RotationRow(SchedulingTable, Record, table=True):
    """The turns of one mechanism."""

    __tablename__ = "rotation"


def searched_by(state: Meeting) -> dict[str, Any]:
    starts = state.span.starts.at if state.span else None
    return {"stage": state.stage, "year": state.year, "starts": starts}


MEETINGS = Records(MeetingRow, Meeting, meeting.evolve, searched_by)
ROTATIONS = Records(RotationRow, Rotation, rotation.evolve)
