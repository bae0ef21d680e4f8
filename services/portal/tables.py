"""What the portal keeps: its own copy of meetings with their courses, decisions and follow-ups."""

from datetime import date, datetime
from typing import Any, NoReturn

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

from events.road.columns import UtcDateTime
from services.portal.rules import decision, followup, meeting
from services.portal.rules.course import Course
from services.portal.rules.decision import Decision
from services.portal.rules.followup import FollowUp
from services.portal.rules.meeting import Meeting
from services.records import Record, Records


class PortalTable(SQLModel):
    metadata = MetaData()


class MeetingRow(PortalTable, Record, table=True):
    """A meeting."""

    __tablename__ = "meeting"


class CourseRow(PortalTable, Record, table=True):
    """The course of a meeting."""

    __tablename__ = "course"


class DecisionRow(PortalTable, Record, table=True):
    """An adopted decision."""

    __tablename__ = "decision"

    adopted: datetime = Field(sa_type=UtcDateTime, index=True)


class FollowUpRow(PortalTable, Record, table=True):
    """A follow-up."""

    __tablename__ = "follow_up"

    stage: str = Field(index=True)
    due: date


def decision_columns(state: Decision) -> dict[str, Any]:
    return {"adopted": state.adopted}


def follow_up_columns(state: FollowUp) -> dict[str, Any]:
    return {"stage": state.stage, "due": state.due}


def in_place(state: object, event: object) -> NoReturn:
    raise TypeError(f"{state} is written anew, and changes by no event like {event}")


MEETINGS = Records(MeetingRow, Meeting, meeting.evolve)
COURSES = Records(CourseRow, Course, in_place)
DECISIONS = Records(DecisionRow, Decision, decision.evolve, decision_columns)
FOLLOW_UPS = Records(FollowUpRow, FollowUp, followup.evolve, follow_up_columns)
