"""What mechanisms keeps: the format, its bodies, its agreements."""

from typing import NoReturn

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

from services.mechanisms.rules import agreement, mechanism
from services.mechanisms.rules.agreement import Agreement
from services.mechanisms.rules.mechanism import Mechanism
from services.mechanisms.rules.registry import Registry
from services.records import Record, Records
from services.state import State

FORMAT = "format"


class MechanismsTable(SQLModel):
    metadata = MetaData()


class FormatRow(MechanismsTable, Record, table=True):
    """The registry as it was loaded; one row."""

    __tablename__ = "format"


class MechanismRow(MechanismsTable, Record, table=True):
    """A body that meets."""

    __tablename__ = "mechanism"


class AgreementRow(MechanismsTable, Record, table=True):
    """One of the agreements."""

    __tablename__ = "agreement"

    number: int = Field(index=True)


class Format(State):
    """The registry as it was loaded (the id is `format`)."""

    registry: Registry


def unchanging(state: object, event: object) -> NoReturn:
    raise TypeError(f"{state} changes by loading alone, not by {event}")


FORMATS = Records(FormatRow, Format, unchanging)
MECHANISMS = Records(MechanismRow, Mechanism, mechanism.evolve)
AGREEMENTS = Records(
    AgreementRow, Agreement, agreement.evolve, lambda state: {"number": state.row.number}
)
