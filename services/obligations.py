"""What the agreements ask: a copy for services that are told what serves it, kept by listening."""

from collections.abc import Collection

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel, col, select

from events.mechanisms import AgreementRegistered
from events.road.handlers import Handlers
from events.road.session import Session
from events.road.transaction import Transaction
from services.refusals import UnacceptableError

heard = Handlers()


class ObligationsTable(SQLModel):
    metadata = MetaData()


class KnownObligation(ObligationsTable, table=True):
    """Something that an agreement asks."""

    __tablename__ = "known_obligation"

    id: str = Field(primary_key=True)


async def check(session: Session, obligations: Collection[str]) -> None:
    """Refuse, with UnacceptableError, to serve what no agreement asks."""
    ids = col(KnownObligation.id)
    known = set(await session.scalars(select(ids).where(ids.in_(obligations))))
    for obligation in obligations:
        if obligation not in known:
            raise UnacceptableError(
                f"no agreement asks {obligation}; GET /api/v1/agreements lists all obligations"
            )


@heard.on(AgreementRegistered)
async def learn(work: Transaction, event: AgreementRegistered) -> None:
    for obligation in event.obligations:
        work.session.put(KnownObligation(id=obligation.id))
