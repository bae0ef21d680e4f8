"""Who speaks for each party in each mechanism: a copy for services that ask who comes."""

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel, col, select

from events.mechanisms import CoordinatorNamed
from events.road.handlers import Handlers
from events.road.session import Session
from events.road.transaction import Transaction
from services import directory
from services.people import People

heard = Handlers()


class CoordinatorsTable(SQLModel):
    metadata = MetaData()


class KnownCoordinator(CoordinatorsTable, table=True):
    """Who comes to the meetings of a mechanism for a party, as far as anybody said."""

    __tablename__ = "known_coordinator"

    mechanism: str = Field(primary_key=True)
    party: str = Field(primary_key=True)
    name: str


async def everybody(session: Session) -> list[KnownCoordinator]:
    """All of them, by mechanism and party."""
    return await session.scalars(
        select(KnownCoordinator).order_by(
            col(KnownCoordinator.mechanism), col(KnownCoordinator.party)
        )
    )


async def people(session: Session) -> People:
    """The bodies, and who was named in them."""
    return People(
        {body.mechanism: body for body in await directory.everything(session)},
        {(row.mechanism, row.party): row.name for row in await everybody(session)},
    )


@heard.on(CoordinatorNamed)
async def learn(work: Transaction, event: CoordinatorNamed) -> None:
    work.session.put(
        KnownCoordinator(mechanism=event.mechanism, party=event.party, name=event.coordinator)
    )
