"""Two services as small as can be: one says something on each command, the other keeps it."""

from pathlib import Path

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

from events.meetings import TurnDeclined
from events.road.handlers import Handlers
from events.road.transaction import Transaction
from services.service import Service

MECHANISMS = 20
DOCUMENT = "x" * 700
MIGRATIONS = Path(__file__).with_name("migrations")


class BenchTable(SQLModel):
    metadata = MetaData()


class Note(BenchTable, table=True):
    """A row of the size of a small aggregate, with the number of the command it came of."""

    id: str = Field(primary_key=True)
    number: int = Field(index=True)
    document: str


heard = Handlers()


@heard.on(TurnDeclined)
async def note(work: Transaction, event: TurnDeclined) -> None:
    work.session.add(Note(id=work.cause.id, number=int(event.reason), document=DOCUMENT))


TABLES = (BenchTable.metadata,)
SPEAKER = Service(name="speaker", tables=TABLES, migrations=MIGRATIONS, heard=Handlers())
LISTENER = Service(name="listener", tables=TABLES, migrations=MIGRATIONS, heard=heard)


def said(number: int) -> TurnDeclined:
    return TurnDeclined(
        mechanism=f"mechanism-{number % MECHANISMS}", party="china", reason=f"{number:0300}"
    )
