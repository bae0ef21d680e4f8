"""What every service knows of the mechanisms: a copy of its own, kept by listening."""

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel, select

from events.mechanisms import MechanismRegistered, RulesAmended
from events.meetings import MeetingOpened
from events.road.handlers import Handlers
from events.road.session import Session
from events.road.transaction import Transaction
from services.refusals import NotFoundError

heard = Handlers()


class DirectoryTable(SQLModel):
    metadata = MetaData()


class KnownMechanism(DirectoryTable, table=True):
    """A mechanism as its last event described it."""

    __tablename__ = "known_mechanism"

    id: str = Field(primary_key=True)
    document: str
    chair: str | None = None


async def find(session: Session, mechanism: str) -> MechanismRegistered:
    """What is known of `mechanism`; NotFoundError when nobody has registered it."""
    row = await session.get(KnownMechanism, mechanism)
    if row is None:
        raise NotFoundError(
            f"there is no mechanism called {mechanism}; GET /api/v1/mechanisms lists them"
        )
    return MechanismRegistered.model_validate_json(row.document)


async def name_of(session: Session, named: str, mechanism: str) -> str:
    """What a mechanism, or a party of `mechanism`, is called; its id where nobody has said it."""
    for key in (named, mechanism):
        row = await session.get(KnownMechanism, key)
        if row is None:
            continue
        body = MechanismRegistered.model_validate_json(row.document)
        names = {body.mechanism: body.short_name} | {one.id: one.name for one in body.parties}
        if named in names:
            return names[named]
    return named


async def everything(session: Session) -> list[MechanismRegistered]:
    """All mechanisms: the Summit, then the others by their number in the source."""
    rows = await session.scalars(select(KnownMechanism))
    known = [MechanismRegistered.model_validate_json(row.document) for row in rows]
    return sorted(known, key=lambda body: (body.number or 0, body.mechanism))


async def presiding(session: Session, mechanism: str) -> str | None:
    """The party that chaired the last meeting of `mechanism`, and so presides until the next."""
    row = await session.get(KnownMechanism, mechanism)
    return row.chair if row else None


@heard.on(MechanismRegistered)
async def learn(work: Transaction, event: MechanismRegistered) -> None:
    key = event.mechanism
    row = await work.session.get(KnownMechanism, key) or KnownMechanism(id=key, document="")
    row.document = event.model_dump_json()
    work.session.put(row)


@heard.on(MeetingOpened)
async def learn_chair(work: Transaction, event: MeetingOpened) -> None:
    row = await work.session.get(KnownMechanism, event.mechanism)
    if row is not None:
        row.chair = event.chair
        work.session.put(row)


@heard.on(RulesAmended)
async def learn_rules(work: Transaction, event: RulesAmended) -> None:
    row = await work.session.get(KnownMechanism, event.mechanism)
    if row is None:
        return
    known = MechanismRegistered.model_validate_json(row.document)
    row.document = known.model_copy(update={"rules": event.rules}).model_dump_json()
    work.session.put(row)
