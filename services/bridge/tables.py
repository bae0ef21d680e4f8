"""What bridge keeps: the decision events in the order in which it heard them, and the webhooks."""

from datetime import datetime

from sqlalchemy import MetaData, select
from sqlmodel import Field, SQLModel, UniqueConstraint, col

from events.envelope import Envelope
from events.road.columns import UtcDateTime
from events.road.session import Session
from services.bridge.rules.webhook import Webhook
from services.reading import Reader
from services.refusals import NotFoundError, UnacceptableError


class BridgeTable(SQLModel):
    metadata = MetaData()


class SaidRow(BridgeTable, table=True):
    """A decision event as it came; `thing` is the symbol. `seq` grows as the commits come."""

    __tablename__ = "said"
    __table_args__ = (UniqueConstraint("id", "source"), {"sqlite_autoincrement": True})

    seq: int | None = Field(default=None, primary_key=True)
    id: str
    source: str
    mechanism: str
    thing: str
    envelope: str


class WebhookRow(BridgeTable, table=True):
    """A subscriber. `position` is the `seq` of the last event that it took."""

    __tablename__ = "webhook"

    id: str = Field(primary_key=True)
    secret: str
    position: int
    retry_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    document: str


class Webhooks:
    """All subscribers."""

    async def get(self, session: Session, key: str) -> tuple[WebhookRow, Webhook]:
        """One for reading or changing; NotFoundError when there is none."""
        row = await session.get(WebhookRow, key)
        if row is None:
            raise NotFoundError(
                f"there is no webhook called {key}; GET /api/v1/webhooks lists them"
            )
        return row, Webhook.model_validate_json(row.document)

    async def all(self, session: Session) -> list[tuple[WebhookRow, Webhook]]:
        rows = await session.scalars(select(WebhookRow).order_by(col(WebhookRow.id)))
        return [(row, Webhook.model_validate_json(row.document)) for row in rows]


async def said_after(
    reader: Reader, position: int, mechanisms: tuple[str, ...], limit: int
) -> list[tuple[int, Envelope]]:
    """Up to `limit` events after `position`, of `mechanisms` or of all where none are named.

    Those that the reader may not read are passed over, as if they had never been said.
    """
    query = (
        select(col(SaidRow.seq), col(SaidRow.envelope))
        .where(col(SaidRow.seq) > position, reader.may_see(SaidRow.thing))
        .order_by(col(SaidRow.seq))
        .limit(limit)
    )
    if mechanisms:
        query = query.where(col(SaidRow.mechanism).in_(mechanisms))
    rows = await reader.session.execute(query)
    return [(row.seq, Envelope.model_validate_json(row.envelope)) for row in rows]


async def position_of(session: Session, event_id: str) -> int:
    """Where the event of that id stands; UnacceptableError where there is none.

    Whoever sent it would else hear everything again, and not know why.
    """
    found = await session.scalar(select(col(SaidRow.seq)).where(col(SaidRow.id) == event_id))
    if found is None:
        raise UnacceptableError(
            f"no decision was told with the id {event_id}; send the id of the last event that you "
            "were given as Last-Event-ID, or none to hear all from the first one"
        )
    return found
