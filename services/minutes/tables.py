"""What minutes keeps: minutes, silence procedures, decisions, corrigenda, and the numbers given."""

from datetime import datetime
from typing import Any, NoReturn

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

from events.road.columns import UtcDateTime
from services.minutes.rules import decision, draft, silence
from services.minutes.rules.decision import Corrigendum, Decision
from services.minutes.rules.draft import Minutes
from services.minutes.rules.register import Register
from services.minutes.rules.silence import Silence
from services.records import Record, Records


class MinutesTable(SQLModel):
    metadata = MetaData()


class MinutesRow(MinutesTable, Record, table=True):
    """The minutes of a meeting; `symbol` once they are adopted."""

    __tablename__ = "minutes"

    stage: str = Field(index=True)
    symbol: str | None = Field(default=None, index=True)


class SilenceRow(MinutesTable, Record, table=True):
    """A silence procedure."""

    __tablename__ = "silence"

    stage: str


class DecisionRow(MinutesTable, Record, table=True):
    """An adopted decision."""

    __tablename__ = "decision"

    meeting: str | None = Field(default=None, index=True)
    adopted: datetime = Field(sa_type=UtcDateTime)


class CorrigendumRow(MinutesTable, Record, table=True):
    """A correction of an adopted document."""

    __tablename__ = "corrigendum"

    corrects: str = Field(index=True)


class RegisterRow(MinutesTable, Record, table=True):
    """The numbers that a mechanism has given."""

    __tablename__ = "register"


def decision_columns(state: Decision) -> dict[str, Any]:
    return {"meeting": state.meeting, "adopted": state.adopted}


def unchanging(state: object, event: object) -> NoReturn:
    raise TypeError(f"{state} never changes, not by {event} either")


MINUTES = Records(
    MinutesRow, Minutes, draft.evolve, lambda s: {"stage": s.stage, "symbol": s.symbol}
)
SILENCES = Records(SilenceRow, Silence, silence.evolve, lambda s: {"stage": s.stage})
DECISIONS = Records(DecisionRow, Decision, decision.evolve, decision_columns)
CORRIGENDA = Records(CorrigendumRow, Corrigendum, unchanging, lambda s: {"corrects": s.corrects})
REGISTERS = Records(RegisterRow, Register, unchanging)
