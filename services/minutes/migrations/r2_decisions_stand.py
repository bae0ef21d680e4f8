"""Every decision adopted so far is said once as it stands: those who only follow that know them."""

import json
import uuid

import sqlalchemy as sa
from alembic import op

revision = "minutes_2"
down_revision = "minutes_1"

NAMESPACE = uuid.UUID("8f6f6a0e-54f1-5f0c-9d6e-2b0f3a4c7d11")
SOURCE = "/secretariat/minutes"

decision = sa.table("decision", sa.column("id"), sa.column("document"))
outbox = sa.table("outbox", sa.column("envelope"))


def upgrade() -> None:
    connection = op.get_bind()
    for symbol, document in connection.execute(
        sa.select(decision.c.id, decision.c.document).order_by(decision.c.id)
    ).all():
        connection.execute(outbox.insert().values(envelope=said(symbol, json.loads(document))))


def said(symbol: str, state: dict[str, object]) -> str:
    del state["id"]
    cause = f"migration:{revision}:{symbol}"
    envelope = {
        "specversion": "1.0",
        "id": str(uuid.uuid5(NAMESPACE, f"{SOURCE} {cause} 0")),
        "source": SOURCE,
        "type": "secretariat.decision.stands.v1",
        "subject": symbol,
        "time": state["adopted"],
        "datacontenttype": "application/json",
        "dataschema": "urn:secretariat:event:decision.stands:v1",
        "partitionkey": symbol,
        "actor": "system",
        "causationid": cause,
        "data": {"symbol": symbol, **state},
    }
    return json.dumps(envelope, ensure_ascii=False)
