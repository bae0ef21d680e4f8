"""What subscriptions has kept is brought up to date."""

from pathlib import Path

from alembic import command
from sqlalchemy import column, create_engine, insert, select, table

from events.road import history
from events.subscriptions import Scope, ScopeKind, Settings
from events.vocabulary import Actor
from services.subscriptions.rules.subscription import Subscription
from services.subscriptions.service import subscriptions
from services.tokens import new_token

NAMES = ("id", "mechanism", "revision", "document", "party", "owner", "digest")
ROWS = table("subscription", *(column(name) for name in NAMES))


def test_addresses_from_before_are_found_by_their_digest_unless_they_were_ended(
    tmp_path: Path,
) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'subscriptions.db'}")
    kept = [
        Subscription(
            id=f"feed-{number}",
            mechanism="heads-of-state",
            owner=Actor.parse("secretary"),
            scope=Scope(kind=ScopeKind.ALL),
            settings=Settings(),
            digest=new_token()[1],
            revoked=number == 2,
        )
        for number in (1, 2, 3)
    ]
    with engine.begin() as connection:
        config = history.config_of(connection, [history.ROAD, subscriptions.migrations], None)
        command.upgrade(config, "subscriptions_1")
        for one in kept:
            row = {"id": one.id, "mechanism": one.mechanism, "revision": 1, "owner": "secretary"}
            connection.execute(insert(ROWS).values(**row, document=one.model_dump_json()))
        command.upgrade(config, "subscriptions_2")
        found = connection.execute(select(ROWS.c.digest).order_by(ROWS.c.id)).scalars().all()
    engine.dispose()
    assert found == [kept[0].digest, None, kept[2].digest]
