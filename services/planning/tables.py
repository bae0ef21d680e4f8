"""What planning keeps: plans and their searches, and what it has heard that dates depend on."""

from datetime import date
from typing import Any

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

from services import rotation
from services.planning.rules import plan, poll, standing
from services.planning.rules.plan import Plan
from services.planning.rules.poll import Poll
from services.planning.rules.standing import Standing
from services.records import Record, Records
from services.rotation import Rotation


class PlanningTable(SQLModel):
    metadata = MetaData()


class PlanRow(PlanningTable, Record, table=True):
    """A plan of a year."""

    __tablename__ = "plan"

    stage: str = Field(index=True)
    year: int = Field(index=True)


class SearchRow(PlanningTable, table=True):
    """The search for a plan: what it is made from, who asked, and how far it has been when.

    `curve` is a JSON list of points. `stop`: it is to end with the best so far.
    """

    __tablename__ = "search"

    plan: str = Field(primary_key=True)
    brief: str
    actor: str
    curve: str = "[]"
    stop: bool = False


class AskedRow(PlanningTable, table=True):
    """A date that delegations are asked about, because the secretary accepted it of a plan."""

    __tablename__ = "asked"

    meeting: str = Field(primary_key=True)
    year: int = Field(index=True)
    plan: str
    first: date


class TurnsRow(PlanningTable, Record, table=True):
    """Whose turn it is to host a mechanism."""

    __tablename__ = "turns"


class StandingRow(PlanningTable, Record, table=True):
    """A meeting that scheduling knows."""

    __tablename__ = "standing"

    year: int


class PollRow(PlanningTable, Record, table=True):
    """A poll about the date of a meeting."""

    __tablename__ = "known_poll"

    meeting: str = Field(index=True)


class PartyRow(PlanningTable, table=True):
    """A party: its office as JSON, and what it announced of single days, a JSON list."""

    __tablename__ = "known_party"

    id: str = Field(primary_key=True)
    facts: str
    hours: str | None = None
    overrides: str = "[]"


def plans_searched_by(state: Plan) -> dict[str, Any]:
    return {"stage": state.stage, "year": state.year}


def standings_searched_by(state: Standing) -> dict[str, Any]:
    return {"year": state.year}


PLANS = Records(PlanRow, Plan, plan.evolve, plans_searched_by)
TURNS = Records(TurnsRow, Rotation, rotation.evolve)
POLLS = Records(PollRow, Poll, poll.evolve, lambda state: {"meeting": state.meeting})
STANDINGS = Records(StandingRow, Standing, standing.evolve, standings_searched_by)
