"""What agendas keeps: an agenda a meeting, and a pool a mechanism."""

from datetime import datetime
from typing import Any

from sqlalchemy import MetaData, select
from sqlmodel import Field, SQLModel, col

from events.road.columns import UtcDateTime
from events.road.session import Session
from services.agendas.rules import agenda, pool
from services.agendas.rules.agenda import Agenda, Stage
from services.agendas.rules.pool import Pool
from services.records import Record, Records
from services.restrictions import Hidden, KnownTie


class AgendasTable(SQLModel):
    metadata = MetaData()


class AgendaRow(AgendasTable, Record, table=True):
    """The agenda of a meeting that starts at `starts`."""

    __tablename__ = "agenda"

    stage: str = Field(index=True)
    starts: datetime = Field(sa_type=UtcDateTime)


class PoolRow(AgendasTable, Record, table=True):
    """What waits in a mechanism."""

    __tablename__ = "pool"


def searched_by(state: Agenda) -> dict[str, Any]:
    return {"stage": state.stage, "starts": state.starts}


AGENDAS = Records(AgendaRow, Agenda, agenda.evolve, searched_by)
POOLS = Records(PoolRow, Pool, pool.evolve)


async def coming_agenda(session: Session, mechanism: str) -> Agenda | None:
    """The agenda that the mechanism's pool is for: of its next meeting that has adopted none."""
    ahead = await AGENDAS.all(
        session,
        col(AgendaRow.mechanism) == mechanism,
        col(AgendaRow.stage).in_([Stage.COLLECTING, Stage.PROVISIONAL]),
    )
    return min(ahead, key=lambda agenda: (agenda.starts, agenda.id), default=None)


async def agendas_with(session: Session, items: Hidden) -> list[Agenda]:
    """The agendas that have any of `items`, by their ids."""
    owners = select(col(KnownTie.owner)).where(col(KnownTie.thing).in_(items))
    return await AGENDAS.all(session, col(AgendaRow.id).in_(owners))
